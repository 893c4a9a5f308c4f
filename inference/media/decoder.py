"""Decodes files in processes that can be killed: a file that makes a decoder hang does not stop the worker."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from pydantic import ConfigDict, create_model

from inference.media.child import READY
from inference.media.drift import MOST_HEIGHT, WIDTH, Field
from inference.media.helpers import PATIENCE, STARTS_WITHIN, ProcessDiedError, Trials, UsedUpError
from inference.media.types import SOUND_RATE, DecodedMedia, Frame, Limits, UnreadableError

RECYCLED_AFTER = 200
"""Files after which a decoder process is replaced, so that memory leaks do not add up."""

_LONGEST_PACKET = 60.0
"""Seconds by which the last packet of a sound may exceed the longest sound."""

_LINE = 4 * 1024 * 1024
_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "HOME")
"""Environment variables that a decoder process inherits. None holds a password."""

_FIELDS: dict[str, Any] = {
    name: (hint, ...) for name, hint in get_type_hints(DecodedMedia).items() if name not in {"frames", "sound"}
}
_PLAIN = create_model("_PLAIN", __config__=ConfigDict(extra="forbid", allow_inf_nan=False), **_FIELDS)
"""The JSON part of an answer, which is validated as a decoder may have been taken over."""


class _MalformedError(Exception):
    """A decoder process ended, or gave a malformed answer."""


class DecoderDownError(OSError):
    """A decoder process does not start. No file is to blame: the machine, or the settings."""


class Decoder:
    """A few decoder processes; each decodes one file at a time."""

    def __init__(self, processes: int, memory: int, seconds: float, limits: Limits) -> None:
        """Starts nothing yet.

        Args:
            processes: How many files are decoded at once.
            memory: Most bytes that each process may allocate.
            seconds: Most processor time for a file.
            limits: How much of a file may be decoded.
        """
        self._slots = asyncio.Semaphore(processes)
        self._memory = memory
        self._seconds = seconds
        self._limits = limits
        self._idle: list[_Process] = []

    async def read(self, path: Path) -> DecodedMedia:
        """Decodes a file.

        Raises:
            UnreadableError: too-slow, too-much-memory or decoder-died; and what `child.decode` raises.
            DecoderDownError: No process can be started at the moment.
        """
        async with self._slots:
            trials = Trials(self._seconds, "decoder-died")
            while True:
                try:
                    return await self._once(path)
                except UsedUpError:
                    continue
                except ProcessDiedError as error:
                    await trials.failed(error)

    async def close(self) -> None:
        """Ends the processes."""
        for process in self._idle:
            await process.kill()
        self._idle.clear()

    async def _once(self, path: Path) -> DecodedMedia:
        process = await self._taken()
        try:
            async with asyncio.timeout(self._seconds * PATIENCE):
                read = await process.ask(path, self._seconds, self._limits)
        except TimeoutError:
            await process.kill()
            raise ProcessDiedError(None) from None
        except UnreadableError as error:
            if error.reason == "too-much-memory":
                # What is left of its memory is in pieces.
                process.dismiss()
                if process.asked > 1:
                    raise UsedUpError from error
            else:
                self._keep(process)
            raise
        except _MalformedError as error:
            raise ProcessDiedError(await process.ended(), str(error)) from error
        except BaseException:
            await process.kill()
            raise
        self._keep(process)
        return read

    async def _taken(self) -> "_Process":
        while self._idle:
            process = self._idle.pop()
            if process.alive:
                return process
            # It was killed while it waited, which is no file's fault.
            await process.kill()
        return await _Process.started(self._memory)

    def _keep(self, process: "_Process") -> None:
        if process.asked < RECYCLED_AFTER:
            self._idle.append(process)
        else:
            process.dismiss()


class _Process:
    """One decoder process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.asked = 0

    @classmethod
    async def started(cls, memory: int) -> "_Process":
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        # One thread for linear algebra: more would take address space and gain nothing.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        started = cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "inference.media.child",
                str(memory),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment,
                limit=_LINE,
                # Ctrl-C must reach only the worker, which then ends its decoders itself.
                start_new_session=True,
            )
        )
        out = started._process.stdout
        try:
            async with asyncio.timeout(STARTS_WITHIN):
                ready = out is not None and await out.readline() == READY
        except TimeoutError:
            ready = False
        except BaseException:
            await started.kill()
            raise
        if not ready:
            status = await started.kill()
            raise DecoderDownError(
                f"a decoder process does not start (status {status}); it may allocate {memory >> 20} MiB, which "
                "TRIPLEWIRE_MEDIA_MEMORY sets"
            )
        return started

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, path: Path, seconds: float, limits: Limits) -> DecodedMedia:
        self.asked += 1
        request = {"path": str(path), "seconds": seconds, "limits": asdict(limits)}
        out, into = self._process.stdout, self._process.stdin
        if out is None or into is None:
            raise _MalformedError("no pipes")
        try:
            into.write(json.dumps(request).encode() + b"\n")
            await into.drain()
            line = await out.readline()
            if not line.endswith(b"\n"):
                raise _MalformedError("no answer")
            header = json.loads(line)
            if error := header.get("error"):
                raise UnreadableError(str(error[0]), str(error[1]))
            return await self._whole(header, out, limits)
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise _MalformedError(f"{type(error).__name__}: {error}") from error

    async def _whole(self, header: dict[str, Any], out: asyncio.StreamReader, limits: Limits) -> DecodedMedia:
        frames = []
        for about in header["frames"][: limits.key_frames + 1]:
            height, width, depth = (int(n) for n in about["shape"])
            if not (limits.allow(width, height) and depth == 3):  # noqa: PLR2004 - RGB
                raise ValueError("a frame with an invalid shape")
            pixels = np.frombuffer(await out.readexactly(height * width * 3), np.uint8).reshape(height, width, 3)
            time = None if about["time"] is None else float(about["time"])
            drift = None if about["drift"] is None else await _drift(about["drift"], out)
            frames.append(Frame(pixels, float(about["scale"]), time, int(about["scene"]), drift))
        sound = None
        if header["samples"] is not None:
            samples = int(header["samples"])
            if not 0 <= samples <= (limits.seconds + _LONGEST_PACKET) * SOUND_RATE:
                raise ValueError("more sound than allowed")
            sound = np.frombuffer(await out.readexactly(2 * samples), np.int16)
        plain = _PLAIN.model_validate(header["read"])
        facts = {name: getattr(plain, name) for name in _PLAIN.model_fields}
        return DecodedMedia(**facts, frames=tuple(frames), sound=sound)

    def dismiss(self) -> None:
        """Closes its input, so that it ends by itself."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def ended(self) -> int:
        """Waits a moment for its own end, which tells why it gave no answer; then ends it. Returns its exit status."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._process.wait(), 1)
        await self.kill()
        return 0

    async def kill(self) -> int:
        """Ends it now; returns its exit status."""
        if self._process.returncode is None:
            # Not `Process.kill`: it polls first, and if the process is dead the poll consumes the exit status, so that
            # the waiting watcher reports 255 (subprocess.Popen.send_signal, asyncio.ThreadedChildWatcher).
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        return await self._process.wait()


async def _drift(shape: Sequence[Any], out: asyncio.StreamReader) -> Field:
    height, width, ways = (int(n) for n in shape)
    if not (0 < height <= MOST_HEIGHT and 0 < width <= WIDTH and ways == 2):  # noqa: PLR2004 - right and down
        raise ValueError("a drift with an invalid shape")
    read = np.frombuffer(await out.readexactly(height * width * ways * 4), np.float32).reshape(height, width, ways)
    if not np.isfinite(read).all():
        raise ValueError("a drift that is not finite")
    return read
