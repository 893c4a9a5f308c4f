"""Reads text in pictures (signs, captions, banners) with PP-OCRv6 from rapidocr's wheel: English and Chinese.

https://github.com/RapidAI/RapidOCR, Apache-2.0, models included; nothing is downloaded.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from inference.object_detection.depth import Picture
from inference.object_detection.detector import fit
from inference.object_detection.types import Box, TextBox

LONGEST_SIDE = 1280
"""Longest side in pixels; larger pictures are scaled down before they are read."""

LONGEST_RATIO = 3
"""Longest side divided by the shortest. A longer picture is padded: rapidocr enlarges a picture until its shortest side
has hundreds of pixels, so one of 1280 x 1 pixels would become one of 38,400 x 9,600."""

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
        # Since `.1` lines are recognised one by one, and long pictures are padded.
        self.version = f"{version('rapidocr')}.1"
        self._read: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": _LEAST,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                # One line at a time: six of them take twice the memory and no less time.
                "Cls.cls_batch_num": 1,
                "Rec.rec_batch_num": 1,
            }
        )

    def read(self, picture: Picture) -> list[TextBox]:
        """Returns the lines of text in an RGB picture, from top to bottom and left to right."""
        height, width = picture.shape[:2]
        ratio = min(1.0, LONGEST_SIDE / max(height, width))
        small = fit(picture, LONGEST_SIDE)
        if min(small.shape[:2]) < SHORTEST_SIDE:
            return []
        # rapidocr expects BGR, as opencv reads files.
        answer = self._read(np.ascontiguousarray(_padded(small)[:, :, ::-1]))
        if answer.txts is None or answer.boxes is None:
            return []
        lines = [
            TextBox(" ".join(text.split()), float(score), _upright(np.asarray(corners) / ratio, width, height))
            for text, score, corners in zip(answer.txts, answer.scores, answer.boxes, strict=True)
            if text.strip()
        ]
        # What lies in the padding is no part of the picture.
        lines = [line for line in lines if line.box.area]
        lines = sorted(lines, key=lambda line: -line.score)[:MOST_LINES]
        return sorted(lines, key=lambda line: (line.box.top, line.box.left, line.text))


def _padded(picture: Picture) -> Picture:
    """Returns the picture with black below it or to its right, so that it is not too long for the network."""
    height, width = picture.shape[:2]
    least = -(-max(height, width) // LONGEST_RATIO)
    padding = ((0, max(0, least - height)), (0, max(0, least - width)), (0, 0))
    return np.pad(picture, padding) if padding[0][1] or padding[1][1] else picture


def _upright(corners: np.ndarray, width: int, height: int) -> Box:
    xs, ys = np.clip(corners[:, 0], 0, width), np.clip(corners[:, 1], 0, height)
    left, top, right, bottom = (round(float(v), 2) for v in (xs.min(), ys.min(), xs.max(), ys.max()))
    return Box(left, top, right, bottom)
