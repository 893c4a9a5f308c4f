"""The objects that a picture or video shows: entities of their own, one thing at one place."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.media.perception import Seen
from inference.media.tracks import Track, tracks
from inference.media.types import MediaRead
from streams.media.provenance import Provenance
from streams.messages.events import Entity, Spot, stable_id

OBJECT_TYPE = "object"
"""Type of what is seen in a picture: one thing at one place, not a kind of thing."""


@dataclass(frozen=True, slots=True)
class SeenObject:
    """An object.

    Attributes:
        entity: What the graph knows it as.
        thing: How it was seen.
        spot: Where.
    """

    entity: Entity
    thing: Track
    spot: Spot


def objects(provenance: Provenance, read: MediaRead, seen: Sequence[Seen]) -> list[SeenObject]:
    """Returns the objects of an item, in the order in which they come up.

    Args:
        provenance: The item.
        read: What its bytes were decoded to.
        seen: What was seen in each frame.
    """
    id_, sha256 = provenance.item.id, provenance.fetched.sha256
    return [
        SeenObject(
            Entity(id=stable_id("o", id_, sha256, thing.label, number), name=thing.label, type=OBJECT_TYPE),
            thing,
            Spot(
                media=id_,
                begin=thing.begin,
                end=thing.end,
                frame=thing.frame,
                box=thing.box,
                depth=None if thing.depth is None else round(min(1.0, max(0.0, thing.depth)), 3),
            ),
        )
        for number, thing in enumerate(tracks(read.frames, [s.detections for s in seen]))
    ]


def detector_of(seen: Sequence[Seen]) -> tuple[str, str]:
    """Returns name and version of what saw the objects."""
    return next(((s.model, s.model_version) for s in seen if s.detections), ("", ""))
