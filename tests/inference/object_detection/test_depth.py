"""Depth: noise goes, edges stay, and near is 0."""

import cv2
import numpy as np
import pytest

from inference.object_detection.depth import post_process, region, statistics
from inference.object_detection.types import Box


def step(near=10.0, far=200.0):
    """The left half near, the right half far."""
    raw = np.full((40, 60), near, np.float32)
    raw[:, 30:] = far
    return raw


def test_the_steps_are_gaussian_then_median_then_unit_range():
    raw = np.random.default_rng(0).random((20, 30)).astype(np.float32)
    smooth = cv2.medianBlur(cv2.GaussianBlur(raw, (5, 5), 1.0), 5)
    expected = (smooth - smooth.min()) / (smooth.max() - smooth.min())
    np.testing.assert_allclose(post_process(raw, inverse=False), expected, atol=1e-6)


def test_near_is_0_whichever_way_the_network_counts():
    straight, inverse = post_process(step(), inverse=False), post_process(step(200.0, 10.0), inverse=True)
    np.testing.assert_allclose(straight, inverse, atol=1e-6)
    assert straight[20, 5] == 0
    assert straight[20, 55] == 1


def test_a_speck_goes_and_an_edge_stays():
    noisy = step()
    noisy[20, 10] = 200.0
    clean = post_process(noisy, inverse=False)
    assert clean[:, :28].max() < 0.1
    assert clean[:, 33:].min() > 0.95


@pytest.mark.parametrize("raw", [np.zeros((9, 9)), np.full((9, 9), 7.0), np.full((9, 9), np.nan)])
def test_a_map_that_says_nothing_is_zeros(raw):
    assert not post_process(raw, inverse=True).any()


def test_statistics_are_those_of_the_box():
    depth = np.zeros((10, 20), np.float32)
    depth[:, 10:15] = 0.5
    depth[:, 15:] = 1.0
    # The picture is ten times as large as its map.
    found = statistics(depth, Box(100, 0, 200, 100), 200, 100)
    assert (found.mean, found.median, found.nearest, found.farthest) == (0.75, 0.75, 0.5, 1.0)
    assert found.deviation == 0.25
    assert statistics(depth, Box(0, 0, 50, 50), 200, 100).farthest == 0


@pytest.mark.parametrize(
    "box", [Box(0, 0, 0, 0), Box(199.9, 99.9, 200, 100), Box(-50, -50, -10, -10), Box(1e6, 1e6, 2e6, 2e6)]
)
def test_every_box_has_at_least_one_point(box):
    assert region(np.zeros((10, 20), np.float32), box, 200, 100).size >= 1
