"""Temporary folders of workers, which do not stay behind when a worker is killed.

Each is locked for as long as its process lives; the system gives the lock up however the process ends. Whoever makes
the next folder removes those that nobody holds. (A process id would not do: in containers that share a folder for
temporary files, processes may have the same id.)
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "triplewire-scratch-"


class Scratch:
    """A temporary folder.

    Attributes:
        path: The folder.
    """

    def __init__(self, within: Path | None = None) -> None:
        """Makes the folder, and removes those of dead processes.

        Args:
            within: The folder for temporary files; the system's by default.
        """
        within = within or Path(tempfile.gettempdir())
        remove_abandoned(within)
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=within))
            held = _locked(self.path, wait=True)
            # Somebody may have taken it for an abandoned one before it was locked.
            if held is not None and self.path.exists():
                self._held = held
                return
            if held is not None:
                os.close(held)

    def close(self) -> None:
        """Removes the folder with all that is in it. Closing it again does nothing."""
        if self._held >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._held)
            self._held = -1


def remove_abandoned(within: Path) -> None:
    """Removes the folders whose processes are gone. Those of other users stay."""
    for folder in within.glob(f"{PREFIX}*"):
        held = _locked(folder, wait=False)
        if held is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)


def _locked(folder: Path, *, wait: bool) -> int | None:
    """Locks a folder; returns its descriptor, or None if it is gone, another user's, or held by a living process."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if os.fstat(descriptor).st_uid == os.getuid():
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                return descriptor
        except BlockingIOError:
            pass
        os.close(descriptor)
    return None
