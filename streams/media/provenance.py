"""Where the triples about a media item come from: the item, its bytes and the models that read it."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import Literal, Self

from streams.media.fetching import Fetched
from streams.messages.events import MAX_NAME, MEDIA_TYPE, Entity, Evidence, MediaItem, Spot, TextSpan

NO_MENTION = TextSpan.of("", 0, 0)


# Without slots, so that the revision can be cached.
@dataclass(frozen=True)
class Provenance:
    """A fetched media item, from which evidence is made.

    Attributes:
        item: The item as published.
        fetched: Its bytes.
        observed_at: When the broker received it; timezone-aware.
        readers: Names and versions of the models that read it, and the limits that change their results.
    """

    item: MediaItem
    fetched: Fetched
    observed_at: datetime
    readers: tuple[str, ...] = ()

    @cached_property
    def revision(self) -> str:
        """A short hash of the bytes, of the text published with them, and of what read them.

        The mentions in the text count too, as they are a model's output.
        """
        item = self.item
        text = (item.headline, item.caption, *(mention.model_dump_json() for mention in item.mentions))
        return blake2b("\x1f".join((self.fetched.sha256, *text, *self.readers)).encode(), digest_size=8).hexdigest()

    def read_by(self, *readers: str) -> Self:
        """Returns the provenance after these have read the item as well."""
        return replace(self, readers=(*self.readers, *readers))

    @property
    def entity(self) -> Entity:
        """The entity that stands for the item in triples."""
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
        subject: TextSpan = NO_MENTION,
        object_: TextSpan = NO_MENTION,
    ) -> Evidence:
        """Returns evidence from the item.

        Args:
            spot: Where in the item.
            model: Name and version of the model that found it.
            field: The text that was read with it, which is cited as one sentence; `media` for none.
            subject: The subject's mention in that text.
            object_: The object's mention in that text.
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
