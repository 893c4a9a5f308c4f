"""Runs the feeds worker: of several, the one that has the partition of `feed-state` asks the feeds."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from streams.feeds.changes import Changed
from streams.feeds.feed_list import Feed, FeedListError, ListFile
from streams.feeds.poller import Listed, NoLongerInChargeError, Pace, Poller
from streams.feeds.readers import Readers
from streams.feeds.reading import FeedReader, in_thread
from streams.feeds.schedule import WallClock
from streams.feeds.state import FeedState, restored
from streams.messages.cloud_events import cloud_event_headers, headers_of_type
from streams.road import tracing
from streams.road.dead_letters import dead_letter
from streams.road.metrics import DEAD_LETTERS, FEED_ARTICLES, FEEDS, FEEDS_FAILING
from streams.road.partition import read_partition
from streams.road.publisher import KafkaPublisher, Publisher
from streams.road.retry import forever, waits
from streams.road.stage import ConfigurationError, Output, Record
from topology.access.kafka import client_options
from topology.settings import Settings
from topology.topics import FEED_STATE, FEEDS_GROUP, RAW_NEWS

log = structlog.get_logger(__name__)

REMEMBERED = "triplewire.feed-state"
"""CloudEvents type of a `FeedState`."""

CE_SOURCE = "triplewire/feeds"
PLACE = TopicPartition(FEED_STATE.name, 0)
FAILING_SHOWN = 5
UNPUBLISHED = -1
"""Partition and offset of a record that no topic has."""


class KafkaOutlet:
    """Publishes articles on `raw-news` and states on `feed-state`, while this worker is in charge.

    Args:
        publisher: What publishes.
        consumer: What has the partition.
    """

    def __init__(self, publisher: Publisher, consumer: AIOKafkaConsumer) -> None:
        self._publisher, self._consumer = publisher, consumer

    async def publish(self, changed: Sequence[Changed], state: FeedState) -> None:
        """Publishes articles, and when the broker has all of them, the state that says so.

        Raises:
            NoLongerInChargeError: Another worker has the partition.
        """
        # A worker that was suspended for a while learns here that another one has taken over.
        await forever(partial(commit, self._consumer), step="commit", on=(KafkaError, OSError))
        publications = [tracing.published(RAW_NEWS.name) for _ in changed]
        outputs = [_article(one, publication.headers) for one, publication in zip(changed, publications, strict=True)]
        try:
            refused = await self._publisher.publish(outputs)
        finally:
            for publication in publications:
                publication.end()
        for one in refused:
            DEAD_LETTERS.labels("feeds", one.reason).inc()
            FEED_ARTICLES.labels("refused").inc()
        letters = [dead_letter(one.origin, stage="feeds", reason=one.reason, message=one.message) for one in refused]
        await self._publisher.publish(letters)
        await self._publisher.publish([_remembered(state)])


class FeedsWorker:
    """Asks the feeds of the list, or stands by while another worker does.

    Args:
        declared: The settings.

    Raises:
        ConfigurationError: There is no list, or it cannot be used.
    """

    name = "feeds"
    topic = FEED_STATE
    group = FEEDS_GROUP

    def __init__(self, declared: Settings) -> None:
        if not declared.feeds:
            raise ConfigurationError("no list of feeds: set TRIPLEWIRE_FEEDS to a YAML or OPML file; see docs/feeds.md")
        try:
            self._list = ListFile(Path(declared.feeds))
        except FeedListError as error:
            raise ConfigurationError(str(error)) from error
        self._settings = declared
        self._publisher = KafkaPublisher(self.name, declared.kafka)
        self._readers = Readers()
        self._member = False
        self._poller: Poller | None = None
        self._polling: asyncio.Task[None] | None = None
        self._broken = asyncio.Event()
        self._ending = False

    async def run(self, stop: asyncio.Event, *, stop_within: float, stuck_after: float) -> None:  # noqa: ARG002 - as of the road
        """Runs until `stop` is set.

        Args:
            stop: Set it to stop.
            stop_within: Seconds that Kafka may take to let us go.
            stuck_after: Not used: downloads have limits of their own.
        """
        seconds = self._settings.session_timeout
        consumer = AIOKafkaConsumer(
            **client_options(self._settings.kafka),
            group_id=FEEDS_GROUP,
            enable_auto_commit=False,
            # What is remembered is read from the beginning, and outside the group: `read_partition`.
            auto_offset_reset="latest",
            session_timeout_ms=int(seconds * 1000),
            heartbeat_interval_ms=int(seconds * 100),
        )
        work = asyncio.create_task(self._work(consumer))
        stopped, broken = asyncio.create_task(stop.wait()), asyncio.create_task(self._broken.wait())
        try:
            await asyncio.wait((work, stopped, broken), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                await work
        finally:
            self._ending = True
            for task in (work, stopped, broken):
                task.cancel()
            await self.leave()
            self._readers.close()
            with suppress(TimeoutError, KafkaError, OSError):
                async with asyncio.timeout(stop_within):
                    await consumer.stop()
                    await self._publisher.stop()
        if self._broken.is_set() and self._polling:
            await self._polling

    async def trouble(self, _stuck_after: float) -> list[str]:
        """Returns the reasons why this worker is unhealthy; empty if it is healthy, or stands by."""
        return [] if self._member else ["it is not in its consumer group"]

    def waits(self) -> list[str]:
        """Returns what it waits for, and feeds that cannot be read, which is no fault of the worker's."""
        failing = self._poller.failing() if self._poller else []
        more = [f"and {len(failing) - FAILING_SHOWN} more feeds fail"] if len(failing) > FAILING_SHOWN else []
        refused = [f"the earlier list is in use: {self._list.problem}"] if self._list.problem else []
        return waits() + refused + failing[:FAILING_SHOWN] + more

    async def take_over(self, consumer: AIOKafkaConsumer) -> None:
        """Begins to ask the feeds, or to stand by."""
        if self._ending:
            return
        self._member = True
        if PLACE in consumer.assignment():
            self._polling = asyncio.create_task(self._poll(consumer))
            self._polling.add_done_callback(self._ended)

    async def leave(self) -> None:
        """Ends asking, so that another worker may begin; what is being published is finished first."""
        self._member = False
        if self._polling and not self._polling.done():
            self._polling.cancel()
            await asyncio.wait({self._polling})
        self._poller = None
        FEEDS.set(0)
        FEEDS_FAILING.set(0)

    async def _work(self, consumer: AIOKafkaConsumer) -> None:
        await self._publisher.start()
        await forever(consumer.start, step="connect", on=(KafkaError, OSError))
        consumer.subscribe([FEED_STATE.name], listener=_Listener(self, consumer))
        # Reads what this or another worker writes, so that Kafka sees that it lives, and that it has no lag.
        while True:
            if await forever(partial(consumer.getmany, timeout_ms=1000), step="read", on=(KafkaError, OSError)):
                with suppress(NoLongerInChargeError):  # it has just lost the partition
                    await forever(partial(commit, consumer), step="commit", on=(KafkaError, OSError))

    async def _poll(self, consumer: AIOKafkaConsumer) -> None:
        await in_thread(self._list.changed)
        feeds, states = await self._listed()
        declared = self._settings
        self._poller = Poller(
            feeds,
            states,
            KafkaOutlet(self._publisher, consumer),
            Pace(declared.feed_interval, declared.feed_host_gap, declared.feed_requests),
            clock=WallClock(),
            read=FeedReader(self._readers, declared.feed_fetch_within).read,
            relist=self._relisted,
        )
        try:
            await self._poller.run()
        except NoLongerInChargeError as error:
            log.info("feeds.stands_by", reason=str(error))

    def _ended(self, polling: "asyncio.Task[None]") -> None:
        if not polling.cancelled() and polling.exception():
            self._broken.set()

    async def _relisted(self) -> Listed | None:
        return await self._listed() if await in_thread(self._list.changed) else None

    async def _listed(self) -> Listed:
        feeds = self._list.listed
        states = await forever(partial(self._restored, feeds), step="restore", on=(KafkaError, OSError))
        log.info("feeds.restored", feeds=len(feeds), remembered=len(states))
        FEEDS.set(len(feeds))
        return feeds, states

    async def _restored(self, feeds: Sequence[Feed]) -> dict[str, FeedState]:
        """Returns what is remembered of feeds, by address."""
        listed = {feed.address.encode(): feed.address for feed in feeds}
        found: dict[str, FeedState] = {}
        async for record in read_partition(self._settings.kafka, FEED_STATE.name):
            address = listed.get(record.key or b"")
            if address is None:
                continue
            if not record.value:  # somebody wants the feed to be read as if it were new
                found.pop(address, None)
            elif state := restored(record.value):
                found[address] = state
        return found


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc, unused-ignore]
    def __init__(self, worker: FeedsWorker, consumer: AIOKafkaConsumer) -> None:
        self._worker, self._consumer = worker, consumer

    async def on_partitions_revoked(self, _revoked: Iterable[TopicPartition]) -> None:
        """Ends asking before another worker can have the partition."""
        await self._worker.leave()

    async def on_partitions_assigned(self, _assigned: Iterable[TopicPartition]) -> None:
        """Begins to ask, or to stand by."""
        await self._worker.take_over(self._consumer)


async def commit(consumer: AIOKafkaConsumer) -> None:
    """Commits what was read of the partition.

    Raises:
        NoLongerInChargeError: Another worker has the partition.
        KafkaError: The broker does not answer.
    """
    try:
        await consumer.commit({PLACE: await consumer.position(PLACE)})
    except (CommitFailedError, IllegalStateError) as error:
        raise NoLongerInChargeError(str(error)) from error


def _article(one: Changed, trace: Sequence[tuple[str, bytes]]) -> Output:
    """Returns an article's record. It was made from no other, so it stands for its own origin if it is refused."""
    record, now = one.record, datetime.now(UTC)
    headers: list[tuple[str, bytes]] = [("content-type", b"application/json")]
    if article := record.article:
        headers = cloud_event_headers(article, id_=article.id, source=CE_SOURCE, time=article.published_at or now)
    key = record.key.encode("utf-8", "replace")
    origin = Record(RAW_NEWS.name, UNPUBLISHED, UNPUBLISHED, _ms(now), key, record.value, tuple(headers))
    return Output(RAW_NEWS.name, key, record.value, [*headers, *trace], origin)


def _remembered(state: FeedState) -> Output:
    now = datetime.now(UTC)
    key, value = state.address.encode(), state.model_dump_json(exclude_defaults=True).encode()
    headers = headers_of_type(REMEMBERED, id_=state.address, source=CE_SOURCE, time=now)
    origin = Record(FEED_STATE.name, UNPUBLISHED, UNPUBLISHED, _ms(now), key, value)
    return Output(FEED_STATE.name, key, value, headers, origin)


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)
