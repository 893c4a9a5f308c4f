"""Relations that the words give to somebody else than the two names.

"Her husband owns the mill" makes no owner of her, a "Seoul-based group's subsidiary" need not be in Seoul, and a film
"directed by Ann Lee and produced by Bo Moe" has one director.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from inference.text.budget import charge
from inference.text.statements.kin import KINSHIP
from inference.text.statements.openings import OWN_KIN, REFERS_BACK, opening_of, tells_of_kin
from inference.text.types import TextMention
from inference.text_extraction.fields import SplitField
from inference.text_extraction.respectively import Scored

_UNITS = 30
_MOST = 160
"""Characters between two names, or after one, that are looked at."""

_OF_PLACES = frozenset({"P17", "P131", "P276", "P30", "P361", "P206", "P706", "P36", "P1376", "P150", "P527"})
_SEAT = "P159"
_RULES = frozenset({"P6", "P35"})
_LEADS = frozenset({"P6", "P35", "P169", "P488"})
_ONE_EACH = frozenset({"P176", "P178", "P169", "P488", "P6", "P35", "P159", "P749", "P57", "P22", "P25"})
"""Relations by which two subjects named together seldom share an object, or two objects a subject."""

_CLEARLY = 0.2
"""By how much surer the rivals of a relation must be to rule it out."""

_BASED = re.compile(r"(?:, [A-Z][\w.]*)?-(?:based|headquartered)\s+(?:[a-z-]+\s+){0,4}")
_CREDITED = re.compile(
    r"\b(directed|written|produced|composed|scored|edited|narrated|shot|designed)\s+by\s+(?:the\s+)?$"
)
_CREDITS = {
    "directed": {"P57"},
    "written": {"P50", "P58"},
    "produced": {"P162"},
    "composed": {"P86"},
    "scored": {"P86"},
}
_BY_TITLE = {
    "P112": r"(?:co-)?founder",
    "P169": r"(?:chief executive(?: officer)?|CEO)",
    "P488": r"chair(?:man|woman|person)?",
}
_TITLED = {
    relation: re.compile(
        rf"\b(?:its|the|their|whose|\w+['’]s)\s+(?:new\s+)?{title},?\s+(?:(?:Dr|Mr|Mrs|Ms|Sir)\.?\s+)?$"  # noqa: RUF001
    )
    for relation, title in _BY_TITLE.items()
}
"""Before a name: the only title that it has there."""

_UNDER_A_HEAD = re.compile(
    r"\b(?!(?:prime|chief|first)\s)[\w-]+\s+(?:minister|secretary|spokes(?:man|woman|person)|ambassador|envoy|adviser|aide)"
    r",?\s+$",
    re.IGNORECASE,
)
"""Before a name: an office under the head of a government or state."""

_MAKERS = frozenset({"P50", "P57", "P58", "P86", "P161", "P162"})
_ANOTHER = re.compile(r",?\s+and\s+(?:the|an?)\s+(?:[a-z-]+\s+){1,3}$")


def without_others(
    relations: Sequence[Scored], items: Sequence[int], mentions: Sequence[TextMention], field: SplitField
) -> list[Scored]:
    """Returns the relations of a field without those that its words give to somebody else.

    Args:
        relations: The field's relations.
        items: The places of the field's mentions, in reading order.
        mentions: All mentions of the article.
        field: The field.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    if not relations:
        return []
    charge(_UNITS * (len(relations) + len(items)), "comparing names")
    view = _View(items, mentions, field)
    rules: tuple[Callable[[Scored], bool], ...] = (
        view.of_kin,
        view.based_elsewhere,
        view.credited_otherwise,
        view.after_the_leader,
    )
    kept = [row for row in relations if not any(rule(row) for rule in rules)]
    return _without_taken([view.within_one(row) for row in kept], mentions)


class _View:
    """A field's mentions, by sentence and by place."""

    def __init__(self, items: Sequence[int], mentions: Sequence[TextMention], field: SplitField) -> None:
        self._mentions = mentions
        self._text = field.text
        self._field = field
        self._starts = [mentions[item].span.start for item in items]
        self._items = items
        self._sentence_of = {item: field.sentence_at(mentions[item].span.start) for item in items}
        self._named = {(self._sentence_of[item], mentions[item].type, mentions[item].name): item for item in items}

    def _ordered(self, row: Scored) -> tuple[int, int]:
        one, other = row[:2]
        return (one, other) if self._mentions[one].span.start <= self._mentions[other].span.start else (other, one)

    def _between(self, first: int, last: int) -> str:
        return self._text[self._mentions[first].span.end : self._mentions[last].span.start]

    def within_one(self, row: Scored) -> Scored:
        """Returns a relation across sentences as one within a sentence, if one has both names: its words decide."""
        first, last = self._ordered(row)
        start, end = self._sentence_of[first], self._sentence_of[last]
        if row[2] in _OF_PLACES or start == end:
            return row
        opening = opening_of(self._text[slice(*self._field.sentences[end])][:_MOST])
        if opening is not None and opening.type == self._mentions[first].type:
            return row  # the sentence speaks of it by a word
        for away, sentence in ((first, end), (last, start)):
            gone = self._mentions[away]
            there = self._named.get((sentence, gone.type, gone.name))
            if there is not None:
                stays = last if away == first else first
                return (there, stays, *row[2:]) if away == row[0] else (stays, there, *row[2:])
        return row

    def of_kin(self, row: Scored) -> bool:
        """Returns whether what is said of somebody's kin is taken for something about himself."""
        first, last = self._ordered(row)
        one = self._mentions[first]
        if row[2] in KINSHIP and not self._somebody_between(first, last):
            return False
        if self._sentence_of[first] == self._sentence_of[last]:
            between = self._between(first, last)[:_MOST]
            owns = one.text.endswith(("'s", "’s")) or between[:1] in {"'", "’", ","}  # noqa: RUF001
            match = OWN_KIN.match(between)
            return one.type == "person" and owns and match is not None and not REFERS_BACK.search(between, match.end())
        return tells_of_kin(self._text, *self._field.sentences[self._sentence_of[last]])

    def _somebody_between(self, first: int, last: int) -> bool:
        """Returns whether the sentence of the second name has another person between the two."""
        start = max(self._mentions[first].span.end, self._field.sentences[self._sentence_of[last]][0])
        between = range(bisect_left(self._starts, start), bisect_left(self._starts, self._mentions[last].span.start))
        return any(self._mentions[self._items[at]].type == "person" for at in between)

    def based_elsewhere(self, row: Scored) -> bool:
        """Returns whether a place is the seat of the name that follows it: "Seoul-based Acme"."""
        if row[2] != _SEAT:
            return False
        subject, place = self._mentions[row[0]], self._mentions[row[1]]
        match = _BASED.match(self._text, place.span.end, place.span.end + _MOST)
        if match is None:
            return False
        at = bisect_left(self._starts, match.end())
        if at == len(self._starts) or self._starts[at] != match.end():
            return False
        follower = self._mentions[self._items[at]]
        return follower.type == subject.type and follower.name != subject.name

    def credited_otherwise(self, row: Scored) -> bool:
        """Returns whether the words before a name say that it did another part of the work."""
        if row[2] not in _MAKERS and row[2] not in _TITLED and row[2] not in _RULES:
            return False
        start = self._mentions[row[1]].span.start
        if row[2] in _TITLED:
            before = self._text[max(0, start - 50) : start]
            return any(title.search(before) for relation, title in _TITLED.items() if relation != row[2])
        if row[2] in _RULES:
            return _UNDER_A_HEAD.search(self._text[max(0, start - 50) : start]) is not None
        match = _CREDITED.search(self._text[max(0, start - 30) : start])
        return match is not None and row[2] not in _CREDITS.get(match[1], set())

    def after_the_leader(self, row: Scored) -> bool:
        """Returns whether somebody else is named as the leader first: "the mayor of York, Ann Lee, and the actor"."""
        first, last = self._ordered(row)
        if row[2] not in _LEADS or first != row[0] or not _ANOTHER.search(self._between(first, last)[-60:]):
            return False
        return self._somebody_between(first, last)


def _without_taken(relations: Sequence[Scored], mentions: Sequence[TextMention]) -> list[Scored]:
    """Returns the relations without those whose two names are each surer to belong to another one."""
    of_subject: dict[tuple[str, str], dict[str, float]] = {}
    of_object: dict[tuple[str, str], dict[str, float]] = {}
    for subject, object_, relation, score, _ in relations:
        if relation in _ONE_EACH:
            one, other = mentions[subject].name, mentions[object_].name
            for known, key, name in ((of_subject, (relation, one), other), (of_object, (relation, other), one)):
                best = known.setdefault(key, {})
                best[name] = max(score, best.get(name, 0.0))

    def taken(row: Scored) -> bool:
        subject, object_, relation, score, _ = row
        one, other = mentions[subject].name, mentions[object_].name
        return all(
            any(name != mine and best >= score + _CLEARLY for name, best in known.get(key, {}).items())
            for known, key, mine in ((of_subject, (relation, one), other), (of_object, (relation, other), one))
        )

    return [row for row in relations if not taken(row)]
