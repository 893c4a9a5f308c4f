"""Relations that the words give to somebody else than the two names.

"Her husband owns the mill" makes no owner of her, a "Seoul-based group's subsidiary" need not be in Seoul, and a film
"directed by Ann Lee and produced by Bo Moe" has one director.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from inference.text.budget import charge
from inference.text.statements.kin import KINSHIP
from inference.text.statements.openings import OWN_KIN, REFERS_BACK, RELATIVE, opening_of, tells_of_kin
from inference.text.types import TextMention
from inference.text_extraction.fields import SplitField
from inference.text_extraction.respectively import Scored

_UNITS = 30
_LONGEST = 2000
"""Characters between two names that are looked at."""

_MOST = 160
"""Characters before or after a name that are looked at."""

_OF_PLACES = frozenset({"P17", "P131", "P276", "P30", "P361", "P206", "P706", "P36", "P1376", "P150", "P527"})
_SEAT = "P159"
_RULES = frozenset({"P6", "P35"})
_LEADS = frozenset({"P6", "P35", "P169", "P488"})
_ONE_EACH = frozenset({"P176", "P178", "P169", "P488", "P6", "P35", "P159", "P749", "P57", "P22", "P25"})
"""Relations by which two subjects named together seldom share an object, or two objects a subject."""

_CLEARLY = 0.2
"""By how much surer the rivals of a relation must be to rule it out."""

_IN_BETWEEN = re.compile(r"[.;:]|\b(?!and\b)[a-z]{2,}\b")
"""Between two names: more than the commas and the "and" of a list."""

_SAYS_MORE = re.compile(r"\b(?:is|was|are|were|has|had|marr(?:y|ies|ied)|weds?|who|whose|and\s+(?:his|her|their))\b")
_BASED = re.compile(r"(?:, [A-Z][\w.]*)?-(?:based|headquartered)\s+(?:[a-z-]+\s+){0,4}")
_PART = r"(?:directed|written|produced|composed|scored|edited|narrated|shot|designed)"
_CREDITED = re.compile(rf"\b({_PART}(?:(?:,?\s+and\s+|,\s+){_PART})*)\s+by\s+(?:the\s+)?$")
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

_SYMBOL = re.compile(r"\b(?:symbol|ticker(?:\s+symbol)?)\s+[\"'“‘]?$")  # noqa: RUF001
_SITE = re.compile(
    r"\b(?:plants?|factory|factories|warehouses?|stores?|shops?|branch(?:es)?|mills?|mines?|depots?|refiner(?:y|ies)|"
    r"laborator(?:y|ies)|showrooms?|shipyards?|brewery|data\s+cent(?:er|re)s?),?\s+(?:in|at|near|outside)\s+(?:the\s+)?$"
)
"""Before a place: what is there is no seat."""

_TOLD_THAT = re.compile(
    rf"\b(?:tells?|told|informs?|informed|warns?|warned|assures?|assured|reminds?|reminded)\b[^.;]{{1,80}}?"
    rf"(?P<that>\bthat\b)\s+(?:his|her)\s+(?:[a-z-]+\s+){{0,2}}{RELATIVE},?\s+"
)

_ANY_TITLE = re.compile(
    r"\b(?:headed|led|run|chaired)\s+by\s+(?:[a-z]+\s+){0,3}(?:chief executive(?: officer)?|CEO)\s+$"
)

_UNDER_A_HEAD = re.compile(
    r"\b(?!(?:prime|chief|first)\s)[\w-]+\s+(?:minister|secretary|spokes(?:man|woman|person)|ambassador|envoy|adviser|aide)"
    r",?\s+$",
    re.IGNORECASE,
)
"""Before a name: an office under the head of a government or state."""

_WORDS = re.compile(r"\w+")
_OWN_AFTER = {
    "P169": re.compile(r"[^.;]{0,60}\b(?:chief executive|CEO)\b"),
    "P488": re.compile(r"[^.;]{0,60}\bchair(?:man|woman|person)?\b"),
}
"""After a name: what else it becomes, as in "named its founder, Ann Lee, as chief executive"."""

_FOUNDED_BY = re.compile(r"\bfounded\b[^.;]{0,40}$")
_HEADS_AFTER = re.compile(
    r"[^.;]{0,80}\b(?:prime minister|first minister|chief minister|premier|president|chancellor|governor|mayor)\b",
    re.IGNORECASE,
)

_MAKERS = frozenset({"P50", "P57", "P58", "P86", "P161", "P162"})
_ANOTHER = re.compile(
    r",?\s+and\s+(?:the|an?)\s+(?:(?!chief|executive|chair|president|premier|minister|mayor|governor|head|leader|king|queen)"
    r"[a-z-]+\s+){1,3}$"
)


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
        view.of_a_symbol,
        view.of_a_site,
        view.of_either,
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
        start = self._mentions[first].span.end
        return self._text[start : min(self._mentions[last].span.start, start + _LONGEST)]

    def within_one(self, row: Scored) -> Scored:
        """Returns a relation across sentences as one within a sentence, if one has both names: its words decide."""
        first, last = self._ordered(row)
        start, end = self._sentence_of[first], self._sentence_of[last]
        if row[2] in _OF_PLACES or start == end:
            return row
        begin, stop = self._field.sentences[end]
        opening = opening_of(self._text[begin : min(stop, begin + _MOST)])
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
            if row[2] in KINSHIP and not _SAYS_MORE.search(between):
                return False  # "Ann Lee's sons, Bo and Cy"
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
        if follower.type != subject.type or follower.name == subject.name:
            return False
        listed = self._text[follower.span.end : subject.span.start][:_MOST]
        return subject.span.start < follower.span.start or _IN_BETWEEN.search(listed) is not None

    def credited_otherwise(self, row: Scored) -> bool:
        """Returns whether the words before a name say that it did another part of the work."""
        if row[2] not in _MAKERS and row[2] not in _TITLED and row[2] not in _RULES:
            return False
        start = self._mentions[row[1]].span.start
        end = self._mentions[row[1]].span.end
        before = self._text[max(0, start - _MOST) : start]
        if row[2] in _TITLED:
            titled = any(title.search(before) for relation, title in _TITLED.items() if relation != row[2])
            if row[2] == "P112":
                return (titled or bool(_ANY_TITLE.search(before))) and not _FOUNDED_BY.search(before)
            return titled and not _OWN_AFTER[row[2]].match(self._text, end, end + _MOST)
        if row[2] in _RULES:
            under = _UNDER_A_HEAD.search(before)
            return under is not None and not _HEADS_AFTER.match(self._text, end, end + _MOST)
        match = _CREDITED.search(self._text[max(0, start - 60) : start])
        return match is not None and not any(row[2] in _CREDITS.get(part, ()) for part in _WORDS.findall(match[1]))

    def after_the_leader(self, row: Scored) -> bool:
        """Returns whether somebody else is named as the leader first: "the mayor of York, Ann Lee, and the actor"."""
        first, last = self._ordered(row)
        if row[2] not in _LEADS or first != row[0] or not _ANOTHER.search(self._between(first, last)[-60:]):
            return False
        return self._somebody_between(first, last)

    def of_a_symbol(self, row: Scored) -> bool:
        """Returns whether one of the names is a symbol on an exchange: what it stands for is named beside it."""
        return any(
            _SYMBOL.search(self._text[max(0, self._mentions[end].span.start - _MOST) : self._mentions[end].span.start])
            for end in row[:2]
        )

    def of_a_site(self, row: Scored) -> bool:
        """Returns whether a place is where only a plant or a shop is, and not the seat."""
        start = self._mentions[row[1]].span.start
        return row[2] == _SEAT and _SITE.search(self._text[max(0, start - 60) : start]) is not None

    def of_either(self, row: Scored) -> bool:
        """Returns whether somebody's kin may be that of either of two: "Ann Lee told Bo Moe that his wife"."""
        first, last = self._ordered(row)
        if row[2] not in KINSHIP or self._mentions[first].type != "person":
            return False
        begin, _ = self._field.sentences[self._sentence_of[first]]
        match = _TOLD_THAT.search(self._text, begin, min(self._mentions[last].span.start, begin + _LONGEST))
        if match is None or match.end() != self._mentions[last].span.start:
            return False
        first_at, last_at = bisect_left(self._starts, begin), bisect_left(self._starts, match.start("that"))
        told = {
            self._mentions[self._items[at]].name
            for at in range(first_at, last_at)
            if self._mentions[self._items[at]].type == "person"
        }
        return len(told) > 1 and self._mentions[first].span.start < match.start("that")


def _without_taken(relations: Sequence[Scored], mentions: Sequence[TextMention]) -> list[Scored]:
    """Returns the relations without those whose two names are each surer to belong to another one."""
    best: dict[tuple[str, bool, str], list[tuple[float, str]]] = {}
    for row in relations:
        for key, name in _ends(row, mentions):
            known = {other: score for score, other in best.get(key, ())}
            known[name] = max(row[3], known.get(name, 0.0))
            # The two surest tell of any name whether another one is surer.
            best[key] = sorted(((score, other) for other, score in known.items()), reverse=True)[:2]

    def taken(row: Scored) -> bool:
        ends = _ends(row, mentions)
        return bool(ends) and all(
            any(name != mine and score >= row[3] + _CLEARLY for score, name in best[key]) for key, mine in ends
        )

    return [row for row in relations if not taken(row)]


def _ends(row: Scored, mentions: Sequence[TextMention]) -> list[tuple[tuple[str, bool, str], str]]:
    """Returns each name with what the other end of the relation is, for relations of one each."""
    if row[2] not in _ONE_EACH:
        return []
    one, other = mentions[row[0]].name, mentions[row[1]].name
    return [((row[2], False, one), other), ((row[2], True, other), one)]
