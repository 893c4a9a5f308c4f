"""Copies of completely marked sentences with other names in them.

The set of such sentences is small: its names are soon memorised. With others of the same type, only the context and the
make of a name are left to learn from. The other names are the training sets' own and those of jieba's dictionary (MIT).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random

import jieba

from inference.training.text_zh.data import Sentence, Span

SWAP = 0.7
"""Chance that a name is exchanged."""

Pools = Mapping[str, Sequence[Sequence[str]]]

_FLAGS = {"nr": "person", "nrt": "person", "ns": "location", "nt": "organization"}
_NAME = re.compile("[\u3400-\u9fff]{2,12}")


def name_pools(sentences: Sequence[Sentence]) -> Pools:
    """Returns, for each type, the names that the sentences mark, and those of jieba's dictionary."""
    marked: dict[str, set[str]] = {type_: set() for type_ in _FLAGS.values()}
    listed: dict[str, set[str]] = {type_: set() for type_ in _FLAGS.values()}
    for sentence in sentences:
        for start, end, type_ in sentence.names:
            # FinRE's names are companies, except for a few.
            marked[type_ or "organization"].add(sentence.text[start:end])
    with jieba.get_dict_file() as lines:
        for line in lines:
            name, _, flag = line.decode("utf-8").split()
            if flag in _FLAGS and _NAME.fullmatch(name):
                listed[_FLAGS[flag]].add(name)
    return {type_: (sorted(marked[type_]), sorted(listed[type_])) for type_ in marked}


def swapped(sentences: Sequence[Sentence], pools: Pools, seed: int) -> Iterator[Sentence]:
    """Yields a copy of each completely marked sentence that has names."""
    for number, sentence in enumerate(sentences):
        if sentence.complete and sentence.names and not sentence.pairs:
            yield _copy(sentence, pools, Random(f"{seed}:{number}"))  # noqa: S311  no secret depends on it


def _copy(sentence: Sentence, pools: Pools, rng: Random) -> Sentence:
    text, at = "", 0
    names: list[Span] = []
    for start, end, type_ in sorted(sentence.names):
        name = sentence.text[start:end]
        if rng.random() < SWAP:
            name = rng.choice(rng.choice([pool for pool in pools[type_] if pool]))
        text += sentence.text[at:start]
        names.append((len(text), len(text) + len(name), type_))
        text, at = text + name, end
    return Sentence(text + sentence.text[at:], names, complete=True)
