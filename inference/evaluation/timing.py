"""How long things take beside each other."""

import time
from collections.abc import Callable, Mapping


def best_seconds(
    parts: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Returns the least seconds that each part took, all of them in turn in every round: the machine is noisy.

    Args:
        parts: What to time, by name.
        rounds: How often.
        clock: Tells seconds; `time.process_time` tells those of the processor, whatever else the machine does.
    """
    best = dict.fromkeys(parts, float("inf"))
    for _ in range(rounds):
        for name, work in parts.items():
            begun = clock()
            work()
            best[name] = min(best[name], clock() - begun)
    return best
