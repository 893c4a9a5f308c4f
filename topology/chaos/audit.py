"""What the topics say after a run: whether each bad record was refused once, and each article's versions in order."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import orjson

from streams.messages.cloud_events import CE_TYPES
from streams.messages.events import Document
from streams.road.dead_letters import DeadLetter
from streams.road.partition import read_partition
from streams.road.stage import Record
from topology.topics import DEAD_LETTERS, RAW_NEWS, TRIPLES, Topic

Place = tuple[str, str, str]
"""Topic, partition and offset."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What the topics say.

    Attributes:
        articles: Versions of articles and retractions on `raw-news`.
        documents: Documents on `triples`; more than articles, because a record repeats after a crash.
        out_of_order: Articles whose documents do not follow the versions, or do not end with the last one.
        letters: Different records in the dead letters, with their reason.
        repeated_letters: Letters beyond the first of each record: a repeat after a crash, which does no harm.
    """

    articles: int
    documents: int
    out_of_order: list[str]
    letters: dict[Place, str]
    repeated_letters: int


def follows(expected: Sequence[str], seen: Sequence[str]) -> bool:
    """Returns whether what was seen is the expected sequence, read once or again from some earlier place.

    A step back is a repeat after a crash. A step that leaves out a version, or an end before the last one, is not
    allowed.
    """
    at = -1
    for version in seen:
        if at + 1 < len(expected) and expected[at + 1] == version:
            at += 1
            continue
        back = [i for i in range(at + 1) if expected[i] == version]
        if not back:
            return False
        at = back[-1]
    return at == len(expected) - 1


async def audit(bootstrap: str) -> Audit:
    """Reads the topics.

    Raises:
        KafkaError: The broker does not answer.
    """
    found = [DeadLetter.of(record) async for record in _records(bootstrap, DEAD_LETTERS)]
    places = Counter((letter.topic, letter.partition, letter.offset) for letter in found)
    reasons = {(letter.topic, letter.partition, letter.offset): letter.reason for letter in found}
    expected: dict[str, list[str]] = defaultdict(list)
    async for record in _records(bootstrap, RAW_NEWS):
        if (record.topic, str(record.partition), str(record.offset)) not in reasons:
            fields = orjson.loads(record.value or b"{}")
            expected[fields["id"]].append(_version(fields))
    seen: dict[str, list[str]] = defaultdict(list)
    async for record in _records(bootstrap, TRIPLES):
        if record.header("ce_type") == CE_TYPES[Document].encode():
            fields = orjson.loads(record.value or b"{}")
            seen[fields["id"]].append(_version(fields))
    return Audit(
        articles=sum(map(len, expected.values())),
        documents=sum(map(len, seen.values())),
        out_of_order=[id_ for id_, versions in expected.items() if not follows(versions, seen.get(id_, []))],
        letters=reasons,
        repeated_letters=places.total() - len(places),
    )


def _version(fields: dict[str, object]) -> str:
    return f"{fields.get('op', 'upsert')} {fields.get('url') or ''}"


async def _records(bootstrap: str, topic: Topic) -> AsyncIterator[Record]:
    for partition in range(topic.partitions):
        async for record in read_partition(bootstrap, topic.name, partition):
            yield record
