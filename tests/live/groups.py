"""The workers of a live test: how they are started, where they begin to read, and when they are done."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import OffsetAndMetadata
from neo4j import AsyncDriver

from topology.local.stack import environment
from topology.settings import Settings
from topology.topics import Topic

Reads = Mapping[str, tuple[Topic, str]]
"""Topic and consumer group by stage."""


def partitions(topic: Topic) -> list[TopicPartition]:
    return [TopicPartition(topic.name, number) for number in range(topic.partitions)]


async def ends(kafka: str, reads: Reads) -> dict[TopicPartition, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        return await ends_by(consumer, reads)
    finally:
        await consumer.stop()


async def ends_by(consumer: AIOKafkaConsumer, reads: Reads) -> dict[TopicPartition, int]:
    return dict(await consumer.end_offsets([tp for topic, _ in reads.values() for tp in partitions(topic)]))


async def begin_at_the_end(kafka: str, reads: Reads) -> None:
    """Makes the groups begin where the topics end now: what other tests left there is not ours."""
    end = await ends(kafka, reads)
    for topic, group in reads.values():
        consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            consumer.assign(partitions(topic))
            await consumer.commit({tp: OffsetAndMetadata(end[tp], "") for tp in partitions(topic)})
        finally:
            await consumer.stop()


@asynccontextmanager
async def working(
    kafka: str,
    neo4j: Settings,
    driver: AsyncDriver,
    *,
    folder: Path,
    reads: Reads,
    arguments: Mapping[str, Sequence[str]],
    variables: Mapping[str, str],
) -> AsyncIterator[None]:
    """Runs a worker of each stage on an empty graph, which it leaves empty.

    Args:
        kafka: Bootstrap address.
        neo4j: The settings to connect with.
        driver: A connection to the same graph.
        folder: The workers' state and logs.
        reads: The stages.
        arguments: What Python is given to run each stage.
        variables: Settings of this test, beside the addresses and folders.
    """
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    await begin_at_the_end(kafka, reads)
    given = {
        **os.environ,
        **environment(neo4j),
        "TRIPLEWIRE_KAFKA": kafka,
        "TRIPLEWIRE_STATE": str(folder),
        "TRIPLEWIRE_NEO4J_PASSWORD": neo4j.neo4j_password.get_secret_value(),
        **variables,
    }
    workers = []
    for name in reads:
        with (folder / f"{name}.log").open("wb") as log:
            workers.append(
                await asyncio.create_subprocess_exec(
                    sys.executable, *arguments[name], env=given, stdout=log, stderr=log
                )
            )
    try:
        yield
    finally:
        for worker in workers:
            worker.terminate()
        await asyncio.gather(*(worker.wait() for worker in workers))
        await driver.execute_query("MATCH (n) DETACH DELETE n")


async def all_is_done(kafka: str, reads: Reads) -> None:
    """Waits until nothing is in flight: what a stage publishes is on its topic before what it read is committed."""
    consumer, admin = AIOKafkaConsumer(bootstrap_servers=kafka), AIOKafkaAdminClient(bootstrap_servers=kafka)
    await consumer.start()
    await admin.start()
    try:
        async with asyncio.timeout(1200):
            while True:
                before = await ends_by(consumer, reads)
                done: dict[TopicPartition, int] = {}
                for topic, group in reads.values():
                    offsets = await admin.list_consumer_group_offsets(group, partitions=partitions(topic))
                    for tp, found in offsets.items():
                        done[tp] = min(found.offset, done.get(tp, found.offset))
                if all(done.get(tp, 0) >= end for tp, end in before.items()) and before == await ends_by(
                    consumer, reads
                ):
                    return
                await asyncio.sleep(0.5)
    finally:
        await consumer.stop()
        await admin.close()
