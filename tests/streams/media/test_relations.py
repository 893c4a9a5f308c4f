"""What the relation model answers becomes triples by the ontology, and nothing without weights or without certainty."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.knowledge.base import KnownFact
from inference.media.perception import Seen
from inference.media.tracks import Track
from inference.media.types import Frame
from inference.object_relations.labels import Weights
from inference.object_relations.question import Answer
from inference.object_relations.shape import SMALL
from inference.triton.connection import InferenceUnavailable
from streams.media.fetching import Fetched
from streams.media.objects import SeenObject
from streams.media.provenance import Provenance
from streams.media.relations import FACTS, Relations
from streams.messages.events import Entity, EntityMention, MediaItem, Spot
from topology.ontology import Ontology, load_ontology
from topology.settings import Settings

STEERS = {"id": "steers", "name": "steers", "domain": ["person"], "range": ["object"], "threshold": 0.7}
WHOLE = load_ontology(Settings().ontology).model_dump()
ONTOLOGY = Ontology.model_validate({**WHOLE, "relations": [*WHOLE["relations"], STEERS]})
ADA = Entity.of("Ada Berg", "person")
CLUB = Entity.of("Harbour Club", "organization")
FRAME = Frame(np.zeros((50, 100, 3), np.uint8), scale=2.0)


def seen(label: str, box: tuple[float, float, float, float]) -> SeenObject:
    entity = Entity(id=f"o-{label}-{box[0]}", name=label, type="object")
    return SeenObject(entity, Track(label, 0.9, None, None, None, box, 0.3, 1), Spot(media="m", box=box, depth=0.3))


BOAT, MAN = seen("boat", (0, 0, 100, 100)), seen("person", (100, 0, 200, 100))


class Reader:
    """Answers by (name, object): a relation and its score."""

    def __init__(
        self, answers: dict[tuple[str, str], tuple[str, float]], *, weights: bool = True, version: str = "w1"
    ) -> None:
        self.answers, self.questions, self.failures, self.closed = answers, [], 0, False
        self._weights = Weights(("none", "steers", "member_of"), SMALL, version) if weights else None

    async def weights(self) -> Weights | None:
        return self._weights

    async def relate(self, question: Any, weights: Weights) -> list[Answer]:
        assert weights is self._weights
        if self.failures:
            self.failures -= 1
            raise InferenceUnavailable("other weights by now")
        self.questions.append(question)
        texts = [question.text[s.start : s.end] for s in question.names]
        return [Answer(*self.answers.get((texts[n], question.labels[o]), ("", 0.9))) for n, o in question.pairs]

    async def close(self) -> None:
        self.closed = True


class Known:
    """Knows one thing of every name, and when it was asked for."""

    name = "everything"

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def about(self, names: Any, limit: int, before: datetime) -> tuple[KnownFact, ...]:
        self.asked.append((tuple(names), limit, before))
        return (KnownFact(names[0], "knows", names[1]),)

    async def close(self) -> None:
        self.asked.append("closed")


def origin(caption: str = "Ada Berg at the Harbour Club", headline: str = "") -> Provenance:
    mentions = (EntityMention(entity=ADA, names=("Berg",)), EntityMention(entity=CLUB))
    item = MediaItem(id="m", uri="https://example.org/a.jpg", caption=caption, headline=headline, mentions=mentions)
    return Provenance(item, Fetched(Path("a"), 10, "ab" * 32), datetime(2026, 1, 2, 1, 30, tzinfo=UTC))


async def said(reader: Reader, *found: SeenObject, of: Provenance | None = None, **options: Any) -> Any:
    relations = Relations(reader, ONTOLOGY, **{"least": 0.5, "most": 64, **options})
    read, triples = await relations.triples(of or origin(), FRAME, Seen(depth=np.ones((5, 10), np.float32)), found)
    assert {triple.evidence.revision for triple in triples} <= {read.revision}
    assert (read == (of or origin())) == (not reader.questions), "only who was asked has read it"
    return triples


async def test_the_model_and_what_it_is_asked_with_are_a_part_of_the_revision():
    async def revision(version: str = "w1", *, least: float = 0.5, most: int = 64, knowledge: Any = None) -> str:
        relations = Relations(Reader({}, version=version), ONTOLOGY, least=least, most=most, knowledge=knowledge)
        read, _ = await relations.triples(origin(), FRAME, Seen(), [BOAT])
        return read.revision

    assert await revision() == await revision()
    others = [revision("w2"), revision(least=0.6), revision(most=1), revision(knowledge=Known())]
    assert len({await revision(), *[await other for other in others], origin().revision}) == len(others) + 2


async def test_a_relation_goes_the_way_that_the_ontology_allows():
    reader = Reader({("Ada Berg", "boat"): ("steers", 0.8), ("Harbour Club", "person"): ("member_of", 0.6)})
    steers, member = await said(reader, BOAT, MAN)
    assert (steers.subject, steers.predicate.id, steers.object, steers.confidence) == (ADA, "steers", BOAT.entity, 0.8)
    assert (steers.evidence.subject.text, steers.evidence.object.text) == ("Ada Berg", "")
    assert (steers.evidence.model, steers.evidence.model_version) == ("object_relations", "w1")
    assert (steers.evidence.field, steers.evidence.spot) == ("caption", BOAT.spot)
    assert (member.subject, member.predicate.id, member.object) == (MAN.entity, "P463", CLUB)
    assert (member.evidence.subject.text, member.evidence.object.text) == ("", "Harbour Club")
    assert (member.kind, member.evidence.spot) == ("reported", MAN.spot)


async def test_the_model_is_asked_about_each_pair_with_boxes_as_shares_and_facts_of_the_day_before():
    reader, known = Reader({}), Known()
    assert await said(reader, BOAT, MAN, knowledge=known) == []
    (question,) = reader.questions
    assert question.pairs == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert question.boxes == [(0.25, 0.5, 0.5, 1.0), (0.75, 0.5, 0.5, 1.0)]
    assert question.picture is FRAME.rgb
    assert question.depth.shape == (5, 10)
    midnight = datetime(2026, 1, 2, tzinfo=UTC)
    assert known.asked[1] == (("Ada Berg", "person"), FACTS, midnight)
    assert question.facts[1, 0] == (KnownFact("Harbour Club", "knows", "boat"),)
    assert {asked[2] for asked in known.asked} == {midnight}


@pytest.mark.parametrize("answer", [("steers", 0.69), ("member_of", 0.9), ("sails", 0.9), ("", 0.99), ("P169", 0.9)])
async def test_what_is_unsure_unknown_or_not_allowed_is_not_said(answer):
    assert await said(Reader({("Ada Berg", "boat"): answer}), BOAT) == []


async def test_a_picture_as_a_whole_may_be_the_object():
    (triple,) = await said(Reader({("Ada Berg", "person"): ("depicted in", 0.9)}), MAN)
    assert (triple.object.type, triple.object.id) == ("media", "m")
    assert triple.evidence.spot == MAN.spot


async def test_without_weights_names_or_objects_nobody_is_asked():
    answers = {("Ada Berg", "boat"): ("steers", 0.8)}
    assert await said(Reader(answers, weights=False), BOAT) == []
    reader = Reader(answers)
    assert await said(reader) == []
    assert await said(reader, BOAT, of=origin("A boat")) == []
    assert reader.questions == []


async def test_the_headline_is_read_where_the_caption_names_nobody():
    reader = Reader({("Berg", "boat"): ("steers", 0.8)})
    (triple,) = await said(reader, BOAT, of=origin("A boat", "Berg steers"))
    assert (triple.evidence.field, triple.evidence.sentence.text) == ("headline", "Berg steers")


async def test_no_more_pairs_are_asked_for_than_allowed_and_trouble_is_waited_for():
    reader = Reader({})
    reader.failures = 2
    await said(reader, BOAT, MAN, most=3)
    assert reader.questions[0].pairs == [(0, 0), (0, 1), (1, 0)]


async def test_everything_is_closed():
    reader, known = Reader({}), Known()
    await Relations(reader, ONTOLOGY, least=0.5, most=1, knowledge=known).close()
    assert reader.closed
    assert known.asked == ["closed"]
