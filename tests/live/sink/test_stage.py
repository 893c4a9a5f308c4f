"""The stage as the road drives it, and the topic ids its offsets are keyed by."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError
from neo4j import AsyncDriver

from streams.desk.views import counts, facts, offsets
from streams.messages.cloud_events import cloud_event_headers
from streams.road.retry import forever
from streams.road.stage import Item, Record
from streams.road.topic_ids import topic_id
from streams.sink import SinkStage
from tests.streams.sink.sample import NOON, document, triple
from topology.settings import Settings
from topology.topics import SINK_GROUP, TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]


async def test_writes_what_the_road_hands_it(driver: AsyncDriver, kafka: str, live_settings: Settings) -> None:
    assert live_settings.kafka == kafka
    records = []
    for offset, event in enumerate((document(), triple())):
        headers = tuple(cloud_event_headers(event, id_=event.id, source="test", time=NOON))
        records.append(Record(TRIPLES.name, 2, offset, 0, b"a", event.model_dump_json().encode(), headers))
    stage = SinkStage()
    assert await stage.ready() != ""
    await stage.start()
    try:
        assert await stage.ready() == ""
        assert await stage.process([Item(r, stage.parse(r)) for r in records]) == ()
        assert [stage.parse(r) for r in records] == [None, None]
        assert await stage.process([Item(r, None) for r in records]) == ()
    finally:
        await stage.stop()
    found = await counts(driver)
    assert (found["facts that hold"], found["evidence"], found["articles"], found["mentions"]) == (1, 1, 1, 2)
    ((fact),) = await facts(driver, "Apple")
    assert fact["evidence"][0]["sentence"] == "Apple is led by Tim Cook, 65."
    assert [(o.group, o.partition, o.offset) for o in await offsets(driver)] == [(SINK_GROUP, 2, 1)]


async def test_a_topic_created_again_has_another_id(kafka: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        seen = set()
        for _ in range(2):
            await admin.create_topics([NewTopic("short-lived", 1, 1)])
            # A broker hears of a new topic a moment after the controller has made it.
            seen.add(await forever(lambda: topic_id(kafka, "short-lived"), step="id", on=UnknownTopicOrPartitionError))
            await admin.delete_topics(["short-lived"])
            await gone(kafka, "short-lived")
    finally:
        await admin.close()
    assert len(seen - {""}) == 2


async def gone(kafka: str, topic: str) -> None:
    """Waits until the broker no longer knows the topic."""
    async with asyncio.timeout(60):
        while True:
            try:
                await topic_id(kafka, topic)
            except UnknownTopicOrPartitionError:
                return
