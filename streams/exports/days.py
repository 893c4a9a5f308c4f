"""When facts began and ended, as precisely as texts say: a year stays a year."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from streams.desk.history import began
from streams.exports.records import Day
from streams.sink.conversion import millis, millis_of_day

_DATATYPES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
_SHAPE = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)


def day_of(text: str | None) -> Day | None:
    """Returns a year, month or day, or None if there is no such one."""
    if not text or not _SHAPE.fullmatch(text):
        return None
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return None
    return Day(text, _DATATYPES[len(text)])


def moment(time: datetime) -> Day:
    """Returns a time as `xsd:dateTime` in UTC."""
    return Day(iso(time), "xsd:dateTime")


def iso(time: datetime) -> str:
    """Returns a time as ISO 8601 in UTC: `2026-05-04T09:00:00Z`."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def beginning(fact: Mapping[str, Any], stated: Sequence[str]) -> Day:
    """Returns since when a fact is known to hold, as the API does, but as precisely as a text states it.

    Args:
        fact: Its properties.
        stated: The days, months and years from which texts say that it holds, in order.
    """
    said = stated[0] if stated and fact.get("standing") is None else None
    since = began(fact.get("valid_from") or fact["first_seen"], said, fact.get("invalid_at"))
    return _as_stated(since, stated, millis_of_day)


def end(fact: Mapping[str, Any], stated: Sequence[str]) -> Day | None:
    """Returns when a fact ended; None if it did not.

    Args:
        fact: Its properties.
        stated: The days, months and years until which texts say that it held.
    """
    until = fact.get("invalid_at")
    return until and _as_stated(until, stated, lambda day: millis_of_day(day, last=True))


def _as_stated(time: datetime, stated: Sequence[str], begins: Callable[[str], int | None]) -> Day:
    exact = [day for day in stated if begins(day) == millis(time)]
    return (day_of(max(exact, key=len)) if exact else None) or moment(time)
