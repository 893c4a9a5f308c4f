"""Runs NanoDet: one run per batch, boxes from distributions of distances, non-maximum suppression in each class.

The network answers (n, cells, classes + 44): for each cell of strides 8, 16 and 32 the scores of the classes, then how
likely each of 11 distances, 0 to 10 strides, is from the cell's centre to each side of the box.
Li et al., Generalized Focal Loss, 2020, section 3.2, https://arxiv.org/abs/2006.04388; https://github.com/RangiLyu/nanodet
"""

from typing import Any

import cv2
import numpy as np
from detections import Detections
from overlap import suppress

STRIDES = (8, 16, 32)
DISTANCES = np.arange(11, dtype=np.float32)

MEAN = np.array([103.53, 116.28, 123.675], np.float32)
DEVIATION = np.array([57.375, 57.12, 58.395], np.float32)
"""Mean and standard deviation of blue, green and red in ImageNet's pictures, from 0 to 255."""

MOST_CELLS = 1000
"""Most cells of a picture that are suppressed against each other, the surest ones: suppression is quadratic."""

MOST_OBJECTS = 100
"""Most objects of a picture that are reported, the surest ones, as COCO's measures count them."""


class NanoDet:
    """A network and its description, `network.json`."""

    def __init__(self, description: dict[str, Any], session: Any) -> None:
        """Configures the detector.

        Args:
            description: `name`, `version`, `labels`, `side`, `input`, `least_score`, `most_overlap`, `batch` (most
                pictures in one run).
            session: Runs the network; called like an onnxruntime session.
        """
        self.labels: list[str] = description["labels"]
        self.name: str = description["name"]
        self.version: str = description["version"]
        self._side: int = description["side"]
        self._input: str = description["input"]
        self._least: float = description["least_score"]
        self._overlap: float = description["most_overlap"]
        self._at_once: int = description["batch"]
        self._session = session
        self._centres, self._strides = _cells(self._side)

    def detect(self, pictures: list[np.ndarray]) -> list[Detections]:
        """Returns what is in each RGB picture, height x width x 3, uint8."""
        found: list[Detections] = []
        for start in range(0, len(pictures), self._at_once):
            part = pictures[start : start + self._at_once]
            squares, places = zip(*(_square(picture, self._side) for picture in part), strict=True)
            answer = self._session.run(None, {self._input: np.stack(squares)})[0]
            found += [
                self._decode(np.asarray(raw, np.float32), place, picture.shape)
                for raw, place, picture in zip(answer, places, part, strict=True)
            ]
        return found

    def _decode(self, raw: np.ndarray, place: tuple[float, int, int], shape: tuple[int, ...]) -> Detections:
        cells, classes = np.nonzero(raw[:, : len(self.labels)] >= self._least)
        scores = raw[cells, classes]
        surest = np.argsort(-scores, kind="stable")[:MOST_CELLS]
        cells, classes, scores = cells[surest], classes[surest], scores[surest]
        sides = _expected(raw[cells, len(self.labels) :].reshape(-1, 4, len(DISTANCES))) * self._strides[cells]
        centres = self._centres[cells]
        ratio, x, y = place
        boxes = np.hstack([centres - sides[:, :2], centres + sides[:, 2:]])
        boxes = (boxes - np.array([x, y, x, y], np.float32)) / np.float32(ratio)
        boxes = np.clip(boxes, 0, np.array([shape[1], shape[0]] * 2, np.float32))
        some = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        boxes, scores, classes = boxes[some], scores[some], classes[some]
        kept = suppress(boxes, scores, classes, self._overlap)[:MOST_OBJECTS]
        return Detections(boxes[kept], classes[kept].astype(np.int32), scores[kept])


def _square(picture: np.ndarray, side: int) -> tuple[np.ndarray, tuple[float, int, int]]:
    """Fits a picture into the middle of a black square, and normalises it.

    Returns:
        The square, (3, side, side), blue first; and the factor by which the picture was scaled, and its left and top.
    """
    height, width = picture.shape[:2]
    ratio = min(side / height, side / width)
    new = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    square = np.zeros((side, side, 3), np.uint8)
    x, y = (side - new[0]) // 2, (side - new[1]) // 2
    square[y : y + new[1], x : x + new[0]] = cv2.resize(picture, new, interpolation=cv2.INTER_LINEAR)
    planes = np.empty((3, side, side), np.float32)
    # Plane by plane: all at once takes five times as long, because numpy then goes through the colours of each pixel.
    for plane, colour, mean, deviation in zip(planes, square.transpose(2, 0, 1)[::-1], MEAN, DEVIATION, strict=True):
        np.subtract(colour, mean, out=plane)
        np.divide(plane, deviation, out=plane)
    return planes, (ratio, x, y)


def _expected(logits: np.ndarray) -> np.ndarray:
    """Returns the expected distance to each side, in strides, from the unnormalised likelihood of each distance."""
    likely = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(likely @ DISTANCES / likely.sum(axis=-1))


def _cells(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the centre (x, y) and the stride of each cell, in pixels."""
    centres, strides = [], []
    for stride in STRIDES:
        ys, xs = np.mgrid[: side // stride, : side // stride]
        centres.append((np.stack([xs.ravel(), ys.ravel()], 1) + 0.5) * stride)
        strides.append(np.full((len(centres[-1]), 1), stride))
    return np.concatenate(centres).astype(np.float32), np.concatenate(strides).astype(np.float32)
