"""Records that only a hostile or broken publisher makes."""

from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.producer import message_accumulator
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

Raw = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes | None]]]
"""Key, value and headers."""


class HeaderName(str):
    """A header name that goes over the wire as bytes that are not UTF-8."""

    __slots__ = ()

    def encode(self, *_args: str, **_options: str) -> bytes:
        return b"x-\xff\xfe"


async def publish_batch(
    bootstrap: str, topic: str, partition: int, records: Sequence[Raw], *, compression: str | None = None
) -> None:
    """Publishes records as one batch, header names as they encode themselves."""
    # Only the pure-Python builder asks the name itself for its bytes.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(message_accumulator, "DefaultRecordBatchBuilder", _DefaultRecordBatchBuilderPy)
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            max_request_size=1 << 24,
            max_batch_size=1 << 30,
            compression_type=compression,
        )
        await producer.start()
        try:
            batch = producer.create_batch()
            for key, value, headers in records:
                assert batch.append(key=key, value=value, timestamp=None, headers=headers) is not None
            await (await producer.send_batch(batch, topic, partition=partition))
        finally:
            await producer.stop()
