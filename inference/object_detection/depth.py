"""Relative depth: from a network's raw map to one that can be relied on, and what it says of a box.

RelFormer, section 3.1: "denoising (e.g., Gaussian filtering), smoothing (e.g., median filtering), and normalization
(mapping depth values to the [0, 1] range)", then the depth "from corresponding regions" of the detected boxes.
"""

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.object_detection.types import Box, Depth

DepthMap = NDArray[np.float32]
"""(height, width), in the picture's proportions but usually smaller: 0 is the nearest point, 1 the farthest."""

Picture = NDArray[np.uint8]
"""(height, width, 3), RGB."""

_GAUSSIAN, _DEVIATION = 5, 1.0
_MEDIAN = 5
"""Sides of the filters in pixels of the map; opencv's median of floats goes no further."""


class DepthEstimator(Protocol):
    """Something that tells how far away everything in a picture is."""

    def depth(self, picture: Picture) -> DepthMap | None:
        """Returns the picture's depth, post-processed; None where there is no depth model."""
        ...


def post_process(raw: np.ndarray, *, inverse: bool) -> DepthMap:
    """Denoises (Gaussian), smooths (median) and normalises a network's map.

    Args:
        raw: (height, width), in the network's own unit.
        inverse: Whether it grows with nearness, as disparity does.

    Returns:
        0 for the nearest point and 1 for the farthest; zeros where the map says nothing.
    """
    finite = np.nan_to_num(np.asarray(raw, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    denoised = cv2.GaussianBlur(finite, (_GAUSSIAN, _GAUSSIAN), _DEVIATION)
    smooth = cv2.medianBlur(np.ascontiguousarray(denoised, np.float32), _MEDIAN)
    low, high = float(smooth.min()), float(smooth.max())
    if high <= low:
        return np.zeros(smooth.shape, np.float32)
    normal = (smooth - low) / np.float32(high - low)
    return np.asarray(1 - normal if inverse else normal, np.float32)


def region(depth: DepthMap, box: Box, width: int, height: int) -> DepthMap:
    """Returns the part of a map that shows a box; at least one point.

    Args:
        depth: The map.
        box: In pixels of the picture.
        width: The picture's, in pixels.
        height: The picture's.
    """
    rows, columns = depth.shape
    left = min(columns - 1, max(0, int(box.left * columns / width)))
    top = min(rows - 1, max(0, int(box.top * rows / height)))
    right = min(columns, max(left + 1, round(box.right * columns / width)))
    bottom = min(rows, max(top + 1, round(box.bottom * rows / height)))
    return depth[top:bottom, left:right]


def statistics(depth: DepthMap, box: Box, width: int, height: int) -> Depth:
    """Returns how far away what is in a box is; see `region`."""
    points = region(depth, box, width, height).astype(np.float64)
    return Depth(
        mean=float(points.mean()),
        median=float(np.median(points)),
        deviation=float(points.std()),
        nearest=float(points.min()),
        farthest=float(points.max()),
    )
