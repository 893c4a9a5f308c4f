"""Decoded JSON of any kind that a newsroom has: our own articles, ninjs, JSON Feed, and lists of them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from streams.sources.feed_record import FeedRecord, Found, LeftOut, SourceError
from streams.sources.feeds import json_feed, links, ninjs
from streams.sources.feeds.entry import Channel, Entry
from streams.sources.feeds.identity import Candidate, id_of
from streams.sources.feeds.records import records_of
from streams.sources.local_media import with_file_uris

_HALVES = re.compile(
    rb"(?P<kept>\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
"""Escapes of half a character. Whole pairs and escaped backslashes, which are to be kept, are found first."""


def read_document(value: bytes, name: str, folder: Path | None = None, address: str = "") -> Iterator[Found]:
    """Yields the records of a JSON document: one article, a list of them, or a feed.

    Args:
        value: The document.
        name: The source's name in messages.
        folder: The folder of the file, for media given by path.
        address: The address that it was read from; empty for a file.

    Raises:
        SourceError: What an address answered is no JSON, or one object that is no article: rather an error than news.
    """
    try:
        loaded = _loaded(value)
    except orjson.JSONDecodeError as error:
        if address:
            raise SourceError(f"{name}: not JSON: {error}") from error
        yield FeedRecord.parse(value, name)
        return
    if json_feed.is_json_feed(loaded):
        yield from records_of(lambda: json_feed.entries_of(loaded, name, address))
        return
    if isinstance(loaded, dict) and isinstance(loaded.get("_items"), list):
        loaded = loaded["_items"]  # a page of Superdesk's content API
    if isinstance(loaded, list):
        yield from _elements(loaded, name, folder, address)
        return
    for one in read_object(loaded, value, name, folder, address):
        if address and isinstance(one, FeedRecord) and one.problem:
            raise SourceError(f"{name}: not an article: {one.problem}")
        yield one


def _loaded(value: bytes) -> Any:
    """Decodes a document. Halves of surrogate pairs, as of emoji that were cut, become U+FFFD: none costs a feed.

    Raises:
        orjson.JSONDecodeError: It is no JSON, or too deep.
    """
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        whole = _HALVES.sub(lambda found: found["kept"] or rb"\ufffd", value)
        if whole == value:
            raise
        return orjson.loads(whole)


def _elements(loaded: list[Any], name: str, folder: Path | None, address: str) -> Iterator[Found]:
    older = ninjs.superseded(loaded, datetime.now(UTC))
    for place, element in enumerate(loaded):
        where = f"{name} element {place + 1}"
        if place in older:
            yield LeftOut(where, links.without_user(element["uri"])[:200], "the list has a later version of it")
            continue
        try:
            value = orjson.dumps(element)
        except TypeError as error:
            yield LeftOut(where, "the element", f"it cannot be written: {error}")
        else:
            yield from read_object(element, value, where, folder, address)


def read_value(value: bytes, where: str, folder: Path | None = None) -> Iterator[Found]:
    """Yields the record of JSON bytes that should be one article, and what is left out of it."""
    try:
        loaded = _loaded(value)
    except orjson.JSONDecodeError:
        yield FeedRecord.parse(value, where)
        return
    yield from read_object(loaded, value, where, folder)


def read_object(
    loaded: Any, value: bytes, where: str, folder: Path | None = None, address: str = ""
) -> Iterator[Found]:
    """Like `read_value`, for JSON that was already decoded from `value`, perhaps from an address."""
    if ninjs.is_ninjs(loaded):
        fields, left = ninjs.article_of(loaded, where, datetime.now(UTC), address)
        yield from left
        if fields:
            yield FeedRecord.build(where, fields, ninjs.version_of(loaded))
        return
    loaded = with_file_uris(loaded, folder) if folder else loaded
    yield FeedRecord.load(_with_id(loaded), value, where)


def _with_id(loaded: Any) -> Any:
    """Returns an article that has a `guid` but no `id` with the id that a feed's entry with this guid would get."""
    guid = loaded.get("guid") if isinstance(loaded, dict) and loaded.get("id") is None else None
    if not isinstance(guid, str) or not guid.strip():
        return loaded
    url, source = loaded.get("url"), loaded.get("source")
    entry = Entry(1, link=links.resolved(url) if isinstance(url, str) else "")
    channel = Channel(title=source if isinstance(source, str) else "")
    return {**loaded, "id": id_of(Candidate("guid", guid.strip(), ""), entry, channel)}
