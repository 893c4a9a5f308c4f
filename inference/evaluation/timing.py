"""How long things take beside each other."""

import time
from collections.abc import Callable, Mapping


def best_seconds(parts: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Returns the least seconds that each part took, all of them in turn in every round: the machine is noisy."""
    best = dict.fromkeys(parts, float("inf"))
    for _ in range(rounds):
        for name, work in parts.items():
            begun = time.perf_counter()
            work()
            best[name] = min(best[name], time.perf_counter() - begun)
    return best
