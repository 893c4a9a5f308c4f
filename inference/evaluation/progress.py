"""A progress bar on the terminal."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import track

T = TypeVar("T")


def watched(items: Sequence[T], what: str) -> Iterable[T]:
    """Yields the items and shows how many are done; elsewhere than on a terminal it shows nothing."""
    console = Console(stderr=True)
    return track(items, what, console=console, transient=True, disable=not console.is_terminal)
