"""A batch waits until the graph has it."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata
from neo4j import AsyncDriver

from streams.suggestions import waiting
from streams.suggestions.waiting import GraphPosition
from topology.topics import SINK_GROUP, TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]


async def write(driver: AsyncDriver, partition: int, offset: int, topic_id: str = "id") -> None:
    await driver.execute_query(
        "MERGE (o:Offset {key: $key}) SET o.group = $group, o.topic = $topic, o.topic_id = $id, "
        "o.partition = $partition, o.offset = $offset",
        key=f"{topic_id}/{partition}",
        group=SINK_GROUP,
        topic=TRIPLES.name,
        id=topic_id,
        partition=partition,
        offset=offset,
    )


async def said(position: GraphPosition, words: str) -> None:
    async with asyncio.timeout(60):
        while position.behind != words:  # noqa: ASYNC110 - another task looks at a server
            await asyncio.sleep(0.01)


async def test_it_waits_for_every_partition_and_says_for_which(driver: AsyncDriver, kafka: str) -> None:
    position = GraphPosition(driver, "neo4j", kafka, "id")
    await write(driver, 0, 5)
    await write(driver, 1, 9, "another topic of that name")
    await position.reached({0: 5})
    reached = asyncio.create_task(position.reached({0: 6, 1: 3}))
    await said(position, "partition 0 before 6; partition 1 before 3")
    await write(driver, 0, 8)
    await said(position, "partition 1 before 3")
    assert not reached.done()
    await write(driver, 1, 3)
    async with asyncio.timeout(60):
        await reached
    assert position.behind == ""


async def test_what_the_sink_buried_is_not_waited_for(
    driver: AsyncDriver, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "SINK_GROUP", "a-sink-that-buried")
    position = GraphPosition(driver, "neo4j", kafka, "id")
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id="a-sink-that-buried", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(TRIPLES.name, 2)])
        await consumer.commit({TopicPartition(TRIPLES.name, 2): OffsetAndMetadata(7, "")})
    finally:
        await consumer.stop()
    async with asyncio.timeout(60):
        await position.reached({2: 6})
    reached = asyncio.create_task(position.reached({2: 7}))
    await said(position, "partition 2 before 7")
    reached.cancel()
    await asyncio.gather(reached, return_exceptions=True)
