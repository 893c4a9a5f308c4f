"""Reads dead letters, and replays them: publishes them again to the topics they came from.

A letter that has only a part of the original cannot be published again as it stands. The original is then read from the
topic it came from, as long as that topic's retention keeps it.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from aiokafka import AIOKafkaProducer

from streams.road.dead_letters import REPLAYED, DeadLetter
from streams.road.partition import read_partition, read_record
from streams.road.publisher import LIMITS, size_of
from streams.road.stage import Headers, Record
from streams.road.wire import writing
from streams.road.wire.cut import Cut, Whole
from topology.access.kafka import client_options
from topology.topics import ALERTS, DEAD_LETTERS, TOPICS

MARK = "__streams.replayed.offset"
"""Header of a record on dead-letters that only marks a replay: its value is the offset of the replayed letter."""

READABLE = frozenset(topic.name for topic in TOPICS if topic.groups or topic is ALERTS)
"""Topics that a worker reads; that of alerts without a group, as each receiver has a position of its own. Nothing is
replayed to any other, whatever a header claims."""


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The content of the dead-letters topic.

    Attributes:
        letters: The dead letters, oldest first.
        replayed: Offsets (on dead-letters) of those that were replayed.
    """

    letters: tuple[DeadLetter, ...]
    replayed: frozenset[int]

    def waiting(self, attempts: int) -> list[DeadLetter]:
        """Returns the letters not replayed yet, without records that were replayed `attempts` times before."""
        return [
            letter for letter in self.letters if letter.record.offset not in self.replayed and letter.replays < attempts
        ]


async def read_letters(
    bootstrap: str, *, begin: int = 0, most: int | None = None, contents: bool = True
) -> DeadLetters:
    """Reads the dead-letters topic.

    Args:
        bootstrap: Kafka's bootstrap servers.
        begin: The first offset.
        most: How many letters to return, the newest; None for all.
        contents: Whether the letters are to have the originals, each of which may have megabytes.

    Raises:
        KafkaError: The broker does not answer.
    """
    letters: deque[DeadLetter] = deque(maxlen=most)
    replayed: set[int] = set()
    async for record in read_partition(bootstrap, DEAD_LETTERS.name, begin=begin):
        mark = record.header(MARK)
        if mark is None:
            letters.append(DeadLetter.of(record if contents else replace(record, value=None)))
        elif mark.isdigit():
            replayed.add(int(mark))
    return DeadLetters(tuple(letters), frozenset(replayed))


class CutLetterError(ValueError):
    """A dead letter has only a part of the original, and the original cannot be published again either."""

    def __init__(self, letter: DeadLetter, why: str) -> None:
        super().__init__(
            f"dead letter {letter.record.offset} has only a part of the original ({letter.place}), and the original "
            f"cannot be published again: {why}"
        )


async def original(bootstrap: str, letter: DeadLetter) -> Record:
    """Returns what a dead letter was made of: the letter's own record if it is whole, else that of its topic.

    Raises:
        CutLetterError: The original is gone, is another record, or is too large to be published.
        KafkaError: The broker does not answer.
    """
    if not letter.cut:
        return letter.record
    if not (letter.partition.isdigit() and letter.offset.isdigit()):
        raise CutLetterError(letter, "the letter does not say where it is")
    found = await read_record(bootstrap, letter.topic, int(letter.partition), int(letter.offset))
    if found is None:
        raise CutLetterError(letter, "its topic does not keep it any more")
    if isinstance(found.value, Cut):
        raise CutLetterError(letter, f"it has {_bytes(found.value)}, more than any topic takes; have it sent in parts")
    if letter.sha256 and Whole.of(found.value or b"").sha256 != letter.sha256:
        raise CutLetterError(letter, "another record is in its place; was the topic deleted and created again?")
    if size_of(found.key, found.value, found.headers) > LIMITS[letter.topic]:
        raise CutLetterError(letter, f"{letter.topic} takes records of {LIMITS[letter.topic]} bytes")
    return found


def _bytes(value: Cut) -> str:
    return f"{value.length} bytes" if value.length >= 0 else "an unknown number of bytes"


async def replay(
    bootstrap: str, letters: Iterable[DeadLetter], *, skipped: Callable[[CutLetterError], None] | None = None
) -> int:
    """Publishes dead letters to the topics they came from, with their original value, key and headers.

    A header counts the replays. A mark on dead-letters records that the letter is no longer waiting. A crash between
    the two repeats one replay, which does no harm because everything downstream is idempotent.

    Args:
        bootstrap: Kafka's bootstrap servers.
        letters: The dead letters.
        skipped: Called for each letter that has only a part of the original, if the original cannot be published
            again. Without it, the first of them ends the replay.

    Returns:
        How many were replayed.

    Raises:
        ValueError: A dead letter names a topic that no worker reads.
        CutLetterError: See `skipped`.
        KafkaError: The broker does not answer.
    """
    writing.install()
    producer = AIOKafkaProducer(
        **client_options(bootstrap), enable_idempotence=True, acks="all", max_request_size=max(LIMITS.values())
    )
    await producer.start()
    count = 0
    try:
        for letter in letters:
            if letter.topic not in READABLE:
                raise ValueError(
                    f"dead letter {letter.record.offset} comes from {letter.topic!r}, which no worker reads"
                )
            try:
                record = await original(bootstrap, letter)
            except CutLetterError as error:
                if skipped is None:
                    raise
                skipped(error)
                continue
            before: Headers = record.headers if letter.cut else letter.original_headers
            headers = [(name, value) for name, value in before if name != REPLAYED]
            headers.append((REPLAYED, str(letter.replays + 1).encode()))
            await producer.send_and_wait(letter.topic, value=record.value, key=record.key, headers=headers)
            mark = (MARK, str(letter.record.offset).encode())
            await producer.send_and_wait(DEAD_LETTERS.name, value=b"", key=letter.record.key, headers=[mark])
            count += 1
    finally:
        await producer.stop()
    return count
