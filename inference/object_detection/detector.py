"""The interface of detectors, and how the model's output becomes detections."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from inference.object_detection.depth import DepthMap, Picture, post_process, statistics
from inference.object_detection.types import Box, Detection

LONGEST_SIDE = 960
"""Longest side in pixels; larger pictures are scaled down before detection."""


@dataclass(frozen=True, slots=True)
class View:
    """What was found in a picture.

    Attributes:
        detections: Objects, highest score first, in the picture's own pixels; with depth if there is a depth model.
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
    """Detects objects in pictures."""

    async def detect(self, pictures: Sequence[Picture]) -> list[View]:
        """Returns what is in each picture. A picture's view does not depend on the other pictures.

        Raises:
            InferenceUnavailable: It cannot answer at the moment.
            InferenceRejected: It refuses these pictures.
        """
        ...


@dataclass(frozen=True, slots=True)
class Labels:
    """The models that made a response.

    Attributes:
        model: The detector's name.
        version: Its version.
        labels: Names of the classes.
        inverse: Whether larger raw depths are nearer; None without a depth model.
        depth_model: Name and version of the depth model; "" without one.
    """

    model: str
    version: str
    labels: tuple[str, ...]
    inverse: bool | None
    depth_model: str = ""


def read_labels(content: bytes) -> Labels:
    """Parses the model's output `labels`.

    Raises:
        ValueError: It is malformed.
    """
    try:
        parsed = json.loads(content)
        depth = parsed["depth"]
        return Labels(
            parsed["model"],
            parsed["version"],
            tuple(parsed["labels"]),
            depth and bool(depth["inverse"]),
            f"{depth['model']} {depth['version']}" if depth else "",
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"labels without {error}") from error


def fit(picture: Picture, longest: int = LONGEST_SIDE) -> Picture:
    """Returns the picture, scaled down so that no side is longer than `longest` pixels."""
    height, width = picture.shape[:2]
    ratio = longest / max(height, width)
    if ratio >= 1:
        return picture
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Arrays:
    """The model's output for one picture.

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
    """Turns the model's output for a picture into a view.

    Args:
        picture: The original picture.
        looked_at: The picture that the model received, as `fit` returned it.
        labels: The models that made the output.
        arrays: The output.

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
