"""A broker in memory: the second implementation of the road's consumer and publisher."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from streams.road.publisher import Refused
from streams.road.road import Delivery
from streams.road.stage import Output, Record
from streams.road.suspicion.suspects import Suspects


class MemoryConsumer:
    """Delivers the records of one topic.

    `committed` holds the next offset of each partition, and `notes` what is noted beside it; give both of them to the
    next consumer to go on where this one stopped or died.
    """

    def __init__(
        self,
        records: Sequence[Record],
        *,
        batch_size: int,
        committed: dict[int, int] | None = None,
        notes: dict[int, str] | None = None,
        window: int = 16,
    ) -> None:
        self.committed = {} if committed is None else committed
        self.notes = {} if notes is None else notes
        self._records = [record for record in records if record.offset >= self.committed.get(record.partition, 0)]
        self._batch_size = batch_size
        self._stopped = asyncio.Event()
        self.acknowledged: list[Record] = []
        self.generation = 0
        self.suspects = Suspects(window)
        self.settled: list[bool] = []
        self.dead = False
        """Set it to have the process die: nothing is written any more."""
        self.commits = True
        """Unset it for a process that dies before it commits what it acknowledges."""

    async def run(self, take: Callable[[Sequence[Delivery]], Awaitable[None]], _busy: Callable[[], bool]) -> None:
        for partition in {record.partition for record in self._records}:
            end = max(record.offset for record in self._records if record.partition == partition) + 1
            self.suspects.open(partition, self.committed.get(partition, 0), self.notes.get(partition), end)
        self._write(ended=False)
        for begin in range(0, len(self._records), self._batch_size):
            batch = self._records[begin : begin + self._batch_size]
            await take([Delivery(record, partial(self._done, record)) for record in batch])
        await self._stopped.wait()

    async def _done(self, record: Record) -> None:
        if self.dead:
            return
        self.acknowledged.append(record)
        if not self.commits:
            return
        self.committed[record.partition] = record.offset + 1

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            if self.owns(delivery.record):
                await delivery.handle()
                if self.commits:
                    self.suspects.passed(delivery.record.partition, delivery.record.offset + 1)
                    self._write(ended=False)

    def owns(self, record: Record) -> bool:
        return record.generation >= self.generation

    def trouble(self) -> str:
        return ""

    async def begin(self, deliveries: Sequence[Delivery]) -> bool:
        self.suspects.begin([delivery.record for delivery in deliveries])
        self._write(ended=False)
        return True

    async def settle(self, *, ended: bool) -> None:
        self.settled.append(ended)
        self._write(ended=ended)

    async def stop(self, *, ended: bool = True) -> None:
        if ended:
            self._write(ended=True)
        self._stopped.set()

    def _write(self, *, ended: bool) -> None:
        if self.dead:
            return
        for partition, offset in self.suspects.positions().items():
            said = self.suspects.ended(partition) if ended else self.suspects.running(partition, offset)
            self.notes[partition] = said


class MemoryPublisher:
    """Keeps what is published."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def publish(self, outputs: Sequence[Output]) -> list[Refused]:
        self.outputs += outputs
        return []
