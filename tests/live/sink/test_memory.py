"""No transaction can keep the graph's server from answering, and the sink's own stay far below the limit."""

import asyncio
import time

import pytest
from neo4j import AsyncDriver
from neo4j.exceptions import Neo4jError

from streams.messages.events import Entity, EntityMention
from streams.road.stage import PoisonError
from streams.sink.faults import translated
from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import document, placed, triple, worded
from topology.settings import Settings

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

LIMIT = 192 * 2**20
TOO_MUCH = "UNWIND range(1, 3000000) AS i CREATE (:Entity {id: 'x' + i, name: 'a name of some length ' + i})"


async def test_a_transaction_without_end_fails_at_once_and_others_are_answered(driver: AsyncDriver) -> None:
    waits = []

    async def ask() -> None:
        while True:
            start = time.monotonic()
            await driver.execute_query("RETURN 1")
            waits.append(time.monotonic() - start)
            await asyncio.sleep(0.05)

    asking = asyncio.create_task(ask())
    try:
        with pytest.raises(PoisonError) as caught, translated():
            async with driver.session() as session, asyncio.timeout(110):
                await (await session.run(TOO_MUCH)).consume()
    finally:
        asking.cancel()
    assert caught.value.reason == "too-much-memory"
    assert isinstance(caught.value.__cause__, Neo4jError)
    assert "MemoryPoolOutOfMemoryError" in str(caught.value.__cause__.code)
    assert max(waits) < 3


async def test_a_full_batch_takes_a_fraction_of_the_limit(driver: AsyncDriver, writer: GraphWriter) -> None:
    """Two thousand triples, each of a fact of its own, from articles that name a hundred entities each."""
    events = []
    people = [Entity.of(f"Person {n}", "person") for n in range(1900)]
    for number in range(20):
        named = tuple(EntityMention(entity=one) for one in people[95 * number : 95 * number + 95])
        events.append(document(f"a{number}", mentions=named))
        words = "A sentence of a usual length. " * 6
        events += [worded(triple(f"a{number}", object_=one.entity), words) for one in named]
    largest, done = 0, asyncio.Event()

    async def watch() -> None:
        nonlocal largest
        while not done.is_set():
            found = await driver.execute_query(
                "SHOW TRANSACTIONS YIELD estimatedUsedHeapMemory AS used RETURN max(used) AS used"
            )
            largest = max(largest, found.records[0]["used"] or 0)
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    batch = Settings.model_fields["sink_batch"].default
    assert len(events) <= batch
    for first in (0, 10_000):  # the second time all of it is retracted and counted again
        await writer.write(placed(*events, first=first))
        events = [document(f"a{n}", revision="2", observed=n + 1) for n in range(20)]
    done.set()
    await watching
    assert 0 < largest < LIMIT / 3, f"a batch of {batch} took {largest / 2**20:.1f} MiB"
