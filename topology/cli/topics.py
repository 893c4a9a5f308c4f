"""`triplewire topics`: the Kafka topics declared in `topology/topics.py`."""

import asyncio
from typing import TYPE_CHECKING

import typer
from rich.table import Table

from topology.cli import output
from topology.cli.output import fail

if TYPE_CHECKING:
    from topology.admin.topics import TopicState

topics_app = typer.Typer(name="topics", no_args_is_help=True, help="Create and list the Kafka topics.")


@topics_app.command()
def create() -> None:
    """Create the missing topics, and bring the others in line with their declaration.

    Partitions are added, never removed. Running the command again changes nothing.
    """
    from topology.admin.topics import TopicError, create_topics  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    try:
        done = asyncio.run(create_topics(settings().kafka))
    except TopicError as error:
        fail(f"{error}. Is it running? `triplewire up kafka` starts one here; set TRIPLEWIRE_KAFKA to use another.")
    for name, what in done.items():
        typer.echo(f"{name}: {what}")


@topics_app.command("list")
def list_topics() -> None:
    """List the declared topics and their state on the broker."""
    from topology.admin.topics import TopicError, topic_states  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415
    from topology.topics import TOPICS  # noqa: PLC0415

    try:
        states = asyncio.run(topic_states(settings().kafka))
    except TopicError as error:
        fail(f"{error}. Is it running? `triplewire up kafka` starts one here; set TRIPLEWIRE_KAFKA to use another.")
    table = Table("Topic", "Partitions", "Key", "Groups", "Settings", box=None, pad_edge=False)
    for topic, state in zip(TOPICS, states, strict=True):
        partitions = str(state.partitions) if state.partitions else "[red]missing[/]"
        if state.partitions and state.partitions != topic.partitions:
            partitions += f" [yellow](declared {topic.partitions})[/]"
        config = "\n".join(_setting(key, value, state) for key, value in topic.config.items())
        table.add_row(topic.name, partitions, topic.key, "\n".join(topic.groups), config)
    output.console().print(table)


def _setting(key: str, declared: str, state: "TopicState") -> str:
    there = state.config.get(key)
    same = there == declared or not state.partitions
    return f"{key}={declared}" if same else f"[yellow]{key}={there} (declared {declared})[/]"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(topics_app)
