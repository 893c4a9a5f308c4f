"""The road: how every stage reads, retries, publishes and acknowledges.

The road takes a batch from the consumer, parses each record, calls the stage once for the whole batch, publishes the
outputs, waits for the broker to confirm them, and only then acknowledges the records. Several batches are in flight, so
that the model never waits for the broker; they are published and acknowledged in the order they were taken.

- A transient error is retried where it occurs (`streams.road.retry`), without limit.
- A record that can never be processed goes to dead-letters by itself; the rest of its batch goes on.
- Any other exception is a bug. The batch is halved until the record that triggers it stands alone, and that record goes
  to dead-letters. If too many do, we are to blame: what was acknowledged is committed, and the process ends.
- A death that nothing can catch (a signal, no memory left) is found out by the worker that takes over: after two of
  them it takes the suspected records in small portions, and a record that a worker dies of alone goes to dead-letters
  (`streams.road.suspicion`).
- Batches shrink while they take longer than the target time (`streams.road.pace`).

Delivery is at least once, so every effect must be idempotent.
"""

import asyncio
import logging
import os
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import structlog

from streams.road import metrics, tracing
from streams.road.alone.stage import LoneStage
from streams.road.dead_letters import SMALLER, dead_letter
from streams.road.exit_codes import BUG_EXIT, CONFIGURATION_EXIT, CONSUMER_EXIT
from streams.road.halving import by_halves
from streams.road.pace import Pace
from streams.road.publisher import Publisher, size_of
from streams.road.retry import waits
from streams.road.stage import ConfigurationError, Item, Output, PoisonError, Record, Stage, check_headers
from streams.road.suspicion.bugs import BugError, BugShare, alone_twice
from streams.road.suspicion.suspects import Suspects
from streams.road.wire.cut import check_size

log = structlog.get_logger(__name__)

T = TypeVar("T")

KILLED = "killed-worker"
"""The reason in the dead letter of a record that workers died of."""

MOST_BYTES = 16 * 1024 * 1024
"""Bytes of the records of a batch; a single record may have more."""


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """A record, and the call that acknowledges it to the consumer."""

    record: Record
    handle: Callable[[], Awaitable[object]]


class ConsumerError(Exception):
    """The consumer gave up; only a new one can go on."""


class Consumer(Protocol):
    """Reads records from a topic. Delivers at least once, in order within a partition.

    Attributes:
        suspects: What is suspected in the partitions that it reads.
    """

    suspects: Suspects

    async def run(self, take: Callable[[Sequence[Delivery]], Awaitable[None]], busy: Callable[[], bool]) -> None:
        """Passes batches to `take`, one call after the other, until `stop`. A slow `take` slows it down.

        Args:
            take: Takes a batch.
            busy: Returns whether any batch is being worked on, so that it is no wonder if nothing is acknowledged.

        Raises:
            ConsumerError: It cannot continue.
        """

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledges the records that are still owned. Called once per batch, in the order of delivery."""

    def owns(self, record: Record) -> bool:
        """Returns whether the record may still be acknowledged here. After a rebalance it is delivered again."""

    def trouble(self) -> str:
        """Returns why nothing can be read at the moment; "" if it can."""

    async def begin(self, deliveries: Sequence[Delivery]) -> bool:
        """Commits what was acknowledged and a note that these records are about to be worked on.

        Returns:
            Whether they are still owned.
        """

    async def settle(self, *, ended: bool) -> None:
        """Commits what was acknowledged, as far as the broker can be reached.

        Args:
            ended: Whether this worker ends in good order, so that its start does not count as a death.
        """

    async def stop(self, *, ended: bool = True) -> None:
        """Settles and ends `run`."""


@dataclass(slots=True)
class _Batch:
    deliveries: Sequence[Delivery]
    taken: float
    work: "asyncio.Task[_Done]"
    trace: tracing.BatchTrace


@dataclass(slots=True)
class _Done:
    outputs: list[Output] = field(default_factory=list)
    poison: list[tuple[Record, PoisonError]] = field(default_factory=list)


async def finished_before(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Awaits work that may take forever, and cancels it when `stop` is set first.

    Returns:
        Whether the work finished.
    """
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
    if task.done():
        await task
        return True
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return False


def exit_unacknowledged(error: BaseException) -> None:
    """Ends the process at once, so that nothing more is acknowledged. Whoever runs the worker starts it again."""
    if isinstance(error, ConfigurationError):
        print(error, file=sys.stderr, flush=True)  # noqa: T201 - for the person who started it, not for the log
        os._exit(CONFIGURATION_EXIT)
    gave_up = isinstance(error, ConsumerError)
    log.critical("road.consumer" if gave_up else "road.bug", error=repr(error), exc_info=None if gave_up else error)
    tracing.shutdown()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(CONSUMER_EXIT if gave_up else BUG_EXIT)


class Road(Generic[T]):
    """Runs one stage between one consumer and one publisher."""

    def __init__(
        self,
        stage: Stage[T],
        consumer: Consumer,
        publisher: Publisher,
        *,
        on_bug: Callable[[BaseException], None] = exit_unacknowledged,
        batch_target: float = 5.0,
    ) -> None:
        """Starts nothing yet.

        Args:
            stage: What is done with the records.
            consumer: Where records come from.
            publisher: Where outputs and dead letters go.
            on_bug: Called with an exception that no record can be blamed for.
            batch_target: Seconds that working on a batch may take; batches shrink when they take longer.
        """
        self._stage = stage
        self._consumer = consumer
        self._publisher = publisher
        self._on_bug = on_bug
        self._bugs = BugShare()
        self._pace = Pace(stage.batch_size, batch_target)
        self._slots = asyncio.Semaphore(stage.in_flight)
        self._batches: deque[_Batch] = deque()
        self._changed = asyncio.Condition()
        self._stopping = False

    async def run(self, stop: asyncio.Event, *, stop_within: float = 15.0, stuck_after: float = 120.0) -> None:
        """Runs until `stop` is set, then finishes the batches in flight, commits and returns.

        Args:
            stop: Set it to stop.
            stop_within: Seconds that the batches in flight may take; a batch that takes longer stays unacknowledged.
            stuck_after: Seconds after which a batch that waits for nothing counts as one that hangs. Stopping a worker
                that hangs does not clear it of suspicion.
        """
        if not await finished_before(stop, self._start()):
            await self._stage.stop()
            return
        acknowledger = asyncio.create_task(self._guard(self._acknowledge_in_order()))
        consumer = asyncio.create_task(self._guard(self._consumer.run(self._take, lambda: bool(self._batches))))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((consumer, acknowledger, stopped), return_when=asyncio.FIRST_COMPLETED)
            self._stopping = True
            drained = asyncio.create_task(self._drained())
            await asyncio.wait((drained, acknowledger), timeout=stop_within, return_when=asyncio.FIRST_COMPLETED)
            drained.cancel()
        finally:
            acknowledger.cancel()
            hangs = self.oldest > stuck_after and not waits()
            for batch in self._batches:
                batch.work.cancel()
            await self._consumer.stop(ended=not hangs)
            for task in (consumer, stopped):
                task.cancel()
            await asyncio.gather(consumer, acknowledger, stopped, return_exceptions=True)
            await self._publisher.stop()
            await self._stage.stop()

    @property
    def oldest(self) -> float:
        """Seconds since the oldest batch in flight was taken; 0 if there is none."""
        return time.monotonic() - self._batches[0].taken if self._batches else 0.0

    async def trouble(self, stuck_after: float) -> list[str]:
        """Returns the reasons why this worker is unhealthy; empty if it is healthy."""
        reasons = [self._consumer.trouble()]
        if self.oldest > stuck_after:
            reasons.append(f"a batch has been in flight for {self.oldest:.0f} s")
        try:
            reasons.append(await asyncio.wait_for(self._stage.ready(), timeout=5))
        except TimeoutError:
            reasons.append("the stage did not answer within 5 s whether it is ready")
        return [reason for reason in reasons if reason]

    def waits(self) -> list[str]:
        """Returns what this worker waits for or is careful about, for /health; it may be healthy all the same."""
        remarks = self._stage.remarks() if isinstance(self._stage, LoneStage) else []
        return waits() + self._consumer.suspects.describe() + remarks

    async def _start(self) -> None:
        await self._stage.start()
        await self._publisher.start()

    async def _drained(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: not self._batches)

    async def _guard(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever it is, continuing could lose records
            # What is finished must not be done again because of what is not.
            with suppress(Exception):
                await self._consumer.settle(ended=isinstance(error, ConsumerError))
            self._on_bug(error)

    async def _take(self, deliveries: Sequence[Delivery]) -> None:
        stage = self._stage
        metrics.EVENTS_RECEIVED.labels(stage.name, stage.topic.name).inc(len(deliveries))
        left = list(deliveries)
        while left := await self._without_lost(left):
            if self._consumer.suspects.isolating:
                left = await self._take_portion(left)
            else:
                count = self._fitting(left)
                await self._launch(left[:count], self._work)
                left = left[count:]

    async def _without_lost(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Returns the records that are still owned. The others are delivered again, here or to another worker."""
        owned = [delivery for delivery in deliveries if self._consumer.owns(delivery.record)]
        if len(owned) < len(deliveries):
            await self._consumer.acknowledge([d for d in deliveries if not self._consumer.owns(d.record)])
        return owned

    def _fitting(self, deliveries: Sequence[Delivery]) -> int:
        """Returns how many records the next batch has."""
        size = 0
        for count, delivery in enumerate(deliveries[: self._pace.size]):
            record = delivery.record
            size += size_of(record.key, record.value, record.headers)
            if size > MOST_BYTES and count:
                return count
        return min(len(deliveries), self._pace.size)

    async def _take_portion(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Takes a portion of what is suspected, when nothing else is in flight; returns the rest."""
        await self._drained()
        if self._stopping:
            await asyncio.Event().wait()
        if not all(self._consumer.owns(delivery.record) for delivery in deliveries):
            return deliveries
        suspects = self._consumer.suspects
        portion = suspects.next_portion([delivery.record for delivery in deliveries])
        taken = [deliveries[index] for index in portion.indices]
        rest = [delivery for index, delivery in enumerate(deliveries) if index not in set(portion.indices)]
        if portion.condemned:
            await self._launch(taken, self._condemn)
        elif await self._consumer.begin(taken):
            await self._launch(taken, self._work)
        else:
            await self._consumer.acknowledge(taken)
        return rest

    async def _launch(
        self, deliveries: Sequence[Delivery], work: Callable[[Sequence[Delivery]], Coroutine[Any, Any, _Done]]
    ) -> None:
        await self._slots.acquire()
        if self._stopping:
            # A batch taken now could not be finished. It stays unacknowledged and is delivered again.
            await asyncio.Event().wait()
        metrics.BATCH_EVENTS.labels(self._stage.name).observe(len(deliveries))
        records = [delivery.record for delivery in deliveries]
        trace = tracing.BatchTrace(self._stage.name, self._stage.topic.name, self._stage.group, records)
        task = asyncio.create_task(work(deliveries), context=trace.context())
        self._batches.append(_Batch(deliveries, time.monotonic(), task, trace))
        metrics.BATCHES_IN_FLIGHT.labels(self._stage.name).set(len(self._batches))
        async with self._changed:
            self._changed.notify_all()

    async def _condemn(self, deliveries: Sequence[Delivery]) -> _Done:
        message = "each worker that worked on this record ended at once, the last one on this record alone"
        return _Done(poison=[(delivery.record, PoisonError(KILLED, message)) for delivery in deliveries])

    async def _work(self, deliveries: Sequence[Delivery]) -> _Done:
        with metrics.step(self._stage.name, "parse"):
            items, poison = await self._parse(deliveries)
        begin = time.monotonic()
        with metrics.step(self._stage.name, "process"):
            outputs = await self._process(items, poison, len(deliveries))
        self._pace.worked(len(deliveries), time.monotonic() - begin)
        self._bugs.add(sum(isinstance(error, BugError) for _, error in poison), len(deliveries))
        return _Done(outputs, poison)

    async def _parse(self, deliveries: Sequence[Delivery]) -> tuple[list[Item[T]], list[tuple[Record, PoisonError]]]:
        items: list[Item[T]] = []
        poison: list[tuple[Record, PoisonError]] = []

        async def parse(records: Sequence[Record]) -> list[Item[T]]:
            return [Item(record, self._stage.parse(record)) for record in records]

        for delivery in deliveries:
            record = delivery.record
            try:
                check_size(record)
                check_headers(record)
                items += await alone_twice([record], parse, stage=self._stage.name)
            except PoisonError as error:
                self._refuse(record, error, poison, len(deliveries))
        return items, poison

    async def _process(
        self, items: Sequence[Item[T]], poison: list[tuple[Record, PoisonError]], records: int
    ) -> list[Output]:
        """Calls the stage; if it raises, halves the batch until each record that it raises for stands alone."""

        async def process(some: Sequence[Item[T]]) -> Sequence[Output]:
            try:
                return await alone_twice(some, self._stage.process, stage=self._stage.name)
            except BugError as error:
                if len(some) > 1:
                    # Its halves may well pass, and then nothing else would ever report it.
                    log.warning("road.batch_failed", records=len(some), exc_info=error.__cause__)
                raise

        def rejected(item: Item[T], error: PoisonError) -> tuple[Output, ...]:
            self._refuse(item.record, error, poison, records)
            return ()

        return await by_halves(items, process, on=PoisonError, rejected=rejected) if items else []

    def _refuse(
        self, record: Record, error: PoisonError, poison: list[tuple[Record, PoisonError]], records: int
    ) -> None:
        poison.append((record, error))
        # The frames that an error came through hold the record, and the list that holds the error: a circle, which
        # would keep records in memory until Python searches for such circles.
        error.__traceback__ = None
        if isinstance(error, BugError):
            log.error("road.bug", partition=record.partition, offset=record.offset, exc_info=error.__cause__)
            self._bugs.check([error for _, error in poison if isinstance(error, BugError)], records)
        else:
            error.__cause__ = error.__context__ = None

    async def _acknowledge_in_order(self) -> None:
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: bool(self._batches))
            batch = self._batches[0]
            with batch.trace.logged():
                await self._finish(batch.deliveries, await batch.work, batch.trace)
            batch.trace.end()
            self._batches.popleft()
            metrics.BATCHES_IN_FLIGHT.labels(self._stage.name).set(len(self._batches))
            self._slots.release()
            async with self._changed:
                self._changed.notify_all()

    async def _finish(self, deliveries: Sequence[Delivery], done: _Done, trace: tracing.BatchTrace) -> None:
        name, topic = self._stage.name, self._stage.topic.name
        with metrics.step(name, "publish"):
            # After a rebalance another worker reads these records again. If we still published ours, an old revision
            # could follow a newer one of theirs.
            outputs = trace.carried([output for output in done.outputs if self._consumer.owns(output.origin)])
            refused = await self._publisher.publish(outputs) if outputs else []
            poison = done.poison + [(r.origin, PoisonError(r.reason, r.message)) for r in refused]
            await self._bury([(record, error) for record, error in poison if self._consumer.owns(record)], trace)
        with metrics.step(name, "acknowledge"):
            owned = sum(self._consumer.owns(delivery.record) for delivery in deliveries)
            await self._consumer.acknowledge(deliveries)
            metrics.EVENTS_ACKNOWLEDGED.labels(name, topic).inc(owned)

    async def _bury(self, poison: Sequence[tuple[Record, PoisonError]], trace: tracing.BatchTrace) -> None:
        # A broker may allow less than the topic declares; what is refused goes again, cut further.
        left = dict(poison)
        for limit in SMALLER:
            letters = [
                dead_letter(record, stage=self._stage.name, reason=error.reason, message=error.message, limit=limit)
                for record, error in left.items()
            ]
            refused = await self._publisher.publish(trace.letters(letters)) if letters else []
            left = {refusal.origin: left[refusal.origin] for refusal in refused}
        for record in left:
            log.critical("road.unburied", topic=record.topic, partition=record.partition, offset=record.offset)
        for record, error in poison:
            metrics.DEAD_LETTERS.labels(self._stage.name, error.reason).inc()
            log.warning(
                "road.dead_letter",
                stage=self._stage.name,
                partition=record.partition,
                offset=record.offset,
                reason=error.reason,
                message=error.message[:200],
                **({"trace_id": trace_id} if (trace_id := trace.trace_id(record)) else {}),
            )
