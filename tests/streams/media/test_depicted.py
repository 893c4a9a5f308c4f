"""By rule a picture shows whom its caption places in it, with the box of the face; else nothing is said."""

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


LEFT, RIGHT = seen("person", (0, 0, 50, 100), 0.9), seen("person", (60, 0, 110, 100), 0.8)
SMILE = seen("face", (70, 10, 90, 30), 0.6)


def boxes(triples):
    return {t.subject.name: t.evidence.spot.box for t in triples}


@pytest.mark.parametrize("found", [[LEFT, RIGHT, SMILE], [SMILE, RIGHT, LEFT]])
def test_people_are_distinguished_by_their_places(found):
    both = boxes(said(found, "Ada Berg (right) and Carl Lind", (ADA, LIND)))
    assert both == {"Ada Berg": SMILE.spot.box, "Carl Lind": LEFT.spot.box}
    assert boxes(said(found, "Carl Lind, left, speaks", (ADA, LIND))) == {"Carl Lind": LEFT.spot.box}


def test_a_count_that_does_not_match_is_silence():
    third = seen("person", (120, 0, 160, 100), 0.3)
    caption = "From left: Ada Berg and Carl Lind"
    assert len(said([LEFT, RIGHT], caption, (ADA, LIND))) == 2
    assert said([LEFT], caption, (ADA, LIND)) == []
    assert said([LEFT, RIGHT, third], caption, (ADA, LIND)) == []
    assert said([LEFT, RIGHT, seen("face", (200, 0, 220, 20), 0.3)], caption, (ADA, LIND)) == []


def test_one_in_front_of_the_other_has_no_place():
    behind = seen("person", (5, 0, 50, 60), 0.8)
    assert said([LEFT, behind], "From left: Ada Berg and Carl Lind", (ADA, LIND)) == []


def test_a_doubtful_face_leaves_the_figure_as_evidence():
    weak = seen("face", (10, 10, 30, 30), 0.3)
    (triple,) = said([BODY, weak])
    assert (triple.evidence.spot.box, triple.confidence) == (BODY.spot.box, 0.9)
