"""Doing something for several services at once, and giving up together."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


class GivenUpError(Exception):
    """Another service failed, or the user has had enough."""


class Together:
    """Threads that stop when one of them fails or the caller is interrupted."""

    def __init__(self) -> None:
        self._stop = Event()

    def check(self) -> None:
        """To be called now and then by what runs in `each`.

        Raises:
            GivenUpError: Going on makes no sense any more.
        """
        if self._stop.is_set():
            raise GivenUpError

    def pause(self, seconds: float) -> None:
        """Sleeps, but no longer than until going on makes no sense any more."""
        self._stop.wait(seconds)
        self.check()

    def each(self, items: Sequence[_T], do: Callable[[_T], _R]) -> list[_R]:
        """Does it for all items at once, and returns the results in their order. The first failure is raised."""
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
