"""Bytes in pieces, unpacked if they are gzip, however much they unpack to."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from streams.sources.feed_record import SourceError

PIECE = 256 * 1024
MOST_UNPACKED = 2 * 1024**3
"""Bytes that a packed feed may unpack to. Unpacked files may be of any size."""

GZIP = b"\x1f\x8b"


def from_file(path: Path) -> Callable[[], Iterator[bytes]]:
    """Returns what opens a file's bytes.

    Raises:
        SourceError: While reading: the file cannot be read, or is damaged.
    """

    def pieces() -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    yield piece
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}") from error

    return lambda: unpacked(pieces(), str(path), MOST_UNPACKED)


def from_bytes(data: bytes, name: str, most: int = MOST_UNPACKED) -> Callable[[], Iterator[bytes]]:
    """Returns what opens these bytes; packed ones unpack to at most `most` bytes.

    Raises:
        SourceError: While reading: the bytes are damaged or unpack to more.
    """

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(data), PIECE):
            yield data[start : start + PIECE]

    return lambda: unpacked(pieces(), name, most)


def whole(data: bytes, name: str, most: int) -> bytes:
    """Returns what packed bytes unpack to.

    Raises:
        SourceError: They are damaged, or unpack to more than `most` bytes.
    """
    return b"".join(from_bytes(data, name, most)())


def unpacked(pieces: Iterator[bytes], name: str, most: int) -> Iterator[bytes]:
    """Yields pieces as they are, or what they unpack to if they are gzip.

    Raises:
        SourceError: They are damaged, or unpack to more than `most` bytes.
    """
    first = next(pieces, b"")
    if not first.startswith(GZIP):
        if first:
            yield first
        yield from pieces
        return
    total = 0
    for piece in _inflated(first, pieces, name):
        total += len(piece)
        if total > most:
            raise SourceError(f"{name}: unpacks to more than {most} bytes; unpack it and publish the file")
        yield piece


def _inflated(waiting: bytes, pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Yields what gzip data unpacks to, in small pieces; several members may follow each other."""
    while waiting.startswith(GZIP):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not unpacker.eof:
            try:
                yield unpacker.decompress(waiting, PIECE)
            except zlib.error as error:
                raise SourceError(f"{name}: damaged gzip data ({error}); fetch it again") from error
            waiting = unpacker.unconsumed_tail or (b"" if unpacker.eof else next(pieces, b""))
            if not waiting and not unpacker.eof:
                raise SourceError(f"{name}: the gzip data ends too early; fetch it again")
        waiting = unpacker.unused_data or next(pieces, b"")
