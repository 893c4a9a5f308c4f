"""Where an export goes: to standard output, or to files that appear only when they are whole."""

import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal, Protocol, TextIO

from streams.exports.csv_files import NODES, RELATIONSHIPS, CsvWriter
from streams.exports.graphml import GraphMlWriter
from streams.exports.iris import Iris
from streams.exports.jsonld import JsonLdWriter
from streams.exports.records import Record
from streams.exports.turtle import TurtleWriter

Format = Literal["jsonld", "turtle", "graphml", "csv"]


class Writer(Protocol):
    """Writes records in a format."""

    def write(self, record: Record) -> None:
        """Writes a record."""

    def close(self) -> None:
        """Writes what comes after the last record."""


@contextmanager
def writing(format_: Format, output: Path | None, iris: Iris) -> Iterator[Writer]:
    """Opens a writer. If what happens within fails, files that were there before are as they were.

    Args:
        format_: The format.
        output: The file, or of CSV the folder for its two files; None for standard output.
        iris: The IRIs, for the formats of RDF.

    Raises:
        ValueError: CSV has no folder.
        OSError: A file cannot be written.
    """
    with ExitStack() as stack:
        if format_ == "csv":
            if output is None:
                raise ValueError("CSV is two files: name a folder for them")
            output.mkdir(parents=True, exist_ok=True)
            nodes, relationships = (stack.enter_context(_file(output / name)) for name in (NODES, RELATIONSHIPS))
            writer: Writer = CsvWriter(nodes, relationships)
        else:
            writer = _of(format_, stack.enter_context(_file(output)), iris)
        yield writer
        writer.close()


def _of(format_: Literal["jsonld", "turtle", "graphml"], out: TextIO, iris: Iris) -> Writer:
    if format_ == "jsonld":
        return JsonLdWriter(out, iris)
    return TurtleWriter(out, iris) if format_ == "turtle" else GraphMlWriter(out)


@contextmanager
def _file(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
        try:
            yield out
            out.flush()
        finally:
            out.detach()
        return
    if path.exists() and not path.is_file():  # a device or a pipe; a folder fails at once
        with path.open("w", encoding="utf-8", newline="") as out:
            yield out
        return
    path = path.resolve()  # what a link points to is replaced, not the link
    partial = path.with_name(f"{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as out:
            yield out
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
