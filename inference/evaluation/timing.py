"""How long things take compared with each other."""

import time
from collections.abc import Callable, Mapping
from statistics import quantiles

Parts = Mapping[str, Callable[[], object]]
Clock = Callable[[], float]


def rounds_of_seconds(parts: Parts, rounds: int, clock: Clock = time.perf_counter) -> dict[str, list[float]]:
    """Returns the seconds that each part took in each round, all of them in turn in every round: the machine is noisy.

    Every other round goes backwards, so that a machine that slows down is no part's gain.

    Args:
        parts: What to time, by name.
        rounds: How often.
        clock: Returns seconds; `time.process_time` counts those of the processor, whatever else the machine does.
    """
    took: dict[str, list[float]] = {name: [] for name in parts}
    for number in range(rounds):
        for name in list(parts)[:: -1 if number % 2 else 1]:
            begun = clock()
            parts[name]()
            took[name].append(clock() - begun)
    return took


def best_seconds(parts: Parts, rounds: int, clock: Clock = time.perf_counter) -> dict[str, float]:
    """Returns the least seconds that each part took; arguments as in `rounds_of_seconds`."""
    return {name: min(seconds) for name, seconds in rounds_of_seconds(parts, rounds, clock).items()}


def time_ratios(seconds: list[float], others: list[float]) -> tuple[float, float, float]:
    """Returns the quartiles of how many times as long one part took as another in the same round: low, median, high.

    The speed of a shared machine changes by a third between rounds, which moves the best of all rounds; within a round
    it moves both.

    Args:
        seconds: One part's, two rounds at least.
        others: The other's, as many.
    """
    low, middle, high = quantiles(a / b for a, b in zip(seconds, others, strict=True))
    return low, middle, high
