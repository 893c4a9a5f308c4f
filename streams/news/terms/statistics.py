"""The counts as the news stage uses them: it adds what it reads, and asks how common terms were before a day."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import groupby
from typing import Protocol

from inference.text.keywords.weigh import TermTable, merged
from streams.news.terms.counting import PartitionCount, Terms, day_of, weighed_by
from streams.road.stage import Record

Tables = Mapping[str, TermTable]
"""How common terms are, by language."""

REMEMBERED = 2
"""Days whose tables stay in memory: an article of yesterday may still come after one of today."""


class TermLog(Protocol):
    """The records to count, and the snapshots of their counts."""

    async def partitions(self) -> int:
        """Returns how many partitions there are."""

    async def snapshots(self, before: int | None = None) -> dict[int, PartitionCount]:
        """Returns the snapshot with the highest offset of each partition that has one.

        Args:
            before: Only snapshots of days before this one.
        """

    def read(self, partition: int, start: int, stop: int | None = None) -> AsyncIterator[Sequence[Record]]:
        """Yields a partition's records from `start` to `stop` (exclusive), or to its current end."""


class TermStatistics:
    """Counts the partitions this worker reads, and adds up the counts of all partitions.

    Nothing is lost with the process: a count is restored from the last snapshot and the records after it. Two workers
    that count the same partition get the same counts.
    """

    def __init__(self, log: TermLog, baseline: Tables, read: Callable[[Record], Terms | None], limit: int) -> None:
        """Reads nothing yet.

        Args:
            log: The records and snapshots.
            baseline: How common terms are before anything is counted.
            read: Returns what a record adds to the count; None if it cannot be read.
            limit: Terms to keep for each language and partition.
        """
        self._log = log
        self._baseline = baseline
        self._read = read
        self._limit = limit
        self._counts: dict[int, PartitionCount] = {}
        self._tables: dict[int, Tables] = {}
        self._counting = asyncio.Lock()
        self._adding = asyncio.Lock()

    async def count(
        self, rows: Sequence[tuple[Record, Terms]], snapshot: Callable[[PartitionCount, Record], None]
    ) -> None:
        """Counts records, those of each partition in order; records counted before are skipped.

        Calls must begin in the order of the records. If records are missing before the first of these, because another
        worker had the partition or this one was restarted, they are read from the log.

        Args:
            rows: Records that could be read, with what each adds.
            snapshot: Called with each count to publish and the record that follows it. The count is changed
                afterwards, so the callback must copy what it needs.
        """
        async with self._counting:
            for partition, group in groupby(sorted(rows, key=_position), key=lambda row: row[0].partition):
                own = list(group)
                count = await self._up_to(partition, own[0][0].offset)
                for record, terms in own:
                    if count.ends_with(record.offset, record.timestamp_ms):
                        snapshot(count, record)
                    count.add(record.offset, record.timestamp_ms, terms, self._limit)

    async def tables(self, record: Record) -> Tables:
        """Returns how common terms were in all days before a record's (see `weighed_by`)."""
        day = weighed_by(record.timestamp_ms)
        if day not in self._tables:
            async with self._adding:
                if day not in self._tables:
                    tables = await self._before(day)
                    for old in list(self._tables)[: len(self._tables) + 1 - REMEMBERED]:
                        del self._tables[old]
                    self._tables[day] = tables
        return self._tables[day]

    async def _up_to(self, partition: int, offset: int) -> PartitionCount:
        count = self._counts.get(partition, PartitionCount())
        if count.next_offset < offset:
            stored = (await self._log.snapshots()).get(partition, count)
            count = max(count, stored, key=lambda c: c.next_offset)
            async for records in self._log.read(partition, count.next_offset, offset):
                await asyncio.to_thread(self._add, count, records)
            self._counts[partition] = count
        return count

    async def _before(self, day: int) -> Tables:
        """Adds up the counts of all partitions as they were when this day began."""
        counts = await self._log.snapshots(before=day)
        for partition in range(await self._log.partitions()):
            count = counts.setdefault(partition, PartitionCount())
            async for records in self._log.read(partition, count.next_offset):
                if await asyncio.to_thread(self._add, count, records, day):
                    break
        languages = sorted({*self._baseline, *(language for c in counts.values() for language in c.tables)})
        return {
            language: merged(
                tables[language]
                for tables in (self._baseline, *(count.tables for _, count in sorted(counts.items())))
                if language in tables
            )
            for language in languages
        }

    def _add(self, count: PartitionCount, records: Sequence[Record], before: int | None = None) -> bool:
        """Counts records from the log up to the first of day `before` or later; returns whether there was one."""
        for record in records:
            terms = self._read(record)
            if terms is None:
                continue
            if before is not None and max(count.day, day_of(record.timestamp_ms)) >= before:
                return True
            count.add(record.offset, record.timestamp_ms, terms, self._limit)
        return False


def _position(row: tuple[Record, Terms]) -> tuple[int, int]:
    return row[0].partition, row[0].offset
