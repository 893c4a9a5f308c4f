"""The log that is counted, and the topic of its snapshots, on Kafka.

Every call opens its own consumer, outside any group. Calls are rare: when a worker starts, when it is assigned a
partition, and once a day.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code

from inference.text.keywords.weigh import TermTable
from streams.messages.cloud_events import cloud_event_headers
from streams.messages.term_events import TermCounts, TermSnapshot
from streams.news.terms.counting import PartitionCount
from streams.road.stage import Output, Record
from streams.road.topic_ids import topic_id
from streams.road.wire import tolerant_reading as tolerant
from topology.access.kafka import client_options
from topology.topics import TERM_STATISTICS

CE_SOURCE = "triplewire/terms"

KEPT = 16
"""Days whose snapshots are kept: twice the retention of `raw-news`, whose records may be read again."""

FETCH_BYTES = 8 * 1024 * 1024

_DAY, _OFFSET = "day", "next_offset"


class KafkaTermLog:
    """See `streams.news.terms.statistics.TermLog`."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        """Opens nothing.

        Args:
            bootstrap: Kafka's bootstrap servers.
            topic: The topic that is counted.
        """
        self._bootstrap = bootstrap
        self._topic = topic
        self._prefix = f"{topic}//"

    async def start(self) -> None:
        """Learns the topic's id: a topic that is deleted and created again under the same name is another one.

        Raises:
            KafkaError: The broker does not answer.
        """
        self._prefix = f"{self._topic}/{await topic_id(self._bootstrap, self._topic)}/"

    async def partitions(self) -> int:
        """Returns how many partitions the topic has.

        Raises:
            KafkaError: The broker does not answer.
        """
        admin = AIOKafkaAdminClient(**client_options(self._bootstrap))
        try:
            await admin.start()
            (described,) = await admin.describe_topics([self._topic])
        finally:
            await admin.close()
        if described["error_code"]:
            raise for_code(described["error_code"])(self._topic)
        return len(described["partitions"])

    async def snapshots(self, before: int | None = None) -> dict[int, PartitionCount]:
        """Returns each partition's snapshot with the highest offset, of days before `before`."""
        prefix = self._prefix
        best: dict[int, tuple[tuple[int, int], bytes]] = {}
        async for records in self._records(TERM_STATISTICS.name, 0, 0, None):
            for record in records:
                key, value = (record.key or b"").decode(errors="replace"), record.value
                reach = _reach(record)
                if value is None or reach is None or not key.startswith(prefix) or (before and reach[0] >= before):
                    continue
                partition = int(key.removeprefix(prefix).partition("/")[0])
                if partition not in best or best[partition][0] < reach:
                    best[partition] = reach, value
        return {partition: _restored(TermSnapshot.model_validate_json(value)) for partition, (_, value) in best.items()}

    async def read(self, partition: int, start: int, stop: int | None = None) -> AsyncIterator[Sequence[Record]]:
        """Yields a partition's records from `start` to `stop` (exclusive), or to its current end."""
        async for records in self._records(self._topic, partition, start, stop):
            yield records

    def snapshot(self, count: PartitionCount, origin: Record) -> Output:
        """Returns the record that stores a count. A day's later snapshot replaces its earlier one."""
        event = TermSnapshot(
            topic=self._topic,
            partition=origin.partition,
            day=count.day,
            next_offset=count.next_offset,
            languages={
                language: TermCounts(documents=table.documents, terms=table.counts)
                for language, table in count.tables.items()
            },
        )
        key = f"{self._prefix}{origin.partition}/{count.day % KEPT}"
        time = datetime.fromtimestamp(count.day * 86_400, UTC)
        headers = [
            *cloud_event_headers(event, id_=f"{key}:{count.next_offset}", source=CE_SOURCE, time=time),
            (_DAY, str(count.day).encode()),
            (_OFFSET, str(count.next_offset).encode()),
        ]
        return Output(TERM_STATISTICS.name, key.encode(), event.model_dump_json().encode(), headers, origin)

    async def _records(
        self, topic: str, partition: int, start: int, stop: int | None
    ) -> AsyncIterator[Sequence[Record]]:
        async with self._consumer() as consumer:
            place = TopicPartition(topic, partition)
            consumer.assign([place])
            end = (await consumer.end_offsets([place]))[place]
            end = end if stop is None else min(stop, end)
            begin = max(start, (await consumer.beginning_offsets([place]))[place])
            consumer.seek(place, begin)
            while begin < end:
                for messages in (await consumer.getmany(place, timeout_ms=1000)).values():
                    yield [_record(message) for message in messages if message.offset < end]
                begin = await consumer.position(place)

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        tolerant.install()
        consumer = AIOKafkaConsumer(
            **client_options(self._bootstrap), enable_auto_commit=False, max_partition_fetch_bytes=FETCH_BYTES
        )
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()


def _reach(record: Record) -> tuple[int, int] | None:
    """Returns the day and offset up to which a snapshot counts; None if its headers do not say."""
    day, offset = record.header(_DAY) or b"", record.header(_OFFSET) or b""
    return (int(day), int(offset)) if day.isdigit() and offset.isdigit() else None


def _restored(snapshot: TermSnapshot) -> PartitionCount:
    tables = {name: TermTable(counts.documents, counts.terms) for name, counts in snapshot.languages.items()}
    return PartitionCount(snapshot.day, snapshot.next_offset, tables)


def _record(message: Any) -> Record:
    return Record(
        message.topic,
        message.partition,
        message.offset,
        message.timestamp,
        message.key,
        message.value,
        tuple(message.headers),
    )
