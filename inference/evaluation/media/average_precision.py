"""COCO's average precision: Lin et al., Microsoft COCO, 2014, https://cocodataset.org/#detection-eval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.object_detection.types import Box


@dataclass(frozen=True, slots=True)
class Marked:
    """An object that a person marked."""

    label: str
    box: Box


@dataclass(frozen=True, slots=True)
class Found:
    """An object that the detector found."""

    label: str
    box: Box
    score: float


def matched(found: Sequence[Found], marked: Sequence[Box], overlap: float) -> list[bool]:
    """Returns for each found object of a picture whether it is a marked one that no surer one is.

    Args:
        found: Surest first.
        marked: Boxes of the same class.
        overlap: Least intersection over union.
    """
    free, hits = list(marked), []
    for thing in found:
        best = max(free, key=thing.box.overlap, default=None)
        hit = best is not None and thing.box.overlap(best) >= overlap
        if hit and best is not None:
            free.remove(best)
        hits.append(hit)
    return hits


def average_precision(pictures: Sequence[tuple[Sequence[Found], Sequence[Box]]], overlap: float) -> float:
    """Returns the mean of the best precision at 101 recalls, 0 to 1, of one class over all pictures."""
    everything = sum(len(boxes) for _, boxes in pictures)
    scored = [
        (thing.score, hit)
        for found, boxes in pictures
        for thing, hit in zip(found, matched(found, boxes, overlap), strict=True)
    ]
    if not scored or not everything:
        return 0.0
    right = np.cumsum([hit for _, hit in sorted(scored, key=lambda each: -each[0])])
    recall = right / everything
    precision = np.maximum.accumulate((right / np.arange(1, len(right) + 1))[::-1])[::-1]
    places = np.searchsorted(recall, np.linspace(0, 1, 101))
    return float(np.append(precision, 0.0)[places].mean())
