"""The objects that a picture or video shows, each as an entity of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.media.perception import Seen
from inference.media.tracks import Track, tracks
from inference.media.types import DecodedMedia
from streams.media.provenance import Provenance
from streams.messages.events import Entity, Spot, stable_id

OBJECT_TYPE = "object"
"""Entity type of one object in one picture or video, as opposed to a kind of thing."""


@dataclass(frozen=True, slots=True)
class SeenObject:
    """An object that was seen.

    Attributes:
        entity: The entity that stands for it in the graph.
        track: Its detections.
        spot: Where it was seen.
    """

    entity: Entity
    track: Track
    spot: Spot


def objects(provenance: Provenance, read: DecodedMedia, seen: Sequence[Seen]) -> list[SeenObject]:
    """Returns the objects of an item, in the order in which they appear.

    Args:
        provenance: The item.
        read: The decoded media.
        seen: What was perceived in each frame.
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
    """Returns name and version of the model that detected the objects."""
    return next(((s.model, s.model_version) for s in seen if s.detections), ("", ""))
