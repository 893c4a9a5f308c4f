"""Scores that promise too much are brought down, each relation's as far as its examples tell."""

import numpy as np
import pytest

from inference.training.common.calibrate import Line, by_relation, log_odds, platt


def _drawn(seed: int, count: int, slope: float, offset: float):
    """Scores, and truths whose log-odds are slope * score + offset."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 3, count)
    return scores, rng.random(count) < 1 / (1 + np.exp(-(slope * scores + offset)))


def test_the_line_that_made_the_truth_is_found() -> None:
    found = platt(*_drawn(1, 20_000, 0.6, -1.0))
    assert abs(found.slope - 0.6) < 0.03
    assert abs(found.offset + 1.0) < 0.08


def test_rare_relations_keep_near_the_common_line() -> None:
    common, rare = _drawn(2, 5000, 1.0, 0.0), _drawn(3, 4, 1.0, -6.0)
    often = _drawn(4, 5000, 1.0, -3.0)
    scores, truth = (np.concatenate(parts) for parts in zip(common, rare, often, strict=True))
    relations = np.repeat([0, 1, 2], [5000, 4, 5000])
    lines = by_relation(scores, truth, relations, 4)
    assert abs(lines[0].offset) < 0.2
    assert abs(lines[2].offset + 3) < 0.3
    assert lines[0].offset > lines[1].offset > lines[2].offset - 1
    assert lines[3] == platt(scores, truth), "without an example, what holds for all"


def test_only_true_examples_calibrate_nothing() -> None:
    with pytest.raises(ValueError, match="true and false"):
        platt(np.ones(3), np.ones(3, np.bool_))
    assert platt(np.ones(3), np.ones(3, np.bool_), Line()).offset > 0


def test_log_odds_undo_the_logistic_function() -> None:
    assert np.allclose(log_odds(1 / (1 + np.exp(-np.array([-2.0, 0.5], np.float32)))), [-2.0, 0.5], atol=1e-5)


def test_scores_that_are_nearly_all_certain_lead_nowhere_far() -> None:
    """Mention scores: most at one end, and a whole step of Newton's method from there is enormous."""
    rng = np.random.default_rng(5)
    scores = np.concatenate([rng.normal(14, 2, 700), rng.normal(6, 4, 120)])
    truth = np.concatenate([np.ones(690, np.bool_), np.zeros(10, np.bool_), rng.random(120) < 0.5])
    found = platt(scores, truth)
    assert 0 < found.slope < 1
    chance = 1 / (1 + np.exp(-(found.slope * scores + found.offset)))
    assert abs(chance.mean() - truth.mean()) < 0.01
