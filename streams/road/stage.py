"""The interface between a stage and the road.

A stage defines how one record is read (`parse`) and what happens to a batch of them (`process`). The road (`road.py`)
does everything else: consuming, retrying the broker, dead letters, publishing, ordering and acknowledging.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypeVar

from topology.topics import Topic

T = TypeVar("T")

Headers = tuple[tuple[str, bytes | None], ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

LATEST_MS = 253_402_300_799_999
"""The last millisecond that a datetime can represent; a publisher may set any timestamp."""


# Compared by identity: two records are the same only if they are one object, and hashing megabytes would be slow.
@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A Kafka record as it was received.

    Attributes:
        topic: The topic it was read from.
        partition: Its partition.
        offset: Its offset.
        timestamp_ms: Kafka's timestamp, milliseconds since 1970; -1 if the record has none.
        key: The key's bytes.
        value: The value's bytes.
        headers: Header names and values, in order. Name bytes that are not UTF-8 are surrogate escapes.
        generation: The consumer group's generation when it was read; each rebalance starts a new one.
    """

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    generation: int = 0

    @property
    def time(self) -> datetime:
        """The timestamp, aware, in UTC, clamped to what a datetime can represent."""
        return _EPOCH + timedelta(milliseconds=min(max(self.timestamp_ms, 0), LATEST_MS))

    def header(self, name: str) -> bytes | None:
        """Returns the value of the last header of this name, as Kafka's `lastHeader` does."""
        for key, value in reversed(self.headers):
            if key == name:
                return value
        return None


class ConfigurationError(Exception):
    """The worker cannot run with this configuration, and only a person can help. The message says what to do."""


class PoisonError(Exception):
    """This record can never be processed, however often it is retried: it belongs in dead-letters.

    `parse` raises it for one record. `process` raises it for a batch if at least one record of it is poison; the road
    then halves the batch until such a record stands alone, and only that record becomes a dead letter.

    Attributes:
        reason: A short fixed name (`not-json`), used in metrics and to filter dead letters.
        message: What is wrong with this particular record, for a person.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message


def check_headers(record: Record) -> None:
    """Checks the header names, which no stage reads.

    Raises:
        PoisonError: `header-name`: a name is not UTF-8.
    """
    for name, _ in record.headers:
        if not name.isascii():
            try:
                name.encode()
            except UnicodeEncodeError:
                shown = name.encode(errors="surrogateescape")
                raise PoisonError("header-name", f"header name {shown!r} is not UTF-8") from None


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """A record and the value that `parse` made of it."""

    record: Record
    value: T


@dataclass(frozen=True, slots=True)
class Output:
    """A record to publish.

    Attributes:
        topic: The topic to publish it to.
        key: The key's bytes.
        value: The value's bytes.
        headers: Header names and values, in order.
        origin: The record it was made from. It is published only while that record is still owned by this worker.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    origin: Record


class Stage(Protocol[T]):
    """A stage. The road calls `start`, then `parse` and `process` for as long as it runs, then `stop`.

    Attributes:
        name: Its name in metrics, logs and dead letters (`news`).
        topic: The topic it reads.
        group: Its consumer group.
        batch_size: Most records in a batch. A batch may span partitions. Within a partition it is in order and without
            gaps, except for poison records and offsets that Kafka itself skips.
        in_flight: How many `process` calls may run at once. Batches start in order and are published and acknowledged
            in order; with 1, each call ends before the next one starts.
    """

    name: str
    topic: Topic
    group: str
    batch_size: int
    in_flight: int

    async def start(self) -> None:
        """Opens what the stage needs. It may wait without limit, and must not fail for transient reasons.

        Raises:
            ConfigurationError: It can never work with this configuration. The worker ends and is not started again.
        """

    async def stop(self) -> None:
        """Closes what `start` opened."""

    async def ready(self) -> str:
        """Returns why the stage cannot work at the moment; "" if it can. For /health, so it must answer within 5 s."""

    def parse(self, record: Record) -> T:
        """Reads one record. A pure function, and fast.

        Raises:
            PoisonError: The record can never be read.
        """

    async def process(self, items: Sequence[Item[T]]) -> Sequence[Output]:
        """Does the stage's work for a batch, and returns the records to publish, in order.

        When it returns, any effect of the stage's own (a database commit) is durable. It retries transient errors
        itself, without limit, at the innermost call. Any exception but PoisonError counts as a bug: the road halves the
        batch, and the record that raises it alone, twice, becomes a dead letter. A record may be processed more than
        once, so every effect must be idempotent.

        Raises:
            PoisonError: At least one record can never be processed; see there.
        """
