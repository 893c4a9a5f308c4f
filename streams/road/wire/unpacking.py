"""Compressed batches are unpacked up to a limit, whatever they claim.

aiokafka unpacks a batch whole, and a few megabytes of gzip may become gigabytes. This module unpacks it first, stops at
the limit, and passes it on as a batch that is not compressed.
"""

import struct
import zlib

import cramjam
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBase

MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes of an unpacked batch. Producers bound a batch before they compress it, by default to 16 kB or one record."""

_HEADER = DefaultRecordBase.HEADER_STRUCT.size
_LENGTH = struct.calcsize(">q")
_TOO_SMALL = "failed to write whole buffer"
_XERIAL = b"\x82SNAPPY\x00"


class BombError(Exception):
    """The batch unpacks to more than the limit."""


def codec(batch: bytes | memoryview) -> int:
    """Returns the codec of a batch (format v2); 0 if it is not compressed."""
    (attributes,) = struct.unpack_from(">h", batch, DefaultRecordBase.ATTRIBUTES_OFFSET)
    return int(attributes & DefaultRecordBase.CODEC_MASK)


def unpacked(batch: bytes | memoryview, limit: int = MOST_UNPACKED) -> bytes:
    """Returns a compressed batch (format v2) as one that is not compressed. Its checksum no longer fits.

    Raises:
        BombError: It unpacks to more than the limit.
        CorruptRecordException: It cannot be unpacked.
    """
    records = _unpack(codec(batch), bytes(batch[_HEADER:]), limit)
    header = bytearray(batch[:_HEADER])
    (attributes,) = struct.unpack_from(">h", header, DefaultRecordBase.ATTRIBUTES_OFFSET)
    struct.pack_into(">h", header, DefaultRecordBase.ATTRIBUTES_OFFSET, attributes & ~DefaultRecordBase.CODEC_MASK)
    struct.pack_into(">i", header, _LENGTH, _HEADER - DefaultRecordBase.AFTER_LEN_OFFSET + len(records))
    return bytes(header) + records


def _unpack(codec_: int, data: bytes, limit: int) -> bytes:
    try:
        if codec_ == DefaultRecordBase.CODEC_GZIP:
            return _gzip(data, limit)
        if codec_ == DefaultRecordBase.CODEC_SNAPPY:
            return _snappy(data, limit)
        if codec_ == DefaultRecordBase.CODEC_LZ4:
            return _into(cramjam.lz4, data, limit)
        if codec_ == DefaultRecordBase.CODEC_ZSTD:
            return _into(cramjam.zstd, data, limit)
    except (cramjam.DecompressionError, zlib.error, struct.error) as error:
        raise CorruptRecordException(f"a batch that cannot be unpacked: {error}") from error
    raise CorruptRecordException(f"a batch with the unknown codec {codec_}")


def _gzip(data: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    room = limit
    while data:
        member = zlib.decompressobj(wbits=31)
        parts.append(member.decompress(data, room + 1))
        room -= len(parts[-1])
        if room < 0:
            raise BombError
        if not member.eof:
            raise CorruptRecordException("a gzip batch that ends too early")
        data = member.unused_data
    return b"".join(parts)


def _snappy(data: bytes, limit: int) -> bytes:
    if not data.startswith(_XERIAL):
        return _snappy_block(data, limit)
    parts: list[bytes] = []
    position = 16
    while position < len(data):
        (length,) = struct.unpack_from(">i", data, position)
        position += 4
        parts.append(_snappy_block(data[position : position + length], limit - sum(map(len, parts))))
        position += max(length, 0)
    return b"".join(parts)


def _snappy_block(data: bytes, limit: int) -> bytes:
    if cramjam.snappy.decompress_raw_len(data) > limit:
        raise BombError
    return bytes(cramjam.snappy.decompress_raw(data))


def _into(algorithm: object, data: bytes, limit: int) -> bytes:
    # The size is not known beforehand, and clearing a buffer of the limit would take longer than unpacking.
    for size in (16 * len(data), 256 * len(data), limit):
        buffer = bytearray(min(max(size, 1024), limit))
        try:
            written = algorithm.decompress_into(data, buffer)  # type: ignore[attr-defined]
        except cramjam.DecompressionError as error:
            if _TOO_SMALL not in str(error):
                raise
            continue
        return bytes(memoryview(buffer)[:written])
    raise BombError
