"""Reads feeds in processes that can be killed: one that takes too much memory or time does not stop the worker."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import asdict

from streams.feeds.child import READY, Request
from streams.messages.events import Article
from streams.sources.feed_record import FeedRecord, Found, LeftOut, SourceError

PROCESSES = 2
MEMORY = 384 * 1024 * 1024
"""Bytes that a reader process may allocate. Feeds of 20 MB with articles in them took up to 170 MB."""

RECYCLED_AFTER = 500
"""Feeds after which a process is replaced, so that leaks do not add up."""

LARGEST_KEPT = 1024 * 1024
"""Bytes of a feed, or of an answer, after which a process is replaced: its memory may be in pieces."""

PATIENCE = 10
"""Seconds for each second of processor time that a process may be silent: it may wait for the processor or the disk."""

STARTS_WITHIN = 60.0
_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "HOME")
"""Environment variables that a process inherits. None holds a password."""

_PIECE = 64 * 1024


class ReaderDownError(Exception):
    """A reader process does not start. No feed is to blame: the machine is, or we are."""


class ReadingBugError(Exception):
    """A fault of ours in a reader process. The message is its traceback."""


class _SilentError(Exception):
    """A process ended, or says nothing."""


class Readers:
    """A few reader processes; each reads one feed at a time. Blocks; used by several threads.

    Args:
        processes: How many feeds are read at once.
        memory: Most bytes that each process may allocate.
    """

    def __init__(self, processes: int = PROCESSES, memory: int = MEMORY) -> None:
        self._slots = threading.Semaphore(processes)
        self._memory = memory
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._closed = False

    def read(self, request: Request, data: bytes = b"") -> Generator[Found]:
        """Yields what is in a feed, as it is read. A process belongs to the generator until it ends or is closed.

        Raises:
            SourceError: The feed cannot be read, or not within the limits.
            ReaderDownError: No process can be started at the moment.
            ReadingBugError: A fault of ours.
        """
        with self._slots:
            process = self._taken()
            try:
                yield from process.ask(request, data)
            except _SilentError as error:
                raise SourceError(f"{request.name}: {process.fate(request.seconds)}") from error
            finally:
                self._keep(process)

    def close(self) -> None:
        """Ends the processes that are idle; the others end with their feeds."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            process.kill()

    def _taken(self) -> "_Process":
        while True:
            with self._lock:
                process = self._idle.pop() if self._idle else None
            if process is None:
                return _Process(self._memory)
            if process.alive:
                return process
            process.kill()  # it was killed while it waited, which is no feed's fault

    def _keep(self, process: "_Process") -> None:
        if process.good and process.asked < RECYCLED_AFTER:
            with self._lock:
                if not self._closed:
                    self._idle.append(process)
                    return
        process.kill()


class _Process:
    """One reader process.

    Attributes:
        asked: How many feeds it was asked to read.
        good: Whether it has answered the last one in full and can be asked again.

    Raises:
        ReaderDownError: It does not start.
    """

    def __init__(self, memory: int) -> None:
        self.asked, self.good = 0, True
        self._buffer = bytearray()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streams.feeds.child", str(memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
                bufsize=0,
                # Ctrl-C must reach only the worker.
                start_new_session=True,
            )
        except OSError as error:
            raise ReaderDownError(f"a reader process cannot be started: {error}") from error
        try:
            said = self._line(STARTS_WITHIN)
        except _SilentError:
            said = b""
        if said != READY:
            self.kill()
            raise ReaderDownError(f"a reader process does not start (status {self._process.returncode})")

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, request: Request, data: bytes) -> Iterator[Found]:
        """Yields what is in a feed.

        Raises:
            _SilentError: The process ended, or says nothing.
            SourceError: The feed cannot be read.
            ReadingBugError: A fault of ours.
        """
        self.asked, self.good = self.asked + 1, False
        size, patience = len(data), request.seconds * PATIENCE
        self._write(json.dumps(asdict(request)).encode() + b"\n")
        self._write(data)
        while True:
            said = json.loads(self._line(patience))
            if "left" in said:
                yield LeftOut(*said["left"])
            elif "key" in said:
                size += said["size"]
                yield _record(said, self._bytes(said["size"], patience))
            elif "bug" in said:
                raise ReadingBugError(said["bug"])
            else:
                self.good = size <= LARGEST_KEPT and not said.get("used_up")
                if error := said.get("error"):
                    raise SourceError(error)
                return

    def fate(self, seconds: float) -> str:
        """Returns what became of a process that says nothing, for a person; and ends it."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        status = self._process.returncode
        self.kill()
        if status is None:
            return f"reading it took longer than {seconds * PATIENCE:g} s"
        if status == -signal.SIGPROF:
            return f"reading it takes more than {seconds:g} s of processor time"
        return f"the process that read it ended with status {status}"

    def kill(self) -> None:
        """Ends it now."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        with suppress(subprocess.TimeoutExpired):  # it hangs in the system, on a disk that is gone
            self._process.wait(1)

    def _write(self, data: bytes) -> None:
        into = self._process.stdin
        rest = memoryview(data)
        try:
            while rest and into is not None:
                rest = rest[into.write(rest) :]
        except OSError as error:
            raise _SilentError from error

    def _line(self, patience: float) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            self._fill(patience)
        return self._taken(end + 1)

    def _bytes(self, size: int, patience: float) -> bytes:
        while len(self._buffer) < size:
            self._fill(patience)
        return self._taken(size)

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _fill(self, patience: float) -> None:
        out = self._process.stdout
        if out is None:
            raise _SilentError
        watch = select.poll()
        watch.register(out, select.POLLIN)
        piece = out.read(_PIECE) if watch.poll(patience * 1000) else b""
        if not piece:
            raise _SilentError
        self._buffer += piece


def _record(said: dict[str, str], value: bytes) -> FeedRecord:
    problem = said["problem"]
    article = None if problem else Article.model_validate_json(value)
    return FeedRecord(said["key"], value, said["where"], article, problem)
