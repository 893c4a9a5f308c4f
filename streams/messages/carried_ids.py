"""Ids of what a document brings along: an article its media items, a media item the articles that are derived from it.

Each is made of whose it is, so whoever knows both ids can tell whether one brought the other, or whether somebody else
published it under an id of their own.
"""

from streams.messages.events import stable_id

SPEECH = "speech"
TEXT = "text in pictures"

KINDS = (SPEECH, TEXT)
"""What articles may be derived from a media item."""


def media_id(article: str, uri: str) -> str:
    """Returns the id of the media item that an article names by an address."""
    return stable_id("m", article, uri)


def derived_id(item: str, kind: str) -> str:
    """Returns the id of the article of this kind that is derived from a media item."""
    return stable_id("d", item, kind)
