"""When a receiver may be called, by the clocks of its zone."""

from datetime import UTC, datetime

import pytest

from streams.alerts.hours import call_time, held
from streams.alerts.watch_list import Receiver


def receiver(**fields):
    return Receiver.model_validate({"name": "desk", "url": "https://hooks.example/x", "zone": "Europe/Oslo", **fields})


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NIGHT = receiver(quiet=["22:00-07:00"])
TWICE = receiver(digest=["08:00", "17:30"])
BOTH = receiver(digest=["06:00", "12:00"], quiet=["22:00-07:00"])
PARTS = receiver(quiet=["22:00-00:00", "00:00-07:00"])


@pytest.mark.parametrize(
    ("who", "arrived", "now", "called"),
    [
        (receiver(), "2026-01-10T03:00", "2026-01-10T03:00", "2026-01-10T03:00"),
        (NIGHT, "2026-01-10T20:59", "2026-01-10T20:59", "2026-01-10T20:59"),
        (NIGHT, "2026-01-10T21:00", "2026-01-10T21:00", "2026-01-11T06:00"),
        (NIGHT, "2026-01-10T23:30", "2026-01-11T05:00", "2026-01-11T06:00"),
        (NIGHT, "2026-01-11T06:00", "2026-01-11T06:00", "2026-01-11T06:00"),
        # In summer clocks are two hours ahead; in the night of the change, the quiet hours are an hour shorter.
        (NIGHT, "2026-03-28T23:00", "2026-03-28T23:00", "2026-03-29T05:00"),
        # Clocks show 02:30 twice; the second time ends the quiet hours of what came after the first.
        (receiver(quiet=["22:00-02:30"]), "2026-10-25T01:10", "2026-10-25T01:10", "2026-10-25T01:30"),
        (PARTS, "2026-01-10T21:30", "2026-01-10T21:30", "2026-01-11T06:00"),
        # It came before the quiet hours, but nobody was at work then.
        (NIGHT, "2026-01-10T20:00", "2026-01-10T23:00", "2026-01-11T06:00"),
        (NIGHT, "2026-01-10T20:00", "2026-01-11T09:00", "2026-01-11T09:00"),
        (TWICE, "2026-01-10T06:59", "2026-01-10T06:59", "2026-01-10T07:00"),
        (TWICE, "2026-01-10T07:00", "2026-01-10T07:00", "2026-01-10T16:30"),
        (TWICE, "2026-01-10T20:00", "2026-01-10T20:00", "2026-01-11T07:00"),
        (TWICE, "2026-01-10T06:00", "2026-01-12T20:00", "2026-01-12T20:00"),
        (BOTH, "2026-01-10T20:00", "2026-01-10T20:00", "2026-01-11T11:00"),
    ],
)
def test_it_is_called_at_the_first_moment_that_it_allows(who, arrived, now, called):
    assert call_time(who, utc(arrived), utc(now)) == utc(called)


def test_what_has_to_wait_comes_together():
    assert held(TWICE, utc("2026-01-10T10:00"))
    assert held(NIGHT, utc("2026-01-10T21:00"))
    assert not held(NIGHT, utc("2026-01-10T20:59"))
