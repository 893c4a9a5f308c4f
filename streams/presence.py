"""Which workers run on this host: each holds a lock file for as long as it lives, and says in it where it listens.

The lock's number makes the worker's id in its consumer group, so that a restarted worker resumes its partitions. The
kernel releases the lock of a process that was killed, so nobody is ever shown who is gone.
"""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Self

LOOKED_AT = 5
"""Attempts to take a lock, ten milliseconds apart, before it counts as another worker's."""


@dataclass(frozen=True, slots=True)
class PresentWorker:
    """A worker that runs on this host with the same state folder.

    Attributes:
        stage: Its stage.
        number: Its number among the workers of that stage; the lowest that was free.
        pid: Its process id; 0 if it has not said yet.
        port: Port of its /metrics and /health; 0 if it has not said yet.
        host: Address on which it serves them.
    """

    stage: str
    number: int
    pid: int = 0
    port: int = 0
    host: str = ""


class Presence:
    """The lock file of this process."""

    def __init__(self, stage: str, number: int, file: IO[str] | None) -> None:
        """Holds a locked file; None where the state folder cannot be written."""
        self._stage, self._number, self._file = stage, number, file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Gives the number back."""
        if self._file:
            self._file.close()

    @property
    def worker_id(self) -> str:
        """An id that no other worker on this host has, and that this one gets again after a restart."""
        return f"{socket.gethostname()}-{self._stage}-{self._number if self._file else os.getpid()}"

    def announce(self, host: str, port: int) -> None:
        """Says where this worker serves /metrics and /health."""
        if self._file is None:
            return
        worker = PresentWorker(self._stage, self._number, os.getpid(), port, host)
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(asdict(worker)))
        self._file.flush()


def claim(stage: str, state: Path) -> Presence:
    """Takes the lowest free number of a stage, until the block of the returned object ends or the process dies."""
    folder = state / "workers"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Presence(stage, 0, None)
    number = 0
    while True:
        file = (folder / f"{stage}-{number}.lock").open("a+")
        if _locked(file):
            file.truncate(0)
            return Presence(stage, number, file)
        file.close()
        number += 1


def _locked(file: IO[str]) -> bool:
    """Locks a file if no other worker has it. Whoever looks at it (`present`) holds it for a moment only."""
    for _ in range(LOOKED_AT):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
        else:
            return True
    return False


def second(stage: str, partitions: int, others: list[PresentWorker]) -> str:
    """Returns what somebody should know who starts a worker of a stage while others run; "" if none does.

    Args:
        stage: The stage.
        partitions: How many workers of the stage can be at work at once.
        others: The workers of that stage that run.
    """
    if not others:
        return ""
    pids = ", ".join(str(worker.pid or "?") for worker in others)
    one = len(others) == 1
    running = f"{'another' if one else len(others)} {stage} worker{'' if one else 's'}"
    note = f"note: {running} already run{'s' if one else ''} on this machine (pid {pids}); "
    if len(others) >= partitions:
        has = f"its topic has {partitions} partitions" if partitions > 1 else "one of them is at work at a time"
        return f"{note}{has}, so this one only stands by, and takes over when one of them ends"
    return f"{note}they share the {partitions} partitions of its topic"


def present(state: Path) -> list[PresentWorker]:
    """Returns the workers that run, by stage and number."""
    return sorted(_present(state / "workers"), key=lambda worker: (worker.stage, worker.number))


def _present(folder: Path) -> Iterator[PresentWorker]:
    for path in folder.glob("*.lock"):
        stage, _, number = path.stem.rpartition("-")
        try:
            with path.open() as file:
                try:
                    # Shared, so that two who look do not take each other for the owner.
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield _read(stage, int(number), file.read())
        except (OSError, ValueError):
            continue


def _read(stage: str, number: int, text: str) -> PresentWorker:
    try:
        return PresentWorker(**json.loads(text))
    except (ValueError, TypeError):
        return PresentWorker(stage, number)
