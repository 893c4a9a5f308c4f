"""A log in memory, with the snapshots that were published to it."""

from collections.abc import AsyncIterator, Sequence
from copy import deepcopy

import orjson

from streams.news.terms.counting import DAY_MS, PartitionCount, Terms
from streams.road.stage import Record

START = 20_000 * DAY_MS
UNREADABLE = b"poison"


def record(partition: int, offset: int, when: int, *words: str, value: bytes = b"") -> Record:
    """A record that says these words, `when` milliseconds after the first day began."""
    return Record("raw-news", partition, offset, START + when, None, value or orjson.dumps(words))


def read(found: Record) -> Terms | None:
    return None if found.value == UNREADABLE else Terms("en", orjson.loads(found.value or b"[]"))


class MemoryLog:
    """Records are in it from the beginning, but are seen only once their time has come."""

    def __init__(self, partitions: Sequence[Sequence[Record]]) -> None:
        self._partitions = partitions
        self.now = START
        self.kept: list[tuple[int, PartitionCount]] = []
        self.records_read = 0

    def keep(self, count: PartitionCount, origin: Record) -> None:
        self.kept.append((origin.partition, deepcopy(count)))

    async def partitions(self) -> int:
        return len(self._partitions)

    async def snapshots(self, before: int | None = None) -> dict[int, PartitionCount]:
        best: dict[int, PartitionCount] = {}
        for partition, count in self.kept:
            known = best.get(partition)
            if (before is None or count.day < before) and (known is None or known.next_offset < count.next_offset):
                best[partition] = deepcopy(count)
        return best

    async def read(self, partition: int, start: int, stop: int | None = None) -> AsyncIterator[Sequence[Record]]:
        found = [
            r
            for r in self._partitions[partition]
            if r.offset >= start and (stop is None or r.offset < stop) and r.timestamp_ms <= self.now
        ]
        self.records_read += len(found)
        for i in range(0, len(found), 3):
            yield found[i : i + 3]
