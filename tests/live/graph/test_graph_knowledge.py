"""Our own graph keeps the promises of every source of knowledge, and tells what it knew when a day began."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from neo4j import AsyncDriver
from neo4j.exceptions import ClientError

from inference.knowledge.base import KnownFact
from streams.media.knowledge import GraphKnowledge
from streams.messages.events import Entity, Literal_, Predicate
from tests.inference.knowledge.promises import FACTS, PROMISES
from tests.streams.sink.sample import ONTOLOGY, at, document, new_writer, placed, retraction, triple
from topology.graph.connection import connect
from topology.graph.schema import ensure_schema
from topology.settings import Settings

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

LATER = datetime(2100, 1, 1, tzinfo=UTC)


def told(fact: KnownFact, article: str, **options: Any) -> Any:
    subject, object_ = (Entity.of(name, "location") for name in (fact.subject, fact.object))
    return triple(
        article, subject=subject, predicate=Predicate(id="own", name=fact.predicate), object_=object_, **options
    )


class Blocking:
    """The graph as a source that is asked without awaiting."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def neighbourhood(self, names: Any, limit: int = 16) -> tuple[KnownFact, ...]:
        async def ask() -> tuple[KnownFact, ...]:
            async with connect(self._settings) as driver:
                base = GraphKnowledge(driver, ONTOLOGY, "neo4j")
                return await base.neighbourhood(names, limit, before=LATER)

        return asyncio.run(ask())


async def _fill(driver: AsyncDriver) -> None:
    await ensure_schema(driver, ONTOLOGY)
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    rows = [document("a"), *(told(fact, "a", start=n) for n, fact in enumerate(FACTS))]
    await new_writer(driver).write(placed(*rows))


@pytest.fixture
def base(neo4j: Settings) -> Blocking:
    async def fill() -> None:
        async with connect(neo4j) as driver:
            await _fill(driver)

    asyncio.run(fill())
    return Blocking(neo4j)


@pytest.fixture
async def driver(neo4j_driver: AsyncDriver) -> AsyncIterator[AsyncDriver]:
    await _fill(neo4j_driver)
    yield neo4j_driver
    await neo4j_driver.execute_query("MATCH (n) DETACH DELETE n")


@pytest.mark.parametrize("promise", PROMISES)
def test_the_graph_keeps_each_promise(promise: Callable[[Any], None], base: Blocking) -> None:
    promise(base)


async def test_only_what_was_known_by_then_and_held_by_then_is_told(driver: AsyncDriver) -> None:
    late, gone = KnownFact("Tokyo", "hosts", "Games"), KnownFact("Tokyo", "hosts", "Fair")
    writer = new_writer(driver)
    await writer.write(placed(document("b", observed=60), told(late, "b", observed=60), first=20))
    await writer.write(placed(document("c"), told(gone, "c"), retraction("c", observed=90), first=30))
    base = GraphKnowledge(driver, ONTOLOGY, "neo4j")

    async def hosted(minutes: int) -> list[str]:
        facts = await base.neighbourhood(["Tokyo"], 20, before=at(minutes))
        return [fact.object for fact in facts if fact.predicate == "hosts"]

    assert await hosted(60) == ["Fair"]
    assert await hosted(61) == ["Fair", "Games"]
    assert await hosted(91) == ["Games"]
    assert await base.neighbourhood(["Tokyo"], 20, before=at(0) - timedelta(days=1)) == ()


async def test_only_what_articles_reported_is_told(driver: AsyncDriver) -> None:
    value = triple("d", subject=Entity.of("Tokyo", "location"), object_=Literal_(value="1457", datatype="xsd:gYear"))
    await new_writer(driver).write(placed(document("d"), value, first=20))
    await driver.execute_query(
        "MATCH (n:Entity {name: 'Ueno'}) CREATE (m:Media {id: 'm'})-[:DEPICTS {id: 'f', name: 'depicts'}]->(n) "
        "CREATE (n)-[:STATED {id: 'g', name: 'seen in'}]->(:Entity {id: 'x', name: 'X'}) "
        "CREATE (:Evidence {fact: 'g', observed_at: datetime('2020-01-01')})-[:FROM]->(m)"
    )
    base = GraphKnowledge(driver, ONTOLOGY, "neo4j")
    assert [f.subject for f in await base.neighbourhood(["Ueno"], before=LATER)] == ["Tokyo"]
    found = await base.neighbourhood(["Tokyo"], before=LATER)
    assert "1457" in {fact.object for fact in found}


async def test_answers_are_kept_and_nothing_is_ever_written(driver: AsyncDriver) -> None:
    base = GraphKnowledge(driver, ONTOLOGY, "neo4j")
    first = await base.neighbourhood(["TOKYO", "Beijing"], 3, before=LATER)
    assert len(first) == 3
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    assert await base.neighbourhood(["TOKYO", "Beijing"], 3, before=LATER) == first
    assert await base.neighbourhood(["Tokyo"], 3, before=LATER) == ()
    base._query = "CREATE (n:Entity {id: 'never'}) RETURN n.id AS a, n.id AS b, n.id AS c"
    with pytest.raises(ClientError, match=r"(?i)writ|read"):
        await base.neighbourhood(["Ueno"], before=LATER)
