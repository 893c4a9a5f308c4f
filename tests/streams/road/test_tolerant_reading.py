import pytest
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchBuilderPy

from streams.road.wire.tolerant_reading import TolerantRecords, lenient_records
from tests.streams.hostile import HeaderName

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}


def batch(headers: list[list[tuple[str, bytes | None]]], codec: int = 0) -> bytes:
    builder = _DefaultRecordBatchBuilderPy(
        magic=2,
        compression_type=codec,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1 << 20,
    )
    for offset, of_record in enumerate(headers):
        key = None if offset % 2 else b"key"
        value = None if offset % 3 == 2 else b"value " * 200
        assert builder.append(offset, 1_700_000_000_000 + offset, key, value, of_record) is not None
    return bytes(builder.build())


def plain(record: object) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in ("offset", "timestamp", "timestamp_type", "key", "value", "headers"))


FRIENDLY = [[], [("a", b"1"), ("ü", None)], [("b", b"")]]
HOSTILE = [[("a", b"1")], [(HeaderName("x"), b"1"), ("kept", b"2")], [("b", b"3")]]


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_the_lenient_reader_reads_what_the_library_reads(codec: int) -> None:
    data = batch(FRIENDLY, codec)
    assert [plain(r) for r in lenient_records(data)] == [plain(r) for r in DefaultRecordBatch(data)]


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_a_header_name_that_is_not_utf8_hides_no_record(codec: int) -> None:
    records = TolerantRecords(batch(FRIENDLY, codec) + batch(HOSTILE, codec) + batch(FRIENDLY, codec))
    batches = []
    while records.has_next():
        found = records.next_batch()
        assert found.validate_crc()
        batches.append([(record.offset, record.headers) for record in found])
    assert [len(found) for found in batches] == [3, 3, 3]
    assert batches[1][1] == (1, [("x-\udcff\udcfe", b"1"), ("kept", b"2")])
    assert records.next_batch() is None


def test_the_library_alone_still_needs_this() -> None:
    with pytest.raises(UnicodeDecodeError):
        list(DefaultRecordBatch(batch(HOSTILE)))


def test_a_batch_that_really_is_corrupt_is_still_refused() -> None:
    data = bytearray(batch(HOSTILE))
    data[61] = 0x7F  # the first record's length
    with pytest.raises(CorruptRecordException):
        list(TolerantRecords(bytes(data)).next_batch())


def test_half_a_batch_waits_for_the_rest() -> None:
    data = batch(FRIENDLY)
    records = TolerantRecords(data + data[:40])
    assert len(list(records.next_batch())) == 3
    assert not records.has_next()
