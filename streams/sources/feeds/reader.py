"""RSS, RDF, Atom and JSON feeds and NewsML-G2, from an address or a file of any size.

An article is what the feed itself contains: the full text if the publisher includes it, otherwise the summary.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from streams.sources.feed_record import Found, SourceError
from streams.sources.feeds import charset, newsml, unpack
from streams.sources.feeds.entry import Channel, Entry
from streams.sources.feeds.records import records_of
from streams.sources.feeds.tree import NEWSML, FeedTree, NotAFeedError
from streams.sources.feeds.xml_entries import base_of, channel_of, entry_of
from streams.sources.fetch import TooMuchError, fetch_page
from streams.sources.json_documents import read_document
from streams.sources.tokens import tokens

Text = Callable[[], Iterator[str]]
"""Opens a feed's text again from its beginning."""

LARGEST_JSON = 128 * 1024 * 1024
LARGEST_ADDRESS = 20 * 1024 * 1024
"""Bytes that are read from an address."""


def read_feed(data: bytes, name: str, *, address: str = "", label: str = "") -> Iterator[Found]:
    """Yields the entries of a feed.

    Args:
        data: The feed's bytes.
        name: The feed's address or file name, for messages.
        address: The address that it was read from; empty for a file.
        label: The encoding that the server stated; empty if none.

    Raises:
        SourceError: The bytes are not a feed.
    """
    yield from _read(
        unpack.from_bytes(data, name, LARGEST_ADDRESS if address else unpack.MOST_UNPACKED), name, address, label
    )


def read_feed_address(url: str, *, allow_private: bool = False) -> Iterator[Found]:
    """Yields the entries of the feed at an http(s) address.

    Raises:
        SourceError: The address is refused or cannot be read, or it is not a feed.
    """
    try:
        page = fetch_page(url, allow_private=allow_private, largest=LARGEST_ADDRESS)
    except TooMuchError as error:
        raise SourceError(f"{error}; download it, and publish the file, which may be of any size") from error
    yield from read_feed(page.content, url, address=page.address, label=page.charset)


def read_feed_file(path: Path, name: str | None = None, inbox: str = "") -> Iterator[Found]:
    """Yields the entries of a feed in a file.

    Args:
        path: The file.
        name: Its name in messages; None for that of the path.
        inbox: The name of the inbox that it lies in, within which ids count that say nothing of their publisher.

    Raises:
        SourceError: The file cannot be read or is not a feed.
    """
    yield from _read(unpack.from_file(path), name or path.name, inbox=inbox)


def _read(pieces: charset.Pieces, name: str, address: str = "", label: str = "", inbox: str = "") -> Iterator[Found]:
    encoding = charset.encoding_of(pieces, label)

    def text() -> Iterator[str]:
        return charset.decoded(pieces(), encoding)

    beginning = next((piece.lstrip() for piece in text() if piece.strip()), "")
    if beginning[:1] in {"{", "["}:
        yield from read_document(_whole(text, name), name, address=address)
        return
    try:
        kind, channel = _channel(text, name, address)
        if kind == NEWSML:
            yield from newsml.records_of(lambda: FeedTree(tokens(text())).entries(), name, address, inbox)
        else:
            yield from records_of(lambda: _entries(text, channel))
    except NotAFeedError as error:
        outermost = str(error)
        found = (
            f"its outermost element is <{outermost[:60]}>, which is not from NewsML-G2 either"
            if outermost
            else "it contains no elements"
        )
        raise SourceError(f"{name} is not an RSS or Atom feed: {found}") from error


def _channel(text: Text, name: str, address: str) -> tuple[str, tuple[Channel, str]]:
    """Returns the kind of the feed, the feed, and the address that its own are relative to.

    Its fields normally precede the entries; only if some are missing there is all of it read.
    """
    tree = FeedTree(tokens(text()))
    next_size = 0
    for _ in tree.entries():
        # Not at each entry: a feed may have thousands of fields, none of them a link, and a million entries.
        if len(tree.head.content) < next_size:
            continue
        next_size = 2 * len(tree.head.content) + 1
        if tree.kind == NEWSML:
            break
        channel = channel_of(tree.head, name, address)
        if channel.title and channel.link:
            break
    return tree.kind, (channel_of(tree.head, name, address), base_of(tree.head, address))


def _entries(text: Text, channel: tuple[Channel, str]) -> Iterator[tuple[Entry, Channel]]:
    feed, base = channel
    for number, item in enumerate(FeedTree(tokens(text())).entries(), start=1):
        yield entry_of(item, feed, number, base), feed


def _whole(text: Text, name: str) -> bytes:
    parts = bytearray()
    for piece in text():
        parts += piece.encode("utf-8", "replace")
        if len(parts) > LARGEST_JSON:
            raise SourceError(f"{name}: JSON of more than {LARGEST_JSON // 2**20} MiB; use JSON lines (.jsonl) instead")
    return bytes(parts)
