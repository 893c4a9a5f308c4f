"""How much a consumer takes out of what it fetched: bytes are counted, not only records.

aiokafka and Faust count records. Five hundred records may be 50 kB or, unpacked, 4 GB.
"""

from typing import Any

from aiokafka.consumer import fetcher

MOST_TAKEN = 8 * 1024 * 1024
"""Bytes that are taken out of one partition's fetched data at a time; a single record may have more."""


def size_of(record: Any) -> int:
    """Returns the bytes of a record's key, value and headers."""
    size = len(record.key or b"") + len(record.value or b"")
    for name, value in record.headers or ():
        size += len(name) + len(value or b"")
    return size


def getall(self: Any, max_records: int | None = None) -> list[Any]:
    """Replaces aiokafka's `FetchResult.getall`: the same, but it stops at `MOST_TAKEN` bytes."""
    tp = self._topic_partition
    if not self.check_assignment(tp) or not self.has_more():
        return []
    taken: list[Any] = []
    size = 0
    for message in self._partition_records:
        taken.append(message)
        size += size_of(message)
        if size >= MOST_TAKEN or (max_records is not None and len(taken) >= max_records):
            self._update_position()
            return taken
    self._update_position()
    self._partition_records = None
    return taken


def install() -> None:
    """Bounds what every aiokafka consumer of this process takes at a time."""
    fetcher.FetchResult.getall = getall
