"""What every stage looks like to the road.

A stage says how one record is read (`parse`) and what is done with a batch of them (`process`). Everything else, that
is reading, retries of the broker, dead letters, publishing, order and acknowledgement, is the road's (`road.py`).
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
"""The last millisecond that a datetime can say; a publisher may claim any timestamp."""


# Compared by identity: hashing megabytes to tell two records apart would cost more than it says.
@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A Kafka record as it came off the wire.

    Attributes:
        topic: Where it was read.
        partition: That topic's partition.
        offset: That partition's offset.
        timestamp_ms: Kafka's timestamp, milliseconds since 1970; -1 if the record has none.
        key: The key's bytes.
        value: The value's bytes.
        headers: Header names and values, in order. Bytes of a name that are not UTF-8 are surrogate escapes.
        generation: The consumer group's generation in which it was read; a rebalance ends it.
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
        """The timestamp, aware, in UTC; what no datetime can say is brought to the nearest that can."""
        return _EPOCH + timedelta(milliseconds=min(max(self.timestamp_ms, 0), LATEST_MS))

    def header(self, name: str) -> bytes | None:
        """Returns the last header of this name (the last one counts, as Kafka's `lastHeader` has it)."""
        for key, value in reversed(self.headers):
            if key == name:
                return value
        return None


class ConfigurationError(Exception):
    """The worker cannot run as things are set up, and only a person can help; the message says what to do."""


class PoisonError(Exception):
    """This record can never be processed, however often it is tried: it belongs in dead-letters.

    `parse` raises it for one record. `process` raises it for a batch of which some row is poison; the road then calls
    `process` row by row, and only rows that raise it alone become dead letters.

    Attributes:
        reason: A short fixed name (`not-json`), used in metrics and to filter dead letters.
        message: What is wrong with this very record, for a human.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message


def check_headers(record: Record) -> None:
    """Checks what no stage looks at.

    Raises:
        PoisonError: header-name.
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
    """A record and what it was read as."""

    record: Record
    value: T


@dataclass(frozen=True, slots=True)
class Output:
    """A record to publish.

    Attributes:
        origin: The record it was made from; decides whether it is still ours to publish after a rebalance.
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
        topic: What it reads.
        group: Its consumer group.
        batch_size: Records taken at once at most. A batch may span partitions; within each partition it is in order
            and contiguous but for poison rows (and offsets that Kafka itself leaves out).
        in_flight: How many `process` calls may run at once. Batches start in order, and their outputs are published and
            acknowledged in order; with 1 the calls themselves are strictly one after the other.
    """

    name: str
    topic: Topic
    group: str
    batch_size: int
    in_flight: int

    async def start(self) -> None:
        """Opens what the stage needs. May wait for it, for ever; must not fail for transient reasons.

        Raises:
            ConfigurationError: It will never be there as things are set up. The worker ends and is not started again.
        """

    async def stop(self) -> None:
        """Closes it."""

    async def ready(self) -> str:
        """Returns why the stage cannot work at the moment ("" if it can). Feeds /health; must return within seconds."""

    def parse(self, record: Record) -> T:
        """Reads one record. Pure and quick.

        Raises:
            PoisonError: It can never be read.
        """

    async def process(self, items: Sequence[Item[T]]) -> Sequence[Output]:
        """Does the stage's work for a batch, and returns what to publish, in order (nothing if the effect is done).

        Returning means: whatever effect the stage has of its own (a database commit) is durable. Transient trouble is
        retried inside, for ever, at the innermost call. Any exception but PoisonError is taken for a bug: the process
        exits without acknowledging and the supervisor starts it again. The call may be repeated for records that were
        processed before, so every effect must be idempotent.

        Raises:
            PoisonError: Some row can never be processed (see there).
        """
