"""The relation model of a version folder: `model.onnx` and `labels.json`, from `triplewire train relformer-export`.

Without these files the model has no weights: in every answer `labels` is null and there are no scores.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from onnx_session import open_session

INPUTS: dict[str, tuple[str | int, ...]] = {
    "ids": ("pairs", "words"),
    "roles": ("pairs", "words"),
    "text": ("pairs", "words"),
    "picture": ("pairs", 3, "picture", "picture"),
    "seen": ("pairs",),
    "crops": ("pairs", "objects", 3, "crop", "crop"),
    "depths": ("pairs", "objects", 1, "crop", "crop"),
    "deep": ("pairs",),
    "boxes": ("pairs", "objects", 5),
    "objects": ("pairs", "objects"),
    "target": ("pairs",),
    "nodes": ("pairs", "nodes", 6),
    "node_kinds": ("pairs", "nodes"),
    "edges": ("pairs", "nodes", "nodes"),
}
"""The network's inputs and their dimensions; dimensions of one name are equal."""


class InvalidRequestError(ValueError):
    """The request breaks the contract; the message says how."""


def describe(folder: Path) -> dict[str, Any] | None:
    """Returns the description of the weights (`relations`, `shape`, `model`, `version`); None without `labels.json`."""
    path = folder / "labels.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def session(folder: Path, threads: int) -> Any:
    """Opens the version folder's ONNX file."""
    return open_session(folder / "model.onnx", threads, precise=False, spinning=True)


class Relations:
    """A relation model."""

    def __init__(self, description: dict[str, Any], network: Any) -> None:
        """Takes the weights.

        Args:
            description: What `describe` returned.
            network: Runs the network; called like an onnxruntime session.
        """
        self._count = len(description["relations"])
        self._sides = {"picture": description["shape"]["picture"], "crop": description["shape"]["crop"]}
        self._network = network

    def scores(self, feeds: dict[str, np.ndarray]) -> np.ndarray:
        """Returns the probability of each relation for each pair, (pairs, relations) float32.

        Args:
            feeds: The arrays of `INPUTS`. Without pairs the network is not run.

        Raises:
            InvalidRequestError: A shape is wrong.
        """
        known: dict[str | int, int] = dict(self._sides)
        for name, shape in INPUTS.items():
            given = feeds[name].shape
            if len(given) != len(shape):
                raise InvalidRequestError(f"{name} has {len(given)} dimensions instead of {len(shape)}")
            for size, dimension in zip(given, shape, strict=True):
                wanted = dimension if isinstance(dimension, int) else known.setdefault(dimension, size)
                if size != wanted:
                    raise InvalidRequestError(f"{name} has {size} {dimension} instead of {wanted}: {list(given)}")
        if not known["pairs"]:
            return np.zeros((0, self._count), np.float32)
        return np.asarray(self._network.run(["scores"], feeds)[0], np.float32)
