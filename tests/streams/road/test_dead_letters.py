"""Dead letters always fit, say what they lack, and keep what they can."""

import hashlib
import os

import pytest

from streams.road.dead_letters import LIMIT, ORIGINAL, PREFIX, DeadLetter, dead_letter
from streams.road.publisher import _refusal, size_of
from streams.road.stage import Output, Record
from streams.road.wire.cut import Cut

MIB = 1024 * 1024


def letter_of(record: Record, **options: int) -> tuple[Output, DeadLetter]:
    output = dead_letter(record, stage="news", reason="bad", message="m" * 9000 + "\ud800" * 9000, **options)
    read = Record(output.topic, 0, 5, 0, output.key, output.value, tuple(output.headers))
    return output, DeadLetter.of(read)


@pytest.mark.parametrize(
    "record",
    [
        Record("raw-news", 2, 7, 0, b"k", b"v" * (40 * MIB)),
        Record("raw-news", 2, 7, 0, b"k" * (40 * MIB), None),
        Record("raw-news", 2, 7, 0, None, b"v", (("h", b"x" * (40 * MIB)),)),
        Record("raw-news", 2, 7, 0, None, b"v", (("h" * (40 * MIB), b""),)),
        Record("raw-news", 2, 7, 0, b"k" * (9 * MIB), b"v" * (9 * MIB), (("h", b"x"),) * 500_000),
        Record("raw-news", 2, 7, 0, None, None, (("\udcff" * (20 * MIB), None),)),
    ],
    ids=["value", "key", "header", "name", "all", "odd name"],
)
@pytest.mark.parametrize("limit", [LIMIT, 900_000, 60_000])
def test_any_dead_letter_fits(record: Record, limit: int) -> None:
    output, letter = letter_of(record, limit=limit)
    assert size_of(output.key, output.value, output.headers) <= limit
    assert _refusal(output) is None
    assert letter.cut
    assert letter.place == "topic raw-news, partition 2, offset 7"
    if len(record.value or b"") > MIB:
        assert letter.length == str(len(record.value or b""))
        assert letter.sha256 == hashlib.sha256(record.value or b"").hexdigest()


def test_what_any_topic_can_carry_is_kept_whole() -> None:
    record = Record("raw-news", 2, 7, 0, b"k", os.urandom(8 * MIB), (("h", b"1"),))
    _, letter = letter_of(record)
    assert not letter.cut
    assert (letter.record.key, letter.record.value, letter.original_headers) == (b"k", record.value, record.headers)


def test_the_length_and_hash_are_those_of_what_was_cut_when_it_was_read() -> None:
    whole = b"v" * (9 * MIB)
    _, letter = letter_of(Record("raw-news", 2, 7, 0, b"k", Cut.of(whole, 100)))
    assert (letter.record.value, letter.length) == (whole[:100], str(len(whole)))
    assert letter.sha256 == hashlib.sha256(whole).hexdigest()
    _, unseen = letter_of(Record("raw-news", 2, 7, 0, None, Cut.unseen()))
    assert (unseen.cut, unseen.length, unseen.sha256) == (True, "unknown", "")


@pytest.mark.parametrize("name", ["x-\udcff", PREFIX + "topic", ORIGINAL + "a", "größe", ""])
def test_original_header_names_come_back_byte_for_byte(name: str) -> None:
    record = Record("raw-news", 2, 7, 0, b"k", b"0", ((name, b"mine"), ("other", None)))
    _, letter = letter_of(record)
    assert letter.original_headers == record.headers
    assert letter.topic == "raw-news"


@pytest.mark.parametrize(
    "output",
    [
        Output("triples", None, None, (), Record("", 0, 0, 0, None, None)),
        Output("triples", b"k", "text", (), Record("", 0, 0, 0, None, None)),  # type: ignore[arg-type]
        Output("triples", b"k", b"v", ((None, b""),), Record("", 0, 0, 0, None, None)),  # type: ignore[arg-type]
        Output("triples", b"k", b"v", (("h", 5),), Record("", 0, 0, 0, None, None)),  # type: ignore[arg-type]
    ],
)
def test_an_output_that_no_record_can_hold_is_refused_and_raises_nothing(output: Output) -> None:
    refusal = _refusal(output)
    assert refusal is not None
    assert refusal.reason == "output-invalid"
