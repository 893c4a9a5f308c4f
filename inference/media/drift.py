"""Where the parts of a key frame go until the next key frame: the optical flow between them, step by step.

A field says of each point of a small picture how far it moves, in pixels of that picture: height x width x 2 (right and
down). Fields follow each other: what moves by the first moves on by the second.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.object_detection.types import Box

WIDTH, MOST_HEIGHT = 160, 640
"""Width of the small picture, and its most height."""

Field = NDArray[np.float32]


def still(height: int, width: int) -> Field:
    """Returns the field in which nothing moves."""
    return np.zeros((height, width, 2), np.float32)


def followed(first: Field, second: Field) -> Field:
    """Returns where `first` and then `second` lead; fields of one shape."""
    height, width = first.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    # What has left the picture goes on as what was at its edge.
    further = cv2.remap(
        second, columns + first[..., 0], rows + first[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(first + further, np.float32)


def moved(box: Box, field: Field, width: int, height: int) -> Box:
    """Returns where a box went: as most of what is in it.

    Args:
        box: In pixels of a frame.
        field: Where its parts went.
        width: Width of the frame in pixels.
        height: Its height.
    """
    across, down = field.shape[1] / width, field.shape[0] / height
    left, top = (max(0, int(edge)) for edge in (box.left * across, box.top * down))
    right, bottom = max(left + 1, round(box.right * across)), max(top + 1, round(box.bottom * down))
    part = field[top:bottom, left:right].reshape(-1, 2)
    if not len(part):
        return box
    right_by, down_by = (float(way) for way in np.median(part, axis=0) / (across, down))
    return Box(box.left + right_by, box.top + down_by, box.right + right_by, box.bottom + down_by)
