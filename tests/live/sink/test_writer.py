"""What the graph holds after records came, came again, came in another order, or came to a server that was killed."""

import asyncio
import random
from typing import Any

import pytest
from neo4j import AsyncDriver

from streams.messages.events import Entity, EntityMention, Keyword, Literal_, Predicate, TextSpan, Value
from streams.road.retry import forever
from streams.sink.faults import GraphUnavailableError
from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import (
    CUPERTINO,
    NOON,
    SEAT,
    TIM,
    TOPIC,
    at,
    decisions,
    document,
    new_writer,
    placed,
    retraction,
    row,
    stream,
    triple,
)
from topology.graph.names import LAST_BATCH
from topology.graph.snapshot import CLOCK, digest, snapshot
from topology.local.stack import LocalStack

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]


async def ask(driver: AsyncDriver, query: str, **parameters: Any) -> list[Any]:
    rows = (await driver.execute_query(query, parameters)).records
    return [r.values()[0] if len(r) == 1 else r.values() for r in rows]


async def fact(driver: AsyncDriver, type_: str = "CHIEF_EXECUTIVE_OFFICER") -> dict[str, Any]:
    (found,) = await ask(driver, f"MATCH ()-[r:`{type_}`]->() RETURN properties(r)")
    return {k: v.to_native() if hasattr(v, "to_native") else v for k, v in found.items() if k != LAST_BATCH}


async def test_two_articles_support_one_fact(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document("a"), triple("a", confidence=0.6, published=5)))
    await writer.write(placed(document("b"), triple("b", confidence=0.9, published=-5), first=2))
    assert await fact(driver) == {
        "id": triple().fact,
        "property": "P169",
        "name": "chief executive officer",
        "kind": "reported",
        "count": 2,
        "confidence": 0.9,
        "first_seen": at(-5),
        "last_seen": at(5),
    }
    assert await ask(driver, "MATCH (:Evidence)-[:FROM]->(a:Article) RETURN a.id ORDER BY a.id") == ["a", "b"]
    assert await ask(driver, "MATCH (:Article {id: 'a'})-[m:MENTIONS]->(e:Entity) RETURN m.count ORDER BY e.name") == [
        2,
        1,
    ]
    assert await ask(driver, "MATCH (e:Entity:Person) RETURN e.name") == ["Tim Cook"]


@pytest.mark.parametrize("again", ["same offsets", "other offsets", "a writer that knows no offsets"])
async def test_repeats_change_nothing(driver: AsyncDriver, writer: GraphWriter, again: str) -> None:
    events = stream(7)
    await writer.write(placed(*events))
    before = await snapshot(driver)
    if again == "other offsets":
        await writer.write(placed(*events, first=len(events)))
    else:
        repeater = writer if again == "same offsets" else new_writer(driver)
        written = await repeater.write(placed(*events))
        assert (len(written.applied), written.skipped) == (0, len(events))
    assert await snapshot(driver) == before


@pytest.mark.parametrize("seed", range(6))
async def test_any_interleaving_with_crashes_gives_the_same_graph(driver: AsyncDriver, seed: int) -> None:
    partitions = [placed(*stream(seed * 10 + p), partition=p) for p in range(3)]
    partitions.append(placed(*decisions(seed), partition=3))
    undisturbed = new_writer(driver)
    for records in partitions:
        await undisturbed.write(records)
    expected = await snapshot(driver)
    assert all(any(word in line for line in expected) for word in ('"count":0', '"standing":"', "ALIAS_OF"))
    await driver.execute_query("MATCH (n) DETACH DELETE n")

    draw = random.Random(seed)  # noqa: S311
    writer = new_writer(driver)
    read = [0] * len(partitions)
    while any(at_ < len(records) for at_, records in zip(read, partitions, strict=True)):
        batch = []
        for p in draw.sample(range(len(partitions)), draw.randrange(1, 4)):
            end = read[p] + draw.randrange(12)
            batch += partitions[p][read[p] : end]
            read[p] = min(end, len(partitions[p]))
        await writer.write(batch)
        if draw.random() < 0.25:  # the worker dies; another begins where the consumer group last was
            writer = new_writer(driver)
            read = [max(0, at_ - draw.randrange(30)) for at_ in read]
    assert await snapshot(driver) == expected


async def test_two_writers_at_once(driver: AsyncDriver) -> None:
    partitions = [placed(*stream(40 + p, articles=20), partition=p) for p in range(3)]
    partitions.append(placed(*decisions(40), partition=3))
    await new_writer(driver).write([record for records in partitions for record in records])
    expected = await snapshot(driver)
    await driver.execute_query("MATCH (n) DETACH DELETE n")

    async def work(partition: int) -> None:
        writer = new_writer(driver)
        for i in range(0, len(partitions[partition]), 25):
            batch = partitions[partition][i : i + 25]
            await forever(lambda: writer.write(batch), step="test", on=GraphUnavailableError)  # noqa: B023

    # Partition 0 has two owners, as after a rebalance that one of them has not noticed.
    await asyncio.gather(work(0), work(0), work(1), work(2), work(3))
    assert await snapshot(driver) == expected


async def test_a_retraction_leaves_facts_with_an_end(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document("a"), triple("a", confidence=0.9), document("b"), triple("b", confidence=0.5)))
    await writer.write(placed(retraction("a", observed=3), first=4))
    one = await fact(driver)
    assert (one["count"], one["confidence"], "retracted_at" in one) == (1, 0.5, False)
    await writer.write(placed(retraction("b", observed=4), first=5))
    none = await fact(driver)
    assert (none["count"], none["retracted_at"]) == (0, at(4))
    ends = await ask(driver, "MATCH (e:Evidence)-[:FROM]->(a) RETURN e.retracted_at.epochMillis ORDER BY a.id")
    assert ends == [int(at(m).timestamp() * 1000) for m in (3, 4)]
    assert await ask(driver, "MATCH (:Article)-[m:MENTIONS]->() RETURN count(m)") == [0]


async def test_an_article_s_attributes_hang_on_the_article_itself(driver: AsyncDriver, writer: GraphWriter) -> None:
    ann = Entity.of("Ann Lee", "person")
    article = Entity(id="a", name="a 1", type="article")
    author = triple("a", subject=article, predicate=Predicate(id="P50", name="author"), object_=ann, kind="attribute")
    await writer.write(placed(author, document("a", author="By Ann Lee", place="Paris")))
    assert await ask(
        driver, "MATCH (a:Article {id: 'a'})-[r:AUTHOR {kind: 'attribute'}]->(p:Person) RETURN p.name"
    ) == ["Ann Lee"]
    assert await ask(driver, "MATCH (n {id: 'a'}) RETURN labels(n), n.author, n.place") == [
        [["Article"], "By Ann Lee", "Paris"]
    ]
    before = await snapshot(driver)
    await writer.write(placed(document("a", author="By Ann Lee", place="Paris"), author, first=2))
    assert await snapshot(driver) == before
    await writer.write(placed(retraction("a", observed=3), first=4))
    assert await ask(driver, "MATCH (:Article)-[r:AUTHOR]->() RETURN r.count") == [0]


async def test_values_of_different_units_are_different_values(driver: AsyncDriver, writer: GraphWriter) -> None:
    length = Predicate(id="P2043", name="length")
    events = [
        triple(predicate=length, object_=Literal_(value="12", datatype="xsd:decimal", unit=unit), start=start)
        for start, unit in enumerate(("km", "mi", "km", ""))
    ]
    await writer.write(placed(document(), *events))
    assert await ask(driver, "MATCH ()-[r:STATED]->(l:Literal) RETURN l.unit, r.count ORDER BY l.unit") == [
        ["km", 2],
        ["mi", 1],
        [None, 1],
    ]


async def test_keywords_and_values_stand_on_the_article(driver: AsyncDriver, writer: GraphWriter) -> None:
    day = Literal_(value="2026-03-01", datatype="xsd:date")
    price = Literal_(value="3.2", datatype="xsd:decimal", unit="EUR")
    where = TextSpan(start=0, end=1, text="x")
    values = tuple(Value(field="body", where=where, value=v) for v in (day, price, day))
    await writer.write(placed(document(keywords=(Keyword(term="court", score=0.5),), values=values)))
    query = "MATCH (a:Article) RETURN a.keywords, a.keyword_scores, a.dates, a.quantities"
    assert await ask(driver, query) == [[["court"], [0.5], ["2026-03-01"], ["3.2 EUR"]]]
    await writer.write(placed(document(revision="2", observed=1), first=1))
    assert await ask(driver, query) == [[None, None, None, None]]


async def test_an_article_published_again_is_reinstated(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document(), triple()))
    before = await snapshot(driver, ignore=CLOCK)
    await writer.write(placed(retraction(observed=1), first=2))
    assert await snapshot(driver, ignore=CLOCK) != before
    await writer.write(placed(document(observed=2), triple(observed=2), first=3))
    assert await snapshot(driver, ignore=CLOCK) == before


async def test_a_revision_ends_what_only_the_old_text_said(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document(), triple()))
    seat = triple(revision="2", predicate=SEAT, object_=CUPERTINO)
    mentions = (EntityMention(entity=CUPERTINO, count=3),)
    await writer.write(placed(document(revision="2", observed=5, mentions=mentions), seat, first=2))
    assert (await fact(driver))["retracted_at"] == at(5)
    assert (await fact(driver, "HEADQUARTERS_LOCATION"))["count"] == 1
    assert await ask(driver, "MATCH (:Article)-[m:MENTIONS]->(e) RETURN e.name, m.count") == [["Cupertino", 3]]
    assert await ask(driver, "MATCH (a:Article) RETURN a.revision, a.headline") == [["2", "a 2"]]


async def test_a_late_repeat_of_an_old_revision_is_ignored(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document(), triple(), document(revision="2", observed=5)))
    before = await snapshot(driver)
    await writer.write(placed(document(), triple(), first=3))
    assert await snapshot(driver) == before


async def test_a_fact_that_ended_takes_the_values_of_new_evidence(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document("a"), triple("a", confidence=0.9, published=-9), retraction("a", observed=1)))
    await writer.write(placed(document("b"), triple("b", confidence=0.4, published=2), first=3))
    now = await fact(driver)
    assert (now["count"], now["confidence"], now["first_seen"]) == (1, 0.4, at(2))
    assert "retracted_at" not in now


async def test_values_are_nodes(driver: AsyncDriver, writer: GraphWriter) -> None:
    born = Predicate(id="P569", name="date of birth")
    value = Literal_(value="1960-11-01", datatype="xsd:date")
    await writer.write(placed(document(), triple(subject=TIM, predicate=born, object_=value)))
    await writer.write(placed(document("b"), triple("b", subject=TIM, predicate=born, object_=value), first=2))
    assert await ask(driver, "MATCH (:Person)-[r]->(l:Literal) RETURN l.value, l.datatype, r.property, r.count") == [
        ["1960-11-01", "xsd:date", "P569", 2]
    ]


ODD = ['O\'Brien "Bob"', "`) DETACH DELETE (n", "}) MATCH (n) DETACH DELETE n //", "\U0001f3af \u202e", "ß" * 1000]


@pytest.mark.parametrize("name", ODD)
async def test_names_are_only_ever_values(driver: AsyncDriver, writer: GraphWriter, name: str) -> None:
    odd = Entity.of(name, "person")
    await writer.write(placed(document(mentions=(EntityMention(entity=odd),)), triple(object_=odd)))
    assert await ask(driver, "MATCH (:Article)-->(e:Person)<-[:CHIEF_EXECUTIVE_OFFICER]-() RETURN e.name") == [name]


async def test_relations_outside_the_ontology_are_kept_apart(driver: AsyncDriver, writer: GraphWriter) -> None:
    strange = Predicate(id="X-1", name="`]->() DETACH DELETE (n) //")
    await writer.write(placed(document(), triple(predicate=strange), triple(predicate=Predicate(id="X2", name="x"))))
    assert await ask(driver, "MATCH ()-[r:STATED]->() RETURN r.property, r.name ORDER BY r.property") == [
        ["X-1", strange.name],
        ["X2", "x"],
    ]


async def test_a_fact_keeps_its_type_when_the_ontology_changes(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document("a"), triple("a")))
    renamed = row(triple("b"))
    object.__setattr__(renamed, "relation", "STATED")
    await writer.write([((TOPIC, 0, 2), renamed)])
    assert (await fact(driver))["count"] == 2
    assert await ask(driver, "MATCH (e:Evidence) RETURN DISTINCT e.relation") == ["CHIEF_EXECUTIVE_OFFICER"]


async def test_one_id_with_two_names_does_not_depend_on_order(driver: AsyncDriver, writer: GraphWriter) -> None:
    names = [Entity(id="q1", name="Zed", type="person"), Entity(id="q1", name="Ann", type="organization")]
    seen = []
    for first, second in (names, names[::-1]):
        for n, entity in enumerate((first, second)):
            await writer.write(placed(document(mentions=(EntityMention(entity=entity),)), first=n))
        seen.append(await ask(driver, "MATCH (e:Entity) RETURN e.name, e.type, labels(e)"))
        await driver.execute_query("MATCH (n) DETACH DELETE n")
        writer = new_writer(driver)
    ((name, type_, labels),) = seen[0]
    assert (name, type_, set(labels)) == ("Ann", "organization", {"Entity", "Person", "Organization"})
    assert [set(s[0][2]) for s in seen] == [set(labels)] * 2
    assert [s[0][:2] for s in seen] == [["Ann", "organization"]] * 2


async def test_evidence_before_its_document(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(triple()))
    assert (await fact(driver))["count"] == 1
    await writer.write(placed(document(revision="other", observed=1), first=1))
    assert (await fact(driver))["retracted_at"] == at(1)


async def test_a_topic_created_again_starts_from_the_beginning(driver: AsyncDriver) -> None:
    old = new_writer(driver, topic_ids={TOPIC: "old"})
    await old.write(placed(document("a"), triple("a")))
    new = new_writer(driver, topic_ids={TOPIC: "new"})
    assert await new.offsets(TOPIC, range(2)) == {}
    written = await new.write(placed(document("b"), triple("b")))
    assert len(written.applied) == 2
    assert (await fact(driver))["count"] == 2


async def test_offsets_are_read_back(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write([*placed(document(), triple(), partition=1), *placed(document("b"), partition=3, first=9)])
    fresh = new_writer(driver)
    assert not fresh.behind(TOPIC, 1, 1)
    assert await fresh.offsets(TOPIC, range(4)) == {1: 1, 3: 9}
    assert fresh.behind(TOPIC, 1, 1)
    assert not fresh.behind(TOPIC, 1, 2)


async def test_a_server_killed_in_mid_write(driver: AsyncDriver, stack: LocalStack) -> None:
    records = placed(*stream(99, articles=60))
    await new_writer(driver).write(records)
    expected = await digest(driver)
    await driver.execute_query("MATCH (n) DETACH DELETE n")

    writer = new_writer(driver)
    batches = [records[i : i + 100] for i in range(0, len(records), 100)]

    async def all_of_it() -> None:
        for batch in batches:
            await forever(lambda: writer.write(batch), step="test", on=GraphUnavailableError)  # noqa: B023

    writing = asyncio.create_task(all_of_it())
    while not await forever(lambda: _any_article(driver), step="test", on=GraphUnavailableError):
        await asyncio.wait({writing}, timeout=0.01)
    assert not writing.done()
    await asyncio.to_thread(stack.kill, "neo4j")  # the stack's keeper starts it again
    await writing
    assert await digest(driver) == expected


async def _any_article(driver: AsyncDriver) -> bool:
    return bool(await ask(driver, "MATCH (a:Article) RETURN a.id LIMIT 1"))


def test_the_sample_stream_has_what_it_promises() -> None:
    events = stream(3)
    assert {e.op for e in events if hasattr(e, "op")} == {"upsert", "retract"}
    assert len({e.id for e in events}) < len(events)
    assert NOON.tzinfo is not None
