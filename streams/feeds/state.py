"""What is remembered of a feed: one record on a compacted topic, so that any worker can go on where another ended."""

from typing import Annotated

from pydantic import Field, ValidationError

from streams.messages.base import Event

MOST_ITEMS = 20_000
"""Items that are remembered of a feed; they take less than a megabyte of its record."""

MOST_IN_ALL = 1_000_000
"""Items that are remembered of all feeds together although they are no longer in them; about 250 MB."""

LEAST_ITEMS = 100
"""Items that are remembered of a feed, whatever there is of others."""

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class FeedState(Event):
    """What the worker remembers of a feed. Topic `feed-state`; private to the feeds worker."""

    address: str = Field(description="The feed's address, or the path of its folder.")
    etag: str = Field("", description="`ETag` of what was last read.")
    last_modified: str = Field("", description="`Last-Modified` of what was last read.")
    content: Annotated[str, Field(pattern=r"^([0-9a-f]{16})?$")] = Field("", description="Hash of what was last read.")
    failures: int = Field(0, ge=0, description="Polls that failed since the last one that did not.")
    not_before: float = Field(0.0, ge=0, description="Seconds since 1970 before which the feed is not asked.")
    items: dict[Hash, Hash] = Field(
        default_factory=dict,
        description="Hash of the content by the hash of the id, of what was published; the longest unseen first.",
    )
    revised: dict[Hash, float] = Field(
        default_factory=dict,
        description="By the hash of the id, of articles that were revised lately: seconds since 1970 until which their "
        "revisions are used up.",
    )


def room(feeds: int) -> int:
    """Returns how many items are remembered of each of so many feeds; more only if the feed has more at the moment."""
    return max(LEAST_ITEMS, min(MOST_ITEMS, MOST_IN_ALL // max(1, feeds)))


def restored(value: bytes) -> FeedState | None:
    """Reads a remembered state; None if it is not one, so that the feed is read as if it were new."""
    try:
        return FeedState.model_validate_json(value)
    except ValidationError:
        return None
