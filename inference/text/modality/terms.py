"""The dates between which a sentence says that a fact holds."""

import re
from dataclasses import dataclass
from datetime import date

from inference.text.modality.clause import Clause
from inference.text.values.dates import find_dates

_YEAR = r"(?:1[5-9]|20)\d\d"
_TERM = re.compile(
    rf"(?:\bfrom\s+(?:[A-Z][a-z]+\s+)?({_YEAR})\s+(?:to|until|till|through)\s+(?:[A-Z][a-z]+\s+)?({_YEAR})\b|"
    rf"\bbetween\s+({_YEAR})\s+and\s+({_YEAR})\b|\(?\b({_YEAR})\s*[\u2013-]\s*({_YEAR})\b\)?)"
)
_UNTIL = re.compile(r"\b(?:until|till|up to)\s+(?:the end of\s+)?(?=\d|[A-Z]|last\b|this\b|next\b|yesterday)")
_SINCE = re.compile(
    r"\b(?:from|effective(?: from| on| as of)?|starting(?: on| from| in)?|beginning(?: on| in)?|as of|as from|"
    r"with effect from|takes? (?:office|over|up (?:the|his|her) post) (?:on|in))\s+(?=\d|[A-Z]|next\b|the\b)"
)
_SINCE_PAST = re.compile(r"\bsince\s+(?=\d|[A-Z]|last\b)")
_FUTURE_AT = re.compile(r"\b(?:on|in|next|this|later)\s+(?=\d|[A-Z]|year|month|week)")
_MONTH = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b(\s+\d)?"
)
_NEAR = 100
"""Characters after the second name in which a term belongs to the fact."""


@dataclass(frozen=True, slots=True)
class Term:
    """When a fact is said to hold.

    Attributes:
        since: Its first day, month or year, as ISO 8601; "" if the text does not say.
        until: Its last.
    """

    since: str = ""
    until: str = ""


def term_of(clause: Clause, published: date | None, *, ahead: bool = True) -> Term:
    """Returns the term that a clause states for the fact between its names.

    Args:
        clause: The clause.
        published: The day of publication, from which "Monday" and "January 1" are resolved.
        ahead: Whether a day to come, of which nothing says that it begins then, is the first one of the fact.
    """
    words = clause.between + clause.after[:_NEAR]
    if match := _TERM.search(words):
        first, last = [group for group in match.groups() if group][:2]
        if first <= last:
            return Term(first, last)
    until = _after(_UNTIL, words, published)
    since = _to_come(_after(_SINCE, words, published), words, published) or _gone(
        _after(_SINCE_PAST, words, published), published
    )
    if ahead and not since and published:
        later = _after(_FUTURE_AT, clause.after[:_NEAR], published)
        since = later if is_after(later, published) else ""
    return Term(since, until)


def _gone(since: str, published: date | None) -> str:
    """Returns the last such day or month: what has been so "since May" in a text of March is so since last year's."""
    return f"{int(since[:4]) - 1}{since[4:]}" if is_after(since, published) else since


def _to_come(since: str, words: str, published: date | None) -> str:
    """Returns the next such day where the text names a day without a year, and speaks of the present or the future.

    "Is chief executive from January 1" in a text of March is next year's.
    """
    if len(since) != len("2026-01-01") or published is None or since >= published.isoformat() or since[:4] in words:
        return since
    if not _PRESENT.search(words) or (published - date.fromisoformat(since)).days < _RECENT:
        return since
    year = int(since[:4]) + 1
    return f"{year}{since[4:]}" if since[4:] != "-02-29" else since


_PRESENT = re.compile(r"\b(?:is|are|will|to|becomes?|takes?|names|appoints)\b")
_RECENT = 31
"""Days after which "from January 1" no longer means the one that has just been."""


def is_after(when: str, published: date | None) -> bool:
    """Returns whether a day, month or year lies wholly after the day of publication."""
    return bool(when) and published is not None and when > published.isoformat()[: len(when)]


def _after(pattern: re.Pattern[str], words: str, published: date | None) -> str:
    """Returns the date that follows a pattern at once; "" if none does, or if it is no day, month or year."""
    for match in pattern.finditer(words):
        rest = words[match.end() : match.end() + _NEAR]
        if year := re.match(rf"{_YEAR}\b", rest):
            return year.group(0)
        if month := _MONTH.match(rest):
            rest = f"{'on' if month[1] else 'in'} {rest}"  # "May" alone may be a name
        for found in find_dates(rest, published):
            if found.datatype in {"xsd:date", "xsd:gYearMonth", "xsd:gYear"} and found.start <= len("the "):
                return found.value
    return ""
