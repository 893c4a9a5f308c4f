"""The paired bootstrap: as wide as it is to be, and no narrower for asking everything twice."""

import numpy as np
import pytest

from inference.evaluation.bootstrap import interval


def test_an_interval_is_as_wide_as_the_normal_one_of_many_questions():
    differences = np.random.default_rng(1).normal(0.1, 1.0, size=900)
    low, high = interval(differences, np.arange(900), seed=0)
    mean, error = differences.mean(), differences.std() / 30
    assert (low, high) == (pytest.approx(mean - 1.96 * error, abs=0.006), pytest.approx(mean + 1.96 * error, abs=0.006))
    assert interval(differences, np.arange(900), seed=0) == (low, high)


def test_who_is_better_by_the_same_everywhere_is_so_for_certain():
    assert interval(np.full(10, 0.25), np.arange(10), seed=0) == (0.25, 0.25)


def test_questions_asked_twice_say_no_more_than_once():
    differences = np.random.default_rng(1).normal(size=50)
    once = interval(differences, np.arange(50), seed=0)
    assert interval(np.tile(differences, 2), np.tile(np.arange(50), 2), seed=0) == pytest.approx(once)
    apart = interval(np.tile(differences, 2), np.arange(100), seed=0)
    assert apart[1] - apart[0] < 0.8 * (once[1] - once[0])
