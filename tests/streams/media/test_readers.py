"""What makes a reading of a media item another revision of it, and what does not."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.media.perception import Seen
from inference.media.types import DecodedMedia, Frame, Limits
from streams.media.fetching import Fetched
from streams.media.provenance import Provenance
from streams.media.readers import readers
from streams.messages.events import Entity, EntityMention, MediaItem
from topology.ontology import load_ontology
from topology.settings import Settings

ONTOLOGY = load_ontology(Settings().ontology)
OTHER = ONTOLOGY.model_copy(update={"relations": ONTOLOGY.relations[1:]})
LIMITS = Limits(pixels=100, seconds=10, key_frames=4, side=640)
FRAME, SOUND = Frame(np.zeros((4, 4, 3), np.uint8), 1.0), np.zeros(8, np.int16)
ITEMS = {
    "picture": DecodedMedia("picture", "image/png", frames=(FRAME,)),
    "video": DecodedMedia("video", "video/mp4", frames=(FRAME, FRAME), sound=SOUND),
    "silent video": DecodedMedia("video", "video/mp4", frames=(FRAME,)),
    "sound": DecodedMedia("sound", "audio/flac", sound=SOUND),
}
SEEN = Seen(model="eyes", model_version="1", others=("depth 1", "text 1"))
SAME: dict[str, Any] = {"seen": SEEN, "listener": "ears 1", "limits": LIMITS, "ontology": ONTOLOGY}
PICTURE = MediaItem(id="m", uri="https://example.org/a.jpg", caption="Ann Lee")


def revision(read: DecodedMedia, *, seen: Seen, listener: str, limits: Limits, ontology: Any) -> str:
    by = readers(read, [seen] * len(read.frames), listener, limits, ontology)
    return Provenance(PICTURE, Fetched(Path("a"), 10, "ab" * 32), datetime(2026, 1, 2, tzinfo=UTC), by).revision


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        ({"seen": replace(SEEN, model="other")}, {"picture", "video", "silent video"}),
        ({"seen": replace(SEEN, model_version="2")}, {"picture", "video", "silent video"}),
        ({"seen": replace(SEEN, others=("depth 1", "text 2"))}, {"picture", "video", "silent video"}),
        ({"listener": "ears 2"}, {"video", "sound"}),
        ({"limits": replace(LIMITS, side=320)}, {"picture", "video", "silent video"}),
        ({"limits": replace(LIMITS, key_frames=5)}, {"video", "silent video"}),
        ({"limits": replace(LIMITS, gps=True)}, {"picture"}),
        ({"limits": replace(LIMITS, pixels=1, seconds=1)}, set()),
        ({"ontology": OTHER}, {"picture"}),
        ({"seen": replace(SEEN, others=("text 1", "depth 1"))}, set()),
    ],
)
def test_what_had_a_part_in_reading_an_item_is_a_part_of_its_revision(other: dict[str, Any], changed: set[str]) -> None:
    found = {name for name, read in ITEMS.items() if revision(read, **SAME) != revision(read, **{**SAME, **other})}
    assert found == changed


def test_bytes_and_the_text_that_came_along_are_a_part_of_the_revision_and_the_address_is_not() -> None:
    def of(sha256: str = "ab" * 32, when: int = 1, **fields: Any) -> str:
        item = PICTURE.model_copy(update=fields)
        return Provenance(item, Fetched(Path("a"), 10, sha256), datetime(2026, 1, when, tzinfo=UTC)).revision

    people = (EntityMention(entity=Entity.of("Ann Lee", "person")),)
    texts: list[dict[str, Any]] = [{}, {"caption": ""}, {"caption": "", "headline": "Ann Lee"}, {"mentions": people}]
    assert len({of("cd" * 32), *(of(**fields) for fields in texts)}) == len(texts) + 1
    assert of() == of(when=2, uri="https://example.org/b.jpg", source="Wire", article="a")
