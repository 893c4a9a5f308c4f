"""Pictures, videos and sound that tests make themselves, sound ones and all kinds of bad ones."""

import io
import struct
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from PIL import ExifTags, Image, ImageDraw, ImageFont

RATE = 44_100


def picture(width: int = 64, height: int = 48, colour: str = "red", format_: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, format_, **options)
    return out.getvalue()


def sign(*lines: str) -> bytes:
    """A picture of a sign with lines of text."""
    image = Image.new("RGB", (640, 60 + 50 * len(lines)), "navy")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(32)
    for n, line in enumerate(lines):
        draw.text((30, 30 + 40 * n), line, fill="white", font=font)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def photograph(orientation: int = 1) -> bytes:
    """A JPEG with all that a camera writes."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Canon"
    exif[ExifTags.Base.Model] = "Canon EOS R5"
    exif[ExifTags.Base.Orientation] = orientation
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = "2026:03:04 12:30:00"
    inner[ExifTags.Base.OffsetTimeOriginal] = "+01:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "S", (33.0, 51.0, 31.2)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (151.0, 12.0, 51.5)
    return picture(format_="JPEG", exif=exif)


def png(width: int, height: int, rows: bytes, *extra: tuple[bytes, bytes], kind: int = 0) -> bytes:
    """A PNG put together by hand: its header may say what it likes. Kind 0 is grey, 3 has a palette."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    body = b"".join(chunk(*part) for part in extra) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + body


def huge() -> bytes:
    """Two hundred megapixels in a few hundred bytes."""
    return png(20_000, 10_000, zlib.compress(bytes(1000)))


def bomb() -> bytes:
    """A small picture with a comment that unpacks to 100 MB."""
    return png(1, 1, zlib.compress(bytes(2)), (b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9)))


def video(
    scenes: Sequence[str] = ("red", "blue"),
    *,
    frames: int = 25,
    fps: int = 25,
    size: tuple[int, int] = (160, 120),
    sound: np.ndarray | None = None,
    format_: str = "mp4",
    codec: str = "mpeg4",
    shown: Sequence[bytes] = (),
    options: dict[str, str] | None = None,
) -> bytes:
    """A video of scenes: of one colour each, before which a white square moves, or of one picture each."""
    with (
        tempfile.NamedTemporaryFile() as out,
        # By its name: the index is put first by reading the file again.
        av.open(out.name, "w", format=format_, options=options or {}) as container,
    ):
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        audio = container.add_stream("aac", rate=RATE, layout="mono") if sound is not None else None
        backgrounds = [Image.new("RGB", size, colour) for colour in scenes]
        backgrounds += [Image.open(io.BytesIO(data)).convert("RGB").resize(size) for data in shown]
        for background in backgrounds:
            for n in range(frames):
                image = background.copy()
                if not shown:
                    x = 4 * n % (size[0] - 30)
                    image.paste("white", (x, 40, x + 30, 70))
                container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())
        if audio is not None:
            container.mux(audio.encode(_frame(sound)))
            container.mux(audio.encode())
        container.close()
        return Path(out.name).read_bytes()


def _frame(sound: np.ndarray) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(sound.astype(np.float32)[None], format="fltp", layout="mono")
    frame.sample_rate = RATE
    return frame


def sound(samples: np.ndarray, format_: str = "flac") -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=format_) as container:
        stream = container.add_stream(format_, rate=RATE, layout="mono", format="s16")
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode()):
            container.mux(packet)
    return out.getvalue()


WORD_S, PAUSE_S = 0.3, 0.1


def speak(words: Sequence[str], vocabulary: Sequence[str]) -> np.ndarray:
    """Says words as tones: what `hear` understands. Speech-like in that it is words and pauses."""
    parts = []
    for word in words:
        time = np.arange(round(WORD_S * RATE)) / RATE
        parts += [
            0.5 * np.sin(2 * np.pi * (500 + 100 * vocabulary.index(word)) * time),
            np.zeros(round(PAUSE_S * RATE)),
        ]
    return np.concatenate(parts)


def hear(pcm: np.ndarray, vocabulary: Sequence[str], rate: int = 16_000) -> list[tuple[float, float, str]]:
    """Returns second, second and word of each tone in mono samples."""
    step = round((WORD_S + PAUSE_S) * rate)
    heard = []
    for begin in range(0, len(pcm) - round(WORD_S * rate) + 1, step):
        part = pcm[begin : begin + round(WORD_S * rate)].astype(np.float64)
        if np.abs(part).max() < 1000:
            continue
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        tone = float(np.argmax(spectrum)) * rate / len(part)
        heard.append((begin / rate, (begin + len(part)) / rate, vocabulary[round((tone - 500) / 100)]))
    return heard


def lying(seconds: float = 1000) -> bytes:
    """A Matroska video of two seconds whose header says something else."""
    data = video(format_="matroska")
    at = data.index(b"\x44\x89\x88") + 3
    return data[:at] + struct.pack(">d", 1000 * seconds) + data[at + 8 :]


def unknown_codec() -> bytes:
    """A Matroska video in a codec that nobody has."""
    data = video(format_="matroska")
    assert data.count(b"V_MPEG4/ISO/ASP") == 1
    return data.replace(b"V_MPEG4/ISO/ASP", b"V_NOBODY/HAS/IT")


def cut(data: bytes, part: float = 0.5) -> bytes:
    return data[: int(len(data) * part)]


def write(folder: Path, data: bytes) -> Path:
    path = folder / "medium"
    path.write_bytes(data)
    return path
