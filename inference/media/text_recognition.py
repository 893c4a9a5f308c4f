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
        self.version = version("rapidocr")
        self._read: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": _LEAST,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, picture: Picture) -> list[TextBox]:
        """Returns the lines of text in an RGB picture, from top to bottom and left to right."""
        height, width = picture.shape[:2]
        ratio = min(1.0, LONGEST_SIDE / max(height, width))
        small = fit(picture, LONGEST_SIDE)
        # rapidocr expects BGR, as opencv reads files.
        answer = self._read(np.ascontiguousarray(small[:, :, ::-1]))
        if answer.txts is None or answer.boxes is None:
            return []
        lines = [
            TextBox(" ".join(text.split()), float(score), _upright(np.asarray(corners) / ratio, width, height))
            for text, score, corners in zip(answer.txts, answer.scores, answer.boxes, strict=True)
            if text.strip()
        ]
        return sorted(lines, key=lambda line: (line.box.top, line.box.left, line.text))


def _upright(corners: np.ndarray, width: int, height: int) -> Box:
    xs, ys = np.clip(corners[:, 0], 0, width), np.clip(corners[:, 1], 0, height)
    left, top, right, bottom = (round(float(v), 2) for v in (xs.min(), ys.min(), xs.max(), ys.max()))
    return Box(left, top, right, bottom)
