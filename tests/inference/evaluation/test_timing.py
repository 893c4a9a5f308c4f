"""Parts are timed in turn and compared within a round, on a machine that changes its speed all the time."""

from collections.abc import Callable

import pytest

from inference.evaluation.timing import best_seconds, rounds_of_seconds, time_ratios


class Machine:
    """Works at another speed after each round of two parts."""

    def __init__(self, speeds: list[float]) -> None:
        self.now = 0.0
        self.done: list[str] = []
        self._speeds = speeds

    def work(self, name: str, amount: float) -> Callable[[], None]:
        def run() -> None:
            self.now += amount / self._speeds[len(self.done) // 2]
            self.done.append(name)

        return run

    def clock(self) -> float:
        return self.now


def test_rounds_go_forth_and_back() -> None:
    machine = Machine([1, 1, 1])
    rounds_of_seconds({"a": machine.work("a", 1), "b": machine.work("b", 1)}, 3, machine.clock)
    assert machine.done == ["a", "b", "b", "a", "a", "b"]


def test_a_ratio_does_not_change_with_the_speed_of_the_machine() -> None:
    machine = Machine([1, 3, 0.5, 2])
    took = rounds_of_seconds({"bare": machine.work("bare", 2), "whole": machine.work("whole", 3)}, 4, machine.clock)
    assert took["bare"] == pytest.approx([2, 2 / 3, 4, 1])
    assert time_ratios(took["whole"], took["bare"]) == pytest.approx((1.5, 1.5, 1.5))


def test_one_round_that_was_disturbed_does_not_move_the_median() -> None:
    low, middle, high = time_ratios([3, 3, 3, 3, 90], [2, 2, 2, 2, 2])
    assert (low, middle) == (1.5, 1.5)
    assert high > middle


def test_the_best_is_the_least_of_all_rounds() -> None:
    machine = Machine([1, 4, 2])
    assert best_seconds({"a": machine.work("a", 1), "b": machine.work("b", 8)}, 3, machine.clock) == {"a": 0.25, "b": 2}
