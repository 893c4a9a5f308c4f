"""Exceptions that nobody foresaw: found by halving, buried when they recur, and too many of them are our own fault."""

import re
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from streams.road.stage import ConfigurationError, PoisonError

T = TypeVar("T")
R = TypeVar("R")

BUG = "bug"
"""The reason in the dead letter of a record that triggers a bug in our own code."""

MAX_BURIED = 3
"""Up to this many records of a batch, or half of it if that is more, may go to dead-letters because of a bug."""

REMEMBERED = 64
"""Records of earlier batches that count as one batch with the present one: batches may be as small as one record."""

_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][^\s\\/'\":,;()<>]+){2,}")


class BugError(PoisonError):
    """A record that raised an exception nobody foresaw. `__cause__` is that exception."""

    def __init__(self, cause: Exception, stage: str) -> None:
        super().__init__(BUG, f"a bug in the {stage} stage, whose log has the traceback: {without_paths(cause)}")
        self.__cause__ = cause


def without_paths(error: Exception) -> str:
    """Returns an exception in a few words on one line, without the paths of this machine."""
    return _PATH.sub("…", " ".join(f"{type(error).__name__}: {error}".split()))[:500]


async def alone_twice(
    items: Sequence[T], call: Callable[[Sequence[T]], Awaitable[Sequence[R]]], *, stage: str
) -> Sequence[R]:
    """Awaits `call(items)`; for a single item a second time if the first one fails, which may have been a mishap.

    Raises:
        BugError: The call raised an exception that nobody foresaw.
        PoisonError: As the call raised it.
        ConfigurationError: As the call raised it.
    """
    try:
        return await call(items)
    except (PoisonError, ConfigurationError):
        raise
    except Exception as error:
        if len(items) > 1:
            raise BugError(error, stage) from error
    try:
        return await call(items)
    except (PoisonError, ConfigurationError):
        raise
    except Exception as error:
        raise BugError(error, stage) from error


class BugShare:
    """How many of the records of late were bugs. Too many point at us; dead letters would only hide it."""

    def __init__(self) -> None:
        self._batches: deque[tuple[int, int]] = deque()

    def check(self, bugs: Sequence[PoisonError], records: int) -> None:
        """Checks the bugs found so far in a batch of so many records.

        Raises:
            Exception: Too many are; it is the first bug's own exception.
        """
        earlier = sum(count for count, _ in self._batches)
        buried = sum(count for _, count in self._batches)
        for found, of in ((len(bugs), records), (len(bugs) + buried, earlier + records)):
            if bugs and found > max(MAX_BURIED, of // 2):
                raise bugs[0].__cause__ or bugs[0]

    def add(self, bugs: int, records: int) -> None:
        """Remembers a batch that is finished."""
        self._batches.append((records, bugs))
        while sum(count for count, _ in self._batches) - self._batches[0][0] >= REMEMBERED:
            self._batches.popleft()
