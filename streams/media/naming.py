"""Finds the text of a picture that names its entities, and where."""

from dataclasses import dataclass
from typing import Literal

from inference.text.names.captions import LONGEST_CAPTION, places
from inference.text.types import Span
from streams.messages.events import Entity, MediaItem, TextSpan


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text that names entities.

    Attributes:
        field: The media item's field.
        text: The text.
        names: Each entity with its first mention, in reading order.
    """

    field: Literal["headline", "caption"]
    text: str
    names: tuple[tuple[Entity, Span], ...]

    def span(self, name: int) -> TextSpan:
        """Returns the mention of the entity at index `name`, as evidence cites it."""
        where = self.names[name][1]
        return TextSpan.of(self.text, where.start, where.end)


def named_text(item: MediaItem) -> NamedText | None:
    """Returns the caption if it names an entity that the item mentions, or else the headline if that does."""
    texts: tuple[NamedText, ...] = (
        NamedText("caption", item.caption, _names(item, item.caption)),
        NamedText("headline", item.headline, _names(item, item.headline)),
    )
    return next((text for text in texts if text.names), None)


def _names(item: MediaItem, text: str) -> tuple[tuple[Entity, Span], ...]:
    if len(text) > LONGEST_CAPTION:
        return ()
    found: dict[str, tuple[Entity, Span]] = {}
    taken = set[int]()
    called = {
        (name, m.entity.id): m.entity
        for m in item.mentions
        for name in (m.entity.name, *m.names)
        if name and name in text
    }
    # Longest first: "Berg" within "Ada Berg" is not another entity.
    for name, id_ in sorted(called, key=lambda each: (-len(each[0]), each)):
        for where in places(name, text):
            characters = range(where.start, where.end)
            if taken.isdisjoint(characters):
                taken.update(characters)
                if id_ not in found or where.start < found[id_][1].start:
                    found[id_] = called[name, id_], where
    return tuple(sorted(found.values(), key=lambda each: each[1].start))
