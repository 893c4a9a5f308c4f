"""Work on several services in parallel that stops together."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


class GivenUpError(Exception):
    """Another service failed, or the user interrupted."""


class Together:
    """Threads that stop when one of them fails or the caller is interrupted."""

    def __init__(self) -> None:
        self._stop = Event()

    def check(self) -> None:
        """Must be called regularly by functions that run in `each`.

        Raises:
            GivenUpError: The work was abandoned.
        """
        if self._stop.is_set():
            raise GivenUpError

    def pause(self, seconds: float) -> None:
        """Sleeps, at most until the work is abandoned."""
        self._stop.wait(seconds)
        self.check()

    def each(self, items: Sequence[_T], do: Callable[[_T], _R]) -> list[_R]:
        """Calls `do` for all items in parallel; returns the results in order, or raises the first failure."""
        with ThreadPoolExecutor(max(1, len(items))) as pool:
            futures = [pool.submit(do, item) for item in items]
            try:
                done, _ = wait(futures, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
                return [future.result() for future in futures]
            except BaseException:
                self._stop.set()
                raise
