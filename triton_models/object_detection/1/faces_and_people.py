"""Detects faces and people with detectors whose weights are part of opencv 4, so without a network or a download.

Faces: Viola and Jones, Rapid Object Detection using a Boosted Cascade of Simple Features, 2001, frontal and in profile.
People: Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, 2005; whole figures, upright.
https://docs.opencv.org/4.x/d1/de5/classcv_1_1CascadeClassifier.html
"""

import cv2
import numpy as np
from detections import Detections
from overlap import suppress

LABELS = ["face", "person"]
FACE, PERSON = range(2)

_CASCADES = (("haarcascade_frontalface_default.xml", False), ("haarcascade_profileface.xml", True))
"""File, and whether to search the mirrored picture too: the profile cascade finds only faces that look left."""

_SIDE = 640
"""Longest side of the searched picture, in pixels: both searches are slow, and tiny detections are mostly false."""

_WINDOW = (64, 128)
"""Width and height of the figure detector's window; it cannot search a smaller picture."""

_FACE = (36, 36)
"""Smallest face that is searched for, in pixels."""

_SAME = 0.3
"""Intersection over union above which two boxes are around one face or figure."""

# Logistic curves from a detector's weight to a confidence: weight at even odds, and steepness. They were set by hand on
# two dozen photographs, where the weaker half of the detections was false. They rank detections; they are no
# frequencies.
_FACE_CURVE = (6.0, 0.5)
_PERSON_CURVE = (1.0, 2.5)
_LEAST = 0.25
"""Least confidence of a reported detection."""


class FacesAndPeople:
    """Frontal and profile faces, and whole figures."""

    labels = LABELS
    name = "opencv-faces-people"
    version = cv2.__version__

    def __init__(self) -> None:
        """Loads the cascades and the figure's histogram."""
        # With several threads, the order of the detections would depend on which thread ends first.
        cv2.setNumThreads(1)
        self._cascades = [(cv2.CascadeClassifier(cv2.data.haarcascades + file), both) for file, both in _CASCADES]
        self._people = cv2.HOGDescriptor()
        self._people.setSVMDetector(cv2.HOGDescriptor.getDefaultPeopleDetector())

    def detect(self, pictures: list[np.ndarray]) -> list[Detections]:
        """Returns the faces and people in each RGB picture, height x width x 3, uint8."""
        return [self._detect(picture) for picture in pictures]

    def _detect(self, picture: np.ndarray) -> Detections:
        height, width = picture.shape[:2]
        ratio = min(1.0, _SIDE / max(height, width))
        size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if ratio < 1 else picture
        faces, face_weights = self._faces(small)
        people, people_weights = self._figures(small)
        boxes = (np.concatenate([faces, people]) / ratio).astype(np.float32)
        scores = np.concatenate([_share(face_weights, _FACE_CURVE), _share(people_weights, _PERSON_CURVE)])
        classes = np.repeat(np.array([FACE, PERSON], np.int32), [len(faces), len(people)])
        boxes = np.clip(boxes, 0, np.array([width, height, width, height], np.float32))
        sure = scores >= _LEAST
        boxes, scores, classes = boxes[sure], scores[sure].astype(np.float32), classes[sure]
        kept = suppress(boxes, scores, classes, _SAME)
        return Detections(boxes[kept], classes[kept], scores[kept])

    def _faces(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        grey = cv2.equalizeHist(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
        boxes, weights = [np.zeros((0, 4))], [np.zeros(0)]
        for cascade, both in self._cascades:
            for mirrored in (False, True) if both else (False,):
                seen = cv2.flip(grey, 1) if mirrored else grey
                found, _, weight = cascade.detectMultiScale3(
                    seen, scaleFactor=1.15, minNeighbors=4, minSize=_FACE, outputRejectLevels=True
                )
                corners = _corners(found)
                if mirrored:
                    corners[:, [0, 2]] = grey.shape[1] - corners[:, [2, 0]]
                boxes.append(corners)
                weights.append(np.reshape(weight, -1))
        return np.concatenate(boxes), np.concatenate(weights)

    def _figures(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if picture.shape[1] < _WINDOW[0] or picture.shape[0] < _WINDOW[1]:
            return np.zeros((0, 4)), np.zeros(0)
        found, weights = self._people.detectMultiScale(picture, winStride=(8, 8), padding=(8, 8), scale=1.05)
        return _corners(found), np.reshape(weights, -1)


def _corners(rows: np.ndarray | tuple[()]) -> np.ndarray:
    """Turns (left, top, width, height) into corners; opencv returns an empty tuple if it finds nothing."""
    rows = np.reshape(np.array(rows, np.float64), (-1, 4))
    return np.hstack([rows[:, :2], rows[:, :2] + rows[:, 2:]])


def _share(weights: np.ndarray, curve: tuple[float, float]) -> np.ndarray:
    even, steepness = curve
    return 1 / (1 + np.exp(-steepness * (weights - even)))
