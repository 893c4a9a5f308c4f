"""Decodes files in processes that can be killed: a file that makes a decoder hang does not stop the worker."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from pydantic import ConfigDict, create_model

from inference.media.child import READY
from inference.media.types import DecodedMedia, Frame, Limits, UnreadableError

RECYCLED_AFTER = 200
"""Files after which a decoder process is replaced, so that memory leaks do not add up."""

PATIENCE = 5.0
"""A decoder is killed after its limit of processor time, times this, has passed by the clock: it shares the machine."""


_LINE = 4 * 1024 * 1024
_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "HOME")
"""Environment variables that a decoder process inherits. None holds a password."""

_FIELDS: dict[str, Any] = {
    name: (hint, ...) for name, hint in get_type_hints(DecodedMedia).items() if name not in {"frames", "sound"}
}
_PLAIN = create_model("_PLAIN", __config__=ConfigDict(extra="forbid", allow_inf_nan=False), **_FIELDS)
"""The JSON part of an answer, which is validated as a decoder may have been taken over."""


class _DiedError(Exception):
    """A decoder process ended, or gave a malformed answer."""


class Decoder:
    """A few decoder processes; each decodes one file at a time."""

    def __init__(self, processes: int, memory: int, seconds: float, limits: Limits) -> None:
        """Starts nothing yet.

        Args:
            processes: How many files are decoded at once.
            memory: Bytes of address space of each process.
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
        """
        async with self._slots:
            try:
                return await self._once(path)
            except _DiedError:
                # Another process may have used up the memory. If a second one dies, the file is the cause.
                try:
                    return await self._once(path)
                except _DiedError as error:
                    raise UnreadableError("decoder-died", f"it ended the decoder twice: {error}") from error

    async def close(self) -> None:
        """Ends the processes."""
        for process in self._idle:
            await process.kill()
        self._idle.clear()

    async def _once(self, path: Path) -> DecodedMedia:
        process = self._idle.pop() if self._idle else await _Process.started(self._memory)
        try:
            async with asyncio.timeout(self._seconds * PATIENCE):
                read = await process.ask(path, self._seconds, self._limits)
        except TimeoutError:
            await process.kill()
            raise UnreadableError("too-slow", f"decoding takes longer than {self._seconds:g} s") from None
        except UnreadableError:
            self._keep(process)
            raise
        except _DiedError as error:
            status = await process.kill()
            if status == -signal.SIGPROF:  # its own time limit ended it first
                raise UnreadableError("too-slow", f"decoding takes longer than {self._seconds:g} s") from None
            raise _DiedError(f"status {status}, {error}") from error
        except BaseException:
            await process.kill()
            raise
        self._keep(process)
        return read

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
        if out is None or await out.readline() != READY:
            raise _DiedError(f"it did not start; status {await started.kill()}")
        return started

    async def ask(self, path: Path, seconds: float, limits: Limits) -> DecodedMedia:
        self.asked += 1
        request = {"path": str(path), "seconds": seconds, "limits": asdict(limits)}
        out, into = self._process.stdout, self._process.stdin
        if out is None or into is None:
            raise _DiedError("no pipes")
        try:
            into.write(json.dumps(request).encode() + b"\n")
            await into.drain()
            line = await out.readline()
            if not line.endswith(b"\n"):
                raise _DiedError("no answer")
            header = json.loads(line)
            if error := header.get("error"):
                raise UnreadableError(str(error[0]), str(error[1]))
            return await self._whole(header, out, limits)
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise _DiedError(f"{type(error).__name__}: {error}") from error

    async def _whole(self, header: dict[str, Any], out: asyncio.StreamReader, limits: Limits) -> DecodedMedia:
        frames = []
        for about in header["frames"][: limits.key_frames + 1]:
            height, width, depth = (int(n) for n in about["shape"])
            if not (0 < height <= limits.side and 0 < width <= limits.side and depth == 3):  # noqa: PLR2004 - RGB
                raise ValueError("a frame with an invalid shape")
            pixels = np.frombuffer(await out.readexactly(height * width * 3), np.uint8).reshape(height, width, 3)
            time = None if about["time"] is None else float(about["time"])
            frames.append(Frame(pixels, float(about["scale"]), time, int(about["scene"])))
        sound = None
        if header["samples"] is not None:
            sound = np.frombuffer(await out.readexactly(2 * int(header["samples"])), np.int16)
        plain = _PLAIN.model_validate(header["read"])
        facts = {name: getattr(plain, name) for name in _PLAIN.model_fields}
        return DecodedMedia(**facts, frames=tuple(frames), sound=sound)

    def dismiss(self) -> None:
        """Closes its input, so that it ends by itself."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def kill(self) -> int:
        """Ends it now; returns its exit status."""
        if self._process.returncode is None:
            # Not `Process.kill`: it polls first, and if the process is dead the poll consumes the exit status, so that
            # the waiting watcher reports 255 (subprocess.Popen.send_signal, asyncio.ThreadedChildWatcher).
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        return await self._process.wait()
