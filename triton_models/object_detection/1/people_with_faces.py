"""Adds the faces of the people that a network found, which COCO's classes lack; opencv's cascades find them."""

from typing import Any

import cv2
import numpy as np
from detections import Detections, Detector
from faces import Faces
from overlap import suppress

_HEAD = 200
"""Longest side, in pixels, to which the place of one head is scaled down: a face fills a good part of it."""

_FACE = 24
"""Width and height of the smallest face there, in pixels. Where a head is expected, such small ones are real too."""

_PIXELS = 12 * _HEAD**2
"""Most pixels that are searched in one picture, those of the largest people: it bounds the time of a crowd."""

_MARGIN = 0.1
"""How far around a person's box the head is sought, in parts of the box's width: the box may cut it off."""

_TALL = 1.25
"""How far down from the top of a person's box the head is sought, in widths of the box."""

_SAME_PLACE = 0.4
"""Overlap of two places from which on one is searched: what is barely seen often has several boxes."""

_SAME, _LEAST = 0.3, 0.25
"""As in `faces_and_people.py`: overlap of two boxes of one face, and least confidence."""


class PeopleWithFaces:
    """A network's objects, and the faces of its people.

    The cascades take half a second for a whole picture, so the frontal one searches only where people have their heads.
    In 440 pictures of news, those of profiles found no other face there.
    """

    def __init__(self, network: Detector, description: dict[str, Any]) -> None:
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
        """Returns the boxes and confidences of the faces of these people, given by their boxes."""
        boxes, scores = [np.zeros((0, 4))], [np.zeros(0)]
        left = _PIXELS
        for place in _heads(people, picture.shape):
            part = picture[place[1] : place[3], place[0] : place[2]]
            ratio = min(1.0, _HEAD / max(part.shape[:2]))
            width, height = round(part.shape[1] * ratio), round(part.shape[0] * ratio)
            if min(width, height) < _FACE:
                continue
            left -= width * height
            if left < 0:
                break
            small = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA) if ratio < 1 else part
            found, confidences = self._faces.find(np.ascontiguousarray(small), _FACE, profiles=False)
            boxes.append(found / ratio + np.tile(place[:2], 2))
            scores.append(confidences)
        faces, confidences = np.concatenate(boxes), np.concatenate(scores)
        sure = confidences >= _LEAST
        faces, confidences = faces[sure], confidences[sure]
        kept = suppress(faces, confidences, np.zeros(len(confidences), np.int32), _SAME)
        return faces[kept], confidences[kept]


def _heads(people: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Returns where people's heads are, each place once, those of the largest people first.

    Args:
        people: (n, 4), their boxes.
        shape: The picture's.

    Returns:
        (n, 4), in whole pixels; none is empty.
    """
    widths, heights = people[:, 2] - people[:, 0], people[:, 3] - people[:, 1]
    sides = people[:, 0] - _MARGIN * widths, people[:, 2] + _MARGIN * widths
    ends = people[:, 1] - _MARGIN * widths, people[:, 1] + np.minimum(heights, _TALL * widths)
    places = np.stack([sides[0], ends[0], sides[1], ends[1]], axis=1)
    places = np.clip(places, 0, np.tile(shape[1::-1], 2))
    places = np.hstack([np.floor(places[:, :2]), np.ceil(places[:, 2:])]).astype(int)
    return places[suppress(places.astype(np.float32), widths * heights, np.zeros(len(places), np.int32), _SAME_PLACE)]
