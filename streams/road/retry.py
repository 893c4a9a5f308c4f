"""Retries of transient trouble: for ever, at the innermost call, with back-off, jitter and a count."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import stamina

from streams.road.metrics import RETRIES

R = TypeVar("R")

FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0
"""Seconds. Long enough not to hammer a server that starts, short enough to go on soon after it is back."""


async def forever(
    call: Callable[[], Awaitable[R]], *, step: str, on: type[Exception] | tuple[type[Exception], ...]
) -> R:
    """Awaits `call()`, again and again while it raises one of `on`.

    Args:
        call: What to try. Must be idempotent.
        step: What it is, for metrics (`publish`, `extract`, `write`).
        on: Exceptions that time heals. Everything else is raised at once.

    Returns:
        The first result.
    """

    def transient(error: Exception) -> bool:
        if not isinstance(error, on):
            return False
        RETRIES.labels(step, type(error).__name__).inc()
        return True

    attempts = stamina.retry_context(
        on=transient, attempts=None, timeout=None, wait_initial=FIRST_WAIT, wait_max=LONGEST_WAIT, wait_jitter=0.5
    )
    async for attempt in attempts:
        with attempt:
            return await call()
    raise AssertionError("a retry without end ended")
