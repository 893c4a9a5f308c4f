"""The road: how every stage reads, retries, publishes and acknowledges.

The road takes a batch from the consumer, parses each record, calls the stage once for the whole batch, publishes the
outputs, waits for the broker to confirm them, and only then acknowledges the records. Several batches are in flight, so
that the model never waits for the broker; they are published and acknowledged in the order they were taken.

- A transient error is retried where it occurs (`streams.road.retry`), without limit.
- A record that can never be processed goes to dead-letters by itself; the rest of its batch goes on.
- Any other exception is a bug. Nothing of its batch is acknowledged, and the process ends. Whoever runs the worker
  starts it again: our own supervisor (`streams.road.supervisor`), or the orchestrator under `--no-supervise`.
- With our own supervisor, a bug that recurs is contained: after several such deaths in quick succession the worker is
  started with `bury_bugs`, and the road isolates the record that triggers the bug and sends it to dead-letters. An
  orchestrator does not count deaths, so there such a record holds up its partition until somebody steps in.

Delivery is at least once, so every effect must be idempotent.
"""

import asyncio
import logging
import os
import sys
import time
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import structlog

from streams.road import metrics, tracing
from streams.road.dead_letters import dead_letter
from streams.road.exit_codes import BUG_EXIT, CONSUMER_EXIT
from streams.road.halving import by_halves
from streams.road.publisher import Publisher
from streams.road.stage import Item, Output, PoisonError, Record, Stage, check_headers

log = structlog.get_logger(__name__)

T = TypeVar("T")

BUG = "bug"
"""The reason in the dead letter of a record that triggers a bug in our own code."""

MAX_BURIED = 3
"""Up to this many records of a batch, or half of it if that is more, may go to dead-letters because of a bug."""


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """A record, and the call that acknowledges it to the consumer."""

    record: Record
    handle: Callable[[], Awaitable[object]]


class ConsumerError(Exception):
    """The consumer gave up; only a new one can go on."""


class Consumer(Protocol):
    """Reads records from a topic. Delivers at least once, in order within a partition."""

    async def run(self, take: Callable[[Sequence[Delivery]], Awaitable[None]]) -> None:
        """Passes batches to `take`, one call after the other, until `stop`. A slow `take` slows it down.

        Raises:
            ConsumerError: It cannot continue.
        """

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledges the records that are still owned. Called once per batch, in the order of delivery."""

    def owns(self, record: Record) -> bool:
        """Returns whether the record may still be acknowledged here. After a rebalance it is delivered again."""

    def trouble(self) -> str:
        """Returns why nothing can be read at the moment; "" if it can."""

    async def stop(self) -> None:
        """Commits what was acknowledged and ends `run`."""


@dataclass(slots=True)
class _Batch(Generic[T]):
    deliveries: Sequence[Delivery]
    taken: float
    work: "asyncio.Task[_Done]"
    trace: tracing.BatchTrace


@dataclass(slots=True)
class _Done:
    outputs: list[Output]
    poison: list[tuple[Record, PoisonError]]


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
        bury_bugs: bool = False,
    ) -> None:
        """Starts nothing yet.

        Args:
            stage: What is done with the records.
            consumer: Where records come from.
            publisher: Where outputs and dead letters go.
            on_bug: Called with an unexpected exception.
            bury_bugs: Whether a record that triggers such an exception by itself becomes a dead letter. Set for a
                process that has died of bugs several times in quick succession.
        """
        self._stage = stage
        self._consumer = consumer
        self._publisher = publisher
        self._on_bug = on_bug
        self._bury_bugs = bury_bugs
        self._slots = asyncio.Semaphore(stage.in_flight)
        self._batches: deque[_Batch[T]] = deque()
        self._changed = asyncio.Condition()
        self._stopping = False

    async def run(self, stop: asyncio.Event, *, stop_within: float = 15.0) -> None:
        """Runs until `stop` is set, then finishes the batches in flight, commits and returns.

        Args:
            stop: Set it to stop.
            stop_within: Seconds that the batches in flight may take; a batch that takes longer stays unacknowledged.
        """
        if not await finished_before(stop, self._start()):
            await self._stage.stop()
            return
        acknowledger = asyncio.create_task(self._guard(self._acknowledge_in_order()))
        consumer = asyncio.create_task(self._guard(self._consumer.run(self._take)))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((consumer, acknowledger, stopped), return_when=asyncio.FIRST_COMPLETED)
            self._stopping = True
            drained = asyncio.create_task(self._drained())
            await asyncio.wait((drained, acknowledger), timeout=stop_within, return_when=asyncio.FIRST_COMPLETED)
            drained.cancel()
        finally:
            acknowledger.cancel()
            for batch in self._batches:
                batch.work.cancel()
            await self._consumer.stop()
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
            self._on_bug(error)

    async def _take(self, deliveries: Sequence[Delivery]) -> None:
        await self._slots.acquire()
        if self._stopping:
            # A batch taken now could not be finished. It stays unacknowledged and is delivered again.
            await asyncio.Event().wait()
        stage = self._stage
        metrics.EVENTS_RECEIVED.labels(stage.name, stage.topic.name).inc(len(deliveries))
        metrics.BATCH_EVENTS.labels(stage.name).observe(len(deliveries))
        records = [delivery.record for delivery in deliveries]
        trace = tracing.BatchTrace(stage.name, stage.topic.name, stage.group, records)
        work = asyncio.create_task(self._work(deliveries), context=trace.context())
        self._batches.append(_Batch(deliveries, time.monotonic(), work, trace))
        metrics.BATCHES_IN_FLIGHT.labels(stage.name).set(len(self._batches))
        async with self._changed:
            self._changed.notify_all()

    async def _work(self, deliveries: Sequence[Delivery]) -> _Done:
        with metrics.step(self._stage.name, "parse"):
            items, poison = self._parse(deliveries)
        with metrics.step(self._stage.name, "process"):
            outputs, more = await self._process(items)
        bugs = [error for _, error in poison + more if error.reason == BUG]
        if len(bugs) > max(MAX_BURIED, len(deliveries) // 2):
            # That many failures point at us rather than at the records; dead letters would only hide it.
            raise bugs[0]
        return _Done(outputs, poison + more)

    def _parse(self, deliveries: Sequence[Delivery]) -> tuple[list[Item[T]], list[tuple[Record, PoisonError]]]:
        items: list[Item[T]] = []
        poison: list[tuple[Record, PoisonError]] = []
        for delivery in deliveries:
            record = delivery.record
            try:
                check_headers(record)
                items.append(Item(record, self._stage.parse(record)))
            except PoisonError as error:
                poison.append((record, error))
            except Exception as error:
                if not self._bury_bugs:
                    raise
                poison.append((record, _bug(error)))
        return items, poison

    async def _process(self, items: Sequence[Item[T]]) -> tuple[list[Output], list[tuple[Record, PoisonError]]]:
        """Calls the stage; if it raises PoisonError, halves the batch until each poison record stands alone."""
        poison: list[tuple[Record, PoisonError]] = []

        def rejected(item: Item[T], error: Exception) -> tuple[Output, ...]:
            poison.append((item.record, error if isinstance(error, PoisonError) else _bug(error)))
            return ()

        if not items:
            return [], []
        rejection = Exception if self._bury_bugs else PoisonError
        return await by_halves(items, self._stage.process, on=rejection, rejected=rejected), poison

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
            poison = done.poison + [(r.origin, PoisonError("output-too-large", r.message)) for r in refused]
            await self._bury([(record, error) for record, error in poison if self._consumer.owns(record)], trace)
        with metrics.step(name, "acknowledge"):
            owned = sum(self._consumer.owns(delivery.record) for delivery in deliveries)
            await self._consumer.acknowledge(deliveries)
            metrics.EVENTS_ACKNOWLEDGED.labels(name, topic).inc(owned)

    async def _bury(self, poison: Sequence[tuple[Record, PoisonError]], trace: tracing.BatchTrace) -> None:
        letters = [
            dead_letter(record, stage=self._stage.name, reason=error.reason, message=error.message)
            for record, error in poison
        ]
        if not letters:
            return
        if refused := await self._publisher.publish(trace.letters(letters)):
            raise RuntimeError(f"a dead letter is larger than the dead-letters topic allows: {refused[0].message}")
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


def _bug(error: Exception) -> PoisonError:
    poison = PoisonError(BUG, "".join(traceback.format_exception(error)))
    poison.__cause__ = error
    return poison
