"""Media that are made to harm: each costs at most what it may, and the next file is read."""

import asyncio
import io
import os
import signal
import struct
import wave
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import ExifTags, Image

from inference.media import helpers
from inference.media.decoder import Decoder, DecoderDownError, _Process
from inference.media.helpers import Helper, HelperDownError
from inference.media.types import DecodedMedia, Limits, UnreadableError
from tests.helpers import media_samples as samples
from tests.inference.media import tasks
from topology.settings import Settings

MB = 1024 * 1024
MOST = 1000 * 1000 * 1000
"""Bytes that no process of a worker may exceed: 1 GB."""

DEFAULT = Settings()
LIMITS = Limits.of(DEFAULT)


def long(width: int, height: int) -> bytes:
    """A PNG of any shape, black."""
    return samples.png(width, height, zlib.compress(bytes((width + 1) * height), 1))


def animation(frames: int = 2000) -> bytes:
    """A GIF of many large frames in a few bytes each."""
    out = io.BytesIO()
    first, *rest = (Image.new("P", (4000, 4000), n % 2) for n in range(3))
    first.save(out, "GIF", save_all=True, append_images=rest, duration=1, loop=0)
    data = out.getvalue()
    start = data.index(b"\x21\xf9\x04", data.index(b"\x21\xf9\x04") + 1)
    return data[:-1] + data[start:-1] * frames + data[-1:]


def exif(size: int = 60_000) -> bytes:
    """A JPEG whose camera has a very long name, with an offset that points at itself, in several segments."""
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "M" * size
    tags[ExifTags.Base.Model] = "\x00\x01\u202e" * 99
    block = tags.tobytes()
    picture = samples.picture(format_="JPEG")
    segment = b"\xff\xe1" + (len(block) + 2).to_bytes(2) + block
    loop = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00" * 500
    again = b"\xff\xe1" + (len(loop) + 2).to_bytes(2) + loop
    return picture[:2] + segment + again * 50 + picture[2:]


def movie(width: int, height: int, *, frames: int = 3, rate: int = 25, codec: str = "rawvideo") -> bytes:
    """A Matroska video of any shape and frame rate."""
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for n in range(frames):
            frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), n % 256, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


def recording(rate: int, count: int = 4000, channels: int = 1) -> bytes:
    """A WAV file with any rate in its header."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(2 * channels * count))
    data = bytearray(out.getvalue())
    data[24:28] = struct.pack("<I", rate)
    return bytes(data)


def palette(width: int, height: int) -> bytes:
    """A picture with a transparent palette: as colours it is four times as large."""
    parts = (b"PLTE", b"\x00\x00\x00"), (b"tRNS", b"\x00")
    return samples.png(width, height, zlib.compress(bytes((width + 1) * height), 1), *parts, kind=3)


HARMFUL: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "20000 x 1 pixels": (lambda: long(20_000, 1), {"read"}),
    "1 x 20000 pixels": (lambda: long(1, 20_000), {"read"}),
    "99 million x 1 pixels": (lambda: long(99_000_000, 1), {"read", "unreadable", "too-much-memory"}),
    "1 x 1 pixel": (lambda: long(1, 1), {"read"}),
    "a header of 30000 x 30000": (lambda: samples.png(30_000, 30_000, zlib.compress(bytes(99))), {"too-many-pixels"}),
    "a header of 2^31 x 2^31": (
        lambda: samples.png(2**31 - 1, 2**31 - 1, zlib.compress(bytes(99))),
        {"too-many-pixels"},
    ),
    "a header of 0 x 0": (lambda: samples.png(0, 0, zlib.compress(bytes(99))), {"unreadable"}),
    "100 megapixels": (lambda: long(10_000, 10_000), {"read"}),
    "90 megapixels with a transparent palette": (lambda: palette(90_000, 1000), {"read"}),
    "a bomb in a comment": (samples.bomb, {"bomb"}),
    "rows that unpack to a gigabyte": (
        lambda: samples.png(9, 9, zlib.compress(bytes(1 << 30), 9)),
        {"read", "unreadable"},
    ),
    "an animated GIF of two thousand large frames": (animation, {"read"}),
    "a huge EXIF block": (exif, {"read"}),
    "SVG": (lambda: b"<?xml version='1.0'?><svg><!ENTITY a 'b'></svg>", {"not-media"}),
    "a video of 4096 x 2 pixels": (lambda: movie(4096, 2), {"read"}),
    "a video of 2 x 4096 pixels": (lambda: movie(2, 4096), {"read"}),
    "a video of 16384 x 8192 pixels": (lambda: movie(16_384, 8192, frames=1), {"too-many-pixels"}),
    "a video of 12000 x 8000 pixels": (lambda: movie(12_000, 8000, frames=2), {"read", "too-much-memory"}),
    "a video of a million frames a second": (
        lambda: movie(64, 48, frames=60, rate=1_000_000),
        {"read", "wrong-header"},
    ),
    "a video of one frame in 500 seconds": (lambda: samples.lying(500), {"truncated"}),
    "a video that lasts a million seconds": (lambda: samples.lying(1e6), {"too-long"}),
    "a video that lasts for less than no time": (lambda: samples.lying(-5), {"read", "wrong-header"}),
    "a video that lasts for ever": (
        lambda: samples.lying(float("inf")),
        {"too-long", "unreadable", "wrong-header", "read"},
    ),
    "one sample a second": (lambda: recording(1), {"too-long"}),
    "four thousand million samples a second": (lambda: recording(2**32 - 1), {"read", "unreadable", "truncated"}),
    "no sample a second": (lambda: recording(0), {"unreadable", "read", "truncated"}),
    "2000 channels": (lambda: recording(16_000, 40, 2000), {"unreadable", "read", "unknown-codec", "truncated"}),
}


@pytest.fixture
async def decoder() -> AsyncIterator[Decoder]:
    decoder = Decoder(1, DEFAULT.media_memory * MB, DEFAULT.media_decode_within, LIMITS)
    yield decoder
    await decoder.close()


def peak(pid: int) -> int:
    """Returns the most bytes that a living process has held in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


@pytest.mark.parametrize("what", HARMFUL)
async def test_no_file_costs_more_than_it_may(decoder, tmp_path, what):
    made, outcomes = HARMFUL[what]
    process = await _Process.started(DEFAULT.media_memory * MB)
    decoder._idle.append(process)
    # The process stays where it can be measured, whatever becomes of it.
    process.dismiss = lambda: None  # type: ignore[method-assign]
    outcome, read = await outcome_of(decoder, samples.write(tmp_path, made()))
    assert outcome in outcomes
    assert process.alive, "the decoder died"
    assert peak(process._process.pid) < MOST
    if read is not None:
        assert all(frame.rgb.nbytes <= 3 * LIMITS.side**2 for frame in read.frames)
    assert (await decoder.read(samples.write(tmp_path, samples.picture()))).width == 64
    await process.kill()


async def outcome_of(decoder: Decoder, path: Path) -> tuple[str, DecodedMedia | None]:
    try:
        return "read", await decoder.read(path)
    except UnreadableError as error:
        shown = [part for part in (str(path), "Traceback", ".py", "<_io", "PosixPath") if part in error.message]
        return " ".join([error.reason, *shown]), None


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "mp4", "wav"])
async def test_what_was_cut_off_is_called_truncated_and_what_is_spoilt_is_not(decoder, tmp_path, kind, share):
    whole = WHOLE[kind]
    outcome, _ = await outcome_of(decoder, samples.write(tmp_path, whole[: max(12, int(share * len(whole)))]))
    # The last bytes of some formats are dispensable.
    assert outcome in ({"truncated", "read"} if share > 0.98 else {"truncated"})
    spoilt = bytearray(whole)
    # From behind the first bytes, by which a format is known, nearly to the end, where the lengths are still right.
    begin, end = _CONTENT[kind](whole)
    spoilt[begin:end] = bytes(np.random.default_rng(5).integers(1, 255, end - begin, np.uint8))
    outcome, _ = await outcome_of(decoder, samples.write(tmp_path, bytes(spoilt)))
    assert outcome in {"unreadable", "read"}


def _noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8))


def _saved(kind: str) -> bytes:
    out = io.BytesIO()
    _noise().save(out, kind)
    return out.getvalue()


WHOLE = {kind: _saved(kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP")}
WHOLE |= {"mp4": samples.video(), "wav": recording(16_000)}
_CONTENT = {
    "PNG": lambda data: (data.index(b"IDAT") + 4, len(data) - 16),
    "JPEG": lambda data: (data.index(b"\xff\xda") + 14, len(data) - 2),
    "GIF": lambda data: (len(data) // 2, len(data) - 1),
    "WEBP": lambda data: (30, len(data)),
    "BMP": lambda _: (14, 54),
    "mp4": lambda data: (data.index(b"mdat") + 4, data.index(b"moov") - 4),
    "wav": lambda _: (12, 44),
}


async def test_a_decoder_that_is_killed_while_it_waits_or_works_is_nobodys_fault(decoder, tmp_path):
    good = samples.write(tmp_path, samples.picture())
    for _ in range(3):
        await decoder.read(good)
        (process,) = decoder._idle
        os.kill(process._process.pid, signal.SIGKILL)
    assert (await decoder.read(good)).width == 64


async def test_a_decoder_that_cannot_start_refuses_no_file(tmp_path):
    decoder = Decoder(1, 20 * MB, 5, LIMITS)
    with pytest.raises(DecoderDownError, match="TRIPLEWIRE_MEDIA_MEMORY"):
        await decoder.read(samples.write(tmp_path, samples.picture()))
    await decoder.close()


@pytest.fixture(scope="module")
def text_helper() -> Iterator[Helper]:
    helper = Helper(DEFAULT.media_recognition_memory * MB, DEFAULT.media_recognition_within)
    yield helper
    helper.close()


@pytest.mark.parametrize(
    "shape", [(1, 20_000), (20_000, 1), (1, 1280), (1280, 1), (6, 1280), (1280, 6), (40, 1280), (1, 1), (6, 6)]
)
async def test_no_shape_of_a_picture_takes_much_memory_to_read(text_helper, shape):
    await text_helper.ask(tasks.read, shape)
    assert await text_helper.ask(tasks.most) < MOST


@pytest.fixture
def helper() -> Iterator[Helper]:
    helper = Helper(256 * MB, 1.0)
    yield helper
    helper.close()


async def refused(reason: str, work: object) -> None:
    with pytest.raises(UnreadableError) as error:
        await work  # type: ignore[misc]
    assert error.value.reason == reason
    assert "Traceback" not in error.value.message


async def test_a_task_that_wants_too_much_memory_is_refused_it_and_the_next_is_done(helper):
    await refused("too-much-memory", helper.ask(tasks.grow, 400))
    assert await helper.ask(tasks.grow, 10) == 10 * MB


async def test_a_task_that_computes_for_ever_is_ended_and_the_next_is_done(helper):
    await refused("too-slow", helper.ask(tasks.spin, 1e6))
    assert await helper.ask(tasks.spin, 0.01) == 0.01


async def test_a_task_that_is_frozen_gets_a_second_process(helper, tmp_path, monkeypatch):
    await helper.ask(os.getpid)
    monkeypatch.setattr(helpers, "PATIENCE", 1.0)
    assert await helper.ask(tasks.stand_still, str(tmp_path / "flag")) == "went on"


async def test_a_task_that_stands_still_twice_is_too_slow(helper, monkeypatch):
    await helper.ask(os.getpid)
    monkeypatch.setattr(helpers, "PATIENCE", 1.0)
    await refused("too-slow", helper.ask(tasks.die, signal.SIGSTOP))
    assert await helper.ask(tasks.grow, 1) == MB


async def test_a_task_that_crashes_its_process_is_refused_but_none_that_waited_for_it(helper):
    waiting = [asyncio.create_task(helper.ask(tasks.grow, 1)) for _ in range(3)]
    bad = asyncio.create_task(helper.ask(tasks.die, signal.SIGSEGV))
    behind = [asyncio.create_task(helper.ask(tasks.grow, 1)) for _ in range(5)]
    await refused("helper-died", bad)
    assert await asyncio.gather(*waiting, *behind) == [MB] * 8


async def test_a_task_whose_process_others_kill_is_tried_until_it_is_done(helper, tmp_path):
    assert await helper.ask(tasks.die_of_others, str(tmp_path), 4) == "done"


async def test_a_task_whose_process_is_always_killed_is_given_up(helper, tmp_path, monkeypatch):
    monkeypatch.setattr(helpers, "KILLS", 2)
    await refused("helper-died", helper.ask(tasks.die_of_others, str(tmp_path), 100))


async def test_a_task_that_raises_is_refused_in_one_line(helper):
    await refused("helper-failed", helper.ask(tasks.fail, "nothing good"))
    await refused("too-much-memory", helper.ask(tasks.fail, "onnxruntime: bad allocation"))


async def test_a_task_that_nobody_waits_for_any_more_holds_up_no_other(helper):
    endless = asyncio.create_task(helper.ask(tasks.spin, 1e6))
    while helper._process is None or not helper._process.asked:  # noqa: ASYNC110 - it is another thread's
        await asyncio.sleep(0.01)
    endless.cancel()
    assert await helper.ask(tasks.grow, 1) == MB
    with pytest.raises(asyncio.CancelledError):
        await endless


async def test_a_task_is_not_refused_the_memory_that_others_left_no_room_for(helper):
    await helper.ask(tasks.keep, 150)
    assert await helper.ask(tasks.grow, 150) == 150 * MB
    await refused("too-much-memory", helper.ask(tasks.grow, 400))


async def test_a_process_that_cannot_start_refuses_no_task(monkeypatch):
    helper = Helper(256 * MB, 1.0)
    monkeypatch.setattr(helpers, "STARTS_WITHIN", 0)
    with pytest.raises(HelperDownError, match="TRIPLEWIRE_MEDIA_RECOGNITION_MEMORY"):
        await helper.ask(tasks.grow, 1)
    helper.close()
