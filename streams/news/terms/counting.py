"""The count of one partition: a fold over its records in order."""

from dataclasses import dataclass, field
from typing import NamedTuple

from inference.text.keywords.weigh import TermTable

DAY_MS = 24 * 60 * 60 * 1000

GRACE_MS = 10 * 60 * 1000
"""How long after a day's end its counts weigh articles. By then every partition has that day's last record, even where
brokers' clocks differ."""

CHECKPOINT = 4096
"""Records of a partition between two snapshots; limits what must be counted again after a crash."""


class Terms(NamedTuple):
    """What a record adds to the count: a language and terms; a retraction has no terms."""

    language: str
    terms: list[str]


def day_of(timestamp_ms: int) -> int:
    """Returns the day of a record: days since 1970 in UTC."""
    return max(timestamp_ms, 0) // DAY_MS


def weighed_by(timestamp_ms: int) -> int:
    """Returns the day that decides how a record's terms are weighed: by the counts of all days before it."""
    return max(timestamp_ms - GRACE_MS, 0) // DAY_MS


@dataclass(slots=True)
class PartitionCount:
    """How common terms are in a partition up to an offset.

    Attributes:
        day: The latest day counted. A record with an earlier time counts for this day too.
        next_offset: The first record not counted.
        tables: By language.
    """

    day: int = 0
    next_offset: int = 0
    tables: dict[str, TermTable] = field(default_factory=dict)

    def add(self, offset: int, timestamp_ms: int, terms: Terms, limit: int) -> None:
        """Counts a record, unless it was counted before.

        Args:
            offset: Its offset. Offsets come in order.
            timestamp_ms: Its time by the broker's clock.
            terms: What it adds.
            limit: Terms to keep for each language.
        """
        if offset < self.next_offset:
            return
        self.next_offset = offset + 1
        self.day = max(self.day, day_of(timestamp_ms))
        if terms.terms:
            self.tables.setdefault(terms.language, TermTable()).add(terms.terms, limit)

    def ends_with(self, offset: int, timestamp_ms: int) -> bool:
        """Returns whether a snapshot is due before this record: a day or `CHECKPOINT` records are over."""
        if not self.next_offset or offset < self.next_offset:
            return False
        return day_of(timestamp_ms) > self.day or offset // CHECKPOINT > (self.next_offset - 1) // CHECKPOINT
