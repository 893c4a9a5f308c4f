"""This machine: free disk, free memory."""

import shutil
from pathlib import Path

from topology.doctor.finding import Finding, do, note, ok
from topology.settings import Settings

GIB = 1024**3
LEAST_DISK, LITTLE_DISK = 2, 5
LEAST_MEMORY, LITTLE_MEMORY = 0.5, 2.0
"""GiB. A worker needs up to 1 GiB; the embedded stack some 3 GiB together."""


def examine(declared: Settings) -> list[Finding]:
    """Examines the machine that this runs on."""
    return [disk(declared.state), memory()]


def disk(folder: Path) -> Finding:
    """Judges the free space where the state is."""
    there = folder.resolve()
    while not there.exists():
        there = there.parent
    usage = shutil.disk_usage(there)
    free = usage.free / GIB
    what = f"{free:.1f} GiB of {usage.total / GIB:.0f} GiB free for {folder}"
    if free < LEAST_DISK:
        return do("machine", what, "free some, or set TRIPLEWIRE_STATE to a larger disk; full disks stop servers")
    if free < LITTLE_DISK:
        return note("machine", what, "free some soon")
    return ok("machine", what)


def memory(proc: Path = Path("/proc/meminfo"), group: Path = Path("/sys/fs/cgroup")) -> Finding:
    """Judges the memory that is available: of the machine, and within the limit of our container."""
    available, total = _meminfo(proc)
    limit, used = _number(group / "memory.max"), _number(group / "memory.current")
    if limit is not None and used is not None and limit < total:
        available, total = min(available, limit - used), limit
    free = available / GIB
    what = f"{free:.1f} GiB of {total / GIB:.1f} GiB memory available"
    if free < LEAST_MEMORY:
        return do("machine", what, "end what is not needed, or give the container more; the kernel kills workers")
    if free < LITTLE_MEMORY:
        return note("machine", what, "enough for a worker, but not for the embedded stack")
    return ok("machine", what)


def _meminfo(path: Path) -> tuple[float, float]:
    """Returns the available memory and all memory, in bytes."""
    rows = dict(line.split(":", 1) for line in path.read_text(encoding="ascii").splitlines() if ":" in line)
    available, total = (float(rows[name].split()[0]) * 1024 for name in ("MemAvailable", "MemTotal"))
    return available, total


def _number(path: Path) -> float | None:
    try:
        return float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no such file, or "max"
        return None
