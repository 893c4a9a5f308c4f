"""Ids of the documents that belong to another one: media items to an article, derived articles to a media item.

Such an id is a hash of its owner's id. So anybody who knows both ids can check whether one belongs to the other, or
whether somebody else published it under an id of their own.
"""

from streams.messages.events import stable_id

SPEECH = "speech"
TEXT = "text in pictures"

KINDS = (SPEECH, TEXT)
"""The kinds of articles that may be derived from a media item."""


def media_id(article: str, uri: str) -> str:
    """Returns the id of the media item at an address that an article refers to."""
    return stable_id("m", article, uri)


def derived_id(item: str, kind: str) -> str:
    """Returns the id of the derived article of this kind of a media item."""
    return stable_id("d", item, kind)
