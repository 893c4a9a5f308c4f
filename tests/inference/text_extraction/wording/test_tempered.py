"""Confidence near 1 is drawn in, in order."""

import pytest

from inference.text_extraction.work import tempered


@pytest.mark.parametrize(("score", "confidence"), [(0.1, 0.1), (0.5, 0.5), (0.9, 0.9), (0.95, 0.925), (1.0, 0.95)])
def test_what_is_surest_is_not_certain(score, confidence):
    assert tempered(score) == pytest.approx(confidence)


def test_the_order_stays():
    scores = [n / 1000 for n in range(1001)]
    assert sorted(map(tempered, scores)) == [tempered(score) for score in scores]
    assert len(set(map(tempered, scores))) == len(scores)
