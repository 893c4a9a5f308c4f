"""By rule a picture shows the one person of its caption, with the box of the one face; else nothing is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inference.media.tracks import Track
from streams.media.depicted import MODEL, depicted
from streams.media.fetching import Fetched
from streams.media.objects import SeenObject
from streams.media.provenance import Provenance
from streams.messages.events import Entity, EntityMention, MediaItem, Spot
from topology.ontology import load_ontology
from topology.settings import Settings

ONTOLOGY = load_ontology(Settings().ontology)
ADA = EntityMention(entity=Entity.of("Ada Berg", "person"), names=("Berg",))
LIND = EntityMention(entity=Entity.of("Carl Lind", "person"))
BERGEN = EntityMention(entity=Entity.of("Bergen", "location"))


def seen(label, box, score=0.8, depth=None):
    track = Track(label, score, None, None, None, box, depth, 1)
    entity = Entity(id=f"o-{label}-{box}", name=label, type="object")
    return SeenObject(entity, track, Spot(media="m", box=box, depth=depth))


FACE = seen("face", (10, 10, 30, 30), 0.7, 0.25)
BODY = seen("person", (0, 5, 50, 100), 0.9)


def said(found, caption="Ada Berg speaks in Bergen", mentions=(ADA, BERGEN), ontology=ONTOLOGY):
    item = MediaItem(id="m", uri="https://example.org/a.jpg", caption=caption, mentions=mentions, headline="Lind wins")
    origin = Provenance(item, Fetched(Path("a"), 10, "ab" * 32), datetime(2026, 1, 1, tzinfo=UTC))
    return depicted(origin, found, ontology)


def test_the_person_is_in_the_picture_and_the_face_is_the_evidence():
    (triple,) = said([BODY, FACE])
    assert (triple.subject, triple.predicate.id, triple.object.id) == (ADA.entity, "depicted_in", "m")
    assert (triple.object.type, triple.kind, triple.confidence) == ("media", "inferred", 0.7)
    proof = triple.evidence
    assert (proof.spot.box, proof.spot.depth, proof.spot.media) == ((10, 10, 30, 30), 0.25, "m")
    assert (proof.model, proof.model_version) == MODEL
    assert (proof.field, proof.sentence.text, proof.subject.text) == (
        "caption",
        "Ada Berg speaks in Bergen",
        "Ada Berg",
    )
    assert said([BODY, FACE]) == [triple]


def test_without_a_face_the_only_figure_is_the_evidence():
    (triple,) = said([BODY], "Berg arrives")
    assert triple.evidence.spot.box == (0, 5, 50, 100)
    assert triple.subject.name == "Ada Berg"
    assert triple.evidence.subject.text == "Berg"


@pytest.mark.parametrize(
    "found",
    [
        [],
        [seen("dog", (0, 0, 5, 5))],
        [FACE, seen("face", (60, 10, 80, 30), 0.26)],
        [BODY, seen("person", (60, 0, 99, 99), 0.26)],
        [FACE, seen("person", (60, 0, 99, 99))],
        [seen("face", (10, 10, 30, 30), 0.49)],
    ],
)
def test_nobody_a_second_one_or_a_doubtful_one_is_silence(found):
    assert said(found) == []


def test_a_caption_of_two_or_of_nobody_known_is_silence():
    assert said([FACE], "Ada Berg greets Carl Lind", (ADA, LIND)) == []
    assert said([FACE], "Carl Lind", (ADA,)) == []
    assert said([FACE], "", (ADA,)) == []
    alone = EntityMention(entity=Entity.of("Berg", "person"))
    assert said([FACE], "Berg speaks", (alone,)) == []


def test_an_ontology_without_the_relation_or_with_a_threshold_is_obeyed():
    without = ONTOLOGY.model_copy(update={"relations": (), "happenings": ()})
    assert said([FACE], ontology=without.model_validate(without.model_dump())) == []
    strict = ONTOLOGY.by_id["depicted_in"].model_copy(update={"threshold": 0.75})
    only = ONTOLOGY.model_validate({**ONTOLOGY.model_dump(), "relations": [strict.model_dump()], "happenings": ()})
    assert said([FACE], ontology=only) == []
    assert len(said([seen("face", (10, 10, 30, 30), 0.76)], ontology=only)) == 1
