"""How far a long reading has come."""

from collections.abc import Callable

OnProgress = Callable[[int, int], None]
"""Called with the number done, and the total."""


def ignore_progress(_done: int, _total: int) -> None:
    """Shows nothing."""
