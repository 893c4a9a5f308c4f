"""JSON lines, and files that hold one JSON article or a list of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from streams.sources.beside import located
from streams.sources.item import Item, SourceError


def read_lines(lines: Iterable[bytes], name: str, folder: Path | None = None) -> Iterator[Item]:
    """Yields one record per non-blank line, valid or not, in order.

    Args:
        lines: The lines, with or without their line ends.
        name: What to call the source in messages.
        folder: Where pictures lie that the lines name by their path.
    """
    for number, line in enumerate(lines, start=1):
        value = line.rstrip(b"\r\n")
        if value.strip():
            value = value.removeprefix(b"\xef\xbb\xbf") if number == 1 else value
            yield Item.parse(value, f"{name} line {number}", folder)


def read_jsonl(path: Path, name: str | None = None) -> Iterator[Item]:
    """Yields the lines of a JSONL file as records.

    Raises:
        SourceError: The file cannot be read.
    """
    try:
        with path.open("rb") as lines:
            yield from read_lines(lines, name or path.name, path.parent)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error


def read_json(path: Path, name: str | None = None) -> Iterator[Item]:
    """Yields the article of a JSON file, or each article of the list in it.

    Raises:
        SourceError: The file cannot be read.
    """
    name = name or path.name
    try:
        value = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
    try:
        loaded = orjson.loads(value)
    except orjson.JSONDecodeError:
        yield Item.parse(value, name)
        return
    if isinstance(loaded, list):
        for number, element in enumerate(loaded, start=1):
            yield Item.load(located(element, path.parent), orjson.dumps(element), f"{name} element {number}")
    else:
        yield Item.load(located(loaded, path.parent), value, name)
