"""CPU seconds by process group, as counted by the operating system."""

from collections.abc import Mapping, Sequence

import psutil

STUB = "triton_python_backend_stub"
MODEL = "model"

Seconds = dict[str, float]
"""CPU seconds, user and system, by process group."""


def cpu_seconds(processes: Mapping[str, Sequence[int]]) -> Seconds:
    """Returns the CPU seconds that processes have used so far, by group.

    Triton's stubs, which run the model, are counted separately as `model`.

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
            except psutil.NoSuchProcess:  # it exited after it was listed
                continue
            used[group] = used.get(group, 0.0) + times.user + times.system
    return used


def difference(before: Seconds, after: Seconds) -> Seconds:
    """Returns the seconds used between two counts."""
    return {name: after[name] - before.get(name, 0.0) for name in after}
