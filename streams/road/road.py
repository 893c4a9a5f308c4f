"""The road: how every stage reads, retries, publishes and acknowledges. Written once.

A batch is taken from the source, each record parsed, the stage called once for all, the outputs published and awaited,
and only then is each record acknowledged, in the order they were taken. Some batches are worked on at once, so that the
model never waits for the broker; they are published and acknowledged strictly in order.

- Transient trouble is retried inside (`streams.road.retry`), for ever.
- A record that can never be processed goes to dead-letters, by itself; its neighbours do not notice.
- Any other exception is a bug: nothing of its batch is acknowledged, and the process ends (`streams.road.supervisor`).
  When that has happened over and over, the road looks for the row that brings it about and buries that one alone.

Delivery is at least once, so every effect is idempotent.
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

from streams.road import metrics
from streams.road.dead_letters import dead_letter
from streams.road.exit_codes import BUG_EXIT, CONSUMER_EXIT
from streams.road.halving import by_halves
from streams.road.publisher import Publisher
from streams.road.stage import Item, Output, PoisonError, Record, Stage, check_headers

log = structlog.get_logger(__name__)

T = TypeVar("T")

BUG = "bug"
"""The reason in the dead letter of a row that our own code cannot cope with."""

SUSPECTS = 3
"""So many rows of a batch, or half of them, may be buried for a bug."""


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """A record, and how its source is told that it is done with."""

    record: Record
    handle: Callable[[], Awaitable[object]]


class SourceError(Exception):
    """The source gave up; only a fresh one can go on."""


class Source(Protocol):
    """Where records come from. Delivers at least once, in order within a partition."""

    async def run(self, take: Callable[[Sequence[Delivery]], Awaitable[None]]) -> None:
        """Hands batches to `take`, one call after the other, until `stop`. Slow `take` calls hold it back.

        Raises:
            SourceError: It cannot go on.
        """

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Marks done what is still owned. Called once for every batch, in the order of delivery."""

    def owns(self, record: Record) -> bool:
        """Returns whether the record may still be acknowledged here; after a rebalance it is delivered again."""

    def trouble(self) -> str:
        """Returns why nothing can be read at the moment, or ""."""

    async def stop(self) -> None:
        """Commits what was acknowledged and ends `run`."""


@dataclass(slots=True)
class _Batch(Generic[T]):
    deliveries: Sequence[Delivery]
    taken: float
    work: "asyncio.Task[_Done]"


@dataclass(slots=True)
class _Done:
    outputs: list[Output]
    poison: list[tuple[Record, PoisonError]]


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Awaits work that may take for ever, unless told to stop meanwhile.

    Returns:
        Whether it was finished; if not, it was cancelled.
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
    """Ends the process at once, so that nothing more is acknowledged; the supervisor starts it again."""
    gave_up = isinstance(error, SourceError)
    log.critical("road.source" if gave_up else "road.bug", error=repr(error), exc_info=None if gave_up else error)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(CONSUMER_EXIT if gave_up else BUG_EXIT)


class Road(Generic[T]):
    """One stage on its way between one source and one publisher."""

    def __init__(
        self,
        stage: Stage[T],
        source: Source,
        publisher: Publisher,
        *,
        on_bug: Callable[[BaseException], None] = exit_unacknowledged,
        bury_bugs: bool = False,
    ) -> None:
        """Nothing is started yet.

        Args:
            stage: What is done.
            source: Where records come from.
            publisher: Where outputs and dead letters go.
            on_bug: What to do about an exception nobody expected.
            bury_bugs: Whether a row that alone brings such an exception about is taken for poison. For a process that
                was started again and again without getting past it.
        """
        self._stage = stage
        self._source = source
        self._publisher = publisher
        self._on_bug = on_bug
        self._bury_bugs = bury_bugs
        self._slots = asyncio.Semaphore(stage.in_flight)
        self._batches: deque[_Batch[T]] = deque()
        self._changed = asyncio.Condition()
        self._stopping = False

    async def run(self, stop: asyncio.Event, *, stop_within: float = 15.0) -> None:
        """Runs until `stop` is set; then finishes what is in flight, commits and returns.

        Args:
            stop: Set it to stop.
            stop_within: Seconds given to what is in flight; what is not done by then is left unacknowledged.
        """
        if not await unless(stop, self._start()):
            await self._stage.stop()
            return
        acknowledger = asyncio.create_task(self._guard(self._acknowledge_in_order()))
        source = asyncio.create_task(self._guard(self._source.run(self._take)))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((source, acknowledger, stopped), return_when=asyncio.FIRST_COMPLETED)
            self._stopping = True
            drained = asyncio.create_task(self._drained())
            await asyncio.wait((drained, acknowledger), timeout=stop_within, return_when=asyncio.FIRST_COMPLETED)
            drained.cancel()
        finally:
            acknowledger.cancel()
            for batch in self._batches:
                batch.work.cancel()
            await self._source.stop()
            for task in (source, stopped):
                task.cancel()
            await asyncio.gather(source, acknowledger, stopped, return_exceptions=True)
            await self._publisher.stop()
            await self._stage.stop()

    @property
    def oldest(self) -> float:
        """Seconds that the oldest batch in flight has been worked on; 0 without any."""
        return time.monotonic() - self._batches[0].taken if self._batches else 0.0

    async def trouble(self, stuck_after: float) -> list[str]:
        """Returns why this worker is not healthy; nothing if it is."""
        reasons = [self._source.trouble()]
        if self.oldest > stuck_after:
            reasons.append(f"a batch has been worked on for {self.oldest:.0f} s")
        try:
            reasons.append(await asyncio.wait_for(self._stage.ready(), timeout=5))
        except TimeoutError:
            reasons.append("the stage does not say whether it is ready")
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
        except Exception as error:  # noqa: BLE001 - whatever it is, going on could lose records
            self._on_bug(error)

    async def _take(self, deliveries: Sequence[Delivery]) -> None:
        await self._slots.acquire()
        if self._stopping:
            # What is taken now could not be finished; it stays unacknowledged and comes again.
            await asyncio.Event().wait()
        stage = self._stage
        metrics.EVENTS_RECEIVED.labels(stage.name, stage.topic.name).inc(len(deliveries))
        metrics.BATCH_EVENTS.labels(stage.name).observe(len(deliveries))
        self._batches.append(_Batch(deliveries, time.monotonic(), asyncio.create_task(self._work(deliveries))))
        metrics.BATCHES_IN_FLIGHT.labels(stage.name).set(len(self._batches))
        async with self._changed:
            self._changed.notify_all()

    async def _work(self, deliveries: Sequence[Delivery]) -> _Done:
        with metrics.step(self._stage.name, "parse"):
            items, poison = self._parse(deliveries)
        with metrics.step(self._stage.name, "process"):
            outputs, more = await self._process(items)
        bugs = [error for _, error in poison + more if error.reason == BUG]
        if len(bugs) > max(SUSPECTS, len(deliveries) // 2):
            # Then it is not the rows: something is wrong with us, and burying them would help nobody.
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
            await self._finish(batch.deliveries, await batch.work)
            self._batches.popleft()
            metrics.BATCHES_IN_FLIGHT.labels(self._stage.name).set(len(self._batches))
            self._slots.release()
            async with self._changed:
                self._changed.notify_all()

    async def _finish(self, deliveries: Sequence[Delivery], done: _Done) -> None:
        name, topic = self._stage.name, self._stage.topic.name
        with metrics.step(name, "publish"):
            # What was read before a rebalance is delivered again, perhaps to someone else: a late repeat of ours could
            # follow a newer revision of theirs.
            outputs = [output for output in done.outputs if self._source.owns(output.origin)]
            refused = await self._publisher.publish(outputs) if outputs else []
            poison = done.poison + [(r.origin, PoisonError("output-too-large", r.message)) for r in refused]
            await self._bury([(record, error) for record, error in poison if self._source.owns(record)])
        with metrics.step(name, "acknowledge"):
            owned = sum(self._source.owns(delivery.record) for delivery in deliveries)
            await self._source.acknowledge(deliveries)
            metrics.EVENTS_ACKNOWLEDGED.labels(name, topic).inc(owned)

    async def _bury(self, poison: Sequence[tuple[Record, PoisonError]]) -> None:
        letters = [
            dead_letter(record, stage=self._stage.name, reason=error.reason, message=error.message)
            for record, error in poison
        ]
        if not letters:
            return
        if refused := await self._publisher.publish(letters):
            raise RuntimeError(f"the dead-letters topic must take what any other can carry: {refused[0].message}")
        for record, error in poison:
            metrics.DEAD_LETTERS.labels(self._stage.name, error.reason).inc()
            log.warning(
                "road.dead_letter",
                stage=self._stage.name,
                partition=record.partition,
                offset=record.offset,
                reason=error.reason,
                message=error.message[:200],
            )


def _bug(error: Exception) -> PoisonError:
    poison = PoisonError(BUG, "".join(traceback.format_exception(error)))
    poison.__cause__ = error
    return poison
