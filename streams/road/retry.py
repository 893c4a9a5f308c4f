"""Retries transient errors without limit, with back-off, jitter and a counter."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import stamina

from streams.road.metrics import RETRIES
from streams.road.tracing import step as traced

R = TypeVar("R")

FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0
"""Seconds. Long enough not to overload a server that is starting, short enough to resume soon after it is back."""


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
        return True

    attempts = stamina.retry_context(
        on=transient, attempts=None, timeout=None, wait_initial=FIRST_WAIT, wait_max=LONGEST_WAIT, wait_jitter=0.5
    )
    with traced(step):
        async for attempt in attempts:
            with attempt:
                return await call()
    raise AssertionError("stamina stopped retrying without a limit")
