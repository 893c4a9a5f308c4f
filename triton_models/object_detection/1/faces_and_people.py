"""Detects faces and people with detectors whose weights are part of opencv 4, so without a network or a download.

Faces: Viola and Jones, Rapid Object Detection using a Boosted Cascade of Simple Features, 2001, frontal and in profile.
People: Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, 2005; whole figures, upright.
https://docs.opencv.org/4.x/d1/de5/classcv_1_1CascadeClassifier.html
"""

import cv2
import numpy as np
from detections import Detections
from faces import Faces, corners, share
from overlap import suppress

LABELS = ["face", "person"]
FACE, PERSON = range(2)

_SIDE = 640
"""Longest side of the searched picture, in pixels: both searches are slow, and tiny detections are mostly false."""

_FACE = 36
"""Width and height of the smallest face that is searched for, in pixels."""

_WINDOW = (64, 128)
"""Width and height of the figure detector's window; it cannot search a smaller picture."""

_SAME = 0.3
"""Intersection over union above which two boxes are around one face or figure."""

# A logistic curve from the detector's weight to a confidence: weight at even odds, and steepness. Like that of faces it
# was set by hand on two dozen photographs, where the weaker half of the detections was false. It ranks detections; a
# confidence is no frequency.
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
        self._faces = Faces()
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
        faces, face_scores = self._faces.find(small, _FACE, profiles=True)
        people, people_weights = self._figures(small)
        boxes = (np.concatenate([faces, people]) / ratio).astype(np.float32)
        scores = np.concatenate([face_scores, share(people_weights, *_PERSON_CURVE)])
        classes = np.repeat(np.array([FACE, PERSON], np.int32), [len(faces), len(people)])
        boxes = np.clip(boxes, 0, np.array([width, height, width, height], np.float32))
        sure = scores >= _LEAST
        boxes, scores, classes = boxes[sure], scores[sure].astype(np.float32), classes[sure]
        kept = suppress(boxes, scores, classes, _SAME)
        return Detections(boxes[kept], classes[kept], scores[kept])

    def _figures(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if picture.shape[1] < _WINDOW[0] or picture.shape[0] < _WINDOW[1]:
            return np.zeros((0, 4)), np.zeros(0)
        found, weights = self._people.detectMultiScale(picture, winStride=(8, 8), padding=(8, 8), scale=1.05)
        return corners(found), np.reshape(weights, -1)
