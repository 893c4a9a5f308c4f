"""JSON lines, and JSON files with one article or a list of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from streams.sources.feed_record import FeedRecord, SourceError, read_bytes
from streams.sources.local_media import with_file_uris


def read_lines(lines: Iterable[bytes], name: str, folder: Path | None = None) -> Iterator[FeedRecord]:
    """Yields one record per non-blank line, in order, whether it is valid or not.

    Args:
        lines: The lines, with or without their line ends.
        name: The source's name in messages.
        folder: The folder of the feed, for media given by path.
    """
    for number, line in enumerate(lines, start=1):
        value = line.rstrip(b"\r\n")
        if value.strip():
            value = value.removeprefix(b"\xef\xbb\xbf") if number == 1 else value
            yield FeedRecord.parse(value, f"{name} line {number}", folder)


def read_jsonl(path: Path, name: str | None = None) -> Iterator[FeedRecord]:
    """Yields the lines of a JSONL file as records.

    Raises:
        SourceError: The file cannot be read.
    """
    try:
        with path.open("rb") as lines:
            yield from read_lines(lines, name or path.name, path.parent)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error


def read_json(path: Path, name: str | None = None) -> Iterator[FeedRecord]:
    """Yields the article of a JSON file, or each article of the list in it.

    Raises:
        SourceError: The file cannot be read.
    """
    name = name or path.name
    value = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    try:
        loaded = orjson.loads(value)
    except orjson.JSONDecodeError:
        yield FeedRecord.parse(value, name)
        return
    if isinstance(loaded, list):
        for number, element in enumerate(loaded, start=1):
            yield FeedRecord.load(
                with_file_uris(element, path.parent), orjson.dumps(element), f"{name} element {number}"
            )
    else:
        yield FeedRecord.load(with_file_uris(loaded, path.parent), value, name)
