"""Dates in a Chinese text, resolved from the day of publication, if they can mean only one day, month or year."""

import re
from datetime import date

from inference.text.budget import charge
from inference.text.values.calendar import (
    DateValue,
    a_day,
    as_date,
    as_month,
    as_year,
    day_without_year,
    days_from,
    week_of,
)
from inference.text.values.found import FoundValue, without_overlaps

_YEARS = {"前": -2, "去": -1, "今": 0, "本": 0, "明": 1}
_MONTHS = {"上": -1, "上个": -1, "上個": -1, "本": 0, "这个": 0, "這個": 0, "下": 1, "下个": 1, "下個": 1}
_DAYS = {"前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "後": 2}
_WEEKS = {"上": -1, "上个": -1, "上個": -1, "本": 0, "这": 0, "這": 0, "下": 1, "下个": 1, "下個": 1}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_LAST_MONTH = 12

_D, _M = r"[12]\d|3[01]|0?[1-9]", r"1[0-2]|0?[1-9]"
_NO_DAY, _NO_MONTH = "(?![线線])", "(?!份?[前后後]|球|亮)"
_PATTERN = re.compile(
    rf"(?<![\d.])(?P<y>[12]\d{{3}})年(?!代|[前后後])(?:(?P<m>{_M})月{_NO_MONTH}(?:(?P<d>{_D})[日号號]{_NO_DAY})?)?"
    rf"|(?P<ry>[前去今本明])年(?:(?P<rm>{_M})月{_NO_MONTH}(?:(?P<rd>{_D})[日号號]{_NO_DAY})?)?"
    rf"|(?<![\d.])(?P<om>{_M})月(?P<od>{_D})[日号號]"
    rf"|(?P<mm>上个|上個|下个|下個|这个|這個|上|本|下)月(?:(?P<md>{_D})[日号號])?"
    r"|(?P<rw>上个|上個|下个|下個|这|這|上|本|下)(?:周|週|星期|礼拜|禮拜)(?P<w>[一二三四五六日天])?"
    r"|(?P<near>[前昨今明后後])[天日](?!报|報|头|頭)"
)
_SAID = re.compile(r"[“「『\"][^”」』\"\n]{0,200}$")
_SPOKEN = 202
"""Characters before a date that `_SAID` may cover; a search from the beginning of the text would be quadratic."""
_CANDIDATE_UNITS = 10
"""Units of work that deciding on a candidate costs."""


def find_dates(text: str, anchor: date | None) -> list[FoundValue]:
    """Returns the dates of a text in reading order.

    Args:
        text: The text, in simplified or traditional characters.
        anchor: The day of publication, if known; without it, only dates with a year are found.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    found = []
    charge(len(text), "finding dates")
    for match in _PATTERN.finditer(text):
        charge(_CANDIDATE_UNITS, "finding dates")
        day = _named(match) if match["y"] else anchor and _relative(text, match, anchor)
        if day:
            found.append(FoundValue(*match.span(), *day))
    return without_overlaps(found)


def _named(match: re.Match[str]) -> DateValue | None:
    return _day(int(match["y"]), match["m"], match["d"])


def _day(year: int, month: str | None, day: str | None) -> DateValue | None:
    if month is None:
        return as_year(year)
    if day is None:
        return as_month(year, int(month))
    found = a_day(year, int(month), int(day))
    return as_date(found)


def _relative(text: str, match: re.Match[str], anchor: date) -> DateValue | None:
    if match["om"]:
        found = day_without_year(int(match["om"]), int(match["od"]), None, anchor, "")
        return as_date(found)
    if _SAID.search(text, max(0, match.start() - _SPOKEN), match.start()):
        return None  # in a quotation, "yesterday" counts from the day it was spoken
    if match["ry"]:
        return _day(anchor.year + _YEARS[match["ry"]], match["rm"], match["rd"])
    if match["mm"]:
        years, month = divmod(anchor.month - 1 + _MONTHS[match["mm"]], _LAST_MONTH)
        return _day(anchor.year + years, str(month + 1), match["md"])
    if match["near"]:
        return as_date(days_from(anchor, _DAYS[match["near"]]))
    return _week(_WEEKS[match["rw"]], match["w"], anchor)


def _week(weeks: int, weekday: str | None, anchor: date) -> DateValue | None:
    if weekday is None:
        return week_of(anchor, weeks)
    return as_date(days_from(anchor, 7 * weeks + _WEEKDAYS[weekday] - anchor.weekday()))
