"""Wikidata ids in the graph: the last Identity record counts, whatever came before it."""

import random

import pytest
from neo4j import AsyncDriver

from streams.desk.views import entities
from streams.messages.events import Entity, Identity
from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import APPLE, TIM, after_disorder, document, merged, placed, split, triple

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

PINGGUO = Entity.of("苹果公司", "organization")


def identity(entity: Entity, wikidata: str | None) -> Identity:
    return Identity(id=entity.id, entity=entity, wikidata=wikidata)


async def ids(driver: AsyncDriver) -> dict[str, str | None]:
    rows = await driver.execute_query("MATCH (n:Entity) RETURN n.name AS name, n.wikidata AS wikidata")
    return {row["name"]: row["wikidata"] for row in rows.records}


async def test_an_id_is_set_changed_and_taken_back(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document(), triple(), identity(APPLE, "Q1"), identity(APPLE, "Q312")))
    assert await ids(driver) == {"Apple": "Q312", "Tim Cook": None}
    await writer.write(placed(identity(APPLE, None), identity(TIM, "Q265852"), first=4))
    assert await ids(driver) == {"Apple": None, "Tim Cook": "Q265852"}


async def test_an_entity_is_shown_with_its_id_under_all_its_names(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document(), identity(APPLE, "Q312"), identity(PINGGUO, "Q312"), merged(PINGGUO, APPLE)))
    for name in ("Apple", "苹果公司", "Q312", PINGGUO.id):
        (shown,) = await entities(driver, name)
        assert (shown.name, shown.type, shown.wikidata, shown.names) == ("Apple", "organization", "Q312", ["苹果公司"])
    await writer.write(placed(split(PINGGUO), first=4))
    assert {one.name for one in await entities(driver, "Q312")} == {"Apple", "苹果公司"}


async def test_order_between_partitions_batches_and_repeats_leave_the_graph_as_it_is(driver: AsyncDriver) -> None:
    articles = [document("a"), triple("a"), document("b"), triple("b", subject=PINGGUO)]
    decisions = [identity(PINGGUO, "Q5"), merged(PINGGUO, APPLE), identity(APPLE, "Q312"), identity(PINGGUO, "Q312")]
    graphs = set()
    for seed in range(3):
        draw = random.Random(seed)  # noqa: S311
        queues = placed(*articles, *articles, partition=0), placed(*decisions, *decisions, partition=1)
        graphs.add(await after_disorder(driver, draw, *queues, largest=3))
    assert len(graphs) == 1
    assert '"wikidata":"Q312"' in graphs.pop()
