"""Where articles are published from: JSON lines, a file or folder, an RSS or Atom feed.

Every reader yields `FeedRecord`s. `producer` publishes them to Kafka.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from streams.sources.feed_record import FeedRecord, SourceError
from streams.sources.folder import read_file, read_folder
from streams.sources.jsonl import read_lines
from streams.sources.rss import read_feed_address, read_feed_file

__all__ = ["FeedRecord", "SourceError", "read_source"]

FEED_SUFFIXES = frozenset((".rss", ".atom", ".xml"))


def read_source(source: str, *, allow_private: bool = False) -> Iterator[FeedRecord]:
    """Yields the records of a source.

    Args:
        source: A file or folder, an http(s) address of an RSS or Atom feed, or `-` for JSON lines on standard input.
        allow_private: Whether the address may be on this machine or a private network.

    Raises:
        SourceError: The source cannot be read.
    """
    if source == "-":
        yield from read_lines(sys.stdin.buffer, "standard input")
        return
    path = Path(source)
    if "://" in source:
        yield from read_feed_address(source, allow_private=allow_private)
    elif path.is_dir():
        yield from read_folder(path)
    elif not path.exists():
        raise SourceError(f"{source}: no such file or folder")
    elif path.suffix.lower() in FEED_SUFFIXES:
        yield from read_feed_file(path)
    else:
        yield from read_file(path)
