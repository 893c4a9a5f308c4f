"""Publishing records on `raw-news` with an own idempotent producer, and telling what became of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata

from streams.messages.cloud_events import cloud_event_headers
from streams.sources.item import Item
from topology.topics import TOPICS

BATCH_BYTES = 512 * 1024
UNSENT = 2000
"""Records that may wait for their acknowledgement; bounds memory."""
BROKER_ANSWERS_WITHIN_MS = 10_000

Waiting = list[tuple[Item, asyncio.Future[RecordMetadata]]]


class PublishError(Exception):
    """Nothing can be published; the message says what to do."""


@dataclass(slots=True)
class Report:
    """What was published.

    Attributes:
        sent: Records the broker acknowledged, bad ones included.
        bytes: Their size.
        invalid: Of these, the ones that are no article: (place in the source, reason). They end up in dead letters.
        refused: Records that the topic cannot carry, so that they were not sent: (place, reason).
        offsets: For each partition, the first and the last offset written.
        seconds: From the first record to the last acknowledgement.
    """

    sent: int = 0
    bytes: int = 0
    invalid: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    offsets: dict[int, tuple[int, int]] = field(default_factory=dict)
    seconds: float = 0.0

    def acknowledged(self, item: Item, metadata: RecordMetadata) -> None:
        """Counts a record that the broker has."""
        self.sent += 1
        self.bytes += len(item.value)
        first, last = self.offsets.get(metadata.partition, (metadata.offset, metadata.offset))
        self.offsets[metadata.partition] = (min(first, metadata.offset), max(last, metadata.offset))


class Publisher:
    """An open producer for one topic.

    Args:
        bootstrap: Kafka's bootstrap servers.
        topic: The topic.
        source: CloudEvents `source` of what is published.
    """

    def __init__(self, bootstrap: str, topic: str, source: str = "triplewire/publish") -> None:
        self.bootstrap = bootstrap
        self.topic = topic
        self.source = source
        self.largest = next((int(t.config.get("max.message.bytes", 2**20)) for t in TOPICS if t.name == topic), 2**20)

    async def __aenter__(self) -> Self:
        """Connects.

        Raises:
            PublishError: The broker cannot be reached or the topic does not exist.
        """
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            enable_idempotence=True,
            acks="all",
            linger_ms=5,
            max_batch_size=BATCH_BYTES,
            max_request_size=self.largest,
            request_timeout_ms=BROKER_ANSWERS_WITHIN_MS,
        )
        try:
            await self._producer.start()
            topics = (await self._producer.client.fetch_all_metadata()).topics()
        except KafkaError as error:
            await self._producer.stop()
            raise PublishError(
                f"no Kafka broker answers at {self.bootstrap}: start the local stack with `triplewire up`, "
                "or set TRIPLEWIRE_KAFKA"
            ) from error
        if self.topic not in topics:
            await self._producer.stop()
            raise PublishError(f"the topic {self.topic} does not exist: create it with `triplewire topics create`")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._producer.stop()

    async def send(self, item: Item) -> asyncio.Future[RecordMetadata]:
        """Hands a record to the producer; the result is the broker's acknowledgement, to be awaited.

        Raises:
            MessageSizeTooLargeError: The topic cannot carry it.
        """
        headers = [("content-type", b"application/json")]
        if item.article is not None:
            headers = cloud_event_headers(
                item.article, id_=item.article.id, source=self.source, time=item.article.published_at or _now()
            )
        acknowledgement: asyncio.Future[RecordMetadata] = await self._producer.send(
            self.topic, item.value, key=item.key.encode("utf-8", "replace"), headers=headers
        )
        return acknowledgement

    async def publish(
        self,
        items: Iterable[Item],
        *,
        rate: float | None = None,
        progress: Callable[[Report], None] = lambda _: None,
        acknowledged: Callable[[Item, RecordMetadata], None] = lambda _item, _metadata: None,
    ) -> Report:
        """Publishes records in order and waits until the broker has all of them.

        Args:
            items: The records; may be an iterator that reads as it goes.
            rate: Records a second at most; None for as fast as the broker takes them.
            progress: Called now and then with what has been acknowledged so far.
            acknowledged: Called with each record, as soon as the broker has it, and where and when it put it.

        Raises:
            PublishError: The broker went away.
        """
        report = Report()

        async def settle(waiting: Waiting, *, only_done: bool) -> Waiting:
            left: Waiting = []
            for item, acknowledgement in waiting:
                if only_done and not acknowledgement.done():
                    left.append((item, acknowledgement))
                else:
                    report.acknowledged(item, await acknowledgement)
            return left

        waiting: Waiting = []
        start = time.monotonic()
        try:
            async for item in _paced(items, rate):
                if item.problem:
                    report.invalid.append((item.where, item.problem))
                try:
                    waiting.append((item, await self.send(item)))
                    waiting[-1][1].add_done_callback(partial(_tell, acknowledged, item))
                except MessageSizeTooLargeError:
                    size = f"{len(item.value)} bytes; {self.topic} carries at most {self.largest}"
                    report.refused.append((item.where, size))
                if rate or len(waiting) >= UNSENT:
                    waiting = await settle(waiting, only_done=bool(rate))
                    progress(report)
            await settle(waiting, only_done=False)
        except KafkaError as error:
            raise PublishError(
                f"the broker at {self.bootstrap} stopped taking records after {report.sent}: {error!r}; "
                "publish again when it is back: the same ids are taken once"
            ) from error
        report.seconds = time.monotonic() - start
        progress(report)
        return report


def _tell(
    acknowledged: Callable[[Item, RecordMetadata], None], item: Item, acknowledgement: asyncio.Future[RecordMetadata]
) -> None:
    if not acknowledgement.cancelled() and acknowledgement.exception() is None:
        acknowledged(item, acknowledgement.result())


async def _paced(items: Iterable[Item], rate: float | None) -> AsyncIterator[Item]:
    start = time.monotonic()
    for number, item in enumerate(items):
        if rate:
            await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
        yield item


def _now() -> datetime:
    return datetime.now(UTC)
