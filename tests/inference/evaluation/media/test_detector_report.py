"""What the report on the detector counts."""

import pytest

from inference.evaluation.media import detector
from inference.evaluation.media.average_precision import Found, average_precision, matched
from inference.evaluation.report import Context, DataMissing
from inference.object_detection.types import Box
from topology import settings

LEFT, RIGHT = Box(0, 0, 10, 10), Box(20, 0, 30, 10)
SHIFTED = Box(3, 0, 13, 10)
"""It overlaps LEFT by 7/13."""


def found(box, score):
    return Found("dog", box, score)


def test_a_marked_object_is_found_once_and_only_by_a_box_that_overlaps_enough():
    seen = [found(LEFT, 0.9), found(SHIFTED, 0.8), found(RIGHT, 0.7)]
    assert matched(seen, [LEFT, RIGHT], 0.5) == [True, False, True]
    assert matched([found(SHIFTED, 0.9)], [LEFT], 0.5) == [True]
    assert matched([found(SHIFTED, 0.9)], [LEFT], 0.55) == [False]
    assert matched(seen, [], 0.5) == [False] * 3


@pytest.mark.parametrize(
    ("pictures", "expected"),
    [
        ([([found(LEFT, 0.9)], [LEFT])], 1.0),
        ([([found(RIGHT, 0.9)], [LEFT])], 0.0),
        ([([], [LEFT])], 0.0),
        ([([found(LEFT, 0.9)], [])], 0.0),
        # Half is found, at precision 1: recalls 0 to .50 of 101.
        ([([found(LEFT, 0.9)], [LEFT, RIGHT])], 51 / 101),
        # A surer wrong one halves the precision at every recall, in whichever picture it is.
        ([([found(LEFT, 0.8)], [LEFT]), ([found(LEFT, 0.9)], [])], 0.5),
        # Precision 1 up to recall .5; then 2 of 3 are right.
        ([([found(LEFT, 0.9)], [LEFT]), ([found(LEFT, 0.8), found(RIGHT, 0.7)], [RIGHT])], (51 + 50 * 2 / 3) / 101),
    ],
)
def test_average_precision_is_the_mean_of_the_best_precision_at_101_recalls(pictures, expected):
    assert average_precision(pictures, 0.5) == pytest.approx(expected)


def test_hits_are_counted_from_a_score_on_in_all_classes():
    dogs = [([found(LEFT, 0.9), found(RIGHT, 0.3)], [LEFT, RIGHT])]
    cats = [([found(LEFT, 0.6)], [RIGHT])]
    assert detector._hits([dogs, cats], 0.5) == (2, 1)
    assert detector._hits([dogs, cats], 0.3) == (3, 2)


@pytest.fixture
def no_models(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_MODELS", str(tmp_path / "models"))
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


@pytest.mark.usefixtures("no_models")
def test_without_the_network_the_report_says_what_to_run(tmp_path):
    (tmp_path / "data" / "vision" / "coco128").mkdir(parents=True)
    with pytest.raises(DataMissing, match="triplewire models build nanodet"):
        detector.evaluate(Context(tmp_path / "data"))
