"""JSON lines, and JSON files with one article or a list of them."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from streams.sources.feed_record import LARGEST_FILE, Found, LeftOut, SourceError, read_bytes
from streams.sources.feeds import charset, unpack
from streams.sources.json_documents import read_document, read_value

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of the longest line; the topic takes no larger article."""


def read_lines(lines: BinaryIO | io.BufferedIOBase, name: str, folder: Path | None = None) -> Iterator[Found]:
    """Yields one record per non-blank line, in order, whether it is valid or not.

    Args:
        lines: The open file.
        name: The source's name in messages.
        folder: The folder of the feed, for media given by path.
    """
    number = 0
    while line := lines.readline(LONGEST_LINE + 1):
        number += 1
        where = f"{name} line {number}"
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := lines.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield LeftOut(where, "the whole line", f"it is longer than {LONGEST_LINE // 2**20} MiB")
            continue
        value = line.rstrip(b"\r\n")
        if value.strip():
            yield from read_value(value.removeprefix(b"\xef\xbb\xbf") if number == 1 else value, where, folder)


def read_jsonl(path: Path, name: str | None = None) -> Iterator[Found]:
    """Yields the lines of a JSONL file as records.

    Raises:
        SourceError: The file cannot be read.
    """
    try:
        with path.open("rb") as lines:
            yield from read_lines(lines, name or path.name, path.parent)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error


def read_json(path: Path, name: str | None = None) -> Iterator[Found]:
    """Yields the article of a JSON file, or each article of the list or feed in it.

    Raises:
        SourceError: The file cannot be read.
    """
    content = read_bytes(path)
    if content.startswith(unpack.GZIP):
        content = unpack.whole(content, str(path), LARGEST_FILE)
    try:
        wide = b"\0" in content[:4]  # UTF-16 without a mark may be valid UTF-8, with NUL for every other character
        content.decode()
    except UnicodeDecodeError:
        wide = True
    if wide:
        # What is no JSON in any encoding goes to dead letters as it stands.
        text = "".join(charset.text_of(lambda: iter((content,)))[1])
        content = text.encode("utf-8", "replace") if text.lstrip()[:1] in {"{", "["} else content
    yield from read_document(content.removeprefix(b"\xef\xbb\xbf"), name or path.name, path.parent)
