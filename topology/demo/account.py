"""Where each published article ended up: in the graph, or in the dead letters with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from neo4j import AsyncDriver

from streams.road.dead_letters import DeadLetter
from streams.road.lags import Offsets
from streams.road.stage import Record
from topology.access.kafka import client_options
from topology.topics import DEAD_LETTERS

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Account:
    """Where published articles ended up.

    Attributes:
        in_graph: Ids of articles in the graph.
        refused: Reason by article id, of those in the dead letters.
        missing: Ids of articles in neither; a bug if not empty.
    """

    in_graph: frozenset[str]
    refused: dict[str, str]
    missing: frozenset[str]


async def dead_letters_since(bootstrap: str, since: Offsets) -> list[DeadLetter]:
    """Returns the dead letters from these offsets to the end of the topic."""
    consumer = AIOKafkaConsumer(**client_options(bootstrap), enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(DEAD_LETTERS.name, p) for p in since]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for tp in partitions:
            consumer.seek(tp, since[tp.partition])
        found = []
        while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [
                    DeadLetter.of(Record(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers)))
                    for r in records
                ]
        return found
    finally:
        await consumer.stop()


async def account(driver: AsyncDriver, database: str, keys: Iterable[str], letters: list[DeadLetter]) -> Account:
    """Finds each published key in the graph or among the dead letters."""
    wanted = sorted(set(keys))
    in_graph: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        found = await driver.execute_query(
            "UNWIND $ids AS id MATCH (a:Article {id: id}) RETURN collect(a.id) AS ids",
            ids=wanted[start : start + CHUNK],
            database_=database,
        )
        in_graph.update(found.records[0]["ids"])
    reasons = {(d.record.key or b"").decode(errors="replace"): f"{d.reason}: {d.message}" for d in letters}
    refused = {key: reasons[key] for key in wanted if key in reasons}
    return Account(frozenset(in_graph), refused, frozenset(wanted) - in_graph - refused.keys())
