"""Runs a worker as a child process, and starts it again when it dies.

A worker may die of a record, and then several have to die until the record is found (`streams.road.suspicion`).
Something has to start them, and quickly: this supervisor, also inside a container, where an orchestrator would wait
longer each time. It remembers nothing but how long to wait; what is suspected is on Kafka, so that any other supervisor
does as well.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

from streams.road.exit_codes import CONFIGURATION_EXIT

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
"""Seconds between starts, doubled after each death: a worker that cannot start must not take all of the CPU."""

LONGEST_SUSPECTED = 2.0
"""The longest wait while a record is suspected of killing workers: the partition stands still until it is found."""

HEALTHY_AFTER = 60.0
"""Seconds. After a worker that ran longer than this, the next wait is the first one again."""

SUSPECTED, UNSUSPECTED = b"1", b"0"
"""What a worker writes into its pipe when a suspicion opens, and when the last one closes."""


class Supervisor:
    """Keeps one child process running until it is signalled to stop."""

    def __init__(self, command: Sequence[str]) -> None:
        """Starts nothing yet.

        Args:
            command: The child's command line. Two numbers are appended: the read end of a pipe whose other end closes
                when this process dies, so that the child ends too; and the write end of a pipe in which the child says
                whether a record is suspected of killing workers.
        """
        self._command = list(command)
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Runs until SIGTERM or SIGINT, which it passes on to the child, or until the child ends by itself.

        Returns:
            The exit status to end with.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._pass_on)
        lifeline, held = os.pipe()
        said, report = os.pipe()
        os.set_blocking(said, False)
        wait = FIRST_WAIT
        try:
            while True:
                begin = time.monotonic()
                # In a session of its own the child gets Ctrl-C once, from us, and not a second time from the terminal.
                self._child = subprocess.Popen(
                    [*self._command, str(lifeline), str(report)], pass_fds=(lifeline, report), start_new_session=True
                )
                if self._stopping.is_set():
                    self._child.terminate()
                status = self._ended(self._child)
                if self._stopping.is_set() or status in {0, CONFIGURATION_EXIT}:
                    return max(status, 0)
                lived = time.monotonic() - begin
                if lived > HEALTHY_AFTER:
                    wait = FIRST_WAIT
                if _last(said) == SUSPECTED:
                    wait = min(wait, LONGEST_SUSPECTED)
                print(  # noqa: T201 - the supervisor logs to standard error
                    f"worker ended with status {status} after {lived:.0f} s; starting it again in {wait:g} s",
                    file=sys.stderr,
                    flush=True,
                )
                if self._stopping.wait(wait):
                    return 0
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            for end in (lifeline, held, said, report):
                os.close(end)

    @staticmethod
    def _ended(child: "subprocess.Popen[bytes]") -> int:
        """Returns the child's exit status once it ends.

        As the first process of a container, this one inherits whatever the child leaves behind; it buries them too.
        """
        while child.poll() is None:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            if ended is not None and ended.si_pid != child.pid:
                os.waitpid(ended.si_pid, os.WNOHANG)
        return child.wait()

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        self._stopping.set()
        # Not with Popen's own methods: they would take the child's status from under `_ended`.
        if self._child is not None and self._child.returncode is None:
            os.kill(self._child.pid, number)


def _last(pipe: int) -> bytes:
    """Returns the last byte in a pipe; b"" if it is empty."""
    last = b""
    while True:
        try:
            read = os.read(pipe, 4096)
        except BlockingIOError:
            return last
        if not read:
            return last
        last = read[-1:]
