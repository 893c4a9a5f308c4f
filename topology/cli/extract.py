"""`triplewire extract`: articles in, triples out, with the same models and code as on the stream."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from topology.cli.lines import amount
from topology.cli.output import fail

if TYPE_CHECKING:
    from inference.text.types import TextExtraction
    from streams.news.offline import LineResult

SHOWN = 20
"""Unreadable lines that are reported one by one; all are counted."""

err = Console(stderr=True)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(extract)


def extract(
    source: Annotated[
        str, typer.Argument(metavar="IN.jsonl", help="Articles, one JSON object per line; `-` for standard input.")
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="OUT.jsonl", help="File for the triples, one JSON object per line; `-` for standard output."
        ),
    ],
    mentions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write every mention to this file, one per line.")
    ] = None,
    observed_at: Annotated[
        datetime | None, typer.Option(help="Time of observation in the evidence (UTC); by default now.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 1 if a line could not be read.")] = False,
) -> None:
    """Extract triples from a file of articles. Needs neither Kafka nor Neo4j; starts Triton if it is not running."""
    when = (observed_at or datetime.now(UTC)).replace(tzinfo=UTC)
    if source != "-" and not Path(source).exists():
        fail(f"{source}: no such file")
    _ensure_model()
    try:
        with ExitStack() as files:
            lines, total = _lines(source, files)
            out = files.enter_context(_written(target))
            tally = _Tally(out, files.enter_context(_written(mentions)) if mentions else None)
            asyncio.run(_run(lines, total, tally, when))
    except OSError as error:
        fail(f"{error.filename or source}: {error.strerror or error}")
    tally.summarise()
    if strict and tally.problems:
        raise typer.Exit(1)


class _Tally:
    """Writes readings and counts them."""

    def __init__(self, triples: IO[bytes], mentions: IO[bytes] | None) -> None:
        self._triples = triples
        self._mentions = mentions
        self.articles = self.triples = self.mentions = self.problems = 0

    def add(self, readings: "list[LineResult]") -> None:
        from streams.messages.outputs import serialise  # noqa: PLC0415

        for reading in readings:
            if reading.problem:
                self.problems += 1
                if self.problems <= SHOWN:
                    err.print(f"line {reading.number}: {reading.problem}", markup=False, highlight=False)
                continue
            self.articles += 1
            self.triples += len(reading.triples)
            self._triples.writelines(serialise(triple) + b"\n" for triple in reading.triples)
            if reading.extraction is not None:
                self.mentions += len(reading.extraction.mentions)
                if self._mentions is not None:
                    self._mentions.writelines(_mention_lines(reading.extraction))

    def summarise(self) -> None:
        """Prints the summary."""
        if self.problems > SHOWN:
            err.print(f"… and {self.problems - SHOWN} more lines")
        bad = f"; {amount(self.problems, 'line')} could not be read" if self.problems else ""
        found = f"{amount(self.triples, 'triple')}, {amount(self.mentions, 'mention')}"
        err.print(f"{amount(self.articles, 'article')}: {found}{bad}", highlight=False)


def _mention_lines(extraction: "TextExtraction") -> Iterator[bytes]:
    import orjson  # noqa: PLC0415

    from streams.messages.events import Entity  # noqa: PLC0415

    for mention in extraction.mentions:
        line = {
            "document": extraction.document,
            "field": mention.field,
            "start": mention.span.start,
            "end": mention.span.end,
            "text": mention.text,
            "type": mention.type,
            "entity": Entity.of(mention.name, mention.type).id,
        }
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _ensure_model() -> None:
    """Makes sure that the model answers; starts the embedded Triton if that is the one to use and it is not running."""
    from inference.text_extraction.extractor import TextExtractor  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    async def trouble() -> str:
        extractor = TextExtractor.of(settings())
        try:
            return await extractor.trouble()
        finally:
            await extractor.close()

    problem = asyncio.run(trouble())
    if not problem:
        return
    chosen = settings()
    if chosen.triton != chosen.embedded.triton_address:
        fail(f"{problem}; start that server, or unset TRIPLEWIRE_TRITON to use the embedded one")
    from topology.local.errors import StackError  # noqa: PLC0415

    try:
        from topology.local.stack import LocalStack  # noqa: PLC0415

        with err.status("starting Triton"):
            LocalStack(chosen).up(["triton"])
    except ImportError as error:
        fail(f"{problem}; starting it here needs {error.name}: pip install 'triplewire[local]'")
    except StackError as error:
        fail(str(error))
    err.print("started Triton; `triplewire down` stops it", highlight=False)
    if problem := asyncio.run(trouble()):
        fail(f"{problem}; see `triplewire status`")


async def _run(lines: IO[bytes], total: int | None, tally: _Tally, when: datetime) -> None:
    from inference.text_extraction.client import InferenceUnavailable  # noqa: PLC0415
    from inference.text_extraction.extractor import TextExtractor  # noqa: PLC0415
    from streams.news.offline import LineReader  # noqa: PLC0415
    from streams.news.thresholds import Thresholds  # noqa: PLC0415
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    chosen = settings()
    extractor = TextExtractor.of(chosen)
    try:
        ontology = load_ontology(chosen.ontology)
        reader = LineReader(extractor, ontology, Thresholds.of(chosen), chosen.max_text, when)
        with _bar() as bar:
            task = bar.add_task("extracting", total=total, speed="")
            async for readings in reader.read(lines):
                tally.add(readings)
                speed = bar.tasks[0].speed
                bar.update(task, completed=readings[-1].number, speed=f"{speed:.0f} articles/s" if speed else "")
    except (InferenceUnavailable, OntologyError) as error:
        fail(str(error))
    finally:
        await extractor.close()


def _bar() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=err, disable=not err.is_terminal)


def _lines(source: str, files: ExitStack) -> tuple[IO[bytes], int | None]:
    """Opens the input; returns it with its number of lines, or None where that is not known."""
    if source == "-":
        return sys.stdin.buffer, None
    path = Path(source)
    lines = files.enter_context(path.open("rb"))
    if not path.is_file():
        return lines, None
    total = sum(chunk.count(b"\n") for chunk in iter(lambda: lines.read(1 << 20), b""))
    lines.seek(0)
    return lines, total


@contextmanager
def _written(target: str | Path) -> Iterator[IO[bytes]]:
    """Opens an output that appears only once it is complete."""
    path = Path(target)
    if str(target) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif path.exists() and not path.is_file():  # a pipe or device cannot be replaced
        with path.open("wb") as out:
            yield out
    else:
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as out:
                yield out
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
