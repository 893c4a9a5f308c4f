"""Splits of link sets: no pair is in two parts, and what is missing is said."""

import numpy as np
import pytest

from inference.research.sessions.link_sets import LinkSetError, own_split, pair_keys, random_split


def test_a_random_split_has_no_pair_in_two_parts_nor_turned_round(sets):
    split = random_split("amazon", sets, seed=1)
    held = np.concatenate([split.valid[split.valid_right], split.test[split.test_right]])
    keys = np.concatenate([pair_keys(part, split.nodes) for part in (split.train, held)])
    assert len(split.train) == 60
    assert len(held) == 15
    assert len(set(keys.tolist())) == len(keys)
    assert not split.in_training(split.test).any()
    assert set(held[:, 1:].ravel()) <= set(split.train[:, 1:].ravel())


def test_what_is_called_wrong_is_an_edge_of_no_file(sets):
    whole = random_split("amazon", sets, seed=1, share=0.5)
    everything = {pair for a in range(30) for s in (1, 2, 3) for pair in ((a, (a + s) % 30), ((a + s) % 30, a))}
    for edges, right in ((whole.valid, whole.valid_right), (whole.test, whole.test_right)):
        assert right.sum() == (~right).sum()
        assert all((a, b) not in everything and a != b for _, a, b in edges[~right].tolist())
        assert all((a, b) in everything for _, a, b in edges[right].tolist())


def test_seeds_draw_other_splits_and_the_same_seed_the_same(sets):
    one, again, other = (random_split("amazon", sets, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.test, again.test)
    assert not np.array_equal(one.test, other.test)


def test_the_own_split_is_as_it_was_published_and_says_what_training_tells(sets):
    split = own_split("amazon", sets, seed=1)
    assert (len(split.train), len(split.valid), len(split.test)) == (80, 40, 20)
    assert not split.pooled
    joined = split.in_training(split.test[split.test_right])
    assert joined.all(), "the last edges are the first ones, turned round"


def test_without_a_training_file_validation_edges_are_learnt_from(sets):
    split = own_split("youtube", sets, seed=1)
    assert len(split.valid) == 4
    assert 16 <= len(split.train) <= 20
    assert len(split.test) == 20
    held = {tuple(e) for e in split.valid[split.valid_right].tolist()}
    assert not held & {tuple(e) for e in split.train.tolist()}


def test_what_cannot_be_read_is_named(sets):
    with pytest.raises(LinkSetError, match="twitter"):
        own_split("twitter", sets, seed=1)
    with pytest.raises(LinkSetError, match="are needed"):
        random_split("amazon", sets, seed=1, share=1.4)
    (sets / "amazon" / "test.txt").write_text("1 x 3 1\n")
    with pytest.raises(LinkSetError, match=r"test.txt"):
        own_split("amazon", sets, seed=1)
