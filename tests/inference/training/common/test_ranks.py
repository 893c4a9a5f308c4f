"""Filtered, tie-safe ranks."""

import numpy as np
import pytest

from inference.training.common.ranks import answers, filtered_ranks, known_answers, summary
from inference.training.links.knowledge_graph import KnowledgeGraph, reciprocal


def triples(*rows):
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def ranks(scores, question, known=()):
    right = np.array(sorted({question[2], *known}))
    return filtered_ranks(np.float32([scores]), triples(question), {question[:2]: right})[0]


def test_the_best_is_first_and_the_worst_is_last():
    assert ranks([0.1, 0.9, 0.5, 0.2], (0, 0, 1)) == 1
    assert ranks([0.1, 0.9, 0.5, 0.2], (0, 0, 0)) == 4


def test_other_right_answers_do_not_stand_in_the_way():
    assert ranks([0.1, 0.9, 0.5, 0.2], (0, 0, 3)) == 3
    assert ranks([0.1, 0.9, 0.5, 0.2], (0, 0, 3), known=(1, 2)) == 1
    assert ranks([0.1, 0.9, 0.5, 0.2], (0, 0, 3), known=(0,)) == 3


def test_who_scores_all_alike_is_at_chance():
    assert ranks([0.5] * 9, (0, 0, 4)) == 5
    assert ranks([0.5] * 9, (0, 0, 4), known=(0, 1)) == 4
    assert summary(np.array([ranks([0.0, 0.0], (0, 0, 1))])).hits1 == 0


def test_a_score_that_is_no_number_never_wins():
    assert ranks([np.nan, 0.3, 0.1], (0, 0, 0)) == 3
    assert ranks([np.nan, np.nan, np.nan], (0, 0, 0)) == 2
    assert ranks([np.nan, 0.3, 0.1], (0, 0, 1)) == 1


def test_summary_is_what_the_words_mean():
    found = summary(np.array([1.0, 2.0, 10.0, 11.0]))
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 10 + 1 / 11) / 4)
    assert (found.hits1, found.hits10, found.questions) == (0.25, 0.75, 4)
    assert summary(np.array([])).questions == 0


def test_answers_are_those_of_both_directions_each_once():
    found = answers(triples((0, 0, 2), (0, 0, 1), (0, 0, 2), (2, 1, 0)), 2)
    assert {key: value.tolist() for key, value in found.items()} == {
        (0, 0): [1, 2],
        (1, 2): [0],
        (2, 2): [0],
        (2, 1): [0],
        (0, 3): [2],
    }


def test_all_splits_are_known():
    graph = KnowledgeGraph("g", ("a", "b", "c"), ("r",), *(triples((0, 0, tail)) for tail in range(3)))
    assert known_answers(graph)[0, 0].tolist() == [0, 1, 2]


def test_a_reciprocal_reads_backwards():
    assert reciprocal(triples((3, 1, 5)), 4).tolist() == [[3, 1, 5], [5, 5, 3]]


def test_a_smaller_share_is_part_of_a_larger_one():
    rows = triples(*((n, 0, n + 1) for n in range(40)))
    graph = KnowledgeGraph("g", (), ("r",), rows, rows[:2], rows[:3])
    small, large = (graph.with_share(share, seed=5) for share in (0.1, 0.5))
    assert (len(small.train), len(large.train)) == (4, 20)
    assert {tuple(row) for row in small.train.tolist()} < {tuple(row) for row in large.train.tolist()}
    assert len(small.test) == 3
    assert graph.with_share(1.0, seed=5).train.tolist() == rows.tolist()
    assert len(graph.with_share(0.0, seed=5).train) == 1
