"""Reads records from Kafka through Faust: the only module that knows Faust and works around its defects.

What this module does, and what was measured without it:

- It uses `noack_take`, and the road acknowledges after the effect. `take` and plain agents lose the records that they
  are working on.
- `concurrency=1`. More agents commit past records that were not acknowledged.
- No exception leaves the agent. Faust would restart it in the process, and then stall or lose records; the road ends
  the process instead.
- At-least-once processing. Faust's exactly_once did not prevent repeats.
- It sets `fetch_max_wait_ms` in aiokafka's consumer. Faust hard-codes 1.5 s, during which an idle partition blocks the
  busy ones.
- It repeats a commit that failed. Faust regards it as done until the next record is acknowledged.
- A worker that is stopped leaves its group. With static membership its partitions would otherwise wait until its
  session expires.
- Every commit carries a note beside the offset (`streams.road.suspicion`). Faust commits empty ones.
- It fetches no more while the records that are not acknowledged have many bytes. Faust counts records only, and a
  record may have megabytes.
"""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import aiokafka
import faust
import structlog
from aiokafka.structs import OffsetAndMetadata
from faust.assignor import PartitionAssignor
from faust.auth import Credentials, OAuthCredentials, SASLCredentials, SSLCredentials
from faust.exceptions import FaustError
from faust.types import TP

from streams.road.alone.assignor import WholeTopicAssignor
from streams.road.alone.stage import LoneStage
from streams.road.metrics import LAG
from streams.road.road import ConsumerError, Delivery
from streams.road.stage import Record
from streams.road.stalled import known_topics
from streams.road.stalled.consumer import ConsumerWatch, group_is_settled
from streams.road.suspicion.suspects import Suspects
from streams.road.wire import tolerant_reading as tolerant
from streams.road.wire.fetching import size_of
from streams.scratch import Scratch
from topology.access.kafka import Options, client_options
from topology.settings import Settings, settings

log = structlog.get_logger(__name__)

BROKER_TIMEOUT = 5.0
"""Seconds that the broker may take to answer."""

STOP_WITHIN = 20.0
"""Seconds that Faust may take to stop."""

MOST_HELD = 64 * 1024 * 1024
"""Bytes of records taken from the broker and not acknowledged, from which on no more are fetched."""

FORGOTTEN_AFTER = 5.0
"""Seconds after which bytes that are held, while no record is in flight, belong to records that Faust has dropped."""

AGAIN_AFTER = 0.5
"""Seconds until a broker that did not answer is asked again."""


class FaustConsumer:
    """Reads one topic as a member of a consumer group."""

    def __init__(
        self,
        *,
        stage: str,
        topic: str,
        group: str,
        worker_id: str,
        batch_size: int,
        in_flight: int = 1,
        suspected: Callable[[bool], None] = lambda _: None,
        alone: LoneStage | None = None,
    ) -> None:
        """Connects only in `run`.

        Args:
            stage: The stage that reads, for metrics.
            topic: The topic.
            group: The consumer group.
            worker_id: The static id of this member.
            batch_size: Most records in a batch.
            in_flight: Most batches that are worked on at once.
            suspected: Called when a suspicion opens (True), and when the last one closes (False).
            alone: A stage of which one worker reads the whole topic.
        """
        self._stage = stage
        self._topic = topic
        self._batch_size = batch_size
        self._delivered = 0
        self._acknowledged = 0
        self._held = 0
        self._assigned: frozenset[int] | None = None
        self._opened = asyncio.Event()
        self._opening: asyncio.Task[None] | None = None
        self._taking_over = False
        self._busy: Callable[[], bool] = lambda: False
        self._watch = ConsumerWatch(
            measure=self._measure_lag,
            assigned=lambda: bool(self._assigned),
            activity=self._activity,
            settled=lambda: group_is_settled(settings().kafka, group),
            # A batch may wait for so long to be filled.
            patience=settings().stalled_after + settings().batch_within,
        )
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._folder = Scratch()
        self._alone = alone
        self._app = _app(group, worker_id, batch_size, str(self._folder.path), alone=alone is not None)
        self.suspects = Suspects(batch_size * in_flight, changed=suspected)

    async def run(self, take: Callable[[Sequence[Delivery]], Awaitable[None]], busy: Callable[[], bool]) -> None:
        """Joins the group and passes batches to `take` until `stop`.

        Raises:
            ConsumerError: Faust gave up, or its consumer hangs.
        """
        app = self._app
        self._busy = busy
        topic = app.topic(self._topic, key_serializer="raw", value_serializer="raw")
        app.agent(topic, name=self._stage, concurrency=1)(functools.partial(self._agent, take))
        app.on_partitions_assigned.connect(self._on_assigned)  # type: ignore[arg-type]
        app.on_partitions_revoked.connect(self._on_revoked)  # type: ignore[arg-type]
        self._bound_fetching()
        try:
            await app.start()
        except (aiokafka.errors.KafkaError, FaustError, OSError) as error:
            raise ConsumerError(f"Faust cannot start: {error!r}") from error
        watch = asyncio.create_task(self._watch.run())
        stopped = asyncio.create_task(app.wait_until_stopped())
        try:
            await asyncio.wait((watch, stopped, self._failed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            watch.cancel()
            stopped.cancel()
        for ended in (self._failed, watch):
            if ended.done() and not ended.cancelled():
                ended.result()
        if app.crashed:
            raise ConsumerError(f"Faust gave up: {app.crash_reason!r}") from app.crash_reason

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledges the records that are still owned; Faust commits them within the commit interval."""
        for delivery in deliveries:
            if self.owns(delivery.record):
                await delivery.handle()
                self._held = max(0, self._held - size_of(delivery.record))
                self.suspects.passed(delivery.record.partition, delivery.record.offset + 1)
        self._acknowledged += len(deliveries)

    async def begin(self, deliveries: Sequence[Delivery]) -> bool:
        """Commits what was acknowledged and a note that these records are about to be worked on."""
        records = [delivery.record for delivery in deliveries]
        self.suspects.begin(records)
        while all(self.owns(record) for record in records):
            try:
                await self._commit_notes(ended=False)
            except aiokafka.errors.KafkaError as error:
                log.warning("consumer.note", error=repr(error))
                await asyncio.sleep(AGAIN_AFTER)
            else:
                return True
        return False

    async def settle(self, *, ended: bool) -> None:
        """Commits what was acknowledged, as far as the broker can be reached."""
        if self._opened.is_set():
            with suppress(TimeoutError, aiokafka.errors.KafkaError, FaustError):
                await asyncio.wait_for(self._commit_notes(ended=ended), BROKER_TIMEOUT)

    def owns(self, record: Record) -> bool:
        """Returns whether the record was read in the group's current generation, from a partition still assigned."""
        return (
            record.generation == self._app.consumer_generation_id
            and self._assigned is not None
            and record.partition in self._assigned
        )

    def trouble(self) -> str:
        """Returns why nothing can be read at the moment; "" if it can."""
        if self._assigned is None:
            return "not yet a member of the consumer group"
        return self._watch.trouble

    async def stop(self, *, ended: bool = True) -> None:
        """Commits, leaves the group and ends `run`."""
        app = self._app
        if app.started and not app.crashed:
            # Without a broker we can neither commit nor leave the group, and need neither: the records are read again.
            with suppress(TimeoutError, aiokafka.errors.KafkaError, FaustError):
                await asyncio.wait_for(app.consumer.commit(), BROKER_TIMEOUT)
            await self.settle(ended=ended)
            if self._alone:
                await self._alone.leave()  # while no other worker can have the topic
            _leave_when_closed(app)
        if self._opening is not None:
            self._opening.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(app.stop(), STOP_WITHIN)
        self._folder.close()

    async def _agent(self, take: Callable[[Sequence[Delivery]], Awaitable[None]], stream: Any) -> None:
        try:
            async for events in stream.noack_take(self._batch_size, within=settings().batch_within):
                self._delivered += len(events)
                # Nothing is begun before it is noted that this worker begins.
                await self._opened.wait()
                await take([Delivery(_record(event.message), functools.partial(stream.ack, event)) for event in events])
        except Exception as error:  # noqa: BLE001 - Faust must not see it; see the module docstring
            if not self._failed.done():
                self._failed.set_exception(error)

    async def _on_assigned(self, _app: Any, assigned: Any = (), **_: Any) -> None:
        self._assigned = frozenset(tp.partition for tp in assigned)
        self._held = 0
        self._opened.clear()
        if self._alone and assigned:
            self._taking_over = True
            try:
                await self._alone.take_over()
            finally:
                self._taking_over = False
        if self._opening is not None:
            self._opening.cancel()
        self._opening = asyncio.create_task(self._open(self._assigned))
        log.info("consumer.assigned", topic=self._topic, partitions=sorted(self._assigned))

    async def _on_revoked(self, _app: Any, revoked: Any = (), **_: Any) -> None:
        await self.settle(ended=True)
        self._opened.clear()
        self._assigned = (self._assigned or frozenset()) - {tp.partition for tp in revoked}
        if self._alone:
            # Only now, so that no record is acknowledged that it has left undone.
            await self._alone.leave()
        for tp in revoked:
            self.suspects.close(tp.partition)
            with suppress(KeyError):
                LAG.remove(self._stage, self._topic, str(tp.partition))

    async def _open(self, partitions: frozenset[int]) -> None:
        """Reads the notes of the partitions and notes that this worker begins there."""
        while self._assigned == partitions:
            try:
                await self._read_notes(partitions)
                await self._commit_notes(ended=False)
            except (aiokafka.errors.KafkaError, FaustError, OSError) as error:
                log.warning("consumer.notes", error=repr(error))
                await asyncio.sleep(AGAIN_AFTER)
            else:
                self._opened.set()
                return

    async def _read_notes(self, partitions: frozenset[int]) -> None:
        consumer = _driver(self._app)
        tps = [TP(self._topic, partition) for partition in sorted(partitions)]
        if not tps:
            return
        fetch = consumer._thread._consumer._coordinator.fetch_committed_offsets  # noqa: SLF001
        found = await consumer._thread.call_thread(  # noqa: SLF001
            fetch, [aiokafka.TopicPartition(tp.topic, tp.partition) for tp in tps]
        )
        ends, begins = await consumer.highwaters(*tps), await consumer.earliest_offsets(*tps)
        for tp in tps:
            committed = found.get(tp)
            offset = -1 if committed is None else committed.offset
            text = committed.metadata if committed is not None and offset >= begins[tp] else ""
            self.suspects.open(tp.partition, max(offset, begins[tp]), text, ends[tp])
        if said := self.suspects.describe():
            log.warning("consumer.suspicion", what="; ".join(said))

    async def _commit_notes(self, *, ended: bool) -> None:
        """Commits, for every partition at once, up to where it is done and what is to be noted there."""
        consumer = _driver(self._app)
        offsets = {
            aiokafka.TopicPartition(self._topic, partition): OffsetAndMetadata(
                offset, self.suspects.ended(partition) if ended else self.suspects.running(partition, offset)
            )
            for partition, offset in self.suspects.positions().items()
            if partition in (self._assigned or ())
        }
        if offsets:
            await consumer._thread.call_thread(_note_commits(consumer, self.suspects), offsets)  # noqa: SLF001
            # Faust must not commit an older offset afterwards.
            consumer._committed_offset.update(  # noqa: SLF001
                {TP(tp.topic, tp.partition): said.offset for tp, said in offsets.items() if said.offset}
            )

    def _bound_fetching(self) -> None:
        thread = _driver(self._app)._thread  # noqa: SLF001
        getmany = thread.getmany
        full_since: float | None = None

        async def bounded(active: Any, timeout: float) -> Any:  # noqa: ASYNC109 - Faust's signature
            nonlocal full_since
            if self._held > MOST_HELD:
                now = time.monotonic()
                if full_since is None or self._delivered != self._acknowledged:
                    full_since = now
                if now - full_since < FORGOTTEN_AFTER:
                    await asyncio.sleep(min(timeout, 0.05))
                    return {}
                self._held = 0
            full_since = None
            records = await getmany(active, timeout)
            self._held += sum(size_of(record) for taken in records.values() for record in taken)
            return records

        thread.getmany = bounded

    def _activity(self) -> object:
        """Returns what changes with all that shows life; None while something is being done."""
        if self._busy() or self._taking_over:
            return None
        return self._delivered, self._acknowledged, self._app.consumer_generation_id

    async def _measure_lag(self) -> dict[int, int]:
        """Returns how many records of each partition are not yet acknowledged; repeats lost commits."""
        consumer = _driver(self._app)
        partitions = [TP(self._topic, partition) for partition in sorted(self._assigned or ())]
        ends = await consumer.highwaters(*partitions)
        lags: dict[int, int] = {}
        for tp in partitions:
            ours = consumer._committed_offset[tp]  # noqa: SLF001 - Faust has no public way to read it
            theirs = await consumer._thread.call_thread(consumer._thread._consumer.committed, tp)  # noqa: SLF001
            if ours is not None and (theirs is None or theirs < ours) and tp.partition in (self._assigned or ()):
                log.warning("consumer.commit_again", partition=tp.partition, offset=ours, broker=theirs)
                await consumer._commit({tp: ours})  # noqa: SLF001
            lag = max(0, ends.get(tp, 0) - (ours or theirs or 0))
            LAG.labels(self._stage, self._topic, str(tp.partition)).set(lag)
            lags[tp.partition] = lag
        return lags


def _app(group: str, worker_id: str, batch_size: int, folder: str, *, alone: bool) -> faust.App:
    declared = settings()
    options = client_options()
    tolerant.install()
    known_topics.install()
    _set_fetch_wait(declared)
    return faust.App(
        group,
        broker=";".join(f"kafka://{server}" for server in options["bootstrap_servers"]),
        broker_credentials=_credentials(options),
        datadir=folder,
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        key_serializer="raw",
        value_serializer="raw",
        processing_guarantee="at_least_once",
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=worker_id,
        # The largest record of any topic. The broker delivers a single larger record all the same.
        consumer_max_fetch_size=8 * 1024 * 1024,
        broker_commit_interval=declared.commit_interval,
        broker_session_timeout=declared.session_timeout,
        broker_heartbeat_interval=declared.session_timeout / 10,
        broker_rebalance_timeout=max(30.0, declared.session_timeout),
        broker_max_poll_records=max(500, batch_size),
        # Two batches ready behind those in flight. More would only cost memory: a record may have megabytes.
        stream_buffer_maxsize=2 * batch_size,
        stream_wait_empty=False,
        PartitionAssignor=WholeTopicAssignor if alone else PartitionAssignor,
    )


def _credentials(options: Options) -> Credentials | None:
    """Returns a client's options of admission as Faust wants them; None for none."""
    context = options.get("ssl_context")
    if provider := options.get("sasl_oauth_token_provider"):
        return OAuthCredentials(oauth_cb=provider, ssl_context=context)
    if mechanism := options.get("sasl_mechanism"):
        user, password = options["sasl_plain_username"], options["sasl_plain_password"]
        return SASLCredentials(username=user, password=password, mechanism=mechanism, ssl_context=context)
    return SSLCredentials(context) if context else None


def _set_fetch_wait(declared: Settings) -> None:
    original = aiokafka.AIOKafkaConsumer.__init__
    if getattr(original, "triplewire", False):
        return

    @functools.wraps(original)
    def init(self: Any, *topics: Any, **options: Any) -> None:
        options["fetch_max_wait_ms"] = int(declared.fetch_max_wait * 1000)
        original(self, *topics, **options)

    init.triplewire = True  # type: ignore[attr-defined]
    aiokafka.AIOKafkaConsumer.__init__ = init


def _driver(app: faust.App) -> Any:
    """Returns Faust's Kafka consumer, untyped: what is used of it here is not part of Faust's interface."""
    return app.consumer


def _note_commits(consumer: Any, suspects: Suspects) -> Callable[..., Awaitable[None]]:
    """Has Faust's commits say what is suspected; its own say nothing. Returns aiokafka's own commit."""
    raw = consumer._thread._consumer  # noqa: SLF001
    if not hasattr(raw.commit, "original"):
        original = raw.commit

        # Runs in the consumer's thread.
        async def commit(offsets: dict[aiokafka.TopicPartition, OffsetAndMetadata]) -> None:
            said = {
                tp: OffsetAndMetadata(offset, suspects.running(tp.partition, offset))
                for tp, (offset, _) in offsets.items()
                # Not one that was on its way when we committed a later one.
                if offset >= (consumer._committed_offset[TP(tp.topic, tp.partition)] or 0)  # noqa: SLF001
            }
            if said:
                await original(said)

        commit.original = original  # type: ignore[attr-defined]
        raw.commit = commit
    return raw.commit.original  # type: ignore[no-any-return]


def _leave_when_closed(app: faust.App) -> None:
    """Makes the consumer leave its group when it is closed; aiokafka does not do so for a static member."""
    consumer = _driver(app)._thread._consumer  # noqa: SLF001
    if consumer is not None:
        consumer._coordinator._group_instance_id = None  # noqa: SLF001


def _record(message: Any) -> Record:
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        timestamp_ms=-1 if message.timestamp is None else round(message.timestamp * 1000),
        key=message.key,
        value=message.value,
        headers=tuple(message.headers or ()),
        generation=message.generation_id,
    )
