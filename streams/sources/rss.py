"""RSS and Atom feeds, from an address or a file.

An article is what the feed itself contains: the full text if the publisher includes it, otherwise the summary.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import struct_time
from typing import Any

import feedparser

from streams.messages.events import stable_id
from streams.sources.feed_record import FeedRecord, SourceError, read_bytes
from streams.sources.fetch import fetch
from streams.sources.markup import fragment_text


def read_feed(data: bytes, name: str) -> Iterator[FeedRecord]:
    """Yields the entries of a feed.

    An entry's id is a hash of its guid (or link, or title), so it is the same when the feed is read again.

    Args:
        data: The feed's bytes.
        name: The feed's address or file name, for messages.

    Raises:
        SourceError: The bytes are not a feed.
    """
    # As a stream, because feedparser treats a string or bytes as an address or a file name first.
    parsed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries and not parsed.version:
        raise SourceError(f"{name} is not an RSS or Atom feed")
    feed = parsed.feed
    for number, entry in enumerate(parsed.entries, start=1):
        yield FeedRecord.build(f"{name} entry {number}", _fields(entry, feed, name))


def read_feed_address(url: str, *, allow_private: bool = False) -> Iterator[FeedRecord]:
    """Yields the entries of the feed at an http(s) address.

    Raises:
        SourceError: The address is refused or cannot be read, or it is not a feed.
    """
    yield from read_feed(fetch(url, allow_private=allow_private), url)


def read_feed_file(path: Path) -> Iterator[FeedRecord]:
    """Yields the entries of a feed in a file.

    Raises:
        SourceError: The file cannot be read or is not a feed.
    """
    yield from read_feed(read_bytes(path), path.name)


def _fields(entry: Any, feed: Any, name: str) -> dict[str, Any]:
    title = fragment_text(entry.get("title", "")).replace("\n", " ")
    contents = [c.get("value", "") for c in entry.get("content", ())]
    body = max(map(fragment_text, [*contents, entry.get("summary", "")]), key=len)
    identity = entry.get("id") or entry.get("link") or title
    link = entry.get("link", "")
    return {
        "id": stable_id("feed", identity),
        # In a feed of headlines only, the headline is the text.
        "headline": title if body else "",
        "body": body or title,
        "url": link if link.startswith(("http://", "https://")) else None,
        "source": fragment_text(feed.get("title", "")).replace("\n", " ")[:512] or name[:512],
        "author": fragment_text(entry.get("author", "")).replace("\n", " ")[:1024],
        "section": ", ".join(t.term for t in entry.get("tags", ()) if t.term)[:512],
        "published_at": _when(entry.get("published_parsed") or entry.get("updated_parsed")),
        "language": (feed.get("language") or None) and feed.language[:35],
    }


def _when(parsed: struct_time | None) -> datetime | None:
    try:
        return datetime(*parsed[:6], tzinfo=UTC) if parsed else None
    except ValueError:  # feeds do contain day 0 of a month, or second 60
        return None
