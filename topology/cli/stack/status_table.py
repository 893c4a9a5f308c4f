"""What `triplewire status` shows: servers and workers, where each listens, how far each lags behind, and their logs."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from streams.presence import PresentWorker, present
from topology.cli import output
from topology.local.stack import NAMES, LocalStack, ServiceState
from topology.topics import TOPICS, group_of, read_by

LAG_WITHIN = 3.0
"""Seconds that the broker may take to say how far the workers lag behind."""

WORKER = "worker-"


def print_status(stack: LocalStack, states: Sequence[ServiceState]) -> None:
    """Prints a table of everything that runs, and where the logs are."""
    kafka = next(state for state in states if state.name == "kafka")
    # Workers may also use servers that are not the stack's; then there is no lag to ask this broker for.
    lags = _lags(stack.settings.kafka) if kafka.ready or stack.settings.kafka != kafka.address else {}
    workers = present(stack.settings.state)
    table = Table(box=None, pad_edge=False)
    table.add_column("Name", no_wrap=True)
    table.add_column("State")
    table.add_column("Lag", justify="right", no_wrap=True)
    table.add_column("Address", no_wrap=True)
    table.add_column("Pids", no_wrap=True)
    shown: set[int] = set()
    for state in states:
        stage = state.name.removeprefix(WORKER)
        mine = [worker for worker in workers if worker.stage == stage and worker.pid in state.pids]
        shown.update(worker.pid for worker in mine)
        address = state.address or "\n".join(map(_health, mine))
        lag = lags.get(stage, "") if state.name.startswith(WORKER) else ""
        table.add_row(state.name, _coloured(state), lag, address, _pids(state))
    for worker in workers:
        if worker.pid not in shown:
            lag = lags.get(worker.stage, "")
            table.add_row(f"{worker.stage} worker", "in a shell", lag, _health(worker), str(worker.pid or ""))
    console = output.console()
    console.print(table)
    for line in _notes(stack, states, lags, workers):
        console.print(Text(line, style="dim"), soft_wrap=True)


def _coloured(state: ServiceState) -> Text:
    colour = "green" if state.ready else "yellow" if state.state == "stopped" else "red"
    return Text(state.state, style=colour)


def _pids(state: ServiceState) -> str:
    """Returns the first process, and how many children it has."""
    first, *others = state.pids or ("",)
    return f"{first} +{len(others)}" if others else str(first)


def _health(worker: PresentWorker) -> str:
    return f"{worker.host}:{worker.port}/health" if worker.port else "starting"


def _notes(
    stack: LocalStack, states: Sequence[ServiceState], lags: dict[str, str], workers: Sequence[PresentWorker]
) -> list[str]:
    notes = []
    if workers and lags:
        notes.append("Lag: records that the stage has not finished yet. /metrics is beside /health.")
    written = [state.name for state in states if stack.processes.log(state.name).exists() and state.pids]
    if written:
        folder = stack.processes.log("").parent
        notes.append(f"Logs: {_short(folder)}/{{{','.join(written)}}}.log")
    if any(state.name in NAMES and state.ready for state in states) and not workers:
        notes.append("No worker runs: `triplewire worker news` and `triplewire worker sink` start the first two.")
    return notes


def _short(path: Path) -> str:
    """Returns a path relative to the working folder if it is inside."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _lags(kafka: str) -> dict[str, str]:
    """Returns by stage how many records wait; empty if the broker does not say in time."""
    from aiokafka.errors import KafkaError  # noqa: PLC0415 - slow to import

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        return asyncio.run(asyncio.wait_for(_ask(kafka), LAG_WITHIN))
    except (KafkaError, OSError, TimeoutError, ValueError):
        return {}


async def _ask(kafka: str) -> dict[str, str]:
    from streams.road.lags import Lags  # noqa: PLC0415

    stages = [group.removeprefix(group_of("")) for topic in TOPICS for group in topic.groups]
    async with Lags(kafka) as lags:
        return {stage: f"{await lags.lag(group_of(stage), read_by(stage).name):,}" for stage in stages}
