"""Publishes feed records to a topic with an idempotent producer, and reports what the broker did with them."""

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
from streams.road import tracing
from streams.road.publisher import KAFKA_DEFAULT_LIMIT, LIMITS
from streams.sources.feed_record import FeedRecord
from topology.access.kafka import client_options, explained

BATCH_BYTES = 512 * 1024
MAX_WAITING = 2000
"""Records that may wait for their acknowledgement at once; bounds memory."""

MOST_LISTED = 1000
"""Records of a kind that a report lists; the others are only counted, so that memory is bounded."""

BROKER_TIMEOUT_MS = 10_000

Waiting = list[tuple[FeedRecord, asyncio.Future[RecordMetadata]]]


class PublishError(Exception):
    """Nothing can be published. The message says what to do."""


@dataclass(slots=True)
class PublishReport:
    """What was published.

    Attributes:
        sent: Records that the broker acknowledged, including invalid ones.
        bytes: Size of their values.
        invalid: Those of them that are not articles: (place in the source, reason). They end up in dead-letters. Only
            the first `MOST_LISTED` are kept.
        invalid_count: How many there are.
        refused: Records that were not sent because they are too large for the topic: (place in the source, reason).
            Only the first `MOST_LISTED` are kept.
        refused_count: How many there are.
        offsets: First and last offset written, by partition.
        seconds: Time from the first record to the last acknowledgement.
    """

    sent: int = 0
    bytes: int = 0
    invalid: list[tuple[str, str]] = field(default_factory=list)
    invalid_count: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    refused_count: int = 0
    offsets: dict[int, tuple[int, int]] = field(default_factory=dict)
    seconds: float = 0.0

    def not_valid(self, item: FeedRecord) -> None:
        """Counts a record that is not an article."""
        self.invalid_count += 1
        if len(self.invalid) < MOST_LISTED:
            self.invalid.append((item.where, item.problem))

    def too_large(self, item: FeedRecord, topic: str, largest: int) -> None:
        """Counts a record that the topic cannot carry."""
        self.refused_count += 1
        if len(self.refused) < MOST_LISTED:
            self.refused.append((item.where, f"{len(item.value)} bytes; {topic} allows at most {largest}"))

    def acknowledged(self, item: FeedRecord, metadata: RecordMetadata) -> None:
        """Counts a record that the broker acknowledged."""
        self.sent += 1
        self.bytes += len(item.value)
        first, last = self.offsets.get(metadata.partition, (metadata.offset, metadata.offset))
        self.offsets[metadata.partition] = (min(first, metadata.offset), max(last, metadata.offset))


class FeedProducer:
    """An open producer for one topic.

    Args:
        bootstrap: Kafka's bootstrap servers.
        topic: The topic.
        source: The CloudEvents `source` of the published records.
    """

    def __init__(self, bootstrap: str, topic: str, source: str = "triplewire/publish") -> None:
        self.bootstrap = bootstrap
        self.topic = topic
        self.source = source
        self.largest = LIMITS.get(topic, KAFKA_DEFAULT_LIMIT)

    async def __aenter__(self) -> Self:
        """Connects.

        Raises:
            PublishError: The broker cannot be reached or the topic does not exist.
        """
        self._producer = AIOKafkaProducer(
            **client_options(self.bootstrap),
            enable_idempotence=True,
            acks="all",
            linger_ms=5,
            max_batch_size=BATCH_BYTES,
            max_request_size=self.largest,
            request_timeout_ms=BROKER_TIMEOUT_MS,
        )
        try:
            await self._producer.start()
            topics = (await self._producer.client.fetch_all_metadata()).topics()
        except KafkaError as error:
            await self._producer.stop()
            raise PublishError(
                f"cannot publish to Kafka at {self.bootstrap} ({await explained(error, self.bootstrap)}): start the "
                "local stack with `triplewire up`, or set TRIPLEWIRE_KAFKA"
            ) from error
        if self.topic not in topics:
            await self._producer.stop()
            raise PublishError(f"the topic {self.topic} does not exist: create it with `triplewire topics create`")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._producer.stop()

    async def send(self, item: FeedRecord) -> asyncio.Future[RecordMetadata]:
        """Passes a record to the producer, and returns a future of the broker's acknowledgement.

        Raises:
            MessageSizeTooLargeError: The record is too large for the topic.
        """
        headers = [("content-type", b"application/json")]
        if item.article is not None:
            headers = cloud_event_headers(
                item.article, id_=item.article.id, source=self.source, time=item.article.published_at or _now()
            )
        publication = tracing.published(self.topic)
        try:
            acknowledgement: asyncio.Future[RecordMetadata] = await self._producer.send(
                self.topic,
                item.value,
                key=item.key.encode("utf-8", "replace"),
                headers=[*headers, *publication.headers],
            )
        except BaseException:
            publication.end()
            raise
        acknowledgement.add_done_callback(publication.end)
        return acknowledgement

    async def publish(
        self,
        items: Iterable[FeedRecord],
        *,
        rate: float | None = None,
        progress: Callable[[PublishReport], None] = lambda _: None,
        acknowledged: Callable[[FeedRecord, RecordMetadata], None] = lambda _item, _metadata: None,
    ) -> PublishReport:
        """Publishes records in order, and waits until the broker has acknowledged all of them.

        Args:
            items: The records; may be a lazy iterator.
            rate: Most records per second; None for as fast as the broker accepts them.
            progress: Called from time to time with the report so far.
            acknowledged: Called with each record and its metadata (partition, offset, timestamp) when the broker has
                acknowledged it.

        Raises:
            PublishError: The broker stopped answering.
        """
        report = PublishReport()

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
                    report.not_valid(item)
                try:
                    waiting.append((item, await self.send(item)))
                    waiting[-1][1].add_done_callback(partial(_report_acknowledgement, acknowledged, item))
                except MessageSizeTooLargeError:
                    report.too_large(item, self.topic, self.largest)
                if rate or len(waiting) >= MAX_WAITING:
                    waiting = await settle(waiting, only_done=bool(rate))
                    progress(report)
            await settle(waiting, only_done=False)
        except KafkaError as error:
            raise PublishError(
                f"the broker at {self.bootstrap} stopped accepting records after {report.sent}: {error!r}; "
                "publish again when it is back; records with the same ids are counted once"
            ) from error
        report.seconds = time.monotonic() - start
        progress(report)
        return report


def _report_acknowledgement(
    acknowledged: Callable[[FeedRecord, RecordMetadata], None],
    item: FeedRecord,
    acknowledgement: asyncio.Future[RecordMetadata],
) -> None:
    if not acknowledgement.cancelled() and acknowledgement.exception() is None:
        acknowledged(item, acknowledgement.result())


async def _paced(items: Iterable[FeedRecord], rate: float | None) -> AsyncIterator[FeedRecord]:
    start = time.monotonic()
    for number, item in enumerate(items):
        if rate:
            await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
        yield item


def _now() -> datetime:
    return datetime.now(UTC)
