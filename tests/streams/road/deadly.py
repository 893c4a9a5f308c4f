"""A stage that dies of some records."""

import asyncio
from collections.abc import Sequence

from streams.road.stage import Item, Output, Record
from topology.topics import RAW_NEWS, TRIPLES

KILLER = b"killer"


class Deadly:
    """Publishes what it reads, and dies of some values."""

    name = "deadly"
    topic = RAW_NEWS
    group = "deadly"
    batch_size = 16
    in_flight = 1

    def __init__(self, *, hangs: bool = False) -> None:
        self.died = asyncio.Event()
        self.touched: list[bytes] = []
        self._hangs = hangs

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def ready(self) -> str:
        return ""

    def parse(self, record: Record) -> bytes:
        return record.value or b""

    async def process(self, items: Sequence[Item[bytes]]) -> Sequence[Output]:
        self.touched += [item.value for item in items]
        if not self._hangs and any(item.value == KILLER for item in items):
            self.died.set()
        if self._hangs or self.died.is_set():
            await asyncio.Event().wait()
        return [Output(TRIPLES.name, None, item.value, (), item.record) for item in items]
