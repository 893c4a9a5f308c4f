"""A media item that was fetched: what all that is said of it goes back to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from streams.events import MAX_NAME, MEDIA_TYPE, Entity, Evidence, MediaItem, Spot, TextSpan
from streams.media.fetching import Fetched

NOWHERE = TextSpan.of("", 0, 0)


@dataclass(frozen=True, slots=True)
class Origin:
    """A media item.

    Attributes:
        item: As it was published.
        fetched: Its bytes.
        observed_at: When it reached the wire, aware.
    """

    item: MediaItem
    fetched: Fetched
    observed_at: datetime

    @property
    def revision(self) -> str:
        """Its revision: as short a hash as an article's."""
        return self.fetched.sha256[:16]

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
