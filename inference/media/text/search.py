"""Finds where a picture may have text: PP-OCRv6's detection network looks at all of it once, at a reduced size.

Most pictures in the news have no text, and the network's time grows with the pixels. So text is looked for with few
pixels, and only what may be text is read at full size.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inference.media.text.tiles import cuts
from inference.object_detection.depth import Picture
from inference.object_detection.types import Box

PIXELS = 300_000
"""Most pixels that the network looks at; larger pictures are reduced to so many."""

LEAST = 0.3
"""Least probability of text of a pixel, as in rapidocr's own reading."""

MARGIN, MOST_MARGIN = 10, 32
"""Pixels around a place, in the reduced picture, that are read with it: as many as it is high, within these limits. The
network marks the middle of letters, and has to see where they end."""

CONTRAST = 3.0
"""Least standard deviation of the brightness of a place, of 255: the network sees text in plain colour, too."""

MOST_PLACES = 40
"""Most places of a picture. If there are more, all of it is one place."""

_STEP = 32
"""The network takes sides that are multiples of this."""

_TILE = 2048
"""Longest side of what the network looks at at once, so that its memory has a bound."""


class TextSearch:
    """Finds the places in a picture that may have text."""

    def __init__(self, network: Path, *, threads: int = 1) -> None:
        """Loads the network.

        Args:
            network: PP-OCRv6's detection network in ONNX: pictures (1, 3, height, width), BGR from -1 to 1, to
                probabilities (1, 1, height, width).
            threads: Threads of onnxruntime.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 4
        # Pictures differ in size, and the arena would keep the most that any took.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def places(self, picture: Picture, within: Sequence[Box] | None = None) -> list[Box]:
        """Returns the places that may have text, in whole pixels of the picture; none overlaps another.

        Args:
            picture: RGB.
            within: The parts to look at; None for the whole picture. What is found may reach beyond them by a margin.
        """
        height, width = picture.shape[:2]
        scale = min(1.0, (PIXELS / (height * width)) ** 0.5)
        found = []
        for part in [Box(0, 0, width, height)] if within is None else within:
            left, top, right, bottom = map(int, (part.left, part.top, part.right, part.bottom))
            found += [
                Box(box.left + left, box.top + top, box.right + left, box.bottom + top)
                for box in self._look(picture[top:bottom, left:right], scale)
            ]
        places = [_grown(box, scale, width, height) for box in found]
        return [Box(0, 0, width, height)] if len(places) > MOST_PLACES else united(places)

    def _look(self, picture: Picture, scale: float) -> list[Box]:
        """Returns boxes around what may be text, in pixels of the picture."""
        height, width = picture.shape[:2]
        if not height or not width:
            return []
        boxes = []
        along = int(width >= height)
        ends = cuts(picture, along, max(_STEP, round(_TILE / scale)))
        for begin, end in pairwise(ends):
            tile = picture[:, begin:end] if along else picture[begin:end]
            offset = (begin, 0) if along else (0, begin)
            boxes += [
                Box(b.left + offset[0], b.top + offset[1], b.right + offset[0], b.bottom + offset[1])
                for b in self._tile(tile, scale)
            ]
        return boxes

    def _tile(self, picture: Picture, scale: float) -> list[Box]:
        height, width = picture.shape[:2]
        size = max(_STEP, round(width * scale / _STEP) * _STEP), max(_STEP, round(height * scale / _STEP) * _STEP)
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = cv2.resize(np.ascontiguousarray(picture[:, :, ::-1]), size, interpolation=way)
        given = (small.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
        likely: NDArray[np.float32] = self._session.run(None, {self._input: np.ascontiguousarray(given)})[0][0, 0]
        # Letters and words of a line lie close to each other.
        mask = cv2.dilate((likely > LEAST).astype(np.uint8), np.ones((3, MARGIN), np.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
        across, down = width / size[0], height / size[1]
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        return [
            Box(left * across, top * down, (left + wide) * across, (top + high) * down)
            for left, top, wide, high, _ in stats[1:count].tolist()
            if grey[max(0, top - 2) : top + high + 2, max(0, left - 2) : left + wide + 2].std() >= CONTRAST
        ]


def united(boxes: Sequence[Box]) -> list[Box]:
    """Returns boxes that cover all of these and do not overlap: those that do become one, from top to bottom."""
    left = list(boxes)
    apart: list[Box] = []
    while left:
        box = left.pop()
        meets = [other for other in left + apart if box.overlap(other) > 0]
        if not meets:
            apart.append(box)
            continue
        left = [other for other in left if other not in meets]
        apart = [other for other in apart if other not in meets]
        both = [box, *meets]
        left.append(
            Box(
                min(one.left for one in both),
                min(one.top for one in both),
                max(one.right for one in both),
                max(one.bottom for one in both),
            )
        )
    return sorted(apart, key=lambda box: (box.top, box.left))


def _grown(box: Box, scale: float, width: int, height: int) -> Box:
    """Returns a box with its margin, in whole pixels of a picture of that size, of which the box saw `scale`."""
    high = min(box.right - box.left, box.bottom - box.top)
    margin = min(MOST_MARGIN / scale, max(MARGIN / scale, high))
    return Box(
        float(max(0, int(box.left - margin))),
        float(max(0, int(box.top - margin))),
        float(min(width, int(box.right + margin) + 1)),
        float(min(height, int(box.bottom + margin) + 1)),
    )
