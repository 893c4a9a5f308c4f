"""What a hostile publisher can put on the wire is bounded when it is read, and written as it was read."""

import gzip
import os
import tracemalloc

import pytest
from aiokafka.errors import CorruptRecordException
from aiokafka.producer import message_accumulator
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchBuilderPy

from streams.road.stage import PoisonError, Record
from streams.road.wire.cut import KEPT, MOST, Cut, check_size
from streams.road.wire.tolerant_reading import TolerantRecords, install
from streams.road.wire.unpacking import MOST_UNPACKED, BombError, unpacked
from streams.road.wire.writing import TolerantBuilder

CODECS = {"gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
Headers = list[tuple[str, bytes | None]]


def batch(records: list[tuple[bytes | None, bytes | None, Headers]], codec: int = 0, *, builder=None) -> bytes:
    builder = (builder or _DefaultRecordBatchBuilderPy)(
        magic=2,
        compression_type=codec,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1 << 30,
    )
    for offset, (key, value, headers) in enumerate(records):
        assert builder.append(offset, 1_700_000_000_000, key, value, headers) is not None
    return bytes(builder.build())


def read(data: bytes) -> list:
    return list(TolerantRecords(data).next_batch())


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_a_bomb_of_one_record_is_cut_and_its_neighbours_are_whole(codec: int) -> None:
    bomb = b'{"id": "a", "body": "' + b"a" * 40_000_000 + b'"}'
    before, found, after = read(batch([(b"k", b"before", []), (b"k", bomb, []), (b"k", b"after", [])], codec))
    assert (before.value, after.value) == (b"before", b"after")
    assert not isinstance(before.value, Cut)
    assert isinstance(found.value, Cut)
    assert (len(found.value), found.value.length, found.offset) == (KEPT, len(bomb), 1)
    with pytest.raises(PoisonError, match=r"too-large.*40000023"):
        check_size(Record("t", 0, 1, 0, found.key, found.value))


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_a_batch_that_unpacks_to_more_than_can_be_held_is_refused_record_by_record(codec: int) -> None:
    data = batch([(b"k", b"a" * (MOST_UNPACKED // 2), [])] * 3, codec)
    tracemalloc.start()
    try:
        found = read(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * MOST_UNPACKED
    assert [(record.offset, record.value, record.value.length) for record in found] == [
        (0, b"", -1),
        (1, b"", -1),
        (2, b"", -1),
    ]
    with pytest.raises(PoisonError, match="too-large"):
        check_size(Record("t", 0, 1, 0, None, found[0].value))


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        (b"k" * (MOST + 1), []),
        (None, [("h", b"x" * (MOST + 1))]),
        (None, [("h" * (MOST + 1), b"")]),
        (None, [("", b"")] * 200_000),
        (None, [("h", b"x" * 1000)] * 20_000),
    ],
    ids=["key", "header", "name", "empty headers", "many headers"],
)
def test_keys_and_headers_are_bounded_too(key: bytes | None, headers: Headers) -> None:
    (found,) = read(batch([(key, None, headers)]))
    assert isinstance(found.value, Cut)
    size = len(found.key or b"") + sum(len(name) + len(value or b"") for name, value in found.headers)
    assert size <= 102 * KEPT
    with pytest.raises(PoisonError, match="too-large"):
        check_size(Record("t", 0, 0, 0, found.key, found.value, tuple(found.headers)))


def test_a_record_of_the_largest_size_is_whole() -> None:
    value = os.urandom(MOST - 10)
    (found,) = read(batch([(b"k", value, [])]))
    assert found.value == value
    check_size(Record("t", 0, 0, 0, found.key, found.value))


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_what_is_unpacked_reads_as_the_library_reads_it(codec: int) -> None:
    data = batch([(b"k", os.urandom(1000) + b"a" * 5000, [("h", b"1")])] * 50, codec)
    plain = [(r.offset, r.timestamp, r.key, r.value, r.headers) for r in DefaultRecordBatch(data)]
    assert [(r.offset, r.timestamp, r.key, r.value, r.headers) for r in read(data)] == plain


def test_a_gzip_of_many_members_is_bounded_as_a_whole() -> None:
    whole = bytearray(batch([(b"k", b"a" * 2000, [])], CODECS["gzip"]))
    whole[61:] = gzip.compress(b"a" * 600_000) * 3
    with pytest.raises(BombError):
        unpacked(bytes(whole), limit=1_000_000)


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_what_cannot_be_unpacked_is_corrupt(codec: int) -> None:
    whole = batch([(b"k", b"a" * 2000, [])], codec)
    with pytest.raises(CorruptRecordException):
        unpacked(whole[:-9])
    with pytest.raises(CorruptRecordException):
        unpacked(whole[:61] + b"\xff" * 40)


@pytest.mark.parametrize("name", ["x-\udcff\udcfe", "plain", "größe", ""])
def test_header_names_are_written_as_they_were_read(name: str) -> None:
    install()
    data = batch([(b"k", b"v", [(name, b"1"), ("kept", None)])], builder=TolerantBuilder)
    (found,) = read(data)
    assert found.headers == [(name, b"1"), ("kept", None)]
    assert message_accumulator.DefaultRecordBatchBuilder is TolerantBuilder
    assert TolerantBuilder.estimate_size_in_bytes(b"k", b"v", [(name, b"1")]) > len(name)


def test_a_record_with_such_a_name_begins_a_batch_of_its_own() -> None:
    builder = TolerantBuilder(
        2, 0, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=0, batch_size=999
    )
    assert builder.append(0, 1, b"k", b"v", [("a", b"")]) is not None
    # aiokafka takes None for "the batch is full", and begins another.
    assert builder.append(1, 1, b"k", b"v", [("\udcff", b"")]) is None
    assert [r.offset for r in read(bytes(builder.build()))] == [0]
