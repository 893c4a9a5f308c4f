"""Output of the stack's commands: progress bars while servers are downloaded and started, then a table."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from topology.cli import output
from topology.local.stack import ServiceState, StackProgress


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
    """Shows a line for each service, with a bar while it downloads; yields the callback for `LocalStack.up`."""
    columns = (TextColumn("{task.fields[service]:<8}"), TextColumn("{task.description:<12}"), BarColumn(24))
    with Progress(*columns, TimeElapsedColumn(), transient=True, console=Console(stderr=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def report(service: str, doing: str, done: int, total: int) -> None:
            if service not in tasks:
                tasks[service] = progress.add_task(doing, total=None, service=service)
            progress.update(tasks[service], description=doing, completed=done, total=total or None)

        yield report


def print_states(states: Sequence[ServiceState]) -> None:
    """Prints a table of services with their addresses and states."""
    table = Table("Service", "Address", "State", "Seconds", "Pids", box=None, pad_edge=False)
    for state in states:
        colour = "green" if state.ready else "yellow" if state.state == "stopped" else "red"
        pids = " ".join(map(str, state.pids))
        table.add_row(state.name, state.address, f"[{colour}]{state.state}[/]", f"{state.seconds:.1f}", pids)
    output.console().print(table)
