"""CPU seconds by process group, from the operating system's own count."""

from collections.abc import Mapping

import psutil

STUB = "triton_python_backend_stub"
SERVER, MODEL = "triton server", "model"

Seconds = dict[str, float]
"""CPU seconds, user and system, by process group."""


def cpu_seconds(processes: Mapping[str, int]) -> Seconds:
    """Returns what each process and its children have used so far.

    Triton's stubs, in which the model itself runs, are counted apart as `model`.

    Args:
        processes: Process id by name.
    """
    used: Seconds = {}
    for name, pid in processes.items():
        process = psutil.Process(pid)
        for member in (process, *process.children(recursive=True)):
            try:
                times = member.cpu_times()
                group = MODEL if STUB in " ".join(member.cmdline()[:1]) else name
            except psutil.NoSuchProcess:  # it ended between the listing and the question
                continue
            used[group] = used.get(group, 0.0) + times.user + times.system
    return used


def difference(before: Seconds, after: Seconds) -> Seconds:
    """Returns what was used between two counts."""
    return {name: after[name] - before.get(name, 0.0) for name in after}
