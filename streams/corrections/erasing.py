"""Takes the words of an erased article out of corrections: an editor's reason may name or quote it.

What is corrected stays as it is, and so does its time, so that nothing else changes.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from pydantic import ValidationError

from streams.messages.correction_events import Correction
from streams.messages.outputs import output
from streams.road.partition import read_partition
from streams.road.stage import Output, Record
from topology.topics import CORRECTIONS

CE_SOURCE = "triplewire/erase"
ERASED = "(erased)"
"""What stands in place of a reason that named an erased article."""

SHORTEST = 4
"""Characters of the shortest words that are looked for: a shorter id or headline is also part of other sentences."""


def words_of(texts: Iterable[str | None]) -> frozenset[str]:
    """Returns what to look for in reasons, given an article's ids, addresses, headlines and sentences."""
    plain = (_plain(text) for text in texts if text)
    return frozenset(text for text in plain if len(text) >= SHORTEST)


def names(text: str | None, words: frozenset[str]) -> bool:
    """Returns whether a reason has any of the words from `words_of`, as whole words."""
    said = _plain(text or "")
    return any(one in said and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", said) for one in words)


def reached(correction: Correction, record: Record) -> datetime:
    """Returns when a correction reached `corrections`; one whose reason was erased since keeps its first time."""
    return min(correction.at or record.time, record.time)


async def forget(kafka: str, words: frozenset[str], publish: Callable[[list[Output]], Awaitable[object]]) -> int:
    """Replaces the reasons on `corrections` that have any of these words; returns how many.

    Args:
        kafka: Kafka's bootstrap servers.
        words: Of `words_of`.
        publish: Publishes records; its result is awaited.

    Raises:
        KafkaError: The broker does not answer, or does not let us read.
    """
    last: dict[bytes, Record] = {}
    async for record in read_partition(kafka, CORRECTIONS.name):
        last[record.key or b""] = record
    outputs = [found for record in last.values() if (found := _reworded(record, words))]
    if outputs:
        await publish(outputs)
    return len(outputs)


def _reworded(record: Record, words: frozenset[str]) -> Output | None:
    try:
        correction = Correction.model_validate_json(record.value or b"")
    except ValidationError:  # the corrections stage has refused it
        return None
    if not names(correction.why, words):
        return None
    said = correction.model_copy(update={"why": ERASED, "at": reached(correction, record)})
    return output(CORRECTIONS.name, said.id.encode(), said, said.id, source=CE_SOURCE, origin=record)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
