"""Retries transient errors without limit, with back-off, jitter and a counter."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina

from streams.road.metrics import RETRIES
from streams.road.tracing import step as traced

R = TypeVar("R")

FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0
"""Seconds. Long enough not to overload a server that is starting, short enough to resume soon after it is back."""


@dataclass(slots=True)
class _Wait:
    step: str
    since: float
    error: str


_waits: dict[object, _Wait] = {}


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
    token = object()

    def transient(error: Exception) -> bool:
        if not isinstance(error, on):
            return False
        RETRIES.labels(step, type(error).__name__).inc()
        wait = _waits.setdefault(token, _Wait(step, time.monotonic(), ""))
        wait.error = f"{type(error).__name__}: {error}"[:300]
        return True

    attempts = stamina.retry_context(
        on=transient, attempts=None, timeout=None, wait_initial=FIRST_WAIT, wait_max=LONGEST_WAIT, wait_jitter=0.5
    )
    try:
        with traced(step):
            async for attempt in attempts:
                with attempt:
                    return await call()
    finally:
        _waits.pop(token, None)
    raise AssertionError("stamina stopped retrying without a limit")


def waits() -> list[str]:
    """Returns what this process repeats at the moment because it failed, since when, and why; longest first."""
    now = time.monotonic()
    return [
        f"repeats {wait.step} since {now - wait.since:.0f} s: {wait.error}"
        for wait in sorted(_waits.values(), key=lambda wait: wait.since)
    ]
