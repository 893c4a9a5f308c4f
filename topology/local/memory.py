"""How much memory this machine, or the container that we run in, has to spare."""

from collections.abc import Iterator
from pathlib import Path

import psutil

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")
MIB = 1024 * 1024


def available_mib() -> int:
    """Returns the MiB that programs may still take: the least that the machine and any control group allow."""
    return min([psutil.virtual_memory().available, *_left_in_groups()]) // MIB


def _left_in_groups() -> Iterator[int]:
    """Yields, for each control group (version 2) above this process that has a limit, the bytes left within it."""
    try:
        path = OWN_CGROUP.read_text().strip().rpartition("::")[2].lstrip("/")
    except OSError:  # not Linux, or /proc is hidden
        return
    group = CGROUPS / path
    for folder in (group, *group.parents):
        if not folder.is_relative_to(CGROUPS):
            return
        try:
            limit, used = ((folder / f"memory.{what}").read_text().strip() for what in ("max", "current"))
            # The kernel gives these pages back when memory runs short.
            cached = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())["inactive_file"]
        except (OSError, KeyError, ValueError):  # the root has no limit; version 1 has other files
            continue
        if limit != "max":
            yield max(0, int(limit) - int(used) + int(cached))
