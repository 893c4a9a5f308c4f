"""Finds faces with detectors whose weights are part of opencv 4, so without a network or a download.

Viola and Jones, Rapid Object Detection using a Boosted Cascade of Simple Features, 2001, frontal and in profile.
https://docs.opencv.org/4.x/d1/de5/classcv_1_1CascadeClassifier.html
"""

import cv2
import numpy as np

_AHEAD, _LEFT = "haarcascade_frontalface_default.xml", "haarcascade_profileface.xml"
"""Files of opencv. The profile cascade finds only faces that look left; mirrored, they are those that look right."""

_EVEN, _STEEPNESS = 6.0, 0.5
"""A logistic curve from a face's weight to a confidence, as in `faces_and_people.py`."""


class Faces:
    """Frontal and profile faces."""

    def __init__(self) -> None:
        """Loads the cascades."""
        # With several threads, the order of the faces would depend on which thread ends first.
        cv2.setNumThreads(1)
        ahead, left = (cv2.CascadeClassifier(cv2.data.haarcascades + file) for file in (_AHEAD, _LEFT))
        self._searches = ((ahead, False), (left, False), (left, True))

    def find(self, picture: np.ndarray, smallest: int, *, profiles: bool) -> tuple[np.ndarray, np.ndarray]:
        """Searches an RGB picture.

        Args:
            picture: height x width x 3, uint8.
            smallest: Width and height of the smallest face, in pixels; from 24 on.
            profiles: Whether to search for faces that look to a side too, which takes three times as long.

        Returns:
            Boxes (n, 4) in pixels, left, top, right, bottom, and confidences (n); several may be of one face.
        """
        grey = cv2.equalizeHist(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
        boxes, weights = [np.zeros((0, 4))], [np.zeros(0)]
        for cascade, mirrored in self._searches if profiles else self._searches[:1]:
            found, _, weight = cascade.detectMultiScale3(
                cv2.flip(grey, 1) if mirrored else grey,
                scaleFactor=1.15,
                minNeighbors=4,
                minSize=(smallest, smallest),
                outputRejectLevels=True,
            )
            around = corners(found)
            if mirrored:
                around[:, [0, 2]] = grey.shape[1] - around[:, [2, 0]]
            boxes.append(around)
            weights.append(np.reshape(weight, -1))
        return np.concatenate(boxes), share(np.concatenate(weights), _EVEN, _STEEPNESS)


def corners(rows: np.ndarray | tuple[()]) -> np.ndarray:
    """Turns (left, top, width, height) into corners; opencv returns an empty tuple if it finds nothing."""
    rows = np.reshape(np.array(rows, np.float64), (-1, 4))
    return np.hstack([rows[:, :2], rows[:, :2] + rows[:, 2:]])


def share(weights: np.ndarray, even: float, steepness: float) -> np.ndarray:
    """Returns a logistic curve's value at each weight."""
    return np.asarray(1 / (1 + np.exp(-steepness * (weights - even))))
