"""Sentences as the Chinese model trains on them: units, the tags each may have, and pairs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.text_extraction_zh.units import UnitTokenizer, word_class
from inference.training.text import tags
from inference.training.text_zh.data import Pair, Sentence
from inference.training.text_zh.labels import ENTITY_TYPES, RELATIONS

_EMPTY_WORDS = frozenset(map(word_class, ("p", "m", "t", "r", "x", "d")))
"""Classes of words that are in no name, for sentences whose names are not all marked."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of n units, [CLS] and [SEP] included.

    Attributes:
        ids: int64 [n].
        features: int64 [n].
        allowed: bool [n, T] the tags that agree with what is known.
        pairs: int64 [K, 4] first and last unit of head and tail.
        relations: bool [K, R].
    """

    ids: npt.NDArray[np.int64]
    features: npt.NDArray[np.int64]
    allowed: npt.NDArray[np.bool_]
    pairs: npt.NDArray[np.int64]
    relations: npt.NDArray[np.bool_]


def example(sentence: Sentence, tokenizer: UnitTokenizer) -> Example:
    """Splits a sentence into units; names that begin or end within a unit are extended to all of it."""
    (words,) = tokenizer.words([sentence.text])
    starts, ends = np.array(words.starts), np.array(words.ends)
    first = [int(np.searchsorted(ends, start, side="right")) for start, _, _ in sentence.names]
    last = [int(np.searchsorted(starts, end, side="left")) - 1 for _, end, _ in sentence.names]
    features = np.array([0, *words.cases, 0], np.int64)
    allowed = _allowed(sentence, list(zip(first, last, strict=True)), features)
    pairs = [p for p in sentence.pairs if first[p.head] != first[p.tail]]
    return Example(
        ids=np.array([tokenizer.cls_id, *words.pieces, tokenizer.sep_id], np.int64),
        features=features,
        allowed=allowed,
        pairs=np.array(
            [[1 + x for x in (first[p.head], last[p.head], first[p.tail], last[p.tail])] for p in pairs], np.int64
        ).reshape(-1, 4),
        relations=np.array([_row(pair) for pair in pairs], np.bool_).reshape(-1, len(RELATIONS)),
    )


def _row(pair: Pair) -> list[bool]:
    return [name in pair.relations if pair.relations else name == "unknown" for name in RELATIONS]


def _allowed(
    sentence: Sentence, spans: list[tuple[int, int]], features: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    count = tags.count(len(ENTITY_TYPES))
    allowed = np.zeros((len(features), count), np.bool_)
    allowed[:, 0] = True
    if not sentence.complete:
        allowed[:] = True
        classes = np.where(features > 0, (features - 1) // 4, -1)
        allowed[np.isin(classes, [*_EMPTY_WORDS, -1]), 1:] = False
    for (first, last), (_, _, type_) in zip(spans, sentence.names, strict=True):
        kinds = [ENTITY_TYPES.index(type_)] if type_ else _kinds(features[first + 1 : last + 2])
        allowed[first + 1 : last + 2] = False
        for kind in kinds:
            allowed[first + 1, tags.begin(kind)] = True
            allowed[first + 2 : last + 2, tags.inside(kind)] = True
        # The name ends here: the next unit may not continue it.
        after = last + 2
        if allowed[after].any() and not sentence.complete:
            allowed[after, [tags.inside(kind) for kind in range(len(ENTITY_TYPES))]] = False
    return allowed


def _kinds(features: npt.NDArray[np.int64]) -> list[int]:
    """Returns the possible types of a name of FinRE: a company, or what jieba's dictionary says.

    FinRE's names are companies, except for some people and places.
    """
    classes = {(int(feature) - 1) // 4 for feature in features}
    kinds = [ENTITY_TYPES.index("organization")]
    if classes == {word_class("nr")}:
        kinds.append(ENTITY_TYPES.index("person"))
    return kinds
