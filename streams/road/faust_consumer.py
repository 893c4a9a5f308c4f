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
"""

import asyncio
import functools
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import aiokafka
import faust
import structlog
from faust.auth import Credentials, OAuthCredentials, SASLCredentials, SSLCredentials
from faust.exceptions import FaustError
from faust.types import TP

from streams.road import tolerant_reading as tolerant
from streams.road.metrics import LAG
from streams.road.road import ConsumerError, Delivery
from streams.road.stage import Record
from topology.access.kafka import Options, client_options
from topology.settings import Settings, settings

log = structlog.get_logger(__name__)

LAG_INTERVAL = 2.0
"""Seconds between measurements of the lag."""

BROKER_TIMEOUT = 5.0
"""Seconds that the broker may take to answer."""

STOP_WITHIN = 20.0
"""Seconds that Faust may take to stop."""


class StalledConsumerError(ConsumerError):
    """Records are waiting, but none is delivered and none is in flight: only a new consumer helps."""


class FaustConsumer:
    """Reads one topic as a member of a consumer group."""

    def __init__(self, *, stage: str, topic: str, group: str, worker_id: str, batch_size: int) -> None:
        self._stage = stage
        self._topic = topic
        self._batch_size = batch_size
        self._delivered = 0
        self._acknowledged = 0
        self._progress = time.monotonic()
        self._assigned: frozenset[int] | None = None
        self._broker_trouble = ""
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._folder = tempfile.TemporaryDirectory(prefix="triplewire-")
        self._app = _app(group, worker_id, batch_size, self._folder.name)

    async def run(self, take: Callable[[Sequence[Delivery]], Awaitable[None]]) -> None:
        """Joins the group and passes batches to `take` until `stop`.

        Raises:
            ConsumerError: Faust gave up, or its consumer stopped delivering records.
        """
        app = self._app
        topic = app.topic(self._topic, key_serializer="raw", value_serializer="raw")
        app.agent(topic, name=self._stage, concurrency=1)(functools.partial(self._agent, take))
        app.on_partitions_assigned.connect(self._on_assigned)  # type: ignore[arg-type]
        app.on_partitions_revoked.connect(self._on_revoked)  # type: ignore[arg-type]
        try:
            await app.start()
        except (aiokafka.errors.KafkaError, FaustError, OSError) as error:
            raise ConsumerError(f"Faust cannot start: {error!r}") from error
        watch = asyncio.create_task(self._watch())
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
        self._acknowledged += len(deliveries)
        self._progress = time.monotonic()

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
        return self._broker_trouble

    async def stop(self) -> None:
        """Commits, leaves the group and ends `run`."""
        app = self._app
        if app.started and not app.crashed:
            # Without a broker we can neither commit nor leave the group, and need neither: the records are read again.
            with suppress(TimeoutError, aiokafka.errors.KafkaError, FaustError):
                await asyncio.wait_for(app.consumer.commit(), BROKER_TIMEOUT)
            _leave_when_closed(app)
        with suppress(TimeoutError):
            await asyncio.wait_for(app.stop(), STOP_WITHIN)
        self._folder.cleanup()

    async def _agent(self, take: Callable[[Sequence[Delivery]], Awaitable[None]], stream: Any) -> None:
        try:
            async for events in stream.noack_take(self._batch_size, within=settings().batch_within):
                self._progress = time.monotonic()
                self._delivered += len(events)
                await take([Delivery(_record(event.message), functools.partial(stream.ack, event)) for event in events])
        except Exception as error:  # noqa: BLE001 - Faust must not see it; see the module docstring
            if not self._failed.done():
                self._failed.set_exception(error)

    async def _on_assigned(self, _app: Any, assigned: Any = (), **_: Any) -> None:
        self._assigned = frozenset(tp.partition for tp in assigned)
        self._progress = time.monotonic()
        log.info("consumer.assigned", topic=self._topic, partitions=sorted(self._assigned))

    async def _on_revoked(self, _app: Any, revoked: Any = (), **_: Any) -> None:
        self._assigned = (self._assigned or frozenset()) - {tp.partition for tp in revoked}
        for tp in revoked:
            with suppress(KeyError):
                LAG.remove(self._stage, self._topic, str(tp.partition))

    async def _watch(self) -> None:
        """Measures the lag, repeats lost commits and detects a consumer that hangs."""
        while True:
            await asyncio.sleep(LAG_INTERVAL)
            if not self._assigned:
                continue
            try:
                lag = await asyncio.wait_for(self._measure_lag(), BROKER_TIMEOUT)
            except (TimeoutError, OSError, aiokafka.errors.KafkaError, FaustError) as error:
                self._broker_trouble = f"the broker does not answer: {error!r}"
                continue
            self._broker_trouble = ""
            waited = time.monotonic() - self._progress
            if lag and self._delivered == self._acknowledged and waited > settings().stuck_after:
                raise StalledConsumerError(f"{lag} records are waiting, but none was delivered for {waited:.0f} s")

    async def _measure_lag(self) -> int:
        """Returns how many records of the assigned partitions are not yet acknowledged; repeats lost commits."""
        consumer = _driver(self._app)
        partitions = [TP(self._topic, partition) for partition in sorted(self._assigned or ())]
        ends = await consumer.highwaters(*partitions)
        total = 0
        for tp in partitions:
            ours = consumer._committed_offset[tp]  # noqa: SLF001 - Faust has no public way to read it
            theirs = await consumer._thread.call_thread(consumer._thread._consumer.committed, tp)  # noqa: SLF001
            if ours is not None and (theirs is None or theirs < ours) and tp.partition in (self._assigned or ()):
                log.warning("consumer.commit_again", partition=tp.partition, offset=ours, broker=theirs)
                await consumer._commit({tp: ours})  # noqa: SLF001
            lag = max(0, ends.get(tp, 0) - (ours or theirs or 0))
            LAG.labels(self._stage, self._topic, str(tp.partition)).set(lag)
            total += lag
        return total


def _app(group: str, worker_id: str, batch_size: int, folder: str) -> faust.App:
    declared = settings()
    options = client_options()
    tolerant.install()
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
