"""The sink remembers where facts are: nothing is lost when they are not there any more."""

from typing import Any

import pytest
from neo4j import AsyncDriver, AsyncResult, AsyncTransaction

from streams.messages.events import Entity
from streams.sink import batch_cypher
from tests.live.sink.erasing import erasure
from tests.streams.sink.sample import document, new_writer, placed, triple

pytestmark = pytest.mark.live

PEOPLE = [Entity.of(f"Person {n}", "person") for n in range(12)]


async def facts(driver: AsyncDriver) -> list[tuple[int, bool]]:
    """How often each fact is supported, and whether it has ended."""
    found = await driver.execute_query(
        "MATCH ()-[r:CHIEF_EXECUTIVE_OFFICER]->() RETURN r.count AS count, r.retracted_at IS NOT NULL AS over"
    )
    return sorted((row["count"], row["over"]) for row in found.records)


@pytest.mark.parametrize("by", ["this sink", "another sink"])
async def test_a_fact_that_was_erased_is_written_again(driver: AsyncDriver, by: str) -> None:
    writer = new_writer(driver)
    eraser = writer if by == "this sink" else new_writer(driver)
    await writer.write(placed(document("a"), triple("a")))
    await eraser.write(placed(erasure("a", observed=5), first=10))
    assert await facts(driver) == []
    # The text of b that is current is not the one that says so.
    await writer.write(placed(document("b", revision="2", observed=6), triple("b", observed=6), first=20))
    assert await facts(driver) == [(0, True)]
    await writer.write(placed(document("c", observed=7), triple("c", observed=7), first=30))
    assert await facts(driver) == [(1, False)]


async def test_a_fact_erased_at_the_end_of_a_batch_is_not_thought_to_be_there(driver: AsyncDriver) -> None:
    writer = new_writer(driver)
    await writer.write(placed(document("a"), triple("a"), erasure("a", observed=5)))
    await writer.write(placed(document("b", observed=6), triple("b", observed=6), first=10))
    assert await facts(driver) == [(1, False)]


async def test_evidence_that_has_lost_its_fact_gets_it_back(driver: AsyncDriver) -> None:
    await new_writer(driver).write(placed(document("a"), triple("a")))
    await driver.execute_query("MATCH ()-[r:CHIEF_EXECUTIVE_OFFICER]->() DELETE r")
    await new_writer(driver).write(placed(document("b", observed=6), triple("b", observed=6), first=10))
    assert await facts(driver) == [(2, False)]


async def test_sinks_lock_the_facts_that_they_share_in_the_same_order(
    driver: AsyncDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[list[str]] = []
    run = AsyncTransaction.run

    async def noted(self: AsyncTransaction, query: str, parameters: dict[str, Any]) -> AsyncResult:
        if query == batch_cypher.WRITE:
            locked.append(parameters["elements"])
        return await run(self, query, parameters)

    monkeypatch.setattr(AsyncTransaction, "run", noted)
    writers = [new_writer(driver), new_writer(driver)]
    for turn in range(3):
        # The second one asks the graph where the facts are, and then knows it as well as the first one.
        for partition, some in enumerate((PEOPLE, PEOPLE[::-1])):
            id_ = f"{turn}-{partition}"
            said = [triple(id_, object_=person, start=n) for n, person in enumerate(some)]
            await writers[partition].write(placed(document(id_), *said, first=turn * 100, partition=partition))
    assert locked[0] == []
    assert len(locked[1]) == len(PEOPLE)
    assert all(elements == locked[1] for elements in locked[2:])
    assert await facts(driver) == [(6, False)] * len(PEOPLE)
