"""Calendar words ("Monday", "3 March"), resolved from the day on which an article was published."""

from datetime import MAXYEAR, MINYEAR, date, timedelta

from inference.text.values.tense import Direction

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MAX_DISTANCE = 280
"""Greatest distance in days at which news leaves out the year."""
NEAREST_WITHIN = 60
"""Distance in days up to which a day without a year is the nearest one, whatever the tense."""

DateValue = tuple[str, str]
"""A date's value and datatype."""


def month_number(name: str) -> int:
    """Returns 1 to 12 for a month's name or its abbreviation."""
    return next(i for i, month in enumerate(MONTHS, start=1) if month.startswith(name[:3].lower()))


def a_day(year: int, month: int, day: int) -> date | None:
    """Returns a day; None if there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_from(anchor: date, days: int) -> date | None:
    """Returns the day that is `days` after the anchor; None outside the years 1 to 9999.

    An article may state any time of publication, so that even its "yesterday" may be no day.
    """
    try:
        return anchor + timedelta(days=days)
    except OverflowError:
        return None


def as_date(day: date | None) -> DateValue | None:
    """Returns a day as a value; None for none."""
    return (day.isoformat(), "xsd:date") if day else None


def as_month(year: int, month: int) -> DateValue | None:
    """Returns a month as a value; None outside the years 1 to 9999."""
    return (f"{year:04d}-{month:02d}", "xsd:gYearMonth") if MINYEAR <= year <= MAXYEAR else None


def as_year(year: int) -> DateValue | None:
    """Returns a year as a value; None outside the years 1 to 9999."""
    return (f"{year:04d}", "xsd:gYear") if MINYEAR <= year <= MAXYEAR else None


def as_interval(first: str, last: str) -> DateValue:
    """Returns an interval of days, months or years."""
    return f"{first}/{last}", "edtf"


def day_without_year(month: int, day: int, weekday: int | None, anchor: date, tense: Direction) -> date | None:
    """Returns the day that "3 March" means in an article published on `anchor`; None if the year is ambiguous."""
    years = (anchor.year - 1, anchor.year, anchor.year + 1)
    days = [found for year in years if (found := a_day(year, month, day))]
    days = [found for found in days if weekday is None or found.weekday() == weekday]
    past = max((found for found in days if found <= anchor), default=None)
    future = min((found for found in days if found > anchor), default=None)
    behind = (anchor - past).days if past else MAX_DISTANCE + 1
    ahead = (future - anchor).days if future else MAX_DISTANCE + 1
    if tense == "future":
        return future if ahead <= MAX_DISTANCE else None
    if tense == "past":
        return past if behind <= MAX_DISTANCE else None
    if min(behind, ahead) > NEAREST_WITHIN:
        return None
    return past if behind <= ahead else future


def month_without_year(month: int, anchor: date, tense: Direction) -> DateValue | None:
    """Returns the month that "in March" means; None if the year is ambiguous."""
    behind = (anchor.month - month) % 12
    ahead = (month - anchor.month) % 12
    far, near = MAX_DISTANCE // 30, NEAREST_WITHIN // 30
    if tense == "past" or (not tense and behind <= min(ahead, near)):
        return months_from(anchor, -behind) if behind <= far else None
    if tense == "future" or (not tense and ahead <= near):
        return months_from(anchor, ahead) if ahead <= far else None
    return None


def months_from(anchor: date, months: int) -> DateValue | None:
    """Returns the month that is `months` after the anchor's; None outside the years 1 to 9999."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return as_month(year, month + 1)


def weekday_of(weekday: int, anchor: date, which: str, tense: Direction) -> date | None:
    """Returns the day that "Monday" means; None if that is ambiguous.

    Args:
        weekday: 0 is Monday.
        anchor: When the article was published.
        which: `last`, `this`, `next`, or "" for the bare day.
        tense: The clause's tense.
    """
    back = (anchor.weekday() - weekday) % 7
    ahead = 7 - back
    if which == "last":
        return days_from(anchor, -(back or 7))
    if which == "this":
        return days_from(anchor, weekday - anchor.weekday())
    if which == "next":
        # On a Monday, "next Friday" means this week's to some and next week's to others.
        coming = days_from(anchor, ahead)
        return coming if coming and coming.isocalendar()[:2] != anchor.isocalendar()[:2] else None
    if tense == "past":
        return days_from(anchor, -back)
    return days_from(anchor, ahead) if tense == "future" and back else None


def week_of(anchor: date, weeks: int, first: int = 0, last: int = 6) -> DateValue | None:
    """Returns an interval of weekdays in the week `weeks` after the anchor's; weeks begin on Monday."""
    monday = 7 * weeks - anchor.weekday()
    begin, end = days_from(anchor, monday + first), days_from(anchor, monday + last)
    return as_interval(begin.isoformat(), end.isoformat()) if begin and end else None


def quarter(year: int, number: int) -> DateValue | None:
    """Returns a quarter as an interval of months; None outside the years 1 to 9999."""
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return as_interval(f"{year:04d}-{3 * number - 2:02d}", f"{year:04d}-{3 * number:02d}")
