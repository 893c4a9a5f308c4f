"""CPU seconds by process group, from the operating system's own count."""

from collections.abc import Mapping, Sequence

import psutil

STUB = "triton_python_backend_stub"
MODEL = "model"

Seconds = dict[str, float]
"""CPU seconds, user and system, by process group."""


def cpu_seconds(processes: Mapping[str, Sequence[int]]) -> Seconds:
    """Returns what processes have used so far, by group.

    Triton's stubs, in which the model itself runs, are counted apart as `model`.

    Args:
        processes: Process ids by group.
    """
    used: Seconds = {}
    for name, pids in processes.items():
        for pid in pids:
            try:
                process = psutil.Process(pid)
                times = process.cpu_times()
                group = MODEL if STUB in " ".join(process.cmdline()[:1]) else name
            except psutil.NoSuchProcess:  # it ended between the listing and the question
                continue
            used[group] = used.get(group, 0.0) + times.user + times.system
    return used


def difference(before: Seconds, after: Seconds) -> Seconds:
    """Returns what was used between two counts."""
    return {name: after[name] - before.get(name, 0.0) for name in after}
