from datetime import UTC, datetime

import pytest

from streams.sources.feeds.dates import read_date

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 02 Mar 2026 09:00:00 GMT", "Mon, 02 Mar 2026 09:00:00 -0000", "Mon,02 Mar 2026 09:00 Z",
        "2 March 2026 10:00:00 +0100", "Mon, 2 Mar 26 04:00:00 EST", "Mo, 02 Mrz 2026 10:00:00 MEZ",
        "lun., 02 mars 2026 10:00:00 +01:00", "lunes, 2 de marzo de 2026 09:00", "Пн, 02 мар 2026 12:00:00 +0300",
        "Monday, 02-Mar-26 09:00:00 GMT", "Mon Mar  2 09:00:00 2026", "Mon Mar 02 04:00:00 EST 2026",
        "March 2, 2026 9:00 am", "Mar 2nd, 2026, 1:00 a.m. PST", "2026-03-02T09:00:00Z", "2026-03-02T09:00:00.123Z",
        "2026-03-02 17:00:00 +0800", "2026-03-02T14:30+05:30", "20260302T090000Z", "2026/3/2 9:00", "1772442000",
        "1772442000000", "2026年3月2日 09:00", "2026-03-02 오전 9:00:00", "02 Mar 2026 09:00",
        "Mon, 02 Mar 2026 09:00:00 +0000 (UTC)", "2026-03-02T10:00:00 Europe/Berlin", "Mon, 02 Mar 2026 11:00 GMT+2",
    ],
)  # fmt: skip
def test_a_time_is_read_in_whatever_form(text: str) -> None:
    assert read_date(text) == NINE


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016/6/29", "2016-06-29"),
        ("29.06.2016", "2016-06-29"),
        ("06/29/2016", "2016-06-29"),
        ("29/06/2016", "2016-06-29"),
        ("25. Juni 2018", "2018-06-25"),
        ("2026-03", "2026-03-01"),
        ("31 Dec 98", "1998-12-31"),
        ("Sat, 31 Dec 2016 24:00:00 GMT", "2017-01-01"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31"),
    ],
)
def test_a_day_is_read_in_whatever_form(text: str, day: str) -> None:
    found = read_date(text)
    assert found is not None
    assert found.date().isoformat() == day


@pytest.mark.parametrize(
    "text",
    ["", "soon", "03/04/2026", "31 Feb 2026", "2026-13-01", "0000-00-00", "0", "1970-01-01T00:00:00Z", "0001-01-01",
     "Mon, 02 Xyz 2026 09:00:00 GMT", "2026-03-02T25:00:00Z", "9" * 50, "x" * 10_000, "2 Mar 2026 13:00 pm"],
)  # fmt: skip
def test_what_is_no_date_or_two_dates_is_none(text: str) -> None:
    assert read_date(text) is None
