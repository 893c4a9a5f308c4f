"""Tells which parts of a key frame must be read again: where it differs from what was read before.

A banner that stands for a minute is read once, also over a cut. Parts are compared with the frame in which they were
last read, not with the frame before, so that a slow change is seen, too.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.media.text.search import united
from inference.object_detection.types import Box, TextBox

BLOCK, MARGIN = 8, 2
"""Side in pixels of the blocks that are compared, and how many blocks around those that changed are read with them."""

CHANGED = 3.0
"""Mean difference of a block, of 255, above which it has changed. One faint letter that changes makes 7; what a
codec does to what stands still, less than 2, except around sharp letters where it saves much: those are read again."""

MOST_PARTS = 20
"""Most parts that are read on their own; with more, what lies around all of them is read."""


class Rereading:
    """Takes the key frames of a video one by one, each with `parts`, then `lines`."""

    def __init__(self) -> None:
        """Starts with nothing read."""
        self._read: NDArray[np.uint8] | None = None
        self._lines: list[TextBox] = []
        self._parts: list[Box] | None = None

    def parts(self, rgb: NDArray[np.uint8]) -> list[Box] | None:
        """Returns the parts of the next frame that must be read, without overlap; None for the whole frame.

        Args:
            rgb: Height x width x 3.
        """
        if self._read is None or self._read.shape != rgb.shape:
            self._read, self._lines, self._parts = rgb, [], None
            return None
        changed = _changed(self._read, rgb)
        height, width = rgb.shape[:2]
        fine = np.repeat(np.repeat(changed, BLOCK, axis=0), BLOCK, axis=1)[:height, :width]
        self._read = np.where(fine[..., None], rgb, self._read)
        parts = _around(changed, width, height)
        # A line of which a part has changed is read as a whole.
        while True:
            met = [line for line in self._lines if any(line.box.overlap(part) > 0 for part in parts)]
            self._lines = [line for line in self._lines if line not in met]
            if not met:
                break
            parts = united([*parts, *(_whole(line.box, width, height) for line in met)])
        self._parts = parts
        return parts

    def lines(self, found: Sequence[TextBox]) -> list[TextBox]:
        """Returns all lines of the frame, in reading order.

        Args:
            found: What was read in its parts.
        """
        new = [line for line in found if self._parts is None or any(_within(line.box, part) for part in self._parts)]
        self._lines = sorted([*self._lines, *new], key=lambda line: (line.box.top, line.box.left, line.text))
        return list(self._lines)


def _changed(before: NDArray[np.uint8], now: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Returns which blocks differ; those at the right and lower edge may be smaller."""
    height, width = now.shape[:2]
    rows, columns = -(-height // BLOCK), -(-width // BLOCK)
    difference = cv2.absdiff(before, now).mean(axis=2, dtype=np.float32)
    padded = np.pad(difference, ((0, rows * BLOCK - height), (0, columns * BLOCK - width)), mode="edge")
    means = padded.reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3))
    return np.asarray(means > CHANGED)


def _around(changed: NDArray[np.bool_], width: int, height: int) -> list[Box]:
    """Returns boxes around what has changed, with a margin, in pixels of a frame of that size."""
    near = cv2.dilate(changed.astype(np.uint8), np.ones((2 * MARGIN + 1, 2 * MARGIN + 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(near)
    boxes = [
        Box(
            float(left * BLOCK),
            float(top * BLOCK),
            float(min(width, (left + wide) * BLOCK)),
            float(min(height, (top + high) * BLOCK)),
        )
        for left, top, wide, high, _ in stats[1:count].tolist()
    ]
    if len(boxes) > MOST_PARTS:
        return [
            Box(
                min(box.left for box in boxes),
                min(box.top for box in boxes),
                max(box.right for box in boxes),
                max(box.bottom for box in boxes),
            )
        ]
    return united(boxes)


def _whole(box: Box, width: int, height: int) -> Box:
    """Returns a line's box with a margin, in whole pixels."""
    margin = MARGIN * BLOCK
    return Box(
        float(max(0, int(box.left) - margin)),
        float(max(0, int(box.top) - margin)),
        float(min(width, int(box.right) + margin + 1)),
        float(min(height, int(box.bottom) + margin + 1)),
    )


def _within(box: Box, part: Box) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return part.left <= x <= part.right and part.top <= y <= part.bottom
