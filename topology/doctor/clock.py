"""How far a server's clock is from ours."""

import statistics
import time
from collections.abc import Awaitable, Callable

from topology.doctor.finding import Finding, do, ok

ASKED = 3
LARGEST = 5.0
"""Seconds. Revisions of an article are ordered by the broker's clock, and tokens and certificates are valid by ours."""


async def skew(now_ms: Callable[[], Awaitable[float]]) -> tuple[float, float]:
    """Returns how many seconds a server is ahead of us, and by how much that may be off: the median of three.

    Args:
        now_ms: Asks the server for its time, in milliseconds since 1970.
    """
    measured = []
    for _ in range(ASKED):
        before = time.time()
        there = await now_ms() / 1000
        after = time.time()
        measured.append((there - (before + after) / 2, (after - before) / 2))
    middle = statistics.median(ahead for ahead, _ in measured)
    return middle, next(off for ahead, off in measured if ahead == middle)


def judged(area: str, whose: str, ahead: float, off: float) -> Finding:
    """Returns the finding on a clock."""
    way = "ahead of" if ahead > 0 else "behind"
    if abs(ahead) - off <= LARGEST:
        return ok(area, f"the clock of {whose} agrees with ours within {abs(ahead) + off:.2f} s")
    return do(
        area,
        f"the clock of {whose} is {abs(ahead):.1f} s {way} ours",
        "set both by NTP (`timedatectl`, `chronyc tracking`); revisions are ordered by the broker's clock",
    )
