"""Reading a media item off the wire, with a clear reason for each that cannot be read."""

import base64
import binascii

from streams.messages.events import MediaItem
from streams.messages.json_events import read_event
from streams.road.stage import PoisonError, Record


def parse_item(record: Record, *, stage: str, inline: int) -> MediaItem:
    """Reads a media item.

    Args:
        record: A record of `raw-media`. Its key does not matter: the item's id is the key downstream.
        stage: Who reads, for the count of unknown fields.
        inline: Most bytes that may travel within it.

    Raises:
        PoisonError: null-value, not-utf8, not-json, lone-surrogate, not-an-object, missing-field, wrong-field,
            nul-character, no-bytes, not-base64 or too-large.
    """
    item = read_event(record, MediaItem, stage=stage, what="a media item", noun="item", whole="no-bytes")
    # Four characters carry three bytes: what is far too long is not even decoded.
    if item.data is not None and (len(item.data) > 2 * inline + 4 or len(inline_bytes(item)) > inline):
        raise PoisonError("too-large", f"more than {inline} bytes travel within the event; publish an address instead")
    return item


def inline_bytes(item: MediaItem) -> bytes:
    """Returns the bytes that travel within an item.

    Raises:
        PoisonError: not-base64.
    """
    try:
        return base64.b64decode(item.data or "", validate=True)
    except binascii.Error as error:
        raise PoisonError("not-base64", f"data is not base64: {error}") from error
