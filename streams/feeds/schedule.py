"""When a feed is asked next: its interval with jitter, back-off after errors, and what its server asks for."""

import asyncio
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from random import Random
from typing import Any, Protocol

JITTER = 0.1
"""Part of an interval by which it varies, so that the feeds of a list spread out."""

LONGEST_BACK_OFF = 6 * 3600.0
"""Seconds. A feed that has failed for days is asked four times a day."""

LONGEST_WISH = 24 * 3600.0
"""Seconds. A server may not keep us away for longer, be it by mistake or on purpose."""


FIRST_A_SECOND = 5.0
"""Feeds that a worker asks for the first time in a second; it does not begin with all of a list at once."""


class Clock(Protocol):
    """What tells the time, so that tests can let hours pass."""

    def now(self) -> float:
        """Returns the seconds since 1970."""

    async def wait(self, running: AbstractSet["asyncio.Task[Any]"], until: float) -> None:
        """Waits until one of the tasks is done or the time has come."""


class WallClock:
    """The real time. It does not jump when the machine's clock is set, which would keep feeds waiting for days."""

    def __init__(self) -> None:
        self._begin = time.time() - time.monotonic()

    def now(self) -> float:
        """Returns the seconds since 1970."""
        return self._begin + time.monotonic()

    async def wait(self, running: AbstractSet["asyncio.Task[Any]"], until: float) -> None:
        """Waits; see `Clock`."""
        timeout = max(0.0, until - self.now())
        if running:
            await asyncio.wait(running, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(timeout)


def first_asked(intervals: Mapping[str, float]) -> dict[str, float]:
    """Returns the seconds after which feeds are asked that this worker has not asked before, by address.

    They are spread evenly, in an order that is the same in each worker and mixes the hosts: over as long as
    `FIRST_A_SECOND` needs, and none later than its interval. A few are asked at once.

    Args:
        intervals: Seconds of the interval of each feed, by address.
    """
    mixed = sorted(intervals, key=lambda address: blake2b(address.encode(), digest_size=8).digest())
    within = len(mixed) / FIRST_A_SECOND if len(mixed) > FIRST_A_SECOND else 0.0
    return {address: place / len(mixed) * min(within, intervals[address]) for place, address in enumerate(mixed)}


def after_success(every: float, random: Random) -> float:
    """Returns the seconds until a feed is asked again that was just read."""
    return every * random.uniform(1 - JITTER, 1 + JITTER)


def after_failures(every: float, failures: int, wish: float, random: Random) -> float:
    """Returns the seconds until a feed is asked again that failed.

    Args:
        every: Seconds of its interval.
        failures: How many times in succession it has failed, at least 1.
        wish: Seconds that its server asked for; 0 if it did not.
        random: For the jitter, which only lengthens, so that a server's wish is kept.
    """
    wait: float = min(every * 2 ** min(failures, 16), max(every, LONGEST_BACK_OFF))
    return max(wait, min(wish, LONGEST_WISH)) * random.uniform(1, 1 + JITTER)


def wished(retry_after: str, now: float) -> float:
    """Returns the seconds that a `Retry-After` asks for (RFC 9110, section 10.2.3); 0 if it cannot be read."""
    text = retry_after.strip()
    if text.isdecimal() and text.isascii() and len(text) <= 9:  # noqa: PLR2004 - more digits are thirty years
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # `+9999999999` as a time zone
        return 0.0
    return max(0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now)
