"""When a receiver may be called: not in its quiet hours, and at the times of its digest if it has one."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from streams.alerts.watch_list import Receiver, within

_DAYS = 3
"""Days within which any receiver has a time at which it may be called."""


def call_time(receiver: Receiver, arrived: datetime, now: datetime) -> datetime:
    """Returns the first moment from now on at which a receiver may be called with an alert.

    Args:
        receiver: The receiver.
        arrived: When the alert was published, aware.
        now: The time now, aware.
    """
    wanted = _next_digest(receiver, arrived) if receiver.digest else arrived
    return after_quiet(receiver, max(wanted, now))


def held(receiver: Receiver, arrived: datetime) -> bool:
    """Returns whether an alert that comes at a moment waits, so that it is sent together with others."""
    return bool(receiver.digest) or after_quiet(receiver, arrived) > arrived


def after_quiet(receiver: Receiver, moment: datetime) -> datetime:
    """Returns a moment, or the end of the quiet hours that it lies in."""
    zone = ZoneInfo(receiver.zone)
    # Where one span ends another may begin.
    for _ in receiver.quiet:
        local = moment.astimezone(zone)
        spans = [span for span in receiver.quiet if within(local.time(), span)]
        if not spans:
            break
        moment = max(_next(zone, local, end) for _, end in spans)
    return moment


def _next_digest(receiver: Receiver, arrived: datetime) -> datetime:
    zone = ZoneInfo(receiver.zone)
    local = arrived.astimezone(zone)
    return min(_next(zone, local, at) for at in receiver.digest if not receiver.quiet_at(at))


def _next(zone: ZoneInfo, after: datetime, at: time) -> datetime:
    """Returns the next moment after another at which clocks show a time, in UTC."""
    days = (after.date() + timedelta(days=n) for n in range(_DAYS))
    # When clocks go back, they show an hour's times twice.
    moments = (
        datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC) for day in days for fold in (0, 1)
    )
    return next(moment for moment in moments if moment > after)
