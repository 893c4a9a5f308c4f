"""Rebuilding everything, and what people are shown of it."""

import pytest
from neo4j import AsyncDriver

from streams.desk import learned
from streams.desk.sessions import session
from streams.messages.suggestion_events import Suggestions
from streams.sink.writer import GraphWriter
from streams.suggestions.rebuild import rebuild
from tests.streams.memory import MemoryPublisher
from tests.streams.sink.sample import NOON, merged, retraction
from tests.streams.suggestions.world import ANN, BOB, CARL, DORA, World, article
from topology.graph.names import COMPUTED_PROPERTIES
from topology.topics import SUGGESTIONS

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]


@pytest.fixture
def world(driver: AsyncDriver, writer: GraphWriter) -> World:
    return World(driver, writer)


async def test_what_was_lost_is_computed_again_and_published(world: World) -> None:
    await world.write([*article("a", (ANN, BOB), (BOB, CARL)), merged(DORA, CARL)])
    before = await world.everything(timed=False)
    published = await world.pending()
    await world.outbox.forget_before({0: 100})
    await world.rows("MATCH ()-[r:SUGGESTED]->() DELETE r")
    lost = ", ".join(f"n.{name}" for name in COMPUTED_PROPERTIES)
    await world.rows(f"MATCH (n:Entity) REMOVE {lost}")
    publisher, reports = MemoryPublisher(), []
    count = await rebuild(world.refresher, world.outbox, publisher, lambda *report: reports.append(report))
    assert (count, reports) == (3, [("vectors", 3), ("suggestions", 3)])
    found = {o.key: Suggestions.model_validate_json(o.value or b"") for o in publisher.outputs}
    assert {o.topic for o in publisher.outputs} == {SUGGESTIONS.name}
    assert {each.id: each for each in published.values()} == {each.id: each for each in found.values()}
    assert await world.everything(timed=False) == before

    again = MemoryPublisher()
    now = await world.everything()
    await rebuild(world.refresher, world.outbox, again)
    assert again.outputs == []
    assert await world.everything() == now


async def test_people_see_each_suggestion_once_with_its_reasons(world: World) -> None:
    await world.write(article("a", (ANN, BOB), (BOB, CARL)))
    (one,) = await learned.suggested(world.driver, "Ann")
    assert (one.subject, one.predicate, one.object, one.confirmed) == ("Ann", "sibling", "Carl", False)
    fact, *counted = one.because
    assert fact in {"Ann — sibling → Bob (+1)", "Bob — sibling → Carl (+1)"}
    assert counted == [
        f"named together in 1 article, last on {NOON:%Y-%m-%d}",
        "linked with the same entities (Adamic-Adar 0.91)",
    ]
    assert await learned.likeliest(world.driver) == [one]
    assert await learned.suggested(world.driver, "Bob") == []
    (linked,) = await learned.linked(world.driver, "Ann")
    assert (linked.name, linked.relations, linked.evidence) == ("Bob", ("sibling",), 1)
    await world.write(article("b", (ANN, CARL), observed=1))
    (one,) = await learned.suggested(world.driver, "Ann")
    assert one.confirmed
    assert await learned.likeliest(world.driver) == []


async def test_likeness_says_whom_both_are_linked_with(world: World) -> None:
    await world.write(article("a", (ANN, BOB), (DORA, BOB)))
    found = {one.name: one for one in await learned.similar(world.driver, "Ann")}
    assert (found["Dora"].shared, found["Dora"].type) == (("Bob",), "person")
    assert found.keys() == {"Bob", "Dora"}
    by_name = await learned.similar(world.driver, "Ann", by_name=True, limit=1)
    assert len(by_name) == 1
    assert await learned.similar(world.driver, "Nobody") == []


async def test_a_story_is_what_the_newest_articles_name(world: World) -> None:
    await world.write(article("old", (CARL, DORA)))
    await world.write(article("gone", (ANN, DORA), observed=1))
    await world.write(article("new", (ANN, CARL), observed=2))
    await world.write([retraction("gone", observed=3)])
    found = await session(world.driver, "Ann", articles=2)
    assert set(found.current) == {ANN.id, CARL.id}
    assert [set(named) for named in found.related] == [{CARL.id, DORA.id}]
    assert found.names[DORA.id] == ("Dora", "person")
    assert (found.seen[CARL.id], found.seen[DORA.id]) == (2, 1)
    assert (await session(world.driver, "Nobody")).current == ()
