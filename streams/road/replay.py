"""Reads dead letters, and replays them: publishes them again to the topics they came from."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer

from streams.road.dead_letters import REPLAYED, DeadLetter
from streams.road.partition import read_partition
from streams.road.publisher import LIMITS
from topology.access.kafka import client_options
from topology.topics import DEAD_LETTERS, TOPICS

MARK = "__streams.replayed.offset"
"""Header of a record on dead-letters that only marks a replay: its value is the offset of the replayed letter."""

READABLE = frozenset(topic.name for topic in TOPICS if topic.groups)
"""Topics that a worker reads. Nothing is replayed to any other, whatever a header claims."""


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


async def read_letters(bootstrap: str) -> DeadLetters:
    """Reads the whole dead-letters topic.

    Raises:
        KafkaError: The broker does not answer.
    """
    letters: list[DeadLetter] = []
    replayed: set[int] = set()
    async for record in read_partition(bootstrap, DEAD_LETTERS.name):
        mark = record.header(MARK)
        if mark is None:
            letters.append(DeadLetter.of(record))
        elif mark.isdigit():
            replayed.add(int(mark))
    return DeadLetters(tuple(letters), frozenset(replayed))


async def replay(bootstrap: str, letters: Iterable[DeadLetter]) -> int:
    """Publishes dead letters to the topics they came from, with their original value, key and headers.

    A header counts the replays. A mark on dead-letters records that the letter is no longer waiting. A crash between
    the two repeats one replay, which does no harm because everything downstream is idempotent.

    Returns:
        How many were replayed.

    Raises:
        ValueError: A dead letter names a topic that no worker reads.
        KafkaError: The broker does not answer.
    """
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
            headers = [(name, value) for name, value in letter.original_headers if name != REPLAYED]
            headers.append((REPLAYED, str(letter.replays + 1).encode()))
            await producer.send_and_wait(
                letter.topic, value=letter.record.value, key=letter.record.key, headers=headers
            )
            mark = (MARK, str(letter.record.offset).encode())
            await producer.send_and_wait(DEAD_LETTERS.name, value=b"", key=letter.record.key, headers=[mark])
            count += 1
    finally:
        await producer.stop()
    return count
