"""Dead letters: records that can never be processed, kept complete with the reason.

The header names are those of KIP-1034. A dead letter keeps the original value, key and headers, so that it can be
replayed once the cause is fixed.
"""

from dataclasses import dataclass

from streams.road.stage import Headers, Output, Record
from topology.topics import DEAD_LETTERS

PREFIX = "__streams.errors."
REPLAYED = "__streams.replayed"
"""Header of a replayed record: how many times it was replayed."""

MAX_MESSAGE = 4000
"""Characters of the error message that are kept."""


def dead_letter(record: Record, *, stage: str, reason: str, message: str) -> Output:
    """Returns the dead letter of a record.

    Args:
        record: The record.
        stage: The stage that rejected it.
        reason: The short fixed name (`not-json`).
        message: What is wrong with it, for a person.
    """
    errors = {
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "stage": stage,
        "exception": reason,
        "message": message[:MAX_MESSAGE],
    }
    # aiokafka refuses to send a record with neither key nor value, which a hostile publisher can still produce.
    key = b"" if record.key is None and record.value is None else record.key
    return Output(
        topic=DEAD_LETTERS.name,
        key=key,
        value=record.value,
        headers=(
            *((printable(name), value) for name, value in record.headers if not name.startswith(PREFIX)),
            *((PREFIX + name, text.encode(errors="backslashreplace")) for name, text in errors.items()),
        ),
        origin=record,
    )


def printable(name: str) -> str:
    r"""Returns a header name that can be encoded: bytes that are not UTF-8 become `\xff`."""
    return name if name.isascii() else name.encode(errors="surrogateescape").decode(errors="backslashreplace")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter as read from the topic.

    Attributes:
        record: The record on the dead-letters topic itself.
        topic: The topic that the original was read from.
        partition: The original's partition.
        offset: The original's offset.
        stage: The stage that rejected it.
        reason: The short fixed name.
        message: What was wrong with it, for a person.
    """

    record: Record
    topic: str
    partition: str
    offset: str
    stage: str
    reason: str
    message: str

    @classmethod
    def of(cls, record: Record) -> "DeadLetter":
        """Reads the error headers of a record of the dead-letters topic."""

        def text(name: str) -> str:
            return (record.header(PREFIX + name) or b"").decode(errors="replace")

        return cls(
            record,
            topic=text("topic"),
            partition=text("partition"),
            offset=text("offset"),
            stage=text("stage"),
            reason=text("exception"),
            message=text("message"),
        )

    @property
    def original_headers(self) -> Headers:
        """The original's headers, without those that the dead letter added."""
        return tuple((name, value) for name, value in self.record.headers if not name.startswith(PREFIX))

    @property
    def replays(self) -> int:
        """How many times this record was replayed before."""
        count = self.record.header(REPLAYED) or b"0"
        return int(count) if count.isdigit() else 0
