"""Records that are larger than any topic allows: only their beginnings are kept, with the length and hash of the whole.

A topic limits its records in their compressed form. A hostile publisher can make one that unpacks to a thousand times
its size. No stage can read such a record, so nothing is lost by keeping the beginning only: the original stays on its
topic, and its dead letter says where.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Self

from aiokafka.record.default_records import _DefaultRecordPy

from streams.road.stage import PoisonError, Record
from topology.topics import TOPICS

MOST = max(int(topic.config.get("max.message.bytes", 0)) for topic in TOPICS if topic.groups)
"""Bytes of the largest record that any stage reads."""

KEPT = 64 * 1024
"""Bytes that are kept of a value, key or header of a larger record."""

KEPT_HEADERS = 100
"""Headers that are kept of a larger record."""


class Cut(bytes):
    """The beginning of something larger.

    Attributes:
        length: Bytes of the whole; -1 if nobody has seen the whole.
        sha256: SHA-256 of the whole, in hexadecimal; "" if nobody has seen it.
    """

    length: int
    sha256: str

    @classmethod
    def of(cls, whole: bytes, kept: int) -> Self:
        """Returns the first `kept` bytes."""
        cut = cls(whole[:kept])
        if isinstance(whole, Cut):
            cut.length, cut.sha256 = whole.length, whole.sha256
        else:
            cut.length, cut.sha256 = len(whole), hashlib.sha256(whole).hexdigest()
        return cut

    @classmethod
    def unseen(cls) -> Self:
        """Returns what stands for a whole that was too large to unpack."""
        cut = cls(b"")
        cut.length, cut.sha256 = -1, ""
        return cut


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of a value or key, whether it was cut or not."""

    length: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Returns the length and hash of the whole."""
        cut = data if isinstance(data, Cut) else Cut.of(data, 0)
        return cls(cut.length, cut.sha256)


def bounded(record: Any) -> Any:
    """Returns a record as aiokafka reads it; one that no stage can read, because of its size, cut."""
    size = len(record.key or b"") + len(record.value or b"")
    headers = record.headers
    if headers:
        size += sum(len(name) + len(value or b"") for name, value in headers)
    if size <= MOST and len(headers) <= MOST // 64:
        return record
    return _DefaultRecordPy(
        record.offset,
        record.timestamp,
        record.timestamp_type,
        _beginning(record.key),
        # The value carries the mark of the cut, even if it was the key or the headers that were too large.
        Cut.of(record.value or b"", KEPT),
        [(name[:KEPT], _beginning(value)) for name, value in headers[:KEPT_HEADERS]],
    )


def _beginning(data: bytes | None) -> bytes | None:
    return Cut.of(data, KEPT) if data is not None and len(data) > KEPT else data


def check_size(record: Record) -> None:
    """Checks that the record is whole.

    Raises:
        PoisonError: `too-large`: it was cut.
    """
    if not isinstance(record.value, Cut):
        return
    if record.value.length < 0:
        raise PoisonError("too-large", "it came in a compressed batch that unpacks to more than can be held")
    raise PoisonError(
        "too-large", f"key, value and headers have more than {MOST} bytes; the value has {record.value.length}"
    )
