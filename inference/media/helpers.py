"""Runs work in a separate process that must not run in the worker's own.

A recogniser may hold the interpreter's lock for seconds. In the worker's process that would stop its consumer's
heartbeat, and the broker would reassign its partitions. And it computes with what strangers sent: so the process has a
limit of memory, each task has one of processor time and one by the clock, and a task that exceeds them ends nothing but
that process.
"""

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import re
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar, cast

from inference.media.child import limit_memory
from inference.media.types import UnreadableError

P = ParamSpec("P")
R = TypeVar("R")

MEMORY = 768 * 1024 * 1024
"""Most bytes of a process, if nothing else is said."""

SECONDS = 60.0
"""Most seconds of processor time of a task, if nothing else is said."""

PATIENCE = 5.0
"""A process is killed after its limit of processor time, times this, has passed by the clock: it shares the machine."""

STARTS_WITHIN = 60.0
"""Seconds within which a process starts."""

RECYCLED_AFTER = 1000
"""Tasks after which a process is replaced, so that memory leaks do not add up."""

KILLS = 5
"""So often a task is tried again after a signal from outside has ended its process: that is not the task's doing."""

_FIRST_WAIT = 0.1
"""Seconds before a task is tried again after its process was killed from outside; doubled each time."""

_PR_SET_PDEATHSIG = 1
_NO_MEMORY = re.compile(r"alloc|out of memory|insufficient memory", re.IGNORECASE)
"""How onnxruntime and opencv say that they get no more memory."""


class HelperDownError(OSError):
    """A process does not start. No task is to blame: the machine, or the settings."""


class ProcessDiedError(Exception):
    """A process ended while it worked.

    Attributes:
        status: Its exit status, negative for a signal; None if we ended it because it stood still.
    """

    def __init__(self, status: int | None, what: str = "") -> None:
        super().__init__(f"status {status}{what and ', '}{what}")
        self.status = status


class UsedUpError(Exception):
    """A process that has done other tasks before gets no more memory. A new one decides whose doing that is."""


class Trials:
    """Decides whether a task whose process ended is tried again in a new one.

    A fault of its own, twice, is the task's. A signal that somebody else sends (the system, if memory is short; a
    person) is not, however far the task had come.
    """

    def __init__(self, seconds: float, died: str) -> None:
        """Begins with no trial.

        Args:
            seconds: The task's limit of processor time.
            died: The reason if it ended its process.
        """
        self._seconds, self._died = seconds, died
        self._deaths = self._kills = 0

    async def failed(self, error: ProcessDiedError) -> None:
        """Returns when the task may be tried again.

        Raises:
            UnreadableError: It may not: too-slow, or the reason given.
        """
        if error.status == -signal.SIGPROF:
            # The process's own time limit ended it.
            raise UnreadableError("too-slow", f"it takes more than {self._seconds:g} s of processor time") from None
        if error.status in {-signal.SIGKILL, -signal.SIGTERM}:
            self._kills += 1
            if self._kills <= KILLS:
                await asyncio.sleep(_FIRST_WAIT * 2**self._kills)
                return
        self._deaths += 1
        if self._deaths == 1 and self._kills <= KILLS:
            return
        if error.status is None:
            raise UnreadableError("too-slow", f"it takes more than {self._seconds * PATIENCE:g} s") from None
        raise UnreadableError(self._died, f"it ended its process again ({error})") from error


class Helper:
    """One process that does one task at a time and keeps what it has loaded.

    A task has the process for itself, so that whatever ends the process is that task's doing; tasks that wait do not
    notice, and get a new process.
    """

    def __init__(self, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        """Starts nothing yet.

        Args:
            memory: Most bytes that the process may allocate.
            seconds: Most seconds of processor time of a task.
        """
        self._memory = memory
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "helper")
        self._process: _Process | None = None

    def ask_now(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Runs a function in the process and blocks until it returns; for use before an event loop runs.

        Raises:
            UnreadableError: See `ask`.
        """
        try:
            self._thread.submit(self._begin).result()
            return self._thread.submit(self._on_process, work, arguments, named).result()
        except (ProcessDiedError, UsedUpError) as error:
            raise UnreadableError("helper-died", str(error) or "no memory is left") from error

    async def ask(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Runs a function in the process. If the process dies, it is replaced and the function is tried again.

        Args:
            work: A function at module level.
            *arguments: Its positional arguments, which must be picklable.
            **named: Its keyword arguments, which must be picklable.

        Raises:
            UnreadableError: too-slow, too-much-memory, helper-died (the second process died too) or helper-failed (the
                function raised).
            HelperDownError: No process can be started at the moment.
        """
        async with self._turn:
            trials = Trials(self._seconds, "helper-died")
            while True:
                try:
                    return await self._once(work, arguments, named)
                except UsedUpError:
                    continue
                except ProcessDiedError as error:
                    await trials.failed(error)

    def close(self) -> None:
        """Kills the process; work in progress is lost."""
        self._end()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _once(self, work: Callable[..., R], arguments: Any, named: Any) -> R:
        loop = asyncio.get_running_loop()
        # Its start does not count: its libraries are large.
        await loop.run_in_executor(self._thread, self._begin)
        task = loop.run_in_executor(self._thread, self._on_process, work, arguments, named)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._seconds * PATIENCE)
        except asyncio.CancelledError:
            # Nobody waits for it any more; who is next gets a new process.
            self._end()
            with contextlib.suppress(ProcessDiedError, UsedUpError, UnreadableError):
                await task
            raise
        if done:
            return task.result()
        self._end()
        # It may just have finished. If not, it stood still: a second process decides whether that was its own doing.
        return await task

    def _on_process(self, work: Callable[..., R], arguments: Any, named: Any) -> R:
        """Runs in the thread, which waits for the process."""
        process = self._process
        if process is None:
            raise ProcessDiedError(None)
        try:
            done, answer = process.ask(self._seconds, work, arguments, named)
        except ProcessDiedError:
            self._process = None
            raise
        if done:
            return cast("R", answer)
        reason, message = answer
        if reason == "too-much-memory":
            # What is left of it is in pieces.
            self._end()
            if process.asked > 1:
                raise UsedUpError
        raise UnreadableError(reason, message)

    def _begin(self) -> None:
        """Starts a process in the thread if there is none that can be asked."""
        process = self._process
        if process is None or not process.alive or process.asked >= RECYCLED_AFTER:
            self._end()
            self._process = _Process(self._memory)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()


class _Process:
    """A process and the pipe to it."""

    def __init__(self, memory: int) -> None:
        """Starts it.

        Args:
            memory: Most bytes that it may allocate.

        Raises:
            HelperDownError: It does not start.
        """
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, memory, os.getpid()), daemon=True)
        self._process.start()
        there.close()
        self.asked = 0
        self._ended = False
        try:
            ready = self._here.poll(STARTS_WITHIN) and self._here.recv()
        except (EOFError, OSError):
            ready = False
        if not ready:
            self._process.kill()
            self._process.join()
            raise HelperDownError(
                f"a recogniser's process does not start (status {self._process.exitcode}); it may allocate "
                f"{memory >> 20} MiB, which TRIPLEWIRE_MEDIA_RECOGNITION_MEMORY sets"
            )

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def ask(self, *task: Any) -> tuple[bool, Any]:
        """Sends a task and waits for its answer.

        Raises:
            ProcessDiedError: The process ended.
        """
        self.asked += 1
        try:
            self._here.send(task)
            answer: tuple[bool, Any] = self._here.recv()
        except (EOFError, OSError) as error:
            self._process.join()
            self._here.close()
            raise ProcessDiedError(None if self._ended else self._process.exitcode) from error
        return answer

    def kill(self) -> None:
        """Ends it now; a thread that waits for its answer sees it die."""
        self._ended = True
        self._process.kill()


def _serve(pipe: Connection, memory: int, parent: int) -> None:
    """Does tasks until its parent is gone."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    # Ctrl-C must reach only the worker, which then ends its helpers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory(memory)
    pipe.send(True)
    while True:
        try:
            seconds, work, arguments, named = pipe.recv()
        except EOFError:
            return
        # Processor time, so that a refusal does not depend on the machine's load.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        answer = _answer(work, arguments, named)
        libc.malloc_trim(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        pipe.send(answer)


def _answer(work: Callable[..., Any], arguments: Any, named: Any) -> tuple[bool, Any]:
    try:
        return True, work(*arguments, **named)
    except UnreadableError as error:
        return False, (error.reason, error.message)
    except MemoryError:
        return False, ("too-much-memory", "it takes more memory than allowed")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this task's fault and no other's
        lines = str(error).strip().splitlines()
        if _NO_MEMORY.search(str(error)):
            return False, ("too-much-memory", "it takes more memory than allowed")
        return False, ("helper-failed", f"{type(error).__name__}: {lines[-1][:200] if lines else 'no message'}")
