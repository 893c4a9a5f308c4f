"""A file that may be changed while it is used."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")


class ChangingFile(Generic[T]):
    """What a file lists; what cannot be read leaves what it listed before in use.

    Attributes:
        listed: What it lists, or listed when it could last be used.
        problem: Why it cannot be used as it is now; empty if it can.
    """

    def __init__(self, path: Path, read: Callable[[], T], unusable: type[Exception], refused: str) -> None:
        """Reads the file.

        Args:
            path: The file.
            read: Reads it.
            unusable: What `read` raises if the file cannot be used.
            refused: What to log, with the reason, when that comes about later.

        Raises:
            Exception: `unusable`: the file cannot be used.
        """
        self._path, self._read, self._unusable, self._refused = path, read, unusable, refused
        self._seen = self._stamp()
        self.listed = read()
        self.problem = ""

    def changed(self) -> bool:
        """Looks at the file; returns whether it lists something else now."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            listed = self._read()
        except self._unusable as error:
            self.problem = str(error)
            log.warning(self._refused, reason=self.problem)
            return False
        self.problem = ""
        before, self.listed = self.listed, listed
        return listed != before

    def _stamp(self) -> tuple[int, ...]:
        try:
            about = self._path.stat()
        except OSError:
            return ()
        return about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns
