"""Recognises the format of a file by its first bytes, never by its name.

The decoder is then fixed to that format. It must not guess, as it might take a text for a playlist of addresses.
Signatures: the WHATWG MIME Sniffing Standard, section 6, and FFmpeg's demuxers.
"""

from dataclasses import dataclass
from typing import Literal

from inference.media.types import UnreadableError

HEAD = 1024
"""First bytes of a file that are examined."""

_MPEG_TS_PACKET = 188
_SYNC = 0xFFE0
_ADTS_MASK, _ADTS = 0xFFF6, 0xFFF0
_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})


@dataclass(frozen=True, slots=True)
class Sort:
    """A format.

    Attributes:
        reader: The library that decodes it: Pillow or FFmpeg.
        format: The format's name in that library.
        mime: Its media type; of a container the one for video.
    """

    reader: Literal["pillow", "ffmpeg"]
    format: str
    mime: str


_AT_0 = (
    (b"\xff\xd8\xff", Sort("pillow", "JPEG", "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", Sort("pillow", "PNG", "image/png")),
    (b"GIF87a", Sort("pillow", "GIF", "image/gif")),
    (b"GIF89a", Sort("pillow", "GIF", "image/gif")),
    (b"II*\x00", Sort("pillow", "TIFF", "image/tiff")),
    (b"MM\x00*", Sort("pillow", "TIFF", "image/tiff")),
    (b"BM", Sort("pillow", "BMP", "image/bmp")),
    (b"\x1aE\xdf\xa3", Sort("ffmpeg", "matroska", "video/x-matroska")),
    (b"FLV\x01", Sort("ffmpeg", "flv", "video/x-flv")),
    (b"\x00\x00\x01\xba", Sort("ffmpeg", "mpeg", "video/mpeg")),
    (b"OggS", Sort("ffmpeg", "ogg", "application/ogg")),
    (b"fLaC", Sort("ffmpeg", "flac", "audio/flac")),
    (b"ID3", Sort("ffmpeg", "mp3", "audio/mpeg")),
)
_RIFF = {
    b"WEBP": Sort("pillow", "WEBP", "image/webp"),
    b"AVI ": Sort("ffmpeg", "avi", "video/x-msvideo"),
    b"WAVE": Sort("ffmpeg", "wav", "audio/wav"),
}
_MP4 = Sort("ffmpeg", "mov", "video/mp4")
_AVIF = Sort("pillow", "AVIF", "image/avif")
_TS = Sort("ffmpeg", "mpegts", "video/mp2t")
_MP3 = Sort("ffmpeg", "mp3", "audio/mpeg")
_AAC = Sort("ffmpeg", "aac", "audio/aac")


def sniff(head: bytes) -> Sort:
    """Returns the format of a file.

    Args:
        head: Its first bytes, up to `HEAD` of them.

    Raises:
        UnreadableError: empty, or not-media (text, markup such as HTML or SVG, or an unknown format).
    """
    if not head:
        raise UnreadableError("empty", "there are no bytes")
    for signature, sort in _AT_0:
        if head.startswith(signature):
            return sort
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] in _BOXES:
        return _AVIF if head[4:8] == b"ftyp" and head[8:12] in {b"avif", b"avis"} else _MP4
    if head[0] == ord("G") and head[_MPEG_TS_PACKET : _MPEG_TS_PACKET + 1] == b"G":
        return _TS
    if (word := int.from_bytes(head[:2])) & _SYNC == _SYNC:
        return _AAC if word & _ADTS_MASK == _ADTS else _MP3
    raise UnreadableError("not-media", f"the bytes are {_described(head)}, no known picture, video or sound")


def _described(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = text[2:].replace(b"\x00", b"")
    words = text.lstrip().lower()
    if b"<svg" in words:
        return "SVG, which is a program and not a picture"
    if words.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script")):
        return "HTML"
    if words.startswith(b"<"):
        return "markup"
    try:
        text[:64].decode()
    except UnicodeDecodeError:
        return f"of an unknown kind ({head[:8].hex(' ')})"
    return "text"
