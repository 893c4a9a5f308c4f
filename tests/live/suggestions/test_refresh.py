"""Vectors and suggestions in a real graph: what they rest on, and that repeats change nothing."""

import math
from datetime import timedelta

import pytest
from neo4j import AsyncDriver

from streams.desk.views import counts, facts
from streams.messages.correction_events import Correction
from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import NOON, merged, retraction, split
from tests.streams.suggestions.world import ANN, BOB, CARL, DORA, SIBLING, World, article
from topology.graph.snapshot import digest

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

STORY = article("a", (ANN, BOB), (BOB, CARL))
OF_ANN, OF_CARL = ("Ann", "Ann", "Carl"), ("Carl", "Ann", "Carl")
"""Who asks, and what it is about: that Ann is a sibling of Carl, as both are of Bob."""


@pytest.fixture
def world(driver: AsyncDriver, writer: GraphWriter) -> World:
    return World(driver, writer)


async def test_what_is_two_steps_away_is_suggested_with_what_speaks_for_it(world: World) -> None:
    await world.write(STORY)
    published = await world.pending()
    (one,) = published["Ann"].suggestions
    assert (one.subject, one.predicate.id, one.object, one.kind) == (ANN, "P3373", CARL, "inferred")
    assert one.confidence == round(1 - math.exp(-1 / math.log(3)), 4)
    assert [(r.subject, r.object, r.weight) for r in one.reasons] == [(ANN, BOB, 1.0)]
    assert (one.together, one.together_at, one.shared) == (1, NOON, round(1 / math.log(3), 4))
    found = await world.rows("MATCH ({name: 'Ann'})-[r:SIBLING]->({name: 'Bob'}) RETURN r.id")
    assert [[one.reasons[0].fact]] == found
    assert await world.suggested() == {(*OF_ANN, "open"), (*OF_CARL, "open")}


async def test_a_suggestion_is_no_fact(world: World) -> None:
    await world.write(STORY, refresh=False)
    before = await counts(world.driver), await digest(world.driver), await facts(world.driver, "Ann")
    await world.refresh(STORY, 0)
    now = await counts(world.driver)
    assert now.pop("suggestions") == 2
    assert before[0].pop("suggestions") == 0
    assert (now, await digest(world.driver), await facts(world.driver, "Ann")) == before


async def test_what_an_editor_forbids_is_not_suggested_under_any_name(world: World) -> None:
    forbid = Correction.of("forbid", DORA, by="eve", why="no", predicate=SIBLING, object=CARL)
    forbid = forbid.model_copy(update={"at": NOON})
    await world.write(STORY)
    await world.write([forbid, merged(DORA, ANN)])
    assert await world.suggested() == {(*OF_ANN, "closed"), (*OF_CARL, "closed")}
    await world.write([forbid.model_copy(update={"op": "withdraw", "at": NOON + timedelta(minutes=1)})])
    assert await world.suggested() == {(*OF_ANN, "open"), (*OF_CARL, "open")}


async def test_the_same_again_changes_nothing(world: World) -> None:
    await world.write(STORY)
    before = await world.everything()
    first = await world.write(STORY)
    assert await world.everything() == before
    assert await world.pending(first) == {}


async def test_what_was_not_published_is_found_again_and_what_was_is_forgotten(world: World) -> None:
    await world.write(STORY)
    published = await world.pending()
    await world.refresh(STORY, 0)
    assert await world.pending() == published != {}
    await world.outbox.forget_before({0: 1})
    assert await world.pending() == {}


async def test_a_reported_fact_confirms_until_it_falls(world: World) -> None:
    await world.write(STORY)
    first = await world.write(article("b", (ANN, CARL), observed=5))
    assert await world.suggested() == {(*OF_ANN, "confirmed"), (*OF_CARL, "confirmed")}
    times = await world.rows(
        "MATCH ({name: 'Ann'})-[r:SUGGESTED]->({name: 'Carl'}) MATCH ({name: 'Ann'})-[f:SIBLING]->({name: 'Carl'}) "
        "RETURN r.confirmed_at = f.first_seen"
    )
    assert times == [[True], [True]]
    assert (await world.pending(first))["Ann"].suggestions == ()
    await world.write([retraction("b", observed=6)])
    assert await world.suggested() == {(*OF_ANN, "open"), (*OF_CARL, "open")}


async def test_a_retraction_closes_what_rested_on_it(world: World) -> None:
    # The second step has an article of its own, in which Ann is not named.
    await world.write(article("b", (BOB, CARL)))
    await world.write(article("a", (ANN, BOB), observed=1))
    await world.write(article("c", (CARL, DORA), observed=2))
    assert (*OF_ANN, "open") in await world.suggested()
    withdrawn = [retraction("b", observed=3)]
    first = await world.write(withdrawn)
    assert {row[:3] for row in await world.suggested() if row[3] == "open"} == set()
    assert (await world.pending(first))["Ann"].suggestions == ()
    before = await world.everything()
    await world.refresh(withdrawn, first)
    assert await world.everything() == before


async def test_counts_fall_with_their_articles(world: World) -> None:
    await world.write([event for n in range(5) for event in article(f"a{n}", (ANN, BOB), (BOB, CARL), observed=n)])
    assert [one.together for one in (await world.pending())["Ann"].suggestions] == [5]
    withdrawn = [retraction("a4", observed=9)]
    first = await world.write(withdrawn)
    (one,) = (await world.pending(first))["Ann"].suggestions
    assert (one.together, one.together_at) == (4, NOON + timedelta(minutes=3))
    kept = (
        "MATCH ({name: 'Ann'})-[r:SUGGESTED {asked: $ann}]->() RETURN r.together, r.together_at.epochMillis, r.shared"
    )
    at = int(one.together_at.timestamp() * 1000) if one.together_at else 0
    assert await world.rows(kept, ann=ANN.id) == [[4, at, one.shared]]
    before = await world.everything()
    again = await world.write(withdrawn)
    assert await world.everything() == before
    assert await world.pending(again) == {}


async def test_an_alias_is_whom_it_stands_for(world: World) -> None:
    await world.write(STORY)
    first = await world.write([merged(ANN, DORA)])
    assert {row[1:] for row in await world.suggested() if row[3] == "open"} == {("Dora", "Carl", "open")}
    assert (await world.pending(first))["Ann"].suggestions == ()
    assert await world.rows("MATCH (n {name: 'Ann'}) RETURN n.context, n.vector") == [[None, None]]
    assert await world.rows("MATCH (n {name: 'Dora'}) RETURN n.roles") == [[["P3373>1"]]]
    await world.write([split(ANN)])
    assert await world.rows("MATCH (n {name: 'Dora'}) RETURN n.roles") == [[[]]]
    assert {row[1:] for row in await world.suggested() if row[3] == "open"} == {("Ann", "Carl", "open")}


async def test_the_vector_index_finds_those_in_like_surroundings(world: World) -> None:
    await world.write(article("a", (ANN, BOB), (DORA, BOB)))
    found = await world.rows(
        "MATCH (n {name: 'Ann'}) CALL db.index.vector.queryNodes('triplewire_entity_context', 3, n.context) "
        "YIELD node, score WHERE node <> n RETURN node.name, size(node.vector), size(node.context)"
    )
    assert {row[0] for row in found} == {"Bob", "Dora"}
    assert found[0][1:] == [384, 128]


async def test_another_model_version_refreshes_all(world: World, driver: AsyncDriver, writer: GraphWriter) -> None:
    await world.write(STORY)
    await World(driver, writer, version="2").refresh(STORY, 20)
    assert {each.model_version for each in (await world.pending(20)).values()} == {"2"}
