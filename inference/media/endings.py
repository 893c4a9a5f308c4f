"""Tells a file that was cut off from one that is damaged, by the lengths that its own format states.

Decoders say "truncated" of both: they run out of bytes in a picture whose middle is spoilt, too.
"""

from collections.abc import Callable
from pathlib import Path
from typing import IO

from inference.media.sniff import Sort

_PNG_START, _PNG_FRAME = 8, 12
"""Bytes before the first chunk of a PNG, and of each chunk besides its content."""

_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Second bytes of the JPEG markers without a length."""

_JPEG_SCAN, _JPEG_END = 0xDA, b"\xff\xd9"
_BOX = 8
"""Bytes of a box's length and type."""

_RIFF = 8
_BMP_SIZE = slice(2, 6)
_GIF_END = 0x3B
_BLOCK = 1 << 16


def cut_off(path: Path, sort: Sort) -> bool | None:
    """Returns whether a file ends before its format says that it does; None if the format does not say."""
    check = _CHECKS.get(sort.format)
    if check is None:
        return None
    with path.open("rb") as file:
        return check(file, path.stat().st_size)


def _png(file: IO[bytes], size: int) -> bool | None:
    position = _PNG_START
    while position < size:
        file.seek(position)
        head = file.read(8)
        position += _PNG_FRAME + int.from_bytes(head[:4])
        if head[4:] == b"IEND":
            return False
    return True


def _jpeg(file: IO[bytes], size: int) -> bool | None:
    position = 2
    while position + 4 <= size:
        file.seek(position)
        head = file.read(4)
        if head[0] != 0xFF:  # noqa: PLR2004 - not where a marker must be: damaged
            return False
        if head[1] == _JPEG_SCAN:
            return not _contains(file, _JPEG_END)
        if head[1] == 0xFF or head[1] in _JPEG_ALONE:  # noqa: PLR2004 - padding
            position += 1 if head[1] == 0xFF else 2  # noqa: PLR2004
            continue
        if head[:2] == _JPEG_END:
            return False
        position += 2 + int.from_bytes(head[2:])
    return True


def _contains(file: IO[bytes], wanted: bytes) -> bool:
    before = b""
    while block := file.read(_BLOCK):
        if wanted in before + block:
            return True
        before = block[-1:]
    return False


def _gif(file: IO[bytes], size: int) -> bool | None:
    # Blocks end with a zero, so a file that was cut off in one does not end with the trailer but by chance.
    file.seek(max(0, size - 1))
    return file.read(1)[:1] != bytes([_GIF_END])


def _riff(file: IO[bytes], size: int) -> bool | None:
    stated = int.from_bytes(file.read(_RIFF)[4:], "little")
    # A stream states nothing, or the largest number.
    return None if stated in {0, 0xFFFFFFFF} else stated + _RIFF > size


def _careless(file: IO[bytes], size: int) -> bool | None:
    """RIFF by writers that are careless by a few bytes."""
    return _riff(file, size + 1 + size // 100)


def _bmp(file: IO[bytes], size: int) -> bool | None:
    stated = int.from_bytes(file.read(_BMP_SIZE.stop)[_BMP_SIZE], "little")
    return None if not stated else stated > size


def _boxes(file: IO[bytes], size: int) -> bool | None:
    """ISO base media files: ISO/IEC 14496-12, 4.2."""
    position = 0
    while position + _BOX <= size:
        file.seek(position)
        length = int.from_bytes(file.read(4))
        if length == 0:  # to the end of the file
            return None
        if length == 1:
            file.seek(position + _BOX)
            length = int.from_bytes(file.read(8))
        if length < _BOX:
            return False
        position += length
    return position != size


_CHECKS: dict[str, Callable[[IO[bytes], int], bool | None]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "GIF": _gif,
    "WEBP": _riff,
    "wav": _careless,
    "avi": _careless,
    "BMP": _bmp,
    "AVIF": _boxes,
    "mov": _boxes,
}
