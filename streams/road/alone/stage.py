"""The interface of a stage which one worker at a time does."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class LoneStage(Protocol):
    """A stage that reads a whole topic alone, and may have more to do than to work on records."""

    async def take_over(self) -> None:
        """Called when this worker has been given the topic, before any record of it is delivered. Must not block."""

    async def leave(self) -> None:
        """Called when this worker loses the topic, before another one may have it."""

    def remarks(self) -> list[str]:
        """Returns what somebody should know who looks at /health, although it does not make the worker unhealthy."""
