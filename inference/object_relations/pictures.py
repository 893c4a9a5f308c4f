"""Scales pictures, regions and depth maps to the sizes that the model reads."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.object_relations.example import Box

Array = NDArray[np.float32]


def scaled(values: Array, size: int) -> Array:
    """Returns an array [h, w, …] as [size, size, …]: averaged where it shrinks, repeated where it grows."""
    for axis in (0, 1):
        values = _scaled(values, axis, size)
    return values


def _scaled(values: Array, axis: int, size: int) -> Array:
    length = values.shape[axis]
    if length == size:
        return values
    if length % size == 0:
        shape = (*values.shape[:axis], size, length // size, *values.shape[axis + 1 :])
        mean: Array = values.reshape(shape).mean(axis=axis + 1, dtype=np.float32)
        return mean
    starts = np.arange(size) * length // size
    ends = np.maximum(starts + 1, (np.arange(size) + 1) * length // size)
    zero = np.zeros_like(values.take([0], axis=axis))
    sums = np.concatenate([zero, values.cumsum(axis=axis, dtype=np.float64)], axis=axis)
    spread = (ends - starts).reshape([-1 if a == axis else 1 for a in range(values.ndim)])
    found: Array = ((sums.take(ends, axis=axis) - sums.take(starts, axis=axis)) / spread).astype(np.float32)
    return found


def region(values: NDArray[Any], box: Box) -> NDArray[Any]:
    """Cuts a box out of an array [h, w, …]: at least one pixel, and within the edges."""
    height, width = values.shape[:2]
    x, y, w, h = box
    left, right = _bounds(x - w / 2, x + w / 2, width)
    top, bottom = _bounds(y - h / 2, y + h / 2, height)
    return values[top:bottom, left:right]


def _bounds(start: float, end: float, length: int) -> tuple[int, int]:
    first = min(max(int(start * length), 0), length - 1)
    return first, max(first + 1, min(round(end * length), length))


def planes(picture: NDArray[np.uint8], size: int) -> Array:
    """Returns a picture uint8 [h, w, 3] as float32 [3, size, size] in [-1, 1]."""
    return (scaled(picture.astype(np.float32), size) / 127.5 - 1).transpose(2, 0, 1)


def box_features(box: Box) -> tuple[float, ...]:
    """Returns a box with its area, which MORE's models read."""
    return *box, box[2] * box[3]
