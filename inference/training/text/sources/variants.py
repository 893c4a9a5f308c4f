"""Copies of training passages with other names in them, or written as headlines are.

The fully labelled sets are small: their organizations are soon memorised. With names of the same type from
elsewhere, only the context and the make of a name are left to learn from. And headlines write Most Words with Capitals,
or ALL, which the sets hardly do.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random

from inference.text.language.sentences import split_sentences
from inference.training.text.sources.passages import Mark, Passage

COPIES = {
    "uner-ewt": 2.0,
    "wikigold": 2.0,
    "wnut17": 0.5,
    "btc": 0.3,
    "current-events": 0.4,
    "redocred-dev": 0.3,
    "annotated": 1.0,
    "patterns": 0.1,
}
"""Copies of each passage of a source; a fraction is a chance."""

_SWAPPED = ("person", "organization")
_SWAP = 0.6
"""Chance that a name is exchanged."""
_STYLES = ("as it is", "headline", "capitals", "small")
_CHANCES = (0.72, 0.14, 0.07, 0.07)
_SMALL_WORD_LIST = "a an and as at but by for from in into of on or over the to with"
_SMALL_WORDS = frozenset(_SMALL_WORD_LIST.split())
_WORD = re.compile(r"[A-Za-z]+")

Pools = Mapping[str, Sequence[str]]


def name_pools(passages: Iterable[Passage], companies: Iterable[str]) -> Pools:
    """Returns the names of each exchanged type that the passages mark, and the companies, sorted."""
    found: dict[str, set[str]] = {kind: set() for kind in _SWAPPED}
    found["organization"].update(companies)
    for passage in passages:
        for mark in passage.marks:
            name = passage.text[mark.start : mark.end]
            if len(mark.types) == 1 and mark.types <= found.keys() and name[0].isupper() and "\n" not in name:
                found[next(iter(mark.types))].add(name)
    return {kind: sorted(names) for kind, names in found.items()}


def variants(passages: Iterable[Passage], pools: Pools, seed: int = 0) -> Iterator[Passage]:
    """Yields the copies, of the sources that `COPIES` names."""
    numbers: dict[str, int] = defaultdict(int)
    for passage in passages:
        numbers[passage.source] += 1
        rng = Random(f"{seed}:{passage.source}:{numbers[passage.source]}")  # noqa: S311  no secret depends on it
        wanted = COPIES.get(passage.source, 0.0)
        for _ in range(int(wanted) + (rng.random() < wanted % 1)):
            copy = _swapped(passage, pools, rng)
            (style,) = rng.choices(_STYLES, _CHANCES)
            copy = _styled(copy, style)
            if copy.text != passage.text:
                yield copy


def _swapped(passage: Passage, pools: Pools, rng: Random) -> Passage:
    """Exchanges names of people and organizations that are named once."""
    if any(len(members) > 1 for members in passage.entities):
        return passage
    text = ""
    at = 0
    moves: list[tuple[int, int]] = [(0, 0)]
    renamed: dict[str, str] = {}
    marks: list[Mark] = []
    for mark in sorted(passage.marks, key=lambda m: m.start):
        text += passage.text[at : mark.start]
        name = passage.text[mark.start : mark.end]
        start, at = len(text), mark.end
        kind = next(iter(mark.types)) if len(mark.types) == 1 else ""
        if kind in pools and name not in renamed:
            renamed[name] = _like(name, rng.choice(pools[kind]), kind) if rng.random() < _SWAP else name
        text += renamed.get(name, name)
        marks.append(Mark(start, len(text), mark.types))
        moves.append((mark.end, len(text) - mark.end))
    text += passage.text[at:]

    def to(place: int) -> int:
        return place + next(shift for end, shift in reversed(moves) if end <= place)

    def moved(span: tuple[int, int]) -> tuple[int, int]:
        by = to(span[0]) - span[0]
        return span[0] + by, span[1] + by

    def stretched(span: tuple[int, int]) -> tuple[int, int]:
        """Returns where a span with names in it begins and ends."""
        return to(span[0]), to(span[1])

    order = sorted(range(len(passage.marks)), key=lambda i: passage.marks[i].start)
    places = {old: new for new, old in enumerate(order)}
    return replace(
        passage,
        text=text,
        marks=tuple(marks),
        bare=tuple(map(moved, passage.bare)),
        silent=tuple(map(moved, passage.silent)),
        entities=tuple(tuple(places[m] for m in members) for members in passage.entities),
        facts=tuple(replace(f, where=tuple(map(moved, f.where))) for f in passage.facts),
        happenings=tuple(replace(h, trigger=stretched(h.trigger)) for h in passage.happenings),
        unread=tuple(map(stretched, passage.unread)),
    )


def _like(old: str, new: str, kind: str) -> str:
    """Returns the new name in the form of the old one: a surname for a surname."""
    return new.rpartition(" ")[2] if kind == "person" and " " not in old else new


def _styled(passage: Passage, style: str) -> Passage:
    """Writes the first sentence as a headline, or in capitals, or all in small letters; no character moves."""
    if style == "as it is":
        return passage
    sentences = split_sentences(passage.text)
    end = sentences[0][1] if style != "small" and sentences else len(passage.text)
    head = passage.text[:end]
    if style == "headline":
        changed = _WORD.sub(lambda m: m[0] if m[0] in _SMALL_WORDS else m[0][0].upper() + m[0][1:], head)
    else:
        changed = "".join(_same_length(c, c.upper() if style == "capitals" else c.lower()) for c in head)
    return replace(passage, text=changed + passage.text[end:])


def _same_length(old: str, new: str) -> str:
    return new if len(new) == 1 else old
