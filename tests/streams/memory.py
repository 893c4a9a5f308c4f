"""A broker in memory: the second implementation of the road's consumer and publisher."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from streams.road.publisher import Refused
from streams.road.road import Delivery
from streams.road.stage import Output, Record


class MemoryConsumer:
    """Delivers the records of one topic; `committed` holds the next offset of each partition."""

    def __init__(self, records: Sequence[Record], *, batch_size: int) -> None:
        self._records = records
        self._batch_size = batch_size
        self._stopped = asyncio.Event()
        self.committed: dict[int, int] = {}
        self.acknowledged: list[Record] = []
        self.generation = 0

    async def run(self, take: Callable[[Sequence[Delivery]], Awaitable[None]]) -> None:
        for begin in range(0, len(self._records), self._batch_size):
            batch = self._records[begin : begin + self._batch_size]
            await take([Delivery(record, partial(self._done, record)) for record in batch])
        await self._stopped.wait()

    async def _done(self, record: Record) -> None:
        self.acknowledged.append(record)
        self.committed[record.partition] = record.offset + 1

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            if self.owns(delivery.record):
                await delivery.handle()

    def owns(self, record: Record) -> bool:
        return record.generation == self.generation

    def trouble(self) -> str:
        return ""

    async def stop(self) -> None:
        self._stopped.set()


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
