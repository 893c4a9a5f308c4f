"""Retries transient errors without limit, with back-off, jitter and a counter."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import stamina

from streams.road.metrics import RETRIES

R = TypeVar("R")

FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0
"""Seconds. Long enough not to overload a server that is starting, short enough to resume soon after it is back."""


SHOWN_AFTER = 5.0
"""Seconds after which a call that has not succeeded counts as waiting."""


@dataclass(slots=True, eq=False)
class Waiting:
    """A call that has not succeeded yet."""

    step: str
    since: float
    attempts: int = 0
    error: str = ""


_calls: list[Waiting] = []


def waits() -> list[str]:
    """Returns what this process waits for and why, the longest wait first; for /health."""
    found = []
    for call in _calls:
        seconds = time.monotonic() - call.since
        if seconds >= SHOWN_AFTER:
            why = f"failed {call.attempts} times, last with {call.error}" if call.error else "no answer yet"
            found.append(f"{call.step}: for {seconds:.0f} s; {why}")
    return found


@contextmanager
def _waiting(step: str) -> Iterator[Waiting]:
    call = Waiting(step, time.monotonic())
    _calls.append(call)
    try:
        yield call
    finally:
        _calls.remove(call)


async def forever(
    call: Callable[[], Awaitable[R]], *, step: str, on: type[Exception] | tuple[type[Exception], ...]
) -> R:
    """Awaits `call()`, and repeats it while it raises one of `on`.

    Args:
        call: The call. It must be idempotent.
        step: Its name in metrics (`publish`, `extract`, `write`).
        on: The transient exceptions. Any other is raised at once.

    Returns:
        What the first successful call returns.
    """

    def transient(error: Exception) -> bool:
        if not isinstance(error, on):
            return False
        RETRIES.labels(step, type(error).__name__).inc()
        waiting.attempts, waiting.error = waiting.attempts + 1, f"{type(error).__name__}: {error}"[:200]
        return True

    attempts = stamina.retry_context(
        on=transient, attempts=None, timeout=None, wait_initial=FIRST_WAIT, wait_max=LONGEST_WAIT, wait_jitter=0.5
    )
    with _waiting(step) as waiting:
        async for attempt in attempts:
            with attempt:
                return await call()
    raise AssertionError("stamina stopped retrying without a limit")
