"""What looks at pictures, whatever does it: opencv in this process, a YOLO network, or either behind Triton."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from inference.object_detection.depth import DepthMap, Picture, post_process, statistics
from inference.object_detection.types import Box, Detection

LONGEST_SIDE = 960
"""Pixels; larger pictures are scaled down before they are looked at."""


@dataclass(frozen=True, slots=True)
class View:
    """What was seen in a picture.

    Attributes:
        detections: Objects, surest first, in the picture's own pixels; with depth if a depth model looked.
        depth: The whole picture's depth; None without a depth model.
        model: The detector's name.
        version: Its version.
        depth_model: Name and version of the depth model, if there is one.
    """

    detections: list[Detection]
    depth: DepthMap | None
    model: str
    version: str
    depth_model: str = ""


class Detector(Protocol):
    """Something that sees objects in pictures."""

    async def detect(self, pictures: Sequence[Picture]) -> list[View]:
        """Returns what is in each picture. The same picture gives the same view, whatever is looked at beside it.

        Raises:
            InferenceUnavailable: It cannot answer at the moment.
            InferenceRejected: It refuses these pictures.
        """
        ...


@dataclass(frozen=True, slots=True)
class Labels:
    """What a response says of its own making.

    Attributes:
        model: The detector's name.
        version: Its version.
        labels: What the classes are called.
        inverse: Whether raw depth grows with nearness; None where there is no depth model.
        depth_model: Name and version of the depth model; empty where there is none.
    """

    model: str
    version: str
    labels: tuple[str, ...]
    inverse: bool | None
    depth_model: str = ""


def read_labels(content: bytes) -> Labels:
    """Reads the output `labels` of the model.

    Raises:
        ValueError: It is not what the model sends.
    """
    try:
        told = json.loads(content)
        depth = told["depth"]
        return Labels(
            told["model"],
            told["version"],
            tuple(told["labels"]),
            depth and bool(depth["inverse"]),
            f"{depth['model']} {depth['version']}" if depth else "",
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"labels without {error}") from error


def fit(picture: Picture, longest: int = LONGEST_SIDE) -> Picture:
    """Returns the picture, scaled down if it is larger than is looked at."""
    height, width = picture.shape[:2]
    ratio = longest / max(height, width)
    if ratio >= 1:
        return picture
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Arrays:
    """A model's answer on one picture.

    Attributes:
        boxes: (n, 4), in pixels of the picture as the model saw it.
        classes: (n), indices into the labels.
        scores: (n).
        depth: The depth network's raw map, if there is one.
    """

    boxes: np.ndarray
    classes: np.ndarray
    scores: np.ndarray
    depth: np.ndarray | None


def make_view(picture: Picture, looked_at: Picture, labels: Labels, arrays: Arrays) -> View:
    """Turns a model's answer into what was seen.

    Args:
        picture: As it was given.
        looked_at: As the model saw it: what `fit` returned.
        labels: What the model says of itself.
        arrays: What it answered.

    Raises:
        ValueError: A class has no label.
    """
    height, width = picture.shape[:2]
    scale = np.array([width / looked_at.shape[1], height / looked_at.shape[0]] * 2)
    depth = None
    if arrays.depth is not None and labels.inverse is not None:
        depth = post_process(arrays.depth, inverse=labels.inverse)
    classes = arrays.classes.tolist()
    if classes and not 0 <= min(classes) <= max(classes) < len(labels.labels):
        raise ValueError(f"classes {min(classes)} to {max(classes)} of {len(labels.labels)}")
    detections = []
    for corners, kind, score in zip(arrays.boxes * scale, classes, arrays.scores.tolist(), strict=True):
        box = Box(*np.round(corners, 2).tolist())
        distance = None if depth is None else statistics(depth, box, width, height)
        detections.append(Detection(labels.labels[kind], score, box, distance))
    return View(detections, depth, labels.model, labels.version, labels.depth_model)
