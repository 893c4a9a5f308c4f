"""Reading a partition from its beginning to its present end, outside any consumer group."""

from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.road.stage import Record
from streams.road.wire import tolerant_reading as tolerant
from topology.access.kafka import client_options


async def read_record(bootstrap: str, topic: str, partition: int, offset: int) -> Record | None:
    """Returns one record; None if it is not there (any more).

    Raises:
        KafkaError: The broker does not answer.
    """
    tolerant.install()
    consumer = AIOKafkaConsumer(**client_options(bootstrap), enable_auto_commit=False, auto_offset_reset="none")
    await consumer.start()
    try:
        place = TopicPartition(topic, partition)
        if partition not in (await consumer._client._wait_on_metadata(topic)):  # noqa: SLF001 - no public way waits
            return None
        consumer.assign([place])
        first = (await consumer.beginning_offsets([place]))[place]
        end = (await consumer.end_offsets([place]))[place]
        if not first <= offset < end:
            return None
        consumer.seek(place, offset)
        while await consumer.position(place) <= offset:
            for messages in (await consumer.getmany(timeout_ms=1000, max_records=1)).values():
                for m in messages:
                    if m.offset != offset:
                        return None
                    return Record(m.topic, m.partition, m.offset, m.timestamp, m.key, m.value, tuple(m.headers))
        return None
    finally:
        await consumer.stop()


async def read_partition(
    bootstrap: str, topic: str, partition: int = 0, *, begin: int = 0, end: int | None = None
) -> AsyncIterator[Record]:
    """Yields every record of a partition that is there when the reading starts, in order.

    Args:
        bootstrap: Kafka's bootstrap servers.
        topic: The topic.
        partition: Its partition.
        begin: The first offset; what lies before the partition's beginning is not there any more.
        end: One past the last offset; None for the partition's present end.

    Raises:
        KafkaError: The broker does not answer.
    """
    tolerant.install()
    consumer = AIOKafkaConsumer(**client_options(bootstrap), enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        place = TopicPartition(topic, partition)
        consumer.assign([place])
        last = (await consumer.end_offsets([place]))[place]
        end = last if end is None else min(end, last)
        consumer.seek(place, max(begin, (await consumer.beginning_offsets([place]))[place]))
        while await consumer.position(place) < end:
            for messages in (await consumer.getmany(timeout_ms=1000)).values():
                for m in messages:
                    if m.offset < end:
                        yield Record(m.topic, m.partition, m.offset, m.timestamp, m.key, m.value, tuple(m.headers))
    finally:
        await consumer.stop()
