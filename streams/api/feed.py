"""Messages of `triples` as they arrive, filtered, for one client. Each has a consumer of its own and no group."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.api.in_place import LOOK_BACK, InPlace
from streams.api.problems import ProblemError
from streams.desk.places import Within
from topology.access.kafka import client_options
from topology.settings import Settings
from topology.topics import TRIPLES

QUIET_SECONDS = 15.0
"""Seconds without a message for the client after which it learns how far the topic was read."""

CONNECT_SECONDS = 15.0
"""Seconds that Kafka may take until a stream can begin."""

FETCH_BYTES = 256 * 1024
"""Bytes that a client's consumer takes of a partition at once; a larger message is taken by itself."""


_KIND = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which triples a client wants; without any, it gets every message.

    Attributes:
        entities: Ids of which one must be subject or object; None for any.
        class_: Class of the happening that is the subject; None for any.
        relation: Id or name of the relation; None for any.
        place: Place that it must be about; None for any. This one is `InPlace`'s to judge.
    """

    entities: Collection[str] | None = None
    class_: str | None = None
    relation: str | None = None
    place: Within | None = None

    def wants(self, type_: str | None, value: bytes) -> bool:
        """Returns whether a message passes, as far as it can be judged by itself: the place is not asked for."""
        if self.entities is None and self.class_ is None and self.relation is None:
            return True
        if type_ != "triple":
            return False
        try:
            triple = orjson.loads(value)
            subject, predicate, target = triple["subject"], triple["predicate"], triple["object"]
            return (
                (self.entities is None or not {subject["id"], target.get("id")}.isdisjoint(self.entities))
                and (self.class_ is None or subject.get("class") == self.class_)
                and (self.relation is None or self.relation in (predicate["id"], predicate["name"]))
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            # The sink puts what cannot be read into dead letters; nobody is to wait for it here.
            return False


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """A message for the client.

    Attributes:
        id: How far each partition has been read with it; see `position_of`.
        type: `triple`, `document`, `alias` and so on; None if the message does not say.
        data: The message as on the topic; None if there is only the position.
    """

    id: str
    type: str | None = None
    data: str | None = None


def position_of(offsets: dict[int, int]) -> str:
    """Returns the id of an event: the next offset of each partition, `0:15,1:7`."""
    return ",".join(f"{partition}:{offset}" for partition, offset in sorted(offsets.items()))


def offsets_of(position: str) -> dict[int, int]:
    """Returns the next offset of each partition, from an event's id.

    Raises:
        ProblemError: It is no id of an event.
    """
    try:
        pairs = [part.split(":") for part in position.split(",")]
        offsets = {int(partition): int(offset) for partition, offset in pairs}
        if min(*offsets, *offsets.values()) >= 0:
            return offsets
    except ValueError:
        pass
    raise ProblemError(
        400,
        "bad-position",
        "The position cannot be read",
        "Send the id of the last event received as `Last-Event-ID`, or leave it out to begin with what is new.",
    )


class Selection:
    """What a client gets of partitions that are read in order."""

    def __init__(self, filters: Filters) -> None:
        """Has seen nothing yet.

        Args:
            filters: What the client wants.
        """
        self._filters = filters
        self._begin: dict[int, int] = {}
        self._offsets: dict[int, int] = {}
        self._places: dict[int, InPlace] = {}

    @property
    def look_back(self) -> int:
        """How many records before the first wanted one are to be read: they may tell what that one belongs to."""
        return LOOK_BACK if self._filters.place else 0

    @property
    def position(self) -> str:
        """How far each partition has been read, as the id of an event."""
        return position_of(self._offsets)

    def begin(self, partition: int, offset: int) -> None:
        """Notes the offset of the first record of a partition that the client is to get."""
        self._begin[partition] = self._offsets[partition] = offset
        if self._filters.place:
            self._places[partition] = InPlace(self._filters.place)

    def events(self, partition: int, record: Any) -> Iterator[FeedEvent]:
        """Yields what the client gets with a record: what was held back until it came, and the record.

        The id of an event that was held back leads to the record again, so that a client may lose the rest of them.
        """
        type_, value = _type_of(dict(record.headers)), record.value
        passing: Iterable[bytes] = () if value is None else [value]
        if value is not None and partition in self._places:
            passing = self._places[partition].passing(type_, value)
        new = record.offset >= self._begin[partition]
        for one in passing:
            if new and self._filters.wants(type_, one):
                self._offsets[partition] = record.offset + (one is value)
                yield FeedEvent(self.position, type_, one.decode(errors="replace"))
        if new:
            self._offsets[partition] = record.offset + 1


class Feed:
    """Reads the topic from a position on. Start it, and stop it after use."""

    def __init__(self, declared: Settings, filters: Filters, position: str | None = None, *, back: int = 0) -> None:
        """Connects to nothing yet.

        Args:
            declared: The settings, which say where Kafka is and how to be admitted.
            filters: What the client wants.
            position: Id of the last event that it received; None to begin with what is new.
            back: Without a position, with how many of the newest messages of each partition to begin.

        Raises:
            ProblemError: The position cannot be read.
        """
        self._selection = Selection(filters)
        self._wanted = offsets_of(position) if position else {}
        self._back = back if position is None else 0
        self._consumer = AIOKafkaConsumer(
            **client_options(declared=declared),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_bytes=4 * FETCH_BYTES,
            max_partition_fetch_bytes=FETCH_BYTES,
        )

    async def start(self) -> None:
        """Connects, and finds where to begin.

        Raises:
            KafkaError: Kafka does not answer.
            TimeoutError: As before.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._begin()
        except BaseException:
            await self._consumer.stop()
            raise

    async def _begin(self) -> None:
        await self._consumer.start()
        numbers = self._consumer.partitions_for_topic(TRIPLES.name) or range(TRIPLES.partitions)
        partitions = [TopicPartition(TRIPLES.name, number) for number in sorted(numbers)]
        self._consumer.assign(partitions)
        ends = await self._consumer.end_offsets(partitions)
        back = self._selection.look_back
        starts = await self._consumer.beginning_offsets(partitions) if back else {}
        for one in partitions:
            # What was never read from here is new; an offset beyond the end belongs to a topic that is no more.
            newest = max(0, ends[one] - self._back)
            begin = min(self._wanted.get(one.partition, newest), ends[one])
            self._selection.begin(one.partition, begin)
            self._consumer.seek(one, max(begin - back, starts.get(one, begin - back)))

    async def stop(self) -> None:
        """Disconnects."""
        await self._consumer.stop()

    async def events(self) -> AsyncIterator[FeedEvent]:
        """Yields what the client wants, and now and then only the position, so that it need not begin far back."""
        yield FeedEvent(self._selection.position)
        clock = asyncio.get_running_loop().time
        sent = clock()
        while True:
            found: dict[Any, list[Any]] = await self._consumer.getmany(timeout_ms=int(QUIET_SECONDS * 1000))
            for partition, records in found.items():
                for record in records:
                    for event in self._selection.events(partition.partition, record):
                        yield event
                        sent = clock()
            if clock() - sent >= QUIET_SECONDS:
                yield FeedEvent(self._selection.position)
                sent = clock()


def _type_of(headers: Mapping[str, bytes]) -> str | None:
    """Returns the kind of a message, from its CloudEvents header; None if that is missing or no plain word."""
    kind = headers.get("ce_type", b"").decode(errors="replace").rpartition(".")[2]
    return kind if _KIND.fullmatch(kind) else None
