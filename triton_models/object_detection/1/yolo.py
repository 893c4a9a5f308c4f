"""Runs detectors of the YOLO family in ONNX: letterbox, one run per batch, decoding, non-maximum suppression.

There are three layouts of the output. The input is a square of `side` pixels:

- `rows` (YOLOv8, YOLO11): (n, 4 + classes, anchors), centre, size and class scores; https://docs.ultralytics.com
- `end-to-end` (YOLOv10, YOLO26): (n, detections, 6), corners, score and class, already suppressed.
- `yolox`: (n, anchors, 5 + classes), offsets in grid cells of stride 8, 16 and 32, logarithmic sizes, objectness;
  Ge et al., YOLOX: Exceeding YOLO Series in 2021, section 2, https://arxiv.org/abs/2107.08430
"""

from typing import Any

import cv2
import numpy as np
from detections import Detections
from overlap import suppress

GREY = 114
STRIDES = (8, 16, 32)


class Yolo:
    """A network and its description, `network.json`."""

    def __init__(self, description: dict[str, Any], session: Any) -> None:
        """Configures the detector.

        Args:
            description: `name`, `version`, `labels`, `layout`, `side`, `input`; optional `batch` (pictures in one
                run; 1 for an export with a fixed first dimension), `least_score`, `most_overlap`.
            session: Runs the network; called like an onnxruntime session.
        """
        self.labels: list[str] = description["labels"]
        self.name: str = description["name"]
        self.version: str = description["version"]
        self._layout: str = description["layout"]
        self._side: int = description["side"]
        self._input: str = description["input"]
        self._least: float = description.get("least_score", 0.25)
        self._overlap: float = description.get("most_overlap", 0.5)
        # YOLOX expects the picture in the upper left corner, in BGR with values up to 255.
        self._centred = self._layout != "yolox"
        self._scale = np.float32(1 if self._layout == "yolox" else 1 / 255)
        self._session = session
        self._at_once: int = description.get("batch", 1)

    def detect(self, pictures: list[np.ndarray]) -> list[Detections]:
        """Returns what is in each RGB picture, height x width x 3, uint8."""
        found: list[Detections] = []
        for start in range(0, len(pictures), self._at_once):
            part = pictures[start : start + self._at_once]
            boxed = [letterbox(picture, self._side, centred=self._centred) for picture in part]
            squares = np.stack([square for square, _, _ in boxed])
            if self._layout == "yolox":
                squares = squares[:, :, :, ::-1]
            batch = squares.transpose(0, 3, 1, 2).astype(np.float32) * self._scale
            answer = np.asarray(self._session.run(None, {self._input: np.ascontiguousarray(batch)})[0], np.float32)
            for raw, (_, ratio, offset), picture in zip(answer, boxed, part, strict=True):
                found.append(self._decode(raw, ratio, offset, picture.shape))
        return found

    def _decode(self, raw: np.ndarray, ratio: float, offset: tuple[int, int], shape: tuple[int, ...]) -> Detections:
        boxes, scores, classes = getattr(self, f"_{self._layout.replace('-', '_')}")(raw)
        sure = scores >= self._least
        boxes, scores, classes = boxes[sure], scores[sure], classes[sure]
        boxes = (boxes - np.array([*offset, *offset], np.float32)) / np.float32(ratio)
        boxes = np.clip(boxes, 0, np.array([shape[1], shape[0]] * 2, np.float32))
        some = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        boxes, scores, classes = boxes[some], scores[some], classes[some]
        kept = suppress(boxes, scores, classes, 1.0 if self._layout == "end-to-end" else self._overlap)
        return Detections(boxes[kept], classes[kept].astype(np.int32), scores[kept])

    def _rows(self, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = raw.T
        return _corners(rows[:, :4]), rows[:, 4:].max(1), rows[:, 4:].argmax(1)

    def _end_to_end(self, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return raw[:, :4], raw[:, 4], raw[:, 5]

    def _yolox(self, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        cells, strides = _grid(self._side)
        centres = (raw[:, :2] + cells) * strides
        sizes = np.exp(raw[:, 2:4]) * strides
        scores = raw[:, 4:5] * raw[:, 5:]
        return _corners(np.hstack([centres, sizes])), scores.max(1), scores.argmax(1)


def letterbox(picture: np.ndarray, side: int, *, centred: bool) -> tuple[np.ndarray, float, tuple[int, int]]:
    """Fits a picture into a square without distorting it; the rest is grey.

    Returns:
        The square, the factor by which the picture was scaled, and the (x, y) of its upper left corner.
    """
    height, width = picture.shape[:2]
    ratio = min(side / height, side / width)
    new = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    square = np.full((side, side, 3), GREY, np.uint8)
    x, y = ((side - new[0]) // 2, (side - new[1]) // 2) if centred else (0, 0)
    square[y : y + new[1], x : x + new[0]] = cv2.resize(picture, new, interpolation=cv2.INTER_LINEAR)
    return square, ratio, (x, y)


def _corners(rows: np.ndarray) -> np.ndarray:
    return np.hstack([rows[:, :2] - rows[:, 2:] / 2, rows[:, :2] + rows[:, 2:] / 2])


def _grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the cell (x, y) and the stride of each anchor."""
    cells, strides = [], []
    for stride in STRIDES:
        count = side // stride
        ys, xs = np.mgrid[:count, :count]
        cells.append(np.stack([xs.ravel(), ys.ravel()], 1))
        strides.append(np.full((count * count, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)
