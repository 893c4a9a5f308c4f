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


async def read_partition(bootstrap: str, topic: str, partition: int = 0) -> AsyncIterator[Record]:
    """Yields every record of a partition that is there when the reading starts, in order.

    Raises:
        KafkaError: The broker does not answer.
    """
    tolerant.install()
    consumer = AIOKafkaConsumer(**client_options(bootstrap), enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        place = TopicPartition(topic, partition)
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        await consumer.seek_to_beginning(place)
        while await consumer.position(place) < end:
            for messages in (await consumer.getmany(timeout_ms=1000)).values():
                for m in messages:
                    if m.offset < end:
                        yield Record(m.topic, m.partition, m.offset, m.timestamp, m.key, m.value, tuple(m.headers))
    finally:
        await consumer.stop()
