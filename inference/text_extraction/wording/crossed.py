"""Relations that cross two others: each clause has its own pair of names, and the model pairs one's with the other's.

"Ann Lee works for Acme, while Bo Moe works for Beta" makes no employee of Acme of Bo Moe. If a model
says of two people that they were born in a town, the surer one was, unless the two are listed.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest
from operator import itemgetter

from inference.text.budget import charge
from inference.text.types import TextMention
from inference.text_extraction.fields import SplitField
from inference.text_extraction.respectively import Scored

_ONE_BEARER = frozenset({"P19", "P20"})
"""Relations to a place that a sentence states of one person, unless it lists several."""

_MADE = frozenset({"P50", "P57", "P58", "P86"})
"""Who made a work in which way: one kind, for a model takes the writer of one film for the composer of the next."""

_PAIRED = _MADE | {
    "P69",
    "P108",
    "P112",
    "P127",
    "P169",
    "P176",
    "P178",
    "P488",
    "P6",
    "P35",
    "P159",
    "P54",
    "P22",
    "P25",
}
"""Relations of which two clauses seldom share a name without saying so."""

_LEAST = 0.5
"""Least score of each of the two relations that a third one crosses."""

_SURER = 0.1
"""By how much both of them together must be surer than twice the third, and one bearer surer than another."""

_MOST = 4
"""Relations of a name that are compared: the surest."""

_UNITS = 20
"""Units of work that a relation costs."""

_LONGEST = 200
"""Characters between two pairs of names that are looked at."""

_LISTED = re.compile(r"(?:[,&\s]|\band\b|\bas well as\b)*")
_APART = re.compile(r"[;,.:]|\b(?:and|but|while|whereas|as|than|not)\b")

_Of = Mapping[tuple[str, bool, int], Sequence[Scored]]
"""The surest relations by kind, whether the name is the object, and the place of its mention."""


def without_crossed(relations: Sequence[Scored], mentions: Sequence[TextMention], field: SplitField) -> list[Scored]:
    """Returns the relations of a field without those that cross two surer ones, and without all but one bearer.

    Args:
        relations: The field's relations.
        mentions: All mentions of the article.
        field: The field.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    if len(relations) < 2:  # noqa: PLR2004
        return [*relations]
    charge(_UNITS * len(relations), "comparing pairs of names")
    bearers = _bearers(relations)
    found = _by_mention(relations)

    def stays(row: Scored) -> bool:
        if row[2] in _ONE_BEARER:
            best = bearers[row[2], row[1]]
            return row[3] + _SURER > best[3] or _listed(mentions[row[0]], mentions[best[0]], field.text)
        return row[2] not in _PAIRED or not _crosses(row, found, mentions, field.text)

    return [row for row in relations if stays(row)]


def _bearers(relations: Sequence[Scored]) -> dict[tuple[str, int], Scored]:
    """Returns the surest relation to each place, by the place's mention."""
    best: dict[tuple[str, int], Scored] = {}
    for row in relations:
        key = row[2], row[1]
        if row[2] in _ONE_BEARER and (key not in best or row[3] > best[key][3]):
            best[key] = row
    return best


def _listed(one: TextMention, other: TextMention, text: str) -> bool:
    """Returns whether only a comma or "and" stands between two names, or they are one."""
    if one.name == other.name:
        return True
    first, last = sorted((one.span, other.span), key=lambda span: span.start)
    return _LISTED.fullmatch(text[first.end : min(last.start, first.end + _LONGEST)]) is not None


def _kind(relation: str) -> str:
    return "made" if relation in _MADE else relation


def _by_mention(relations: Sequence[Scored]) -> _Of:
    found: dict[tuple[str, bool, int], list[Scored]] = defaultdict(list)
    for row in relations:
        if row[2] in _PAIRED and row[3] >= _LEAST:
            found[_kind(row[2]), False, row[0]].append(row)
            found[_kind(row[2]), True, row[1]].append(row)
    return {key: nlargest(_MOST, rows, key=itemgetter(3)) for key, rows in found.items()}


def _crosses(row: Scored, found: _Of, mentions: Sequence[TextMention], text: str) -> bool:
    """Returns whether both mentions of a relation have a surer one of their own, each pair in words of its own."""
    subject, object_, relation, score, _ = row
    kind = _kind(relation)
    return any(
        mentions[one[1]].name != mentions[object_].name
        and mentions[other[0]].name != mentions[subject].name
        and one[3] + other[3] >= 2 * score + _SURER
        and _apart(one, other, mentions, text)
        for one in found.get((kind, False, subject), ())
        for other in found.get((kind, True, object_), ())
    )


def _apart(one: Scored, other: Scored, mentions: Sequence[TextMention], text: str) -> bool:
    """Returns whether the two names of one relation stand before both of the other, with more than blanks between."""
    spans = [sorted((mentions[end].span for end in row[:2]), key=lambda span: span.start) for row in (one, other)]
    (_, end), (begin, _) = sorted(spans, key=lambda pair: pair[0].start)
    if end.end > begin.start:
        return False
    return _APART.search(text[end.end : min(begin.start, end.end + _LONGEST)]) is not None
