"""Dates in an English text, resolved from the day of publication, if they can mean only one day, month or year.

Ambiguous dates stay text: "03/04/2025", "next Friday" on a Monday, "in May" half a year away, "yesterday" within
quotation marks. No library does it: dateparser guesses where an editor would ask.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from inference.text.budget import charge
from inference.text.values.calendar import (
    WEEKDAYS,
    DateValue,
    a_day,
    as_date,
    as_interval,
    as_month,
    as_year,
    day_without_year,
    days_from,
    month_number,
    month_without_year,
    months_from,
    quarter,
    week_of,
    weekday_of,
)
from inference.text.values.found import FoundValue, without_overlaps
from inference.text.values.tense import direction

_M = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_D = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_Y = r"(?:1[0-9]\d\d|20\d\d)"
_W = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_TO = r"\s?(?:-|–|—|to|until|through)\s?"  # noqa: RUF001
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_N = rf"(?:\d{{1,3}}|an?|{'|'.join(_NUMBERS)})"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_IN_MONTH = r"(?i:in|since|until|during|last|this|next|early|late|mid)|by|from"
_IN_YEAR = r"(?i:in|since|until|till|before|after|during|early|late|mid)|by|of|born"
_QUARTER = rf"(?P<o>(?i:{'|'.join(_ORDINALS)}))[ -]quarter|Q(?P<q>[1-4])"

_TRIGGERS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "day", "morrow", "onight"),
    *("last ", "Last ", "this ", "This ", "next ", "Next ", " ago", "quarter", "Q1", "Q2", "Q3", "Q4", "century"),
)
"""Every date contains one of these, or a year. Finding plain text is many times faster than matching a pattern."""
_YEAR = re.compile(r"[12]\d\d\d")
_QUOTATION = 1000
"""Characters before a date that are searched for an open quotation, within its paragraph."""
_WIDTH = 56
"""Characters around a trigger within which a whole date lies."""
_CANDIDATE_UNITS = 60
"""Units of work that deciding on a candidate costs, most of it for the tense around it."""

_NO_DAY = re.compile(
    r"\s++(?:[a-z]++ )?(?:attacks?|massacres?|uprising|revolution|coup|insurrection|movement|riots?|committee|"
    r"anniversary|protests|memorial|commission)\b|\s*+(?:,\s*+)?\d|'",
    re.IGNORECASE,
)
_NAME_AFTER = re.compile(r"\s(?!(?:The|In|On|A|An|But)\b)[A-Z]")
_NAME_BEFORE = re.compile(r"\b(?:Black|Good|Super|Ash|Palm|Easter|Bloody|Cyber|Holy|Red|Giving|Fat|Sheffield)\s$")
_MONEY = re.compile(
    r"\b(?:profits?|revenues?|sales|earnings|GDP|growth|grew|economy|results|income|shares|losses|loss|debt)\b",
    re.IGNORECASE,
)
_DURATION = re.compile(r"\b(?:the|over|past|every|each|for|in the)\s$", re.IGNORECASE)
_VAGUE = re.compile(r"\b(?:than|about|around|nearly|almost|over|some|least|roughly|approximately|or)\s$", re.IGNORECASE)
_NO_YEAR = re.compile(r"(?:,?\d|\.\d|\s?(?:%|BC|km|m\b|kg|ft))|\s(?:percent|metres|meters|dollars)")
_BEFORE_WEEKDAY = re.compile(r"\b(?:on|late|early|since|and|,)\s$|^$|[.\n]\s*$", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"\b([a-z]+)\s$")
_BEFORE_CHRIST = re.compile(r"\s(?:BC|B\.C\.)")
_PLURAL = re.compile(r"\s(?:[a-z]+ )?(?:people|[a-z]{3,}s)\b(?<!was)(?<!has)")

Anchor = date | None
Handler = Callable[[str, "re.Match[str]", Anchor], DateValue | None]


def find_dates(text: str, anchor: Anchor) -> list[FoundValue]:
    """Returns the dates of a text in reading order.

    Args:
        text: The text.
        anchor: The day of publication, if known; without it, only complete dates are found.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    found: list[FoundValue] = []
    refused: list[FoundValue] = []
    charge(len(text), "finding dates")
    for start, end in _stretches(text):
        charge(2 * (end - start), "finding dates")
        for pattern, handler in _RULES:
            for match in pattern.finditer(text, start, end):
                charge(_CANDIDATE_UNITS, "finding dates")
                day = handler(text, match, anchor)
                place = match.span("d") if "d" in pattern.groupindex else match.span()
                if day:
                    found.append(FoundValue(*place, *day))
                else:
                    # Part of a rejected match must not count as a date: "2025" of "31 February 2025".
                    refused.append(FoundValue(*place, "", ""))
    return [value for value in without_overlaps(found + refused) if value.value]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yields the stretches of a text that may contain dates: around years and `_TRIGGERS`."""
    places = [match.start() for match in _YEAR.finditer(text)]
    for trigger in _TRIGGERS:
        place = text.find(trigger)
        while place >= 0:
            places.append(place)
            place = text.find(trigger, place + 1)
    begin = stop = -1
    for place in sorted(places):
        if place - _WIDTH > stop:
            if stop >= 0:
                yield begin, stop
            begin = max(0, place - _WIDTH)
        stop = min(len(text), place + _WIDTH)
    if stop >= 0:
        yield begin, stop


def _quoted(text: str, start: int) -> bool:
    """Returns whether a position is within a quotation: the speaker's "yesterday" is not the article's."""
    before = text[max(0, start - _QUOTATION) : start].rpartition("\n")[2]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _number(text: str) -> int:
    text = text.lower()
    return int(text) if text.isdigit() else 1 if text in {"a", "an"} else _NUMBERS.index(text) + 1


def _day_number(text: str) -> int:
    return int(text.rstrip("stndrh"))


def _weekday(name: str | None) -> int | None:
    return WEEKDAYS.index(name.lower()) if name else None


def _full(text: str, match: re.Match[str], anchor: Anchor) -> DateValue | None:
    """Returns the value of a day and month, with or without year or weekday."""
    month, day, weekday = month_number(match["m"]), _day_number(match["n"]), _weekday(match["w"])
    if match["y"]:
        found = a_day(int(match["y"]), month, day)
        return as_date(found) if found and weekday in {None, found.weekday()} else None
    if anchor is None or _quoted(text, match.start()) or _NO_DAY.match(text, match.end()):
        return None
    # "In March 15 people …"
    if text[max(0, match.start() - 3) : match.start()].lower() == "in ":
        return None
    found = day_without_year(month, day, weekday, anchor, direction(text, *match.span()))
    return as_date(found)


def _days(text: str, match: re.Match[str], anchor: Anchor) -> DateValue | None:
    """Returns an interval of days of one month."""
    year = int(match["y"]) if match["y"] else None
    month = month_number(match["m"])
    first, last = _day_number(match["n"]), _day_number(match["o"])
    if year is None:
        if anchor is None or _quoted(text, match.start()):
            return None
        near = day_without_year(month, first, None, anchor, direction(text, *match.span()))
        year = near.year if near else None
    begin, end = (a_day(year, month, n) if year else None for n in (first, last))
    return as_interval(begin.isoformat(), end.isoformat()) if begin and end and begin < end else None


def _month(text: str, match: re.Match[str], anchor: Anchor) -> DateValue | None:
    which, month = match["p"].lower(), month_number(match["m"])
    if anchor is None or _quoted(text, match.start()) or _NAME_AFTER.match(text, match.end()):
        return None
    if which in {"last", "next"}:
        # "Last March" may be this year's or the last year's, once this year's is over.
        behind = (anchor.month - month) % 12
        ahead = (month - anchor.month) % 12
        if which == "last":
            return months_from(anchor, -behind) if 0 < behind <= 6 else None  # noqa: PLR2004 - half a year
        return months_from(anchor, ahead) if ahead > 6 else None  # noqa: PLR2004
    if which == "this":
        return as_month(anchor.year, month)
    return month_without_year(month, anchor, "past" if which == "since" else direction(text, *match.span()))


def _weekday_alone(text: str, match: re.Match[str], anchor: Anchor) -> DateValue | None:
    start, end = match.span()
    if (
        anchor is None
        or _quoted(text, start)
        or _NAME_AFTER.match(text, end)
        or _NAME_BEFORE.search(text, max(0, start - _WIDTH), start)
    ):
        return None
    weekday = WEEKDAYS.index(match["w"].lower())
    if match["k"]:
        weeks = {"last": -1, "this": 0, "next": 1}[match["k"]]
        return as_date(days_from(anchor, 7 * weeks + weekday - anchor.weekday()))
    which = (match["p"] or "").lower()
    if not which and not _BEFORE_WEEKDAY.search(text[max(0, start - 8) : start]):
        before = _WORD_BEFORE.search(text[max(0, start - _WIDTH) : start])
        if before is None or before[1] in {"a", "every", "each", "per", "any", "the", "one"}:
            return None
    if which == "the" or text[end : end + 1] == "s":
        return None
    found = weekday_of(weekday, anchor, which, direction(text, start, end))
    return as_date(found)


def _near_day(text: str, match: re.Match[str], anchor: Anchor) -> DateValue | None:
    word = match["t"].lower()
    if anchor is None or _quoted(text, match.start()):
        return None
    if word == "today" and (match.end() < len(text) and text[match.end()] in "'’"):  # noqa: RUF001
        return None
    if word in {"today", "this morning"} and direction(text, *match.span()) == "":
        return None
    days = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(word, 0)
    return as_date(days_from(anchor, days))


def _ago(text: str, match: re.Match[str], anchor: Anchor) -> DateValue | None:
    if (
        anchor is None
        or _quoted(text, match.start())
        or _VAGUE.search(text, max(0, match.start() - _WIDTH), match.start())
    ):
        return None
    count, unit = _number(match["c"]), match["u"]
    if unit in {"day", "week"}:
        return as_date(days_from(anchor, -count * (7 if unit == "week" else 1)))
    if unit == "month":
        return months_from(anchor, -count)
    return as_year(anchor.year - count)


def _period(text: str, match: re.Match[str], anchor: Anchor) -> DateValue | None:
    if (
        anchor is None
        or _quoted(text, match.start())
        or _DURATION.search(text, max(0, match.start() - _WIDTH), match.start())
    ):
        return None
    step = {"last": -1, "this": 0, "next": 1}[match["p"].lower()]
    unit = match["u"]
    if unit == "week":
        return week_of(anchor, step)
    if unit == "weekend":
        return week_of(anchor, step, 5, 6)
    return months_from(anchor, step) if unit == "month" else as_year(anchor.year + step)


def _year(text: str, match: re.Match[str], anchor: Anchor) -> DateValue | None:
    year = int(match["y"])
    latest = (anchor.year if anchor else date.max.year) + 100
    if year > latest or _NO_YEAR.match(text, match.end()):
        return None
    firm = match["p"].lower() in {"in", "since", "until", "till", "during"}
    return None if _PLURAL.match(text, match.end()) and not (firm and 1900 <= year <= latest) else as_year(year)  # noqa: PLR2004


def _years(_text: str, match: re.Match[str], _anchor: Anchor) -> DateValue | None:
    first, last = int(match["y"]), match["z"]
    end = int(last) if len(last) == 4 else first - first % 100 + int(last)  # noqa: PLR2004
    return as_interval(f"{first:04d}", f"{end:04d}") if first < end < first + 150 else None


def _quarter(text: str, match: re.Match[str], anchor: Anchor) -> DateValue | None:
    number = int(match["q"]) if match["q"] else _ORDINALS[match["o"].lower()]
    if match["y"]:
        return quarter(int(match["y"]), number)
    if anchor is None or _quoted(text, match.start()):
        return None
    if match["l"]:
        return quarter(anchor.year - (match["l"] == "last"), number)
    around = text[max(0, match.start() - 120) : match.end() + 120]
    if not _MONEY.search(around):  # of a game, perhaps
        return None
    tense = direction(text, *match.span())
    now = (anchor.month + 2) // 3
    if tense == "past":
        return quarter(anchor.year - (number > now), number)
    return quarter(anchor.year + (number < now), number) if tense == "future" else None


def _century(text: str, match: re.Match[str], _anchor: Anchor) -> DateValue | None:
    number = int(match["c"])
    return None if _BEFORE_CHRIST.match(text, match.end()) or not 1 < number <= 21 else (f"{number - 1:02d}XX", "edtf")  # noqa: PLR2004


def _iso(_text: str, match: re.Match[str], _anchor: Anchor) -> DateValue | None:
    found = a_day(int(match["y"]), int(match["m"]), int(match["n"]))
    return as_date(found)


def _numeric(_text: str, match: re.Match[str], _anchor: Anchor) -> DateValue | None:
    one, other, year = int(match["a"]), int(match["b"]), int(match["y"])
    days = {found for found in (a_day(year, one, other), a_day(year, other, one)) if found}
    return as_date(days.pop()) if len(days) == 1 else None


def _month_of_year(_text: str, match: re.Match[str], _anchor: Anchor) -> DateValue | None:
    return as_month(int(match["y"]), month_number(match["m"]))


def _decade(_text: str, match: re.Match[str], _anchor: Anchor) -> DateValue | None:
    return f"{match['y'][:3]}X", "edtf"


_RULES: tuple[tuple[re.Pattern[str], Handler], ...] = tuple(
    (re.compile(pattern), handler)
    for pattern, handler in (
        (r"(?<![\d-])(?P<y>[12]\d{3})-(?P<m>0[1-9]|1[0-2])-(?P<n>0[1-9]|[12]\d|3[01])(?![\d-])", _iso),
        (r"(?<![\d/.])(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y>[12]\d{3})(?![\d/])", _numeric),
        (rf"\b(?P<n>{_D}){_TO}(?P<o>{_D})\s(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?\b", _days),
        (rf"\b(?P<m>{_M})\s(?P<n>{_D}){_TO}(?P<o>{_D})\b(?:,?\s(?P<y>{_Y})\b)?", _days),
        (
            rf"(?<![\d:.,-])\b(?:(?P<w>{_W}),?\s)?(?P<n>{_D})\s(?:of\s)?(?P<m>{_M})(?:,?\s(?P<y>{_Y}))?\b(?![-/]\d)",
            _full,
        ),
        (rf"\b(?:(?P<w>{_W}),?\s)?(?P<m>{_M})\s(?P<n>{_D})\b(?!\s?[-–:%]|[,.]\d)(?:,?\s(?P<y>{_Y})\b)?", _full),  # noqa: RUF001
        (rf"\b(?P<m>{_M}),?\s(?:of\s)?(?P<y>{_Y})\b(?![-,]\d)", _month_of_year),
        (
            rf"\b(?P<p>{_IN_MONTH})[ -](?P<d>(?P<m>{_M}))(?![a-z])(?!\s\d|-)",
            _month,
        ),
        (
            rf"\b(?:(?P<p>[Ll]ast|[Tt]his|[Nn]ext|[Tt]he)\s)?(?P<w>{_W})(?:\s(?:of\s)?(?P<k>last|this|next)\sweek)?\b",
            _weekday_alone,
        ),
        (r"\b(?P<t>[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight|[Ll]ast night|[Tt]his morning)\b", _near_day),
        (rf"\b(?P<c>(?i:{_N}))\s(?P<u>day|week|month|year)s?\sago\b", _ago),
        (r"\b(?P<p>[Ll]ast|[Tt]his|[Nn]ext)\s(?P<u>weekend|week|month|year)\b", _period),
        (
            rf"\b(?P<y>{_Y})(?:{_TO}|\sand\s(?<=etween \d{{4}} and ))(?P<z>{_Y}|\d\d)\b(?![-/,]\d|\s?%)",
            _years,
        ),
        (
            rf"\b(?P<p>{_IN_YEAR})[ -](?P<d>(?P<y>{_Y}))\b(?!s)",
            _year,
        ),
        (
            rf"\b(?:{_QUARTER})\b(?:\s(?:of\s)?(?:(?P<y>{_Y})|(?P<l>last|this)\syear))?",
            _quarter,
        ),
        (r"\b(?P<y>1[4-9]\d0|20[0-2]0)s\b", _decade),
        (r"\b(?P<c>\d{1,2})(?:st|nd|rd|th)[ -]century\b", _century),
    )
)
