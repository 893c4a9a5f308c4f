"""Dates of feeds, in the forms that publishers use and not only the two that the standards allow.

A wrong date is worse than none, because facts begin and end by it. So what can be read in two ways (`03/04/2026`), and
what is no day of any calendar, has no date.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# ruff: noqa: PLR2004 - hours, minutes and months have the limits that everybody knows

LONGEST = 100
_MILLISECONDS = 1e11
"""Numbers above this are milliseconds: as seconds, they would be after the year 5000."""
EARLIEST_YEAR = 1500
AHEAD = timedelta(days=1)
"""How far in the future a date may be: clocks and time zones are wrong by hours, not by days."""

LAST_ZONE = timedelta(hours=12)
"""After UTC, the last place in the world has the same time (UTC-12)."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier januari enero ene gennaio gen janeiro stycznia sty января янв jän jänner",
            "feb february februar février fev fév févr febrero febbraio fevereiro februari lutego lut февраля фев",
            "mar march märz mär mrz mars marzo março maart mrt marca марта мар",
            "apr april avril avr abril abr aprile kwietnia kwi апреля апр",
            "may mai mayo maggio mag maio mei maja мая май",
            "jun june juni juin junio giugno giu junho czerwca cze июня июн",
            "jul july juli juillet juil julio luglio lug julho lipca lip июля июл",
            "aug august août aou aoû agosto ago augustus sierpnia sie августа авг",
            "sep sept september septembre septiembre settembre set setembro września wrz сентября сен",
            "oct october oktober okt octobre octubre ottobre ott outubro out października paź октября окт",
            "nov november novembre noviembre novembro listopada lis ноября ноя",
            "dec december dezember dez décembre déc diciembre dic dicembre dezembro grudnia gru декабря дек",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("est", "cdt"), -300), **dict.fromkeys(("cst", "mdt"), -360), **dict.fromkeys(("mst", "pdt"), -420),
    "edt": -240, "pst": -480, "akst": -540, "akdt": -480, "hst": -600, "ast": -240, "adt": -180, "nst": -210,
    "ndt": -150, "brt": -180, "art": -180, **dict.fromkeys(("cet", "mez", "west", "bst", "wat"), 60),
    **dict.fromkeys(("cest", "mesz", "eet", "sast", "cat"), 120), **dict.fromkeys(("eest", "msk", "trt", "eat"), 180),
    "gst": 240, "pkt": 300, "ict": 420, "wib": 420, **dict.fromkeys(("hkt", "sgt", "awst", "pht"), 480),
    **dict.fromkeys(("jst", "kst"), 540), "acst": 570, "acdt": 630, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
}  # fmt: skip
"""Minutes east of Greenwich. A name that two countries use differently (IST) is not among them and reads as UTC."""

_OFFSET = (
    r"(?:(?:UTC|GMT)?\s*(?P<sign>[+\-−])(?P<zh>\d{1,2})(?::?(?P<zm>\d{2}))?"  # noqa: RUF001
    r"|(?P<zone>[A-Za-z]{1,5}|[A-Z][a-z]+/[A-Za-z_]+))"
)
_TIME = (
    r"(?:(?:,|T|t|-|\s|um|at|à|kl\.)*\s*(?P<half>오전|오후|上午|下午)?\s*(?P<h>\d{1,2})[:.h時时](?P<mi>\d{2})(?:[:.分]?(?P<s>\d{2})"
    r"(?:[.,]\d{1,9})?秒?)?\s*(?P<ampm>[AaPp]\.?[Mm]\.?)?(?:\s*Uhr)?\s*" + _OFFSET + r"?(?:\s*\([^()]{0,30}\))?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME + r"\s*\Z")
    for form in (
        r"(?P<y>\d{4})\s*[-/.年년]\s*(?P<m>\d{1,2})\s*[-/.月월]\s*(?P<d>\d{1,2})\s*[日일.]?",
        r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.|º)?[\s-]*(?:de\s+)?(?P<name>[^\W\d_]{3,12})\.?,?[\s-]*(?:de\s+)?(?P<y>\d{4}|\d{2})",
        r"(?P<name>[^\W\d_]{3,12})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})",
        r"(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<y>\d{4})",
    )
)
_WEEKDAY = re.compile(r"\A[^\W\d_]{2,12}\.?(?:,\s*|\s+(?=\d)|\s+(?=[^\W\d_]{3,12}\.?\s+\d))")
_ASCTIME = re.compile(
    r"(?P<name>[A-Za-z]{3})\s+(?P<d>\d{1,2})\s+(?P<h>\d{1,2}):(?P<mi>\d{2}):(?P<s>\d{2})\s+(?:"
    + _OFFSET
    + r"\s+)?(?P<y>\d{4})\Z"
)
_BASIC = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:[Tt ]?(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?(?:[.,]\d+)?\s*"
    + _OFFSET
    + r"?)?\Z"
)
_PARTIAL = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})\Z")
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d{1,6})?\Z")


def read_date(text: str) -> datetime | None:
    """Returns the time that a text states, in UTC; None if it states none, or more than one.

    A time without a zone is taken as UTC, as RFC 5322 says of `-0000`.
    """
    found = _read(text)
    return found[0] if found else None


def _read(text: str) -> tuple[datetime, dict[str, str | None]] | None:
    """Returns the time that a text states, and its parts; these are empty for seconds since 1970."""
    text = " ".join(text[: LONGEST + 1].split())
    if not text or len(text) > LONGEST:
        return None
    found = _BASIC.match(text)
    if not found and _EPOCH.match(text):
        seconds = float(text)
        when = datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, UTC)
        return (when, {}) if _sensible(when) else None
    bare = _WEEKDAY.sub("", text, count=1)
    matches = (pattern.match(form) for form in (text, bare) for pattern in (_ASCTIME, _PARTIAL, *_FORMS))
    for one in (found, *matches):
        try:
            if one:
                when = _date(one.groupdict())
                return (when, one.groupdict()) if _sensible(when) else None
        except (ValueError, OverflowError):
            continue
    return None


def believable(when: datetime, now: datetime) -> bool:
    """Returns whether an article can have been published then."""
    return when <= now + AHEAD


def embargo(text: str, now: datetime) -> tuple[str, bool]:
    """Returns why an item with an embargo must not be published yet, and whether that passes with time.

    The reason is empty if the embargo is over. One whose end cannot be read has none, and one that leaves its hour or
    zone open ends when it is over everywhere: what is published cannot be made unknown again.
    """
    until = _over(text)
    if until is None:
        return "it is embargoed without a time that ends it", False
    return (f"it is embargoed until {until.isoformat()}", True) if until > now else ("", False)


def _over(text: str) -> datetime | None:
    """Returns the time at which what a text states is over wherever it may be meant; None if it states none."""
    found = _read(text)
    if not found:
        return None
    when, parts = found
    if not parts or (parts.get("h") and _zone(parts)):
        return when
    try:
        if not parts.get("h"):
            when += timedelta(days=1 if parts.get("d") or parts.get("a") else monthrange(when.year, when.month)[1])
        return when + LAST_ZONE
    except OverflowError:
        return None


def _sensible(when: datetime) -> bool:
    """Returns whether a time is none that stands for an unknown one."""
    return when.year >= EARLIEST_YEAR and when.timestamp() != 0


def _date(parts: dict[str, str | None]) -> datetime:
    year = int(parts["y"] or 0)
    if len(parts["y"] or "") == 2:
        year += 2000 if year < 69 else 1900
    if name := parts.get("name"):
        month = _MONTHS.get(name.lower(), 0)
        day = int(parts["d"] or 0)
    elif parts.get("a"):
        month, day = _day_and_month(int(parts["a"] or 0), int(parts["b"] or 0))
    else:
        month, day = int(parts["m"] or 0), int(parts.get("d") or 1)
    hour, minute = int(parts.get("h") or 0), int(parts.get("mi") or 0)
    second = min(59, int(parts.get("s") or 0))  # a leap second
    half = (parts.get("ampm") or parts.get("half") or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError("not an hour of half a day")
    if half:
        hour = hour % 12 + (12 if half.startswith("p") or half in {"오후", "下午"} else 0)
    next_day = hour == 24 and minute == 0 and second == 0
    when = datetime(year, month, day, 0 if next_day else hour, minute, second, tzinfo=_zone(parts) or UTC)
    return (when + timedelta(days=next_day)).astimezone(UTC)


def _day_and_month(first: int, second: int) -> tuple[int, int]:
    """Returns month and day of `first/second`, which Americans and others write in different orders."""
    if first == second or second > 12 >= first:
        return first, second
    if first > 12 >= second:
        return second, first
    raise ValueError("either order is possible")


def _zone(parts: dict[str, str | None]) -> tzinfo | None:
    """Returns the zone that is stated; None if none is, or none that is known."""
    if parts.get("sign"):
        hours, minutes = int(parts["zh"] or 0), int(parts["zm"] or 0)
        # Real zones are from -12:00 to +14:00; anything else is a mistake, of which only the day can be trusted.
        if hours > 14 or minutes > 59:
            return None
        offset = timedelta(hours=hours, minutes=minutes)
        return timezone(offset if parts["sign"] == "+" else -offset)
    name = parts.get("zone") or ""
    if "/" in name:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            return None
    minutes_east = _ZONES.get(name.lower())
    return None if minutes_east is None else timezone(timedelta(minutes=minutes_east))
