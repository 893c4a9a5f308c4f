"""How a blow is struck: signals, proxies, a limit on file sizes, and workers that join and leave."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable

import psutil

from topology.chaos.plan import CUT, DECODER, FILL, FREEZE, JOIN, KILL, LEAVE, SILENCE, STUB, Blow
from topology.chaos.proxy import Proxies
from topology.chaos.stack import ChaosStack
from topology.local.errors import StackError

_PARTS = {STUB: ("triton", "triton_python_backend_stub"), DECODER: ("worker-media", "inference.media.child")}
"""By target that is a child of another process: that process, and what its command line contains."""

JOINED = "-2"
"""Ends the name of a second worker's process."""

GONE_WITHIN = 10.0


class Strikes:
    """Strikes one blow after the other on a stack."""

    def __init__(self, stack: ChaosStack, proxies: Proxies, held: float) -> None:
        """Strikes nothing yet.

        Args:
            stack: The stack.
            proxies: Its proxies.
            held: Seconds that a process stays frozen, a connection cut, and a disk full.
        """
        self._stack = stack
        self._proxies = proxies
        self._held = held
        self._severed: set[str] = set()
        self._lock = threading.Lock()

    def strike(self, blow: Blow) -> bool:
        """Strikes, and returns when the disturbance is over and recovery begins. Several threads may do so at once.

        Returns:
            Whether there was something to strike: a decoder that is not running cannot be killed, and what is frozen or
            cut off already cannot be so again.
        """
        strikes: dict[str, Callable[[Blow], bool]] = {
            KILL: self._kill,
            FREEZE: self._freeze,
            CUT: lambda blow: self._sever(blow, self._proxies.cut),
            SILENCE: lambda blow: self._sever(blow, self._proxies.silence),
            FILL: self._fill,
            JOIN: self._join,
            LEAVE: self._leave,
        }
        return strikes[blow.kind](blow)

    def start_worker(self, stage: str, name: str) -> None:
        """Starts a worker behind the proxies."""
        argv = [sys.executable, "-m", "streams.worker", stage]
        self._stack.start_process(name, argv, self._stack.worker_variables)

    def _kill(self, blow: Blow) -> bool:
        process = self._process(blow)
        if process is None:
            return False
        # Only the process itself: its children are left to whoever has to notice.
        try:
            process.kill()
        except psutil.NoSuchProcess:
            return False
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(GONE_WITHIN)
        return True

    def _freeze(self, blow: Blow) -> bool:
        process = self._process(blow)
        try:
            if process is None or process.status() == psutil.STATUS_STOPPED:
                return False
            process.send_signal(signal.SIGSTOP)
        except psutil.NoSuchProcess:
            return False
        time.sleep(self._held)
        with contextlib.suppress(psutil.NoSuchProcess):  # the keeper may have lost patience
            process.send_signal(signal.SIGCONT)
        return True

    def _sever(self, blow: Blow, sever: Callable[[str], None]) -> bool:
        with self._lock:
            if blow.target in self._severed:
                return False
            self._severed.add(blow.target)
        sever(blow.target)
        time.sleep(self._held)
        self._proxies.restore(blow.target)
        with self._lock:
            self._severed.remove(blow.target)
        return True

    def _fill(self, blow: Blow) -> bool:
        """Lets no file of a server grow for a while: the nearest thing to a full disk that needs no rights."""
        process = self._process(blow)
        if process is None:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            before = process.rlimit(psutil.RLIMIT_FSIZE)
            if before[0] == 1:
                return False
            process.rlimit(psutil.RLIMIT_FSIZE, (1, before[1]))
            time.sleep(self._held)
            process.rlimit(psutil.RLIMIT_FSIZE, before)
        return True

    def _join(self, blow: Blow) -> bool:
        try:
            self.start_worker(blow.target, f"worker-{blow.target}{JOINED}")
        except StackError:
            return False  # it has been told to leave, and has not yet gone
        return True

    def _leave(self, blow: Blow) -> bool:
        self._stack.stop_process(f"worker-{blow.target}{JOINED}")
        return True

    def _process(self, blow: Blow) -> psutil.Process | None:
        """Returns the process to strike, one of those of that kind that run; None if none does."""
        if blow.target not in _PARTS:
            names = [blow.target, f"{blow.target}{JOINED}"]
            records = [record for name in names if (record := self._stack.processes.record(name))]
            alive = [record.pid for record in records if self._stack.processes.alive(record.name)]
        else:
            parent, words = _PARTS[blow.target]
            record = self._stack.processes.record(parent)
            alive = [pid for pid in _children(record.pid if record else None) if words in " ".join(_command(pid))]
        if not alive:
            return None
        try:
            return psutil.Process(sorted(alive)[blow.choice % len(alive)])
        except psutil.NoSuchProcess:
            return None


def _children(pid: int | None) -> list[int]:
    # By descent, not by the stack's token: a decoder inherits no variable that it does not need.
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)] if pid else []
    except psutil.NoSuchProcess:
        return []


def _command(pid: int) -> list[str]:
    try:
        return psutil.Process(pid).cmdline()
    except psutil.Error:
        return []
