"""Turns a network's raw depth map into relative depth, and summarises the depth inside a box.

RelFormer, section 3.1: "denoising (e.g., Gaussian filtering), smoothing (e.g., median filtering), and normalization
(mapping depth values to the [0, 1] range)", then the depth "from corresponding regions" of the detected boxes.
"""

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
"""Sides of the filters in pixels of the map. 5 is the largest that opencv's median filter takes for floats."""


def post_process(raw: np.ndarray, *, inverse: bool) -> DepthMap:
    """Denoises (Gaussian), smooths (median) and normalises a network's map.

    Args:
        raw: (height, width), in the network's own unit.
        inverse: Whether larger values are nearer, as with disparity.

    Returns:
        The map, 0 at the nearest point and 1 at the farthest; all zeros if the raw map is constant.
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
    """Returns the part of a depth map inside a box; at least one point.

    Args:
        depth: The map.
        box: In pixels of the picture.
        width: The picture's, in pixels.
        height: The picture's, in pixels.
    """
    rows, columns = depth.shape
    left = min(columns - 1, max(0, int(box.left * columns / width)))
    top = min(rows - 1, max(0, int(box.top * rows / height)))
    right = min(columns, max(left + 1, round(box.right * columns / width)))
    bottom = min(rows, max(top + 1, round(box.bottom * rows / height)))
    return depth[top:bottom, left:right]


def statistics(depth: DepthMap, box: Box, width: int, height: int) -> Depth:
    """Returns statistics of the depth inside a box; see `region`."""
    points = region(depth, box, width, height).astype(np.float64)
    return Depth(
        mean=float(points.mean()),
        median=float(np.median(points)),
        deviation=float(points.std()),
        nearest=float(points.min()),
        farthest=float(points.max()),
    )
