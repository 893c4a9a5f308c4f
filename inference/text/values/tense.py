"""The tense of a clause, past or future, which decides which Monday is meant."""

import re
from typing import Literal

Direction = Literal["past", "future", ""]

_FUTURE = re.compile(
    r"\b(?:will|won't|shall|'ll|going|to be|to (?:meet|visit|hold|vote|travel|speak|begin|start|open|close|attend|"
    r"appear|return|resume|host|launch|decide|sign|arrive|leave|play|face|discuss|announce|release|address)|"
    r"(?:is|are) (?:set|due|scheduled|planned|expected))\b"
)
_UNSURE = re.compile(
    r"\b(?:would|could|might|may|should|plan|plans|proposed|supposed|expects|"
    r"(?<!is )(?<!are )(?:planned|scheduled|due|expected)|until|till|by|if|from)\b"
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|said|told|held|won|began|took|made|became|met|left|went|came|gave|shot|struck|found|fell|"
    r"rose|hit|led|lost|ran|saw|sent|signed|sold|spent|stood|broke|brought|built|caught|drew|flew|fought|got|grew|kept|"
    r"knew|paid|put|quit|spoke|swore|swept|threw|withdrew|wrote|ago|"
    r"(?!planned|proposed|supposed|scheduled|expected)[a-z]{2,}ed)\b"
)
_CLAUSE = re.compile(r"[.!?;:\n]\s|\n")
_REACH = 90
"""Characters examined on each side."""
_NEAR = 6
"""Most words between "will" and a date that it governs: "will be held in Geneva on Monday"."""


def direction(text: str, start: int, end: int) -> Direction:
    """Returns the tense of the clause around a stretch of text; "" if it is unclear.

    The nearest verb before the stretch decides, or else the first after it. Plans, conditions and durations ("would",
    "until") are unclear.
    """
    before = text[max(0, start - _REACH) : start]
    cuts = list(_CLAUSE.finditer(before))
    before = before[cuts[-1].end() :] if cuts else before
    future, unsure, past = (_last(pattern, before) for pattern in (_FUTURE, _UNSURE, _PAST))
    if max(future, unsure, past) >= 0:
        if unsure > max(future, past) or (unsure >= 0 and unsure > future and _near(before, unsure)):
            return ""
        return "future" if future > past or (future >= 0 and _near(before, future)) else "past"
    after = text[end : end + _REACH]
    cut = _CLAUSE.search(after)
    after = after[: cut.start()] if cut else after
    found = [(m.start(), name) for name, p in _SIDES if (m := p.search(after))]
    return min(found)[1] if found else ""


_SIDES: tuple[tuple[Direction, re.Pattern[str]], ...] = (("future", _FUTURE), ("", _UNSURE), ("past", _PAST))


def _last(pattern: re.Pattern[str], text: str) -> int:
    place = -1
    for match in pattern.finditer(text):
        place = match.start()
    return place


def _near(before: str, place: int) -> bool:
    """Returns whether the verb at a position governs the end of the text: few words and no comma are between."""
    between = before[place:]
    return "," not in between and len(between.split()) - 1 <= _NEAR
