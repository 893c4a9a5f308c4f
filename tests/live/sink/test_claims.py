"""Claims in the graph: kept apart from facts, withdrawn with their articles, fulfilled, and never closing anything."""

from typing import Any

import pytest
from neo4j import AsyncDriver

from streams.desk.claims import claims
from streams.desk.history import history
from streams.desk.views import facts
from streams.messages.events import Document, Entity, Predicate, Triple
from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import TIM, document, placed, retraction, triple, worded
from topology.graph.snapshot import CLOCK, snapshot

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

ANN = Entity.of("Ann Lee", "person")
BOARD = Entity.of("Board", "organization")
SPOUSE = Predicate(id="P26", name="spouse")


def said(id_: str, day: float, holder: Entity, modality: str = "asserted", **more: Any) -> list[Document | Triple]:
    """An article that says something of the office in words of its own."""
    fields = {"modality": modality, **more}
    one = triple(id_, object_=holder, published=day * 24 * 60, confidence=fields.pop("confidence", 0.9), **fields)
    return [document(id_), worded(one, f"According to {id_}, so it is.")]


async def test_a_plan_is_kept_apart_and_a_later_assertion_fulfils_it(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(*said("a", 1, TIM), *said("p", 2, ANN, "planned", attributed_to=BOARD, since="2027")))
    assert [fact["object"] for fact in await facts(driver, "Apple")] == ["Tim Cook"]
    (claim,) = await claims(driver, "Apple")
    assert (claim.modality, claim.object, claim.speakers, claim.since) == ("planned", "Ann Lee", ["Board"], "2027")
    assert claim.fulfilled_at is None
    await writer.write(placed(*said("b", 5, ANN), first=20))
    (claim,) = await claims(driver, "Apple")
    assert claim.fulfilled_at is not None
    await writer.write(placed(retraction("p", observed=9), first=40))
    assert await claims(driver, "Apple") == []


async def test_a_denial_lowers_a_fact_and_its_withdrawal_restores_it(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(*said("a", 1, TIM)))
    before = await snapshot(driver, ignore=CLOCK)
    await writer.write(placed(*said("d", 2, TIM, "denied", attributed_to=TIM), first=20))
    (fact,) = await facts(driver, "Apple")
    assert (fact["standing"], fact["invalid_at"]) == ("disputed", None)
    assert await facts(driver, "Apple", current=True) == []
    await writer.write(placed(*said("e", 3, TIM), first=40))
    assert [fact["standing"] for fact in await facts(driver, "Apple")] == [None]
    await writer.write(placed(retraction("d", observed=9), retraction("e", observed=9), first=60))
    assert {line for line in before if "retracted" not in line} - set(await snapshot(driver, ignore=CLOCK)) == set()


async def test_a_marriage_ends_though_nobody_follows(driver: AsyncDriver, writer: GraphWriter) -> None:
    told = []
    for n, modality in enumerate(["asserted", "past", "past"]):
        one = triple(str(n), subject=TIM, predicate=SPOUSE, object_=ANN, published=n * 1440, modality=modality)
        told += [document(str(n)), worded(one, f"In words of {n}.")]
    await writer.write(placed(*told))
    assert [(e.standing, e.at_latest) for e in await history(driver, "Tim Cook")] == [("closed", True)]


@pytest.mark.parametrize("turn", range(3))
async def test_claims_and_facts_in_any_order(driver: AsyncDriver, writer: GraphWriter, turn: int) -> None:
    events = [
        *said("a", 1, TIM),
        *said("p", 2, ANN, "planned", attributed_to=BOARD),
        *said("d", 3, TIM, "denied"),
        *said("q", 4, ANN, "possible"),
        *said("b", 5, ANN),
        retraction("q", observed=9),
    ]
    await writer.write(placed(*events))
    expected = await snapshot(driver)
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    # A retraction follows what it retracts: one article's events keep their order on the topic.
    turned = [*events[turn * 4 : -1], *events[: turn * 4], events[-1]]
    for n, event in enumerate([*turned, *turned]):
        await writer.write(placed(event, partition=1, first=n))
    assert await snapshot(driver) == expected
