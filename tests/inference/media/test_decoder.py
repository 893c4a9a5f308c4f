"""Decoder processes: one that hangs, grows or dies costs itself, and the next file is read."""

import asyncio
import os
import signal
import threading
import zlib
from asyncio.unix_events import ThreadedChildWatcher

import pytest

from inference.media import decoder as module
from inference.media.decoder import Decoder
from inference.media.types import Limits, UnreadableError
from tests.helpers import media_samples as samples

LIMITS = Limits(pixels=100_000_000, seconds=60, key_frames=4, side=320)
ROOMY = 2048 * 1024 * 1024


@pytest.fixture
async def decoder():
    decoder = Decoder(1, ROOMY, 30, LIMITS)
    yield decoder
    await decoder.close()


async def test_a_picture_comes_back_whole_and_a_refusal_with_its_reason(decoder, tmp_path):
    good = samples.write(tmp_path, samples.photograph())
    read = await decoder.read(good)
    assert (read.camera, read.frames[0].rgb.shape) == ("Canon EOS R5", (48, 64, 3))
    bad = tmp_path / "bad"
    bad.write_bytes(samples.huge())
    with pytest.raises(UnreadableError, match="too-many-pixels"):
        await decoder.read(bad)
    assert (await decoder.read(good)).colours == read.colours


async def test_a_decoder_that_hangs_is_killed(tmp_path):
    decoder = Decoder(1, ROOMY, 0.05, LIMITS)
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    with pytest.raises(UnreadableError, match="too-slow"):
        await decoder.read(endless)
    await decoder.close()


async def test_a_decoder_that_computes_for_ever_ends_itself(tmp_path, monkeypatch):
    # So long by the clock that only the processor's own time can end it.
    monkeypatch.setattr(module, "PATIENCE", 1e6)
    decoder = Decoder(1, ROOMY, 0.01, LIMITS)
    with pytest.raises(UnreadableError, match="too-slow"):
        await decoder.read(samples.write(tmp_path, samples.video(["red"], frames=200, size=(640, 480))))
    await decoder.close()


async def test_a_decoder_that_is_killed_after_its_death_keeps_its_status(monkeypatch):
    late, wait = threading.Event(), ThreadedChildWatcher._do_waitpid
    monkeypatch.setattr(ThreadedChildWatcher, "_do_waitpid", lambda *args: late.wait() and wait(*args))
    process = await module._Process.started(ROOMY)
    pid = process._process.pid
    os.kill(pid, signal.SIGPROF)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # noqa: ASYNC222 - it is dead at once
    killing = asyncio.create_task(process.kill())
    asyncio.get_running_loop().call_soon(late.set)
    assert await killing == -signal.SIGPROF


async def test_a_decoder_that_wants_too_much_memory_is_refused_it(tmp_path):
    decoder = Decoder(1, 128 * 1024 * 1024, 60, LIMITS)
    large = samples.png(90_000, 1000, zlib.compress(bytes(90_001 * 1000), 1))
    with pytest.raises(UnreadableError) as refused:
        await decoder.read(samples.write(tmp_path, large))
    assert refused.value.reason in {"too-much-memory", "decoder-died"}
    assert (await decoder.read(samples.write(tmp_path, samples.picture()))).width == 64
    await decoder.close()


async def test_no_password_reaches_a_decoder(monkeypatch, tmp_path):
    monkeypatch.setenv("TRIPLEWIRE_NEO4J_PASSWORD", "secret")
    decoder = Decoder(1, ROOMY, 30, LIMITS)
    await decoder.read(samples.write(tmp_path, samples.picture()))
    (process,) = decoder._idle
    with open(f"/proc/{process._process.pid}/environ") as environment:  # noqa: ASYNC230, PTH123 - a few bytes
        assert "secret" not in environment.read()
    await decoder.close()
