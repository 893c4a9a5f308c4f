"""Adds the faces of the people that a network found, which COCO's classes lack; opencv's cascades find them."""

from typing import Any, Protocol

import cv2
import numpy as np
from detections import Detections
from faces import Faces
from overlap import suppress

_SIDE = 640
"""Longest side of the picture in which faces are sought, in pixels."""

_MARGIN = 0.1
"""How far around its box a person's face is sought, in parts of the box's sides: a box may cut a head off."""

_SAME, _LEAST = 0.3, 0.25
"""As in `faces_and_people.py`: overlap of two boxes of one face, and least confidence."""


class Network(Protocol):
    """What finds the people."""

    labels: list[str]
    name: str
    version: str

    def detect(self, pictures: list[np.ndarray]) -> list[Detections]:
        """Returns what is in each RGB picture, height x width x 3, uint8."""
        ...


class PeopleWithFaces:
    """A network's objects, and the faces in its people.

    The cascades take half a second for a whole picture: so they search only around people.
    """

    def __init__(self, network: Network, description: dict[str, Any]) -> None:
        """Configures the detector.

        Args:
            network: It reports people from the confidence `faces_in_people` on.
            description: `network.json`: `least_score`, from which objects are reported.
        """
        self.labels = [*network.labels, "face"]
        self.name = network.name
        self.version = f"{network.version}, opencv {cv2.__version__}"
        self._network = network
        self._person = network.labels.index("person")
        self._least: float = description["least_score"]
        self._faces = Faces()

    def detect(self, pictures: list[np.ndarray]) -> list[Detections]:
        """Returns what is in each RGB picture, height x width x 3, uint8."""
        found = self._network.detect(pictures)
        return [self._with_faces(picture, seen) for picture, seen in zip(pictures, found, strict=True)]

    def _with_faces(self, picture: np.ndarray, seen: Detections) -> Detections:
        boxes, scores = self._find(picture, seen.boxes[seen.classes == self._person])
        sure = seen.scores >= self._least
        boxes = np.concatenate([seen.boxes[sure], boxes]).astype(np.float32)
        kinds = np.full(len(scores), len(self.labels) - 1, np.int32)
        scores = np.concatenate([seen.scores[sure], scores]).astype(np.float32)
        order = np.argsort(-scores, kind="stable")
        return Detections(boxes[order], np.concatenate([seen.classes[sure], kinds])[order], scores[order])

    def _find(self, picture: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the boxes and confidences of the faces whose middle is in a person's box or near it."""
        if not len(people):
            return np.zeros((0, 4)), np.zeros(0)
        margins = np.tile((people[:, 2:] - people[:, :2]) * _MARGIN, 2) * np.array([-1, -1, 1, 1])
        places = np.clip(people + margins, 0, np.tile(picture.shape[1::-1], 2))
        # One stretch of the picture around all of them: however many there are, no pixel is searched twice.
        left, top = np.floor(places[:, :2].min(axis=0)).astype(int)
        right, bottom = np.ceil(places[:, 2:].max(axis=0)).astype(int)
        part = picture[top:bottom, left:right]
        ratio = min(1.0, _SIDE / max(picture.shape[:2]))
        if ratio < 1:
            size = (max(1, round(part.shape[1] * ratio)), max(1, round(part.shape[0] * ratio)))
            part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        boxes, scores = self._faces.find(np.ascontiguousarray(part))
        boxes = boxes / ratio + np.array([left, top, left, top])
        boxes = np.clip(boxes, 0, np.tile(picture.shape[1::-1], 2))
        middles = (boxes[:, None, :2] + boxes[:, None, 2:]) / 2
        inside = ((middles >= places[:, :2]) & (middles < places[:, 2:])).all(axis=2).any(axis=1)
        kept = inside & (scores >= _LEAST) & (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
        boxes, scores = boxes[kept], scores[kept]
        best = suppress(boxes, scores, np.zeros(len(scores), np.int32), _SAME)
        return boxes[best], scores[best]
