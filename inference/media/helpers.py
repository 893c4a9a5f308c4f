"""Work that must not run in the worker's own process, done in one of its own.

A recogniser that computes for seconds without letting go of the interpreter's lock would silence the worker's consumer,
and the broker would give its partitions to another.
"""

import asyncio
import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from inference.triton.connection import InferenceRejected

P = ParamSpec("P")
R = TypeVar("R")

_PR_SET_PDEATHSIG = 1


class Helper:
    """One process that is asked one thing after the other; what it loads it keeps."""

    def __init__(self) -> None:
        """Starts nothing yet."""
        self._pool = self._fresh()

    def ask_now(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Does the work there and waits for it: for what comes before there is an event loop."""
        return self._pool.submit(work, *arguments, **named).result()

    async def ask(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Does the work there; a process that dies of it is replaced, and the work tried once more.

        Args:
            work: A function of a module, with arguments that can travel.
            *arguments: Its arguments.
            **named: The same by name.

        Raises:
            InferenceRejected: A second process died of it too.
        """
        for _ in range(2):
            pool = self._pool
            try:
                return await asyncio.wrap_future(pool.submit(work, *arguments, **named))
            except BrokenProcessPool:
                if self._pool is pool:
                    pool.shutdown(wait=False)
                    self._pool = self._fresh()
        raise InferenceRejected(f"{work.__name__} ended its process, twice")

    def close(self) -> None:
        """Ends the process; what it is doing is lost."""
        for process in list((self._pool._processes or {}).values()):  # noqa: SLF001 - it has no kill of its own
            process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _fresh() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_end_with_parent, initargs=(os.getpid(),)
        )


def _end_with_parent(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
