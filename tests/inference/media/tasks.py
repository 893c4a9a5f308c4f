"""What tests have a helper do. It imports little, as each helper's process imports it."""

import os
import resource
import signal
from pathlib import Path
from typing import Any

import numpy as np

MB = 1024 * 1024

_reader: list[Any] = []


def read(shape: tuple[int, int]) -> list[Any]:
    """Reads the text of a picture of noise."""
    from inference.media.text.recognition import TextReader  # noqa: PLC0415 - it loads much

    if not _reader:
        _reader.append(TextReader())
    return list(_reader[0].read(np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)))


def most() -> int:
    """Returns the most bytes that this process has held. (`ru_maxrss` would count what the parent held, too.)"""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def grow(megabytes: int) -> int:
    """Takes memory, and touches it."""
    return len(bytearray(b"x") * (megabytes * MB))


def spin(seconds: float) -> float:
    """Computes for some seconds of processor time."""
    end = resource.getrusage(resource.RUSAGE_SELF).ru_utime + seconds
    while resource.getrusage(resource.RUSAGE_SELF).ru_utime < end:
        sum(range(1000))
    return seconds


def stand_still(flag: str) -> str:
    """Stops itself; the second process finds the flag and goes on."""
    path = Path(flag)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGSTOP)
    return "went on"


def die(number: int) -> None:
    """Dies of a fault."""
    os.kill(os.getpid(), number)


def die_of_others(folder: str, times: int) -> str:
    """Is killed some times, as by the system when memory is short."""
    path = Path(folder) / "count"
    count = int(path.read_text()) if path.exists() else 0
    if count < times:
        path.write_text(str(count + 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def fail(message: str) -> None:
    """Fails with a traceback in its message, as onnxruntime's wrapper does."""
    raise RuntimeError(f"Traceback (most recent call last):\n  File 'x.py'\n{message}")


_kept: list[bytearray] = []


def keep(megabytes: int) -> None:
    """Takes memory and never gives it back, as a library with a leak."""
    _kept.append(bytearray(b"x") * (megabytes * MB))
