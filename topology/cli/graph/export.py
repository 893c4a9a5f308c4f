"""`triplewire graph export`: the graph in a standard format."""

import os
import sys
from collections import Counter
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from topology.cli.graph.driver import with_driver
from topology.cli.output import fail

if TYPE_CHECKING:
    from neo4j import AsyncDriver


class Format(StrEnum):
    """The formats of `streams.exports.files`."""

    JSONLD = "jsonld"
    TURTLE = "turtle"
    GRAPHML = "graphml"
    CSV = "csv"


_NAMES = {
    "EntityRecord": "names", "ValueRecord": "values", "ArticleRecord": "articles", "MediaRecord": "media items",
    "StoryRecord": "stories", "FactRecord": "facts and claims", "EvidenceRecord": "pieces of evidence",
}  # fmt: skip


def register(group: typer.Typer) -> None:
    """Adds the command to `triplewire graph`."""
    group.command("export")(export)


def export(
    format_: Annotated[
        Format,
        typer.Option("--format", help="`jsonld`, `turtle`: RDF; `graphml`, `csv`: nodes and relationships."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(help="The file to write, or the folder for the two files of CSV; by default standard output."),
    ] = None,
    *,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"],
            help="Facts that held at this time (UTC), by what is known today, and what was claimed by then.",
        ),
    ] = None,
    ended: Annotated[
        bool, typer.Option("--ended", help="Also facts that do not hold: ended or disputed ones, marked so.")
    ] = False,
) -> None:
    """Write the graph in a standard format, with the sentences behind each fact. docs/exports.md describes the formats.

    Two exports of one graph are equal byte for byte.
    """
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    from streams.exports.files import writing  # noqa: PLC0415
    from streams.exports.iris import BaseError, Iris  # noqa: PLC0415
    from streams.exports.reading import WholeGraph  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    if format_ is Format.CSV and output is None:
        fail("CSV is two files: name a folder for them with --output")
    err = Console(stderr=True)
    bar = Progress(
        TextColumn("exporting"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
        console=err, disable=not err.is_terminal, transient=True,
    )  # fmt: skip
    written: Counter[str] = Counter()

    async def write(driver: "AsyncDriver", database: str) -> OSError | None:
        graph = WholeGraph(driver, database, at and at.replace(tzinfo=UTC), ended)
        try:
            with bar, writing(format_.value, output, iris) as writer:
                task = bar.add_task("exporting", total=None)
                async for record in graph.records(lambda done, total: bar.update(task, completed=done, total=total)):
                    writer.write(record)
                    written[_NAMES[type(record).__name__]] += 1
        except OSError as error:  # of the file: the driver has errors of its own
            return error
        return None

    try:
        iris = Iris(settings().export_base)
    except BaseError as error:
        fail(str(error))
    problem = with_driver(write)
    if isinstance(problem, BrokenPipeError):
        # Whoever read standard output has enough; Python must not complain about it again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1)
    if problem:
        fail(f"{output or 'standard output'} cannot be written: {problem.strerror or problem}")
    typer.echo(f"wrote {', '.join(f'{written[name]:,} {name}' for name in _NAMES.values())}", err=True)
