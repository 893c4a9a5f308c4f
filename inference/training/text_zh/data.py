"""The Chinese sets: sentences with their names and relations, and how completely they are annotated.

UNER-GSDSimp (CC BY-SA 4.0) marks every person, organisation and place of its sentences. FinRE (MIT) names two companies
of a sentence and their relation: its sentences may have other names, so unmarked words are left open, except function
words. Weibo NER is for measuring only.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

Span = tuple[int, int, str]
"""(first character, end, type); the type is "" where the set does not give it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names of a sentence, by their place in its `names`, and what FinRE says of them.

    Attributes:
        head: The first name.
        tail: The other.
        relations: Those of FinRE's relations that hold; empty for `unknown`.
    """

    head: int
    tail: int
    relations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its annotation.

    Attributes:
        text: Its characters.
        names: The names marked in it.
        complete: Whether it holds no other names.
        pairs: The pairs of names whose relation is known.
    """

    text: str
    names: list[Span]
    complete: bool
    pairs: list[Pair] = field(default_factory=list)


_UNER = {"PER": "person", "ORG": "organization", "LOC": "location"}
_WEIBO = {"PER.NAM": "person", "ORG.NAM": "organization", "LOC.NAM": "location", "GPE.NAM": "location"}


def read_uner(path: Path) -> list[Sentence]:
    """Reads a UNER file: `# text = …`, then a token a line with its BIO label in the third column."""
    sentences = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = block.splitlines()
        text = next((line.removeprefix("# text = ") for line in lines if "# text = " in line), "")
        tokens = [line.split("\t") for line in lines if "\t" in line]
        if tokens:
            spans, at = [], 0
            for token in tokens:
                at = text.index(token[1], at)
                spans.append((at, at + len(token[1])))
                at += len(token[1])
            names = _names(spans, [token[2] for token in tokens], _UNER)
            sentences.append(Sentence(text, names, complete=True))
    return sentences


def read_weibo(path: Path) -> list[Sentence]:
    """Reads a Weibo NER file, a character and its label a line. Names only, no nominal mentions."""
    sentences = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [line.rsplit("\t", 1) for line in block.splitlines() if "\t" in line]
        text = "".join(row[0][0] for row in rows)
        if text:
            names = _names([(i, i + 1) for i in range(len(text))], [row[1] for row in rows], _WEIBO)
            sentences.append(Sentence(text, names, complete=True))
    return sentences


def _names(spans: list[tuple[int, int]], labels: list[str], types: dict[str, str]) -> list[Span]:
    names: list[Span] = []
    before = "O"
    for (start, end), label in zip(spans, labels, strict=True):
        type_ = types.get(label[2:])
        if type_ and label[0] == "I" and before[2:] == label[2:]:
            names[-1] = (names[-1][0], end, type_)
        elif type_:
            names.append((start, end, type_))
        before = label
    return names


def read_finre(path: Path) -> list[Sentence]:
    """Reads a FinRE file: head, tail, relation, sentence. Each sentence comes once, with all its pairs."""
    pairs: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            head, tail, relation, text = map(_numbered, line.split("\t"))
            pairs[text][head, tail].add(relation)
    return [_finre_sentence(text, given) for text, given in pairs.items()]


def _numbered(text: str) -> str:
    """Puts numbers back where FinRE has removed them."""
    return text.replace("<N>年", "2012年").replace("<N>", "30")


def _finre_sentence(text: str, given: dict[tuple[str, str], set[str]]) -> Sentence:
    places = _places(text, {name for pair in given for name in pair})
    names = sorted({(start, end, "") for found in places.values() for start, end in found})
    pairs = []
    for (head, tail), relations in given.items():
        options = [(abs(h[0] - t[0]), h, t) for h in places[head] for t in places[tail] if h != t]
        if options:
            _, h, t = min(options)
            known = frozenset(relations - {"unknown"})
            pairs.append(Pair(names.index((*h, "")), names.index((*t, "")), known))
    return Sentence(text, names, complete=False, pairs=pairs)


def _places(text: str, names: set[str]) -> dict[str, list[tuple[int, int]]]:
    """Returns where each name occurs; of two that overlap, the longer one counts."""
    places: dict[str, list[tuple[int, int]]] = {name: [] for name in names}
    taken: list[tuple[int, int]] = []
    for name in sorted(names, key=lambda name: (-len(name), name)):
        for match in re.finditer(re.escape(name), text):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                places[name].append(match.span())
                taken.append(match.span())
    return places
