"""Runs a worker as a child process, and starts it again when it dies.

The road ends its process on a bug, because continuing could lose records. Something has to start the worker again: on a
bare machine that is this supervisor; under Docker or Kubernetes it is the orchestrator, and the worker runs with
`--no-supervise`. Only this supervisor also counts the bugs and passes the count on; see `streams.road.road`.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

from streams.road.exit_codes import BUG_EXIT, CONFIGURATION_EXIT

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
"""Seconds between starts, doubled after each death: a worker that cannot start must not take all of the CPU."""

HEALTHY_AFTER = 60.0
"""Seconds. A worker that ran longer than this starts over with the first wait and no bugs counted."""


class Supervisor:
    """Keeps one child process running until it is signalled to stop."""

    def __init__(self, command: Sequence[str]) -> None:
        """Starts nothing yet.

        Args:
            command: The child's command line. Two numbers are appended: the read end of a pipe whose other end closes
                when this process dies, so that the child ends too; and how many bugs have ended the child in quick
                succession.
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
        read_end, write_end = os.pipe()
        wait = FIRST_WAIT
        bugs = 0
        try:
            while True:
                begin = time.monotonic()
                # In a session of its own the child gets Ctrl-C once, from us, and not a second time from the terminal.
                self._child = subprocess.Popen(
                    [*self._command, str(read_end), str(bugs)], pass_fds=(read_end,), start_new_session=True
                )
                if self._stopping.is_set():
                    self._child.terminate()
                status = self._child.wait()
                if self._stopping.is_set() or status in {0, CONFIGURATION_EXIT}:
                    return max(status, 0)
                lived = time.monotonic() - begin
                if lived > HEALTHY_AFTER:
                    wait, bugs = FIRST_WAIT, 0
                bugs += status == BUG_EXIT
                print(  # noqa: T201 - the supervisor logs to standard error
                    f"worker ended with status {status} after {lived:.0f} s; starting it again in {wait:g} s",
                    file=sys.stderr,
                    flush=True,
                )
                if self._stopping.wait(wait):
                    return 0
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            os.close(read_end)
            os.close(write_end)

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        self._stopping.set()
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(number)
