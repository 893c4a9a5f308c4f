"""A media item that was fetched: what all that is said of it goes back to."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import Literal, Self

from streams.media.fetching import Fetched
from streams.messages.events import MAX_NAME, MEDIA_TYPE, Entity, Evidence, MediaItem, Spot, TextSpan

NOWHERE = TextSpan.of("", 0, 0)


# Without slots: the revision is kept once it was reckoned.
@dataclass(frozen=True)
class Provenance:
    """A media item.

    Attributes:
        item: As it was published.
        fetched: Its bytes.
        observed_at: When it reached the wire, aware.
        readers: Names and versions of what reads it, and the limits that change what they find.
    """

    item: MediaItem
    fetched: Fetched
    observed_at: datetime
    readers: tuple[str, ...] = ()

    @cached_property
    def revision(self) -> str:
        """A short hash of its bytes, of the text that came along, and of what read them, as an article's is.

        Whom the text names is a part of it: that too was read by something.
        """
        item = self.item
        text = (item.headline, item.caption, *(mention.model_dump_json() for mention in item.mentions))
        return blake2b("\x1f".join((self.fetched.sha256, *text, *self.readers)).encode(), digest_size=8).hexdigest()

    def read_by(self, *readers: str) -> Self:
        """Returns the item as it is once these have read it too."""
        return replace(self, readers=(*self.readers, *readers))

    @property
    def entity(self) -> Entity:
        """The item as the subject or object of triples."""
        item = self.item
        return Entity(
            id=item.id, name=(item.caption or item.uri.rpartition("/")[2] or item.id)[:MAX_NAME], type=MEDIA_TYPE
        )

    def evidence(
        self,
        spot: Spot,
        model: tuple[str, str],
        *,
        field: Literal["headline", "caption", "media"] = "media",
        subject: TextSpan = NOWHERE,
        object_: TextSpan = NOWHERE,
    ) -> Evidence:
        """Returns evidence from it.

        Args:
            spot: Where in it.
            model: Name and version of what saw it.
            field: The text that was read along with it, all of it one sentence; `media` for none.
            subject: The subject's mention in that text.
            object_: The object's.
        """
        item = self.item
        text = "" if field == "media" else getattr(item, field)
        return Evidence(
            document=item.id,
            revision=self.revision,
            field=field,
            sentence=TextSpan.of(text, 0, len(text)),
            subject=subject,
            object=object_,
            spot=spot,
            source=item.source,
            url=item.url,
            published_at=item.published_at,
            observed_at=self.observed_at,
            model=model[0],
            model_version=model[1],
        )
