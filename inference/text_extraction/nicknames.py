"""Joins a name that a model cut at the nickname within it: 'Robert' and 'Bob" Castell' are one mention."""

import re
from collections.abc import Sequence
from itertools import pairwise

from inference.text.types import Field, Span

_OPENS = re.compile(r" [\"“'(]")
_CLOSES = re.compile(r"[\"”')] ")
_OPENED = re.compile(r"\A(?:[^\W\d_][\w.'-]* ){1,3}[\"“'(][^\W\d_][\w-]*\Z")
_CLOSED = re.compile(r"\A[^\W\d_][\w-]*[\"”')] [^\W\d_][\w. '-]*\Z")
_WORD = re.compile(r"\A[^\W\d_][\w-]*\Z")
_LONGEST = 64
"""Characters of the longest part of a name that is joined."""

Part = tuple[Field, Span, str, str]
"""Field, characters, text of the field, and type of a mention."""


def cut_at_nicknames(parts: Sequence[Part]) -> dict[int, tuple[int, Span]]:
    """Returns for each mention that is a part of a cut name: the part that stands for all of it, and the whole's place.

    Args:
        parts: The mentions.
    """
    people = [i for i, (_, span, _, type_) in enumerate(parts) if type_ == "person" and 0 < _size(span) <= _LONGEST]
    people.sort(key=lambda i: (parts[i][0], parts[i][1].start, parts[i][1].end))
    found: dict[int, tuple[int, Span]] = {}
    for first, second in pairwise(people):
        if _halves(parts[first], parts[second]):
            _join(found, parts, (first, second))
    for first, second, third in zip(people, people[1:], people[2:], strict=False):
        if _thirds(parts[first], parts[second], parts[third]):
            _join(found, parts, (first, second, third))
    return found


def _size(span: Span) -> int:
    return span.end - span.start


def _join(found: dict[int, tuple[int, Span]], parts: Sequence[Part], some: tuple[int, ...]) -> None:
    # The last part has the surname.
    whole = Span(parts[some[0]][1].start, parts[some[-1]][1].end)
    found.update((one, (some[-1], whole)) for one in some)


def _between(one: Part, other: Part) -> str:
    """Returns the two characters between two mentions of a field; "" if there are more or fewer."""
    gap = other[1].start - one[1].end
    return one[2][one[1].end : other[1].start] if one[0] == other[0] and gap == len(' "') else ""


def _text(part: Part) -> str:
    return part[2][part[1].start : part[1].end]


def _halves(one: Part, other: Part) -> bool:
    between = _between(one, other)
    if _OPENS.fullmatch(between):
        return bool(_CLOSED.match(_text(other)))
    return bool(_CLOSES.fullmatch(between) and _OPENED.match(_text(one)))


def _thirds(one: Part, nickname: Part, other: Part) -> bool:
    return bool(
        _OPENS.fullmatch(_between(one, nickname))
        and _WORD.match(_text(nickname))
        and _CLOSES.fullmatch(_between(nickname, other))
    )
