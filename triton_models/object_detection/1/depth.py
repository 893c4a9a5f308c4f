"""Estimates the relative depth of a picture with MiDaS, Depth Anything and similar networks in ONNX.

Ranftl et al., Towards Robust Monocular Depth Estimation, 2020; Yang et al., Depth Anything V2, 2024.
"""

from typing import Any

import cv2
import numpy as np

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
"""Mean and standard deviation of ImageNet's pictures, by which these networks expect their input to be normalised."""

LARGEST = 256
"""Longest side of a returned map. Depth has no finer detail, and a map of floats is large."""


class DepthNetwork:
    """A network and its description, `depth.json`."""

    def __init__(self, description: dict[str, Any], session: Any) -> None:
        """Configures the network.

        Args:
            description: `name`, `version`, `input`, `side` (of the square input, in pixels), and `inverse`: whether
                larger outputs are nearer, as with disparity.
            session: Runs the network; called like an onnxruntime session.
        """
        self.name: str = description["name"]
        self.version: str = description["version"]
        self.inverse: bool = description["inverse"]
        self._input: str = description["input"]
        self._side: int = description["side"]
        self._session = session

    def estimate(self, picture: np.ndarray) -> np.ndarray:
        """Returns the raw depth map, float32 and of the picture's proportions, of an RGB picture, uint8."""
        height, width = picture.shape[:2]
        square = cv2.resize(picture, (self._side, self._side), interpolation=cv2.INTER_AREA)
        batch = ((square.astype(np.float32) / 255 - MEAN) / DEVIATION).transpose(2, 0, 1)[None]
        raw = np.asarray(self._session.run(None, {self._input: np.ascontiguousarray(batch)})[0], np.float32)
        ratio = LARGEST / max(height, width)
        size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        return cv2.resize(raw.reshape(raw.shape[-2:]), size, interpolation=cv2.INTER_LINEAR)
