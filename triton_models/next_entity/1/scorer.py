"""The session model of a version folder: `model.onnx` and `labels.json`, from `triplewire train sessions-export`."""

from pathlib import Path
from typing import Any

import numpy as np
from onnx_session import open_session

INPUTS: dict[str, tuple[str, ...]] = {
    "nodes": ("questions", "nodes", "width"),
    "mask": ("questions", "nodes"),
    "current": ("questions", "nodes", "nodes"),
    "history": ("questions", "nodes", "nodes"),
    "last": ("questions",),
    "candidates": ("questions", "candidates", "width"),
    "links": ("questions", "candidates", "nodes"),
    "seen": ("questions", "candidates"),
}
"""The network's inputs and their dimensions; dimensions of one name are equal."""


class InvalidRequestError(ValueError):
    """The request breaks the contract; the message says how."""


def session(folder: Path, threads: int) -> Any:
    """Opens the version folder's ONNX file."""
    return open_session(folder / "model.onnx", threads, precise=False, spinning=True)


class Scorer:
    """The network, with a check of its inputs."""

    def __init__(self, labels: dict[str, Any], network: Any) -> None:
        """Takes the network and its description.

        Args:
            labels: Content of `labels.json`: `width` of the vectors.
            network: Runs the network; called like an onnxruntime session.
        """
        self._width = labels["width"]
        self._network = network

    def scores(self, feeds: dict[str, np.ndarray]) -> np.ndarray:
        """Returns the log-odds of each candidate, (questions, candidates) float32.

        Args:
            feeds: The arrays of `INPUTS`. Without questions or candidates the network is not run.

        Raises:
            InvalidRequestError: A shape is wrong, or `last` is not an unmasked node.
        """
        known = {"width": self._width}
        for name, shape in INPUTS.items():
            given = feeds[name].shape
            if len(given) != len(shape):
                raise InvalidRequestError(f"{name} has {len(given)} dimensions instead of {len(shape)}")
            for size, dimension in zip(given, shape, strict=True):
                if size != known.setdefault(dimension, size):
                    raise InvalidRequestError(f"{name} has {size} {dimension} instead of {known[dimension]}")
        if not (known["questions"] and known["candidates"]):
            return np.zeros((known["questions"], known["candidates"]), np.float32)
        last = feeds["last"]
        if last.min() < 0 or last.max() >= known["nodes"]:
            raise InvalidRequestError(f"last must be a node, from 0 to {known['nodes'] - 1}")
        if not feeds["mask"][np.arange(len(last)), last].all():
            raise InvalidRequestError("last is a masked node")
        return np.asarray(self._network.run(["scores"], feeds)[0], np.float32)
