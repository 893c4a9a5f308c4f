"""Parses a record of `raw-media` and gives a clear reason for each that is malformed."""

import base64

from streams.messages.events import MediaItem
from streams.messages.json_events import read_event
from streams.road.stage import PoisonError, Record


def parse_item(record: Record, *, stage: str, inline: int) -> MediaItem:
    """Parses a media item.

    Args:
        record: A record of `raw-media`. Its key does not matter: downstream the item's id is the key.
        stage: Name of the stage, for the count of unknown fields.
        inline: Most bytes that an item may hold itself.

    Raises:
        PoisonError: null-value, not-utf8, not-json, lone-surrogate, not-an-object, missing-field, wrong-field,
            nul-character, no-bytes, not-base64 or too-large.
    """
    item = read_event(record, MediaItem, stage=stage, what="a media item", noun="item", whole="no-bytes")
    # Base64 takes four characters for three bytes: what is far too long is refused before it is decoded.
    if item.data is not None and (len(item.data) > 2 * inline + 4 or len(inline_bytes(item)) > inline):
        raise PoisonError("too-large", f"the event holds more than {inline} bytes; publish an address instead")
    return item


def inline_bytes(item: MediaItem) -> bytes:
    """Returns the bytes that an item holds itself.

    Raises:
        PoisonError: not-base64.
    """
    try:
        return base64.b64decode(item.data or "", validate=True)
    except ValueError as error:  # binascii.Error is one; text that is not ASCII is a plain one
        raise PoisonError("not-base64", f"data is not base64: {error}") from error
