"""Relative depth of a picture, as the network gives it: MiDaS, Depth Anything and their like, as ONNX.

Ranftl et al., Towards Robust Monocular Depth Estimation, 2020; Yang et al., Depth Anything V2, 2024.
"""

from typing import Any

import cv2
import numpy as np

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
"""Of ImageNet's pictures, by which these networks expect theirs to be normalised."""

LARGEST = 256
"""Longest side of a returned map: depth has no finer detail, and a map of floats is large."""


class DepthNetwork:
    """A network and its description, `depth.json`."""

    def __init__(self, told: dict[str, Any], session: Any) -> None:
        """Takes what runs the network.

        Args:
            told: `name`, `version`, `input`, `side` (pixels of the square it looks at), and `inverse`: whether what it
                returns grows with nearness, as disparity does.
            session: Called like an onnxruntime session.
        """
        self.name: str = told["name"]
        self.version: str = told["version"]
        self.inverse: bool = told["inverse"]
        self._input: str = told["input"]
        self._side: int = told["side"]
        self._session = session

    def estimate(self, picture: np.ndarray) -> np.ndarray:
        """Returns the raw map of an RGB picture (height x width x 3, uint8): float32, in the picture's proportions."""
        height, width = picture.shape[:2]
        square = cv2.resize(picture, (self._side, self._side), interpolation=cv2.INTER_AREA)
        batch = ((square.astype(np.float32) / 255 - MEAN) / DEVIATION).transpose(2, 0, 1)[None]
        raw = np.asarray(self._session.run(None, {self._input: np.ascontiguousarray(batch)})[0], np.float32)
        ratio = LARGEST / max(height, width)
        size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        return cv2.resize(raw.reshape(raw.shape[-2:]), size, interpolation=cv2.INTER_LINEAR)
