"""`triplewire erase`, over the whole road: the graph, the topics, and what a subscriber hears."""

import asyncio
import json
import os
import sys
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from neo4j import AsyncDriver

from streams.sources import FeedRecord
from streams.sources.producer import FeedProducer
from tests.live.groups import all_is_done, working
from topology.graph.snapshot import CLOCK, snapshot
from topology.local.stack import environment
from topology.settings import Settings
from topology.topics import (
    ENTITIES,
    ENTITIES_GROUP,
    MENTIONS,
    NEWS_GROUP,
    RAW_NEWS,
    SINK_GROUP,
    SUGGESTIONS,
    TRIPLES,
    Topic,
)

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

READS = {
    "news": (RAW_NEWS, NEWS_GROUP),
    "entities": (MENTIONS, ENTITIES_GROUP),
    "sink": (TRIPLES, SINK_GROUP),
}
SHARED = "Satya Nadella, the chief executive of Microsoft, spoke in Seattle on Monday."


def article(id_: str, body: str) -> dict[str, Any]:
    return {"id": id_, "headline": "", "body": body, "published_at": "2026-05-04T09:00:00Z"}


MINE = article("erase-mine", f"{SHARED} Angela Merkel was born in Hamburg, Germany.")
OTHER = article("erase-other", f"{SHARED} It rained.")


async def publish(kafka: str, *articles: dict[str, Any]) -> None:
    async with FeedProducer(kafka, RAW_NEWS.name) as producer:
        assert (await producer.publish([FeedRecord.build("here", one) for one in articles])).sent == len(articles)


async def read(kafka: str, topic: Topic) -> list[Any]:
    """Returns every record of a topic."""
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    found: list[Any] = []
    async with AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
    return found


async def triplewire(settings: Settings, *words: str) -> tuple[int, str]:
    code = "from topology.cli import app; app()"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        *words,
        env=os.environ | environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    return process.returncode or 0, said


@pytest.mark.usefixtures("triton")
async def test_two_articles_share_a_fact_and_one_is_erased(
    kafka: str, neo4j: Settings, neo4j_driver: AsyncDriver, live_settings: Settings, tmp_path: Any
) -> None:
    runs = {name: ("-m", "streams.worker", name) for name in READS}
    given: dict[str, str] = {}
    (tmp_path / "alone").mkdir()
    async with working(
        kafka, neo4j, neo4j_driver, folder=tmp_path / "alone", reads=READS, arguments=runs, variables=given
    ):
        await publish(kafka, OTHER)
        await all_is_done(kafka, READS)
        alone = await snapshot(neo4j_driver, ignore=CLOCK)
    assert any("Satya Nadella" in line for line in alone)
    (tmp_path / "both").mkdir()
    async with working(
        kafka, neo4j, neo4j_driver, folder=tmp_path / "both", reads=READS, arguments=runs, variables=given
    ):
        await publish(kafka, MINE, OTHER)
        await all_is_done(kafka, READS)
        both = await snapshot(neo4j_driver, ignore=CLOCK)
        assert any("Merkel" in line for line in both)
        status, said = await triplewire(live_settings, "erase", MINE["id"], "--yes")
        assert (status, "erased erase-mine: " in said) == (0, True), said
        await all_is_done(kafka, READS)  # the registry's last decisions on what was erased
        assert await snapshot(neo4j_driver, ignore=CLOCK) == alone
        status, said = await triplewire(live_settings, "erase", "never-heard-of", "--yes")
        assert (status, "does not have it" in said) == (0, True), said
    documents = [json.loads(r.value) for r in await read(kafka, TRIPLES) if r.key == MINE["id"].encode()]
    assert (documents[-1]["op"], documents[-1]["erase"]) == ("retract", True)
    (merkel,) = {t["subject"]["id"] for t in documents if t.get("subject", {}).get("name") == "Angela Merkel"}
    for topic, key in ((ENTITIES, merkel), (ENTITIES, f"remembered:{merkel}"), (SUGGESTIONS, merkel)):
        values = [r.value for r in await read(kafka, topic) if r.key == key.encode()]
        assert values[-1:] == [None], (topic.name, key)
