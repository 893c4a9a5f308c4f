"""Runs work in a separate process that must not run in the worker's own.

A recogniser may hold the interpreter's lock for seconds. In the worker's process that would stop its consumer's
heartbeat, and the broker would reassign its partitions.
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
    """One process that does one task at a time and keeps what it has loaded."""

    def __init__(self) -> None:
        """Starts nothing yet."""
        self._pool = self._new_pool()

    def ask_now(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Runs a function in the process and blocks until it returns; for use before an event loop runs."""
        return self._pool.submit(work, *arguments, **named).result()

    async def ask(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Runs a function in the process. If the process dies, it is replaced and the function is tried once more.

        Args:
            work: A function at module level.
            *arguments: Its positional arguments, which must be picklable.
            **named: Its keyword arguments, which must be picklable.

        Raises:
            InferenceRejected: The second process died too.
        """
        for _ in range(2):
            pool = self._pool
            try:
                return await asyncio.wrap_future(pool.submit(work, *arguments, **named))
            except BrokenProcessPool:
                if self._pool is pool:
                    pool.shutdown(wait=False)
                    self._pool = self._new_pool()
        raise InferenceRejected(f"{work.__name__} ended its process twice")

    def close(self) -> None:
        """Kills the process; work in progress is lost."""
        for process in list((self._pool._processes or {}).values()):  # noqa: SLF001 - the pool has no method that kills
            process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _new_pool() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_end_with_parent, initargs=(os.getpid(),)
        )


def _end_with_parent(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
