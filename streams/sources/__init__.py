"""Where articles are published from: JSON lines, a file or folder, a feed.

Every reader yields `FeedRecord`s, and `LeftOut` for what is not published. `producer` publishes them to Kafka.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from streams.sources.feed_record import FeedRecord, Found, LeftOut, SourceError
from streams.sources.feeds.reader import read_feed_address
from streams.sources.folder import read_file, read_folder
from streams.sources.jsonl import read_lines

__all__ = ["FeedRecord", "LeftOut", "SourceError", "read_source"]


def read_source(
    source: str, *, allow_private: bool = False, left_out: Callable[[LeftOut], None] = lambda _: None
) -> Iterator[FeedRecord]:
    """Yields the records of a source.

    Args:
        source: A file or folder, an http(s) address of a feed, or `-` for JSON lines on standard input.
        allow_private: Whether the address may be on this machine or a private network.
        left_out: Called with whatever is not published.

    Raises:
        SourceError: The source cannot be read.
    """
    for found in _found(source, allow_private=allow_private):
        if isinstance(found, LeftOut):
            left_out(found)
        else:
            yield found


def _found(source: str, *, allow_private: bool) -> Iterator[Found]:
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
    else:
        yield from read_file(path)
