"""Output of the stack's commands: progress bars while servers are downloaded and started, then a table."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from topology.cli import output
from topology.local.stack import ServiceState, StackProgress

EVERY = 5.0
"""Seconds between two lines about the same thing."""

MB = 1_000_000


def interrupt_once() -> None:
    """Treats SIGINT, SIGTERM and SIGHUP as one interrupt; ignores further ones during the clean-up."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, interrupt)


@contextmanager
def bringing_up() -> Iterator[StackProgress]:
    """Shows what each service does and how much of it is downloaded; yields the callback for `LocalStack.up`.

    On a terminal a line for each service, with a bar; elsewhere a line when something begins, and every few seconds.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(console.print)
        return
    columns = (
        TextColumn("{task.fields[service]:<8}"),
        TextColumn("{task.description:<12}"),
        BarColumn(24),
        TextColumn("{task.fields[amount]}"),
    )
    with Progress(*columns, TimeElapsedColumn(), transient=True, console=console) as progress:
        tasks: dict[str, TaskID] = {}

        def report(service: str, doing: str, done: int, total: int) -> None:
            if service not in tasks:
                tasks[service] = progress.add_task(doing, total=None, service=service, amount="")
            progress.update(
                tasks[service], description=doing, completed=done, total=total or None, amount=amount(done, total)
            )

        yield report


class Lines:
    """Reports progress where there is no terminal, in a log or a pipe."""

    def __init__(self, say: Callable[[str], object], clock: Callable[[], float] = time.monotonic) -> None:
        """Says each line with `say`; `clock` returns seconds."""
        self._say, self._clock = say, clock
        self._last: dict[str, tuple[str, float]] = {}

    def __call__(self, service: str, doing: str, done: int, total: int) -> None:
        """Says what a service does, unless it said the same a moment ago."""
        before, when = self._last.get(service, ("", 0.0))
        now = self._clock()
        if doing != before or now - when >= EVERY:
            self._last[service] = (doing, now)
            self._say(" ".join(filter(None, (f"{service}: {doing}", amount(done, total)))))


def amount(done: int, total: int) -> str:
    """Returns how much is downloaded: `35 of 120 MB`; empty if that is unknown."""
    return f"{done / MB:.0f} of {total / MB:.0f} MB" if total else ""


def print_states(states: Sequence[ServiceState]) -> None:
    """Prints a table of services with their addresses and states."""
    table = Table("Service", "Address", "State", "Seconds", "Pids", box=None, pad_edge=False)
    for state in states:
        colour = "green" if state.ready else "yellow" if state.state == "stopped" else "red"
        pids = " ".join(map(str, state.pids))
        table.add_row(state.name, state.address, Text(state.state, colour), f"{state.seconds:.1f}", pids)
    output.console().print(table)
