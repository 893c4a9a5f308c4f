from datetime import UTC, datetime

import pytest

from streams.sources.feeds.dates import embargo, read_date

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


NOW = datetime(2026, 12, 1, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2026-12-01T18:00:00", "2026-12-02T06:00:00+00:00"),
        ("2026-12-01T18:00:00 IST", "2026-12-02T06:00:00+00:00"),
        ("2026-12-01T18:00:00 Nowhere/Land", "2026-12-02T06:00:00+00:00"),
        ("2026-12-01T18:00:00+99:00", "2026-12-02T06:00:00+00:00"),
        ("20261201T180000", "2026-12-02T06:00:00+00:00"),
        ("2026-12-01", "2026-12-02T12:00:00+00:00"),
        ("1 December 2026", "2026-12-02T12:00:00+00:00"),
        ("12/12/2026", "2026-12-13T12:00:00+00:00"),
        ("20261201", "2026-12-02T12:00:00+00:00"),
        ("2026-12", "2027-01-01T12:00:00+00:00"),
        ("2026-12-01T18:00:00-05:00", "2026-12-01T23:00:00+00:00"),
        ("Tue, 01 Dec 2026 18:00:00 EST", "2026-12-01T23:00:00+00:00"),
    ],
)
def test_an_embargo_that_leaves_its_hour_or_zone_open_holds_until_it_is_over_everywhere(text: str, until: str) -> None:
    assert embargo(text, NOW) == (f"it is embargoed until {until}", True)


@pytest.mark.parametrize(
    "text",
    ["2026-12-01T18:00:00Z", "2026-12-01T13:00:00-05:00", "2026-11-30", "2026-10", "2026-12-01T06:59", "1764000000"],
)
def test_an_embargo_that_is_over_holds_nothing_back(text: str) -> None:
    assert embargo(text, NOW) == ("", False)


def test_an_embargo_after_the_last_day_has_no_end() -> None:
    assert embargo("9999-12-31", NOW) == ("it is embargoed without a time that ends it", False)
