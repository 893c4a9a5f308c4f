"""Articles, their facts and streams of them, made up."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from neo4j import AsyncDriver

from streams.messages.correction_events import Correction
from streams.messages.events import (
    Alias,
    Document,
    Entity,
    EntityMention,
    Evidence,
    Identity,
    Literal_,
    Predicate,
    TextSpan,
    Triple,
)
from streams.messages.happening_events import Story
from streams.sink.conversion import alias_row, correction_row, document_row, identity_row, millis, story_row, triple_row
from streams.sink.judging.contradictions import RelationTypes
from streams.sink.rows import Row
from streams.sink.writer import GraphWriter
from topology.graph.names import fact_types
from topology.graph.snapshot import digest, snapshot
from topology.ontology import load_ontology
from topology.settings import REPOSITORY

ONTOLOGY = load_ontology(REPOSITORY / "topology" / "ontology.yaml")
RELATIONS = fact_types(ONTOLOGY)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOPIC = "triples"
GROUP = "test"


TIM = Entity.of("Tim Cook", "person")
APPLE = Entity.of("Apple", "organization")
CUPERTINO = Entity.of("Cupertino", "location")
CEO = Predicate(id="P169", name="chief executive officer")
SEAT = Predicate(id="P159", name="headquarters location")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def triple(
    document: str = "a",
    *,
    revision: str = "1",
    subject: Entity = APPLE,
    predicate: Predicate = CEO,
    object_: Entity | Literal_ = TIM,
    confidence: float = 0.8,
    observed: float = 0,
    published: float | None = None,
    start: int = 0,
    **changes: Any,
) -> Triple:
    evidence = Evidence(
        document=document,
        revision=revision,
        field="body",
        sentence=TextSpan(start=0, end=30, text="Apple is led by Tim Cook, 65."),
        subject=TextSpan(start=start, end=start + 5, text="Apple"),
        object=TextSpan(start=16, end=24, text="Tim Cook"),
        published_at=None if published is None else at(published),
        observed_at=at(observed),
        model="test",
        model_version="1",
    )
    return Triple.of(subject, predicate, object_, confidence, evidence).model_copy(update=changes)


def worded(event: Triple, words: str) -> Triple:
    sentence = event.evidence.sentence.model_copy(update={"text": words})
    return event.model_copy(update={"evidence": event.evidence.model_copy(update={"sentence": sentence})})


def document(id_: str = "a", *, revision: str = "1", observed: float = 0, **fields: Any) -> Document:
    fields.setdefault("mentions", (EntityMention(entity=APPLE, count=2), EntityMention(entity=TIM)))
    return Document(id=id_, revision=revision, headline=f"{id_} {revision}", observed_at=at(observed), **fields)


def retraction(id_: str = "a", *, observed: float) -> Document:
    return Document(id=id_, op="retract", observed_at=at(observed))


def new_writer(driver: AsyncDriver, **options: Any) -> GraphWriter:
    return GraphWriter(driver, group=GROUP, types=RelationTypes.of(ONTOLOGY), **options)


def merged(alias: Entity, canonical: Entity, reason: str = "spelling") -> Alias:
    return Alias(id=alias.id, op="merge", alias=alias, canonical=canonical, reason=reason)


def split(alias: Entity) -> Alias:
    return Alias(id=alias.id, op="split", alias=alias)


def row(event: Triple | Document | Alias | Identity | Story | Correction) -> Row:
    if isinstance(event, Correction):
        return correction_row(event, millis(NOON), RELATIONS)
    if isinstance(event, Story):
        return story_row(event, millis(NOON))
    if isinstance(event, Alias):
        return alias_row(event, millis(NOON))
    if isinstance(event, Identity):
        return identity_row(event)
    return document_row(event) if isinstance(event, Document) else triple_row(event, RELATIONS)


def placed(
    *events: Triple | Document | Alias | Identity | Story | Correction,
    partition: int = 0,
    first: int = 0,
    topic: str = TOPIC,
) -> list[Any]:
    """Events with their positions, as the writer takes them."""
    return [((topic, partition, first + n), row(event)) for n, event in enumerate(events)]


PEOPLE = [Entity.of(f"Person {i}", "person") for i in range(4)]
FIRMS = [Entity.of(f"Firm {i}", "organization") for i in range(3)]


def decisions(seed: int) -> list[Alias]:
    """Merges and splits of the entities that `stream` names, in the order of one partition."""
    draw = random.Random(seed)  # noqa: S311
    events = []
    for _ in range(12):
        alias, canonical = draw.choice([(PEOPLE[0], PEOPLE[1]), (PEOPLE[0], PEOPLE[3]), (FIRMS[0], FIRMS[1])])
        events.append(
            split(alias) if draw.random() < 0.3 else merged(alias, canonical, draw.choice(["surname", "user"]))
        )
    return [*events, merged(PEOPLE[0], draw.choice([PEOPLE[1], PEOPLE[3]]))]


def stream(seed: int, *, articles: int = 8, rounds: int = 3) -> list[Triple | Document]:
    """Articles with revisions, withdrawals, returns and repeats, about a few facts that many of them share."""
    draw = random.Random(seed)  # noqa: S311
    events: list[Triple | Document] = []
    for n in range(rounds):
        for i in range(articles):
            id_, when = f"{seed % 100}-{i}", n * articles + i
            if n and draw.random() < 0.3:
                events.append(retraction(id_, observed=when))
                continue
            revision = str(draw.randrange(2))
            text = random.Random(f"{id_} {revision}")  # noqa: S311
            facts = [
                triple(
                    id_,
                    revision=revision,
                    subject=text.choice(FIRMS),
                    object_=text.choice([*PEOPLE, Literal_(value=str(text.randrange(3)), datatype="xsd:integer")]),
                    predicate=text.choice([CEO, SEAT, Predicate(id="X1", name="unheard of")]),
                    confidence=text.uniform(0.5, 1),
                    observed=i,
                    published=i * 24 * 60,
                    start=start,
                    kind=text.choice(["reported", "attribute", "inferred"]),
                )
                for start in range(text.randrange(5))
            ]
            mentions = tuple(EntityMention(entity=e, count=text.randrange(1, 4)) for e in text.sample(PEOPLE, 2))
            facts = [worded(fact, f"{id_} {revision} says so.") for fact in facts]
            events += [document(id_, revision=revision, observed=when, mentions=mentions), *facts]
            if draw.random() < 0.3:
                events += events[-len(facts) - 1 :]
    return events


async def after_disorder(driver: AsyncDriver, draw: random.Random, *queues: list[Any], largest: int) -> str:
    """Returns the graph, as text, that queues leave: each in its own order, interleaved at random.

    Batches of one to `largest` records are each written by a sink that may just have been restarted.
    """
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    while any(queues):
        queue = draw.choice([queue for queue in queues if queue])
        count = draw.randint(1, largest)
        await new_writer(driver).write(queue[:count])
        del queue[:count]
    return "\n".join(await snapshot(driver))


async def digest_after(driver: AsyncDriver, events: Iterable[Any]) -> str:
    """Returns the digest of an empty graph into which a writer of its own wrote events one by one."""
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    writer = new_writer(driver)
    for n, event in enumerate(events):
        await writer.write(placed(event, first=n))
    return await digest(driver)
