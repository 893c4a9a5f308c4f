"""Dead letters: records that can never be processed, kept complete with the reason.

The header names are those of KIP-1034. A dead letter keeps the original value, key and headers, so that it can be
replayed once the cause is fixed. One that is larger than the topic allows keeps their beginnings, and says how long
they were and what their hashes are; the original is then to be found on its own topic.
"""

from dataclasses import dataclass

from streams.road.publisher import FRAME, LIMITS, size_of
from streams.road.stage import Headers, Output, Record
from streams.road.wire.cut import Cut, Whole
from streams.road.wire.error_headers import PREFIX
from topology.topics import DEAD_LETTERS

ORIGINAL = "__streams.original."
"""Begins the name of an original header whose own name begins like one that a dead letter adds."""
REPLAYED = "__streams.replayed"
"""Header of a replayed record: how many times it was replayed."""

MAX_MESSAGE = 4000
"""Characters of the error message that are kept."""

LIMIT = LIMITS[DEAD_LETTERS.name]
"""Bytes of the largest dead letter."""

SMALLER = (LIMIT, 900_000, 60_000)
"""Limits to try in turn, where a broker's own limit is below what the topic declares."""

OWN = 32 * 1024
"""Bytes reserved for what a dead letter adds."""


def dead_letter(record: Record, *, stage: str, reason: str, message: str, limit: int = LIMIT) -> Output:
    """Returns the dead letter of a record. It is never larger than the limit.

    Args:
        record: The record.
        stage: The stage that rejected it.
        reason: The short fixed name (`not-json`).
        message: What is wrong with it, for a person.
        limit: Bytes that it may have.
    """
    errors = {
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "stage": stage,
        "exception": reason,
        "message": message[:MAX_MESSAGE],
    }
    key, value, headers, cut = _fitting(record, limit - OWN)
    # aiokafka refuses to send a record with neither key nor value, which a hostile publisher can still produce.
    if key is None and value is None:
        key = b""
    return Output(
        topic=DEAD_LETTERS.name,
        key=key,
        value=value,
        headers=(
            *((_escaped(name), content) for name, content in headers),
            *((PREFIX + name, text.encode(errors="backslashreplace")) for name, text in (errors | cut).items()),
        ),
        origin=record,
    )


def _fitting(record: Record, room: int) -> tuple[bytes | None, bytes | None, Headers, dict[str, str]]:
    """Returns key, value and headers that have at most `room` bytes, and what to say of what was cut."""
    key, value, headers = record.key, record.value, record.headers
    said: dict[str, str] = {}
    whole = size_of(key, value, headers) <= room
    if not whole:
        kept = _first(headers, room // 4)
        if len(kept) < len(headers):
            said["headers.left_out"] = str(len(headers) - len(kept))
        headers = kept
    if key is not None and (isinstance(key, Cut) or not (whole or len(key) <= room // 4)):
        key = _cut(key, room // 4, "key", said)
    if value is not None:
        left = room if whole else max(0, room - size_of(key, None, headers))
        if isinstance(value, Cut) or len(value) > left:
            value = _cut(value, left, "value", said)
    return key, value, headers, said


def _first(headers: Headers, room: int) -> Headers:
    kept: list[tuple[str, bytes | None]] = []
    size = FRAME
    for name, content in headers:
        size += size_of(None, None, ((name, content),)) - FRAME
        if size > room:
            break
        kept.append((name, content))
    return tuple(kept)


def _cut(data: bytes, room: int, name: str, said: dict[str, str]) -> bytes:
    whole = Whole.of(data)
    # Nobody has seen the whole of what was too large to unpack.
    said[f"{name}.length"] = str(whole.length) if whole.length >= 0 else "unknown"
    if whole.sha256:
        said[f"{name}.sha256"] = whole.sha256
    return bytes(data[:room])


def _escaped(name: str) -> str:
    return ORIGINAL + name if name.startswith((PREFIX, ORIGINAL)) else name


def printable(name: str) -> str:
    r"""Returns a header name that can be shown: bytes that are not UTF-8 become `\xff`."""
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
            return _text(record, name)

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
        return tuple(
            (name.removeprefix(ORIGINAL), value) for name, value in self.record.headers if not name.startswith(PREFIX)
        )

    @property
    def replays(self) -> int:
        """How many times this record was replayed before."""
        count = self.record.header(REPLAYED) or b"0"
        return int(count) if count.isdigit() else 0

    @property
    def cut(self) -> bool:
        """Whether it has not all of the original, which has to be read from its own topic."""
        return any(
            self.record.header(PREFIX + name) is not None for name in ("value.length", "key.length", "headers.left_out")
        )

    @property
    def length(self) -> str:
        """The length of the original value in bytes, "unknown" included; "" if it is all here."""
        return _text(self.record, "value.length")

    @property
    def sha256(self) -> str:
        """The SHA-256 of the original value; "" if it is all here or was never seen."""
        return _text(self.record, "value.sha256")

    @property
    def place(self) -> str:
        """Where the original is."""
        return f"topic {self.topic}, partition {self.partition}, offset {self.offset}"


def _text(record: Record, name: str) -> str:
    return (record.header(PREFIX + name) or b"").decode(errors="replace")
