"""What detectors take and return."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


class InvalidRequestError(ValueError):
    """The request breaks the contract; the message says how."""


@dataclass(frozen=True, slots=True)
class Detections:
    """The objects found in one picture, highest score first.

    Attributes:
        boxes: (n, 4) float32: left, top, right, bottom in the picture's pixels.
        classes: (n) int32: indices into the labels.
        scores: (n) float32: 0 to 1.
    """

    boxes: np.ndarray
    classes: np.ndarray
    scores: np.ndarray


class Detector(Protocol):
    """Detects objects in RGB pictures."""

    labels: list[str]
    name: str
    version: str

    def detect(self, pictures: list[np.ndarray]) -> list[Detections]:
        """Returns what is in each picture, height x width x 3, uint8."""
        ...


def pictures_of(pixels: np.ndarray, sizes: np.ndarray) -> list[np.ndarray]:
    """Cuts the pictures of a request out of their padding.

    Args:
        pixels: (n, height, width, 3) uint8 RGB, each picture in the upper left corner.
        sizes: (n, 2) int32: height and width of each.

    Raises:
        InvalidRequestError: The shapes contradict each other.
    """
    count, height, width, _ = pixels.shape
    if pixels.shape[3:] != (3,) or sizes.shape != (count, 2):
        raise InvalidRequestError(f"pixels {list(pixels.shape)} and sizes {list(sizes.shape)} do not fit together")
    if count and (sizes.min() < 1 or (sizes > (height, width)).any()):
        raise InvalidRequestError(f"a size is not within 1 to {height} x {width}")
    return [np.ascontiguousarray(pixels[i, :h, :w]) for i, (h, w) in enumerate(sizes.tolist())]
