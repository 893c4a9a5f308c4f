"""What each process of a stack uses at a moment: memory, files, threads; and what the servers' folders hold."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from topology.bench.cpu import STUB

MEMORY, FILES, THREADS, DISK = "RSS, MiB", "open files", "threads", "disk, MiB"
MIB = 1 << 20

Sample = dict[str, dict[str, float]]
"""By process: value by measurement."""


def sample(processes: Mapping[str, Sequence[int]], folders: Mapping[str, Path]) -> Sample:
    """Measures processes and folders.

    Triton's stubs, which run the models, are counted separately as `model`.

    Args:
        processes: Process ids by name; what belongs to one name is added up.
        folders: Folders by the name of the process that writes them.
    """
    found: Sample = {}
    for name, pids in processes.items():
        for pid in pids:
            try:
                process = psutil.Process(pid)
                group = "model" if STUB in " ".join(process.cmdline()[:1]) else name
                with process.oneshot():
                    used = {
                        MEMORY: process.memory_info().rss / MIB,
                        FILES: float(process.num_fds()),
                        THREADS: float(process.num_threads()),
                    }
            except psutil.NoSuchProcess:  # it exited after it was listed
                continue
            row = found.setdefault(group, {})
            for what, value in used.items():
                row[what] = row.get(what, 0.0) + value
    for name, folder in folders.items():
        found.setdefault(name, {})[DISK] = _size(folder) / MIB
    return found


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            status = path.lstat()
        except FileNotFoundError:  # a segment or a log that was just removed
            continue
        # Blocks, not length: both servers preallocate files that are mostly holes.
        total += status.st_blocks * 512
    return total
