"""Reads text in pictures (signs, captions, banners) with PP-OCRv6 from rapidocr's wheel: English and Chinese.

https://github.com/RapidAI/RapidOCR, Apache-2.0, models included; nothing is downloaded.
"""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from inference.media.text.search import TextSearch
from inference.media.text.tiles import cuts
from inference.object_detection.depth import Picture
from inference.object_detection.types import Box, TextBox

MOST_PIXELS = 1280 * 1280
"""Most pixels of a picture that is read; larger ones are scaled down."""

FULL_SIDE, MOST_ENLARGED = 736, 2.0
"""Where there may be text, a picture is enlarged until its shortest side has so many pixels, but at most so many times:
the network finds small letters better when they are larger."""

LONGEST_TILE = 1600
"""Longest side of what is read at once, so that memory has a bound; longer places are cut through a gap."""

LEAST_TILE = 32
"""Shortest side of what is read at once: narrower tiles are padded, as rapidocr would enlarge them."""

SHORTEST_SIDE = 6
"""Shortest side in pixels; no letter fits into less."""

MOST_LINES = 300
"""Most lines of a picture, those of the highest score: a page of a newspaper has fewer."""

_LEAST = 0.6
"""Least confidence of a line. Below it, most lines are textures mistaken for letters."""

_MODELS = ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx", "ch_ppocr_mobile_v2.0_cls_mobile.onnx")


class TextReaderMissingError(RuntimeError):
    """rapidocr is not installed, or its wheel lacks its models; the message says what to do."""


class TextReader:
    """Reads the lines of text in a picture.

    Attributes:
        name: The model's name, as evidence cites it.
        version: Its version.
    """

    name = "pp-ocrv6-small"

    def __init__(self, *, threads: int = 1) -> None:
        """Loads the models.

        Args:
            threads: Threads of onnxruntime.

        Raises:
            TextReaderMissingError: rapidocr is not installed, or lacks its models.
        """
        try:
            import rapidocr  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise TextReaderMissingError(
                f"text in pictures needs {error.name} of the extra `media`: pip install 'triplewire[media]'"
            ) from error
        # rapidocr would download a missing model.
        models = Path(rapidocr.__file__).parent / "models"
        if missing := [name for name in _MODELS if not (models / name).is_file()]:
            raise TextReaderMissingError(f"rapidocr lacks {', '.join(missing)}; install the release that is pinned")
        # Since `.1` lines are recognised one by one; since `.2` only where the search sees text.
        self.version = f"{version('rapidocr')}.2"
        self.search = TextSearch(models / _MODELS[0], threads=threads)
        self._read: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": _LEAST,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                # One line at a time: six of them take twice the memory and no less time.
                "Cls.cls_batch_num": 1,
                # We choose the scale, and what we give has a margin.
                "Global.use_vertical_padding": False,
                "Det.limit_type": "max",
                "Det.limit_side_len": 2 * LONGEST_TILE,
                "Rec.rec_batch_num": 1,
            }
        )

    def read(self, picture: Picture, within: Sequence[Box] | None = None) -> list[TextBox]:
        """Returns the lines of text in an RGB picture, from top to bottom and left to right.

        Args:
            picture: RGB.
            within: The parts to read; None for the whole picture.
        """
        small, ratio = _fitted(picture)
        parts = None if within is None else [_scaled(box, ratio, small) for box in within]
        places = self.search.places(small, parts) if min(small.shape[:2]) >= SHORTEST_SIDE else []
        return self._read_places(picture, small, places)

    def read_everywhere(self, picture: Picture) -> list[TextBox]:
        """Does the same as `read` without a search, at full size: what the search is measured against."""
        small, _ = _fitted(picture)
        return self._read_places(picture, small, [Box(0, 0, small.shape[1], small.shape[0])])

    def _read_places(self, picture: Picture, small: Picture, places: Sequence[Box]) -> list[TextBox]:
        height, width = picture.shape[:2]
        ratio = np.array([small.shape[1] / width, small.shape[0] / height])
        lines = [
            TextBox(text, score, _upright(corners / ratio, width, height))
            for text, score, corners in self._lines(small, places)
        ]
        lines = sorted(lines, key=lambda line: -line.score)[:MOST_LINES]
        return sorted(lines, key=lambda line: (line.box.top, line.box.left, line.text))

    def _lines(self, picture: Picture, places: Sequence[Box]) -> Iterator[tuple[str, float, np.ndarray]]:
        """Yields text, score and corners (4, 2) of the lines in the places of a picture."""
        area = max(1.0, sum(place.area for place in places))
        wanted = max(1.0, min(MOST_ENLARGED, FULL_SIDE / min(picture.shape[:2]), (MOST_PIXELS / area) ** 0.5))
        for place in places:
            left, top, right, bottom = map(int, (place.left, place.top, place.right, place.bottom))
            part, scale = _resized(picture[top:bottom, left:right], wanted)
            for x, y, tile in _tiles(part):
                for text, score, corners in self._read_tile(tile):
                    yield text, score, (corners + np.array([x, y])) / scale + np.array([left, top])

    def _read_tile(self, tile: Picture) -> Iterator[tuple[str, float, np.ndarray]]:
        height, width = tile.shape[:2]
        padding = ((0, max(0, LEAST_TILE - height)), (0, max(0, LEAST_TILE - width)), (0, 0))
        # rapidocr expects BGR, as opencv reads files.
        answer = self._read(np.ascontiguousarray(np.pad(tile, padding, mode="edge")[:, :, ::-1]))
        if answer.txts is None or answer.boxes is None:
            return
        for text, score, corners in zip(answer.txts, answer.scores, answer.boxes, strict=True):
            inside = np.clip(np.asarray(corners, np.float64), 0, [width, height])
            # What lies in the padding is no part of the picture.
            if text.strip() and np.ptp(inside, axis=0).all():
                yield " ".join(text.split()), float(score), inside


def _resized(picture: Picture, scale: float) -> tuple[Picture, np.ndarray]:
    """Returns the picture, scaled, and by how much exactly: across and down."""
    height, width = picture.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (width, height):
        return picture, np.ones(2)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8), np.array(size) / (width, height)


def _fitted(picture: Picture) -> tuple[Picture, float]:
    """Returns the picture, reduced to what is read at most, and by how much."""
    height, width = picture.shape[:2]
    ratio = min(1.0, (MOST_PIXELS / (height * width)) ** 0.5)
    return _resized(picture, ratio)[0], ratio


def _tiles(picture: Picture) -> Iterator[tuple[int, int, Picture]]:
    """Yields the tiles of a picture with the column and row where each begins."""
    for top, bottom in pairwise(cuts(picture, 0, LONGEST_TILE)):
        strip = picture[top:bottom]
        for left, right in pairwise(cuts(strip, 1, LONGEST_TILE)):
            yield left, top, strip[:, left:right]


def _scaled(box: Box, ratio: float, picture: Picture) -> Box:
    """Returns a box of the original in whole pixels of the picture, none of it lost."""
    height, width = picture.shape[:2]
    return Box(
        float(max(0, int(box.left * ratio))),
        float(max(0, int(box.top * ratio))),
        float(min(width, int(np.ceil(box.right * ratio)))),
        float(min(height, int(np.ceil(box.bottom * ratio)))),
    )


def _upright(corners: np.ndarray, width: int, height: int) -> Box:
    xs, ys = np.clip(corners[:, 0], 0, width), np.clip(corners[:, 1], 0, height)
    left, top, right, bottom = (round(float(v), 2) for v in (xs.min(), ys.min(), xs.max(), ys.max()))
    return Box(left, top, right, bottom)
