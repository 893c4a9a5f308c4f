"""Detects objects in this process, with the code and networks that Triton loads."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inference.object_detection.depth import Picture
from inference.object_detection.detector import LONGEST_SIDE, Arrays, Labels, View, fit, make_view, read_labels
from inference.triton.served_code import served_code

DETECTION_MODEL = "object_detection"


class LocalDetector:
    """Runs a version folder as Triton does; also estimates depth if the folder has a depth network."""

    def __init__(self, folder: Path, *, threads: int = 1, weights: Path | None = None) -> None:
        """Loads a version folder of the model repository.

        Args:
            folder: The version folder with the code.
            threads: Threads of onnxruntime.
            weights: Folder of the networks and their descriptions, if it is not `folder`.
        """
        served = served_code(folder, "detector")
        weights = weights or folder
        self._detector, self._depth = served.load(weights, served.in_process(weights, threads))
        self.labels: Labels = read_labels(json.dumps(served.labels(self._detector, self._depth)).encode())

    async def detect(self, pictures: Sequence[Picture]) -> list[View]:
        """Returns what is in each picture; see `Detector`."""
        return await asyncio.to_thread(self.look, pictures)

    def look(self, pictures: Sequence[Picture]) -> list[View]:
        """Does the same as `detect`, in the calling thread."""
        fitted = [fit(picture, LONGEST_SIDE) for picture in pictures]
        found = self._detector.detect(fitted)
        return [
            make_view(picture, small, self.labels, Arrays(each.boxes, each.classes, each.scores, self._raw(small)))
            for picture, small, each in zip(pictures, fitted, found, strict=True)
        ]

    def _raw(self, picture: Picture) -> np.ndarray | None:
        return None if self._depth is None else np.asarray(self._depth.estimate(picture))
