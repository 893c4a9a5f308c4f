"""Cuts what is too long for a network into tiles, through gaps: a cut through a letter would spoil the word."""

import cv2
import numpy as np

from inference.object_detection.depth import Picture

_SEARCHED = 0.25
"""Last share of a tile in which the gap is searched for."""

_NARROW, _WIDE = 8, 32
"""Least and most pixels over which a gap is measured, a quarter of the picture's width across the cut between them: so
wide that the gap between two words is emptier than that between two letters."""


def cuts(picture: Picture, axis: int, longest: int) -> list[int]:
    """Returns where tiles begin, and the end of the last one: `[0, 1180, 2300]`.

    Args:
        picture: RGB, height x width x 3.
        axis: The axis along which it is cut: 0 for rows, 1 for columns.
        longest: Most pixels of a tile along it.
    """
    length = picture.shape[axis]
    ends = [0]
    while length - ends[-1] > longest:
        latest = ends[-1] + longest
        begin = latest - max(1, int(longest * _SEARCHED))
        ends.append(begin + _emptiest(picture[:, begin:latest] if axis else picture[begin:latest], axis))
    return [*ends, length]


def _emptiest(part: Picture, axis: int) -> int:
    """Returns the row or column with the least variation across the cut; of equal ones the last."""
    grey = cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY)
    busy = grey.astype(np.float32).std(axis=1 - axis).astype(np.float32)
    gap = max(_NARROW, min(_WIDE, part.shape[1 - axis] // 4))
    smooth = cv2.blur(busy[:, None], (1, gap), borderType=cv2.BORDER_REPLICATE)[:, 0]
    return len(smooth) - int(np.argmin(smooth[::-1]))
