"""Reads whatever a broker accepts: header names that are not UTF-8, and batches that unpack to gigabytes.

aiokafka raises an exception for a record with such a name at every fetch, which blocks its partition for good: one
hostile publisher could stop the stream. This module reads such a batch a second time with the invalid bytes as
surrogate escapes. It also unpacks compressed batches itself, up to a limit, and cuts what is larger than any topic
allows (`streams.road.wire`). So every record reaches the road, which sends what cannot be read to dead-letters.
"""

import struct
from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy
from aiokafka.record.util import decode_varint

from streams.road.wire import fetching, writing
from streams.road.wire.cut import Cut, bounded
from streams.road.wire.unpacking import BombError, codec, unpacked

_MAGIC = struct.calcsize(">qii")


class TolerantBatch:
    """A record batch (format v2) that yields every record, whatever its header names and size."""

    def __init__(self, data: bytes | memoryview, batch: Any) -> None:
        self._data = data
        self._batch = batch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        batch, data = self._batch, self._data
        if codec(data):
            try:
                data = unpacked(data)
            except BombError:
                yield from unseen_records(data)
                return
            batch = DefaultRecordBatch(data)
        last = -1
        try:
            for record in batch:
                last = record.offset
                yield bounded(record)
        except (UnicodeDecodeError, CorruptRecordException):
            # The pure-Python reader raises CorruptRecordException for both. A corrupt batch raises it again below.
            for record in lenient_records(data):
                if record.offset > last:
                    yield bounded(record)


def unseen_records(data: bytes | memoryview) -> Iterator[_DefaultRecordPy]:
    """Yields, for each record of a batch that is too large to unpack, its offset and nothing else."""
    batch = _DefaultRecordBatchPy(data)
    for number in range(batch._num_records):  # noqa: SLF001 - as below
        yield _DefaultRecordPy(
            batch.base_offset + number, batch.max_timestamp, batch.timestamp_type, None, Cut.unseen(), []
        )


class TolerantRecords:
    """Replaces aiokafka's `MemoryRecords`: the batches fetched from one partition."""

    def __init__(self, data: bytes) -> None:
        self._records = MemoryRecords(data)
        self._slices = _slices(data)

    def size_in_bytes(self) -> int:
        """Returns the size of the fetched data."""
        return int(self._records.size_in_bytes())

    def has_next(self) -> bool:
        """Returns whether there is another whole batch."""
        return bool(self._records.has_next())

    def next_batch(self) -> Any:
        """Returns the next batch, or None."""
        batch = self._records.next_batch()
        data = next(self._slices, None)
        return TolerantBatch(data, batch) if batch is not None and data is not None and data[_MAGIC] > 1 else batch


def lenient_records(data: bytes | memoryview) -> Iterator[_DefaultRecordPy]:
    """Yields the records of a batch (format v2); invalid bytes in header names become surrogate escapes.

    Raises:
        CorruptRecordException: The batch does not follow the format.
    """
    batch = _DefaultRecordBatchPy(data)
    batch._maybe_uncompress()  # noqa: SLF001 - aiokafka has no public reader that accepts what the broker accepted
    buffer, position = batch._buffer, batch._pos  # noqa: SLF001
    for _ in range(batch._num_records):  # noqa: SLF001
        length, position = decode_varint(buffer, position)
        end = position + length
        if not 0 < length <= len(buffer) - position:
            raise CorruptRecordException(f"a record of {length} bytes in a batch of {len(buffer)}")
        try:
            yield _record(batch, buffer, position)
        except (ValueError, IndexError) as error:
            raise CorruptRecordException(f"a record that cannot be read: {error!r}") from error
        position = end


def _record(batch: _DefaultRecordBatchPy, buffer: bytearray, position: int) -> _DefaultRecordPy:
    position += 1  # the record attributes, of which no bit is in use
    delta, position = decode_varint(buffer, position)
    offset, position = decode_varint(buffer, position)
    key, position = _bytes(buffer, position)
    value, position = _bytes(buffer, position)
    count, position = decode_varint(buffer, position)
    headers: list[tuple[str, bytes | None]] = []
    for _ in range(count):
        name, position = _bytes(buffer, position)
        content, position = _bytes(buffer, position)
        headers.append(((name or b"").decode(errors="surrogateescape"), content))
    appended = batch.timestamp_type == batch.LOG_APPEND_TIME
    timestamp = batch.max_timestamp if appended else batch.first_timestamp + delta
    return _DefaultRecordPy(batch.base_offset + offset, timestamp, batch.timestamp_type, key, value, headers)


def _bytes(buffer: bytearray, position: int) -> tuple[bytes | None, int]:
    length, position = decode_varint(buffer, position)
    return (None, position) if length < 0 else (bytes(buffer[position : position + length]), position + length)


def _slices(data: bytes) -> Iterator[memoryview]:
    position = 0
    while position + _MemoryRecordsPy.LOG_OVERHEAD <= len(data):
        (length,) = struct.unpack_from(">i", data, position + _MemoryRecordsPy.LENGTH_OFFSET)
        end = position + _MemoryRecordsPy.LOG_OVERHEAD + length
        if end > len(data):
            return
        yield memoryview(data)[position:end]
        position = end


def install() -> None:
    """Makes every aiokafka client of this process read tolerantly, and write what it read."""
    fetcher.MemoryRecords = TolerantRecords
    fetching.install()
    writing.install()
