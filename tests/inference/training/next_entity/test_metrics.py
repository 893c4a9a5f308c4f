"""AUC, AP and F1 against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.training.next_entity.metrics import Parting, mean, parting

CASES = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.5, 1.0, 2.0])), min_size=2, max_size=30).filter(
    lambda rows: 0 < sum(right for right, _ in rows) < len(rows)
)


@given(CASES)
def test_auc_is_how_often_a_right_one_beats_a_wrong_one(rows):
    right, scores = np.array([r for r, _ in rows]), np.array([s for _, s in rows], np.float32)
    pairs = [(a, b) for a in scores[right] for b in scores[~right]]
    expected = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs) / len(pairs)
    assert parting(right, scores).auc == pytest.approx(expected)


@given(CASES)
def test_ap_is_the_mean_precision_where_recall_grows(rows):
    right, scores = np.array([r for r, _ in rows]), np.array([s for _, s in rows], np.float32)
    expected = before = 0.0
    for bar in sorted(set(scores.tolist()), reverse=True):
        called = scores >= bar
        recall = (called & right).sum() / right.sum()
        expected += (recall - before) * (called & right).sum() / called.sum()
        before = recall
    assert parting(right, scores).ap == pytest.approx(expected)


def test_f1_calls_as_many_right_as_are_and_shares_a_tie():
    right = np.array([True, False, True, False, True])
    assert parting(right, np.array([5, 4, 3, 2, 1], np.float32)).f1 == pytest.approx(2 / 3)
    assert parting(right, np.array([1, 1, 1, 1, 1], np.float32)).f1 == pytest.approx(3 / 5)
    assert parting(right, np.array([9, 1, 9, 1, 9], np.float32)) == Parting(1.0, 1.0, 1.0)


def test_one_kind_alone_cannot_be_parted():
    with pytest.raises(ValueError, match="part"):
        parting(np.array([True, True]), np.array([1, 2], np.float32))


def test_kinds_count_alike():
    assert mean([Parting(0.5, 0.2, 0.0), Parting(1.0, 0.4, 1.0)]) == Parting(0.75, pytest.approx(0.3), 0.5)
