"""The link model of a version folder: `model.onnx` and `labels.json`, which `triplewire train links` writes."""

from pathlib import Path
from typing import Any

import numpy as np
from onnx_session import open_session

INPUTS: dict[str, tuple[str | int, ...]] = {
    "entity": ("questions", "width"),
    "type": ("questions",),
    "roles": ("questions", "roles"),
    "activity": ("questions", 2),
    "near": ("questions", "neighbours", "width"),
    "near_role": ("questions", "neighbours"),
    "seen": ("questions", "neighbours"),
    "candidates": ("questions", "candidates", "width"),
    "types": ("questions", "candidates"),
    "candidate_roles": ("questions", "candidates", "roles"),
    "candidate_activity": ("questions", "candidates", 2),
    "met": ("questions", "candidates", 3),
    "known": ("questions", "candidates", "roles"),
}
"""The network's inputs and their dimensions; dimensions of one name are equal."""

OUTPUTS = ("context", "probabilities", "weights")


class InvalidRequestError(ValueError):
    """The request breaks the contract; the message says how."""


def session(folder: Path, threads: int) -> Any:
    """Opens the version folder's ONNX file."""
    return open_session(folder / "model.onnx", threads, precise=False, spinning=True)


class LinkScores:
    """The network, with a check of its inputs."""

    def __init__(self, labels: dict[str, Any], network: Any) -> None:
        """Takes the network and its description.

        Args:
            labels: Content of `labels.json`.
            network: Runs the network; called like an onnxruntime session.
        """
        self._sizes = {"width": labels["width"], "roles": 2 * len(labels["relations"])}
        self._kinds = {
            "near_role": self._sizes["roles"],
            "type": len(labels["types"]) + 1,
            "types": len(labels["types"]) + 1,
        }
        self._context = labels["context"]
        self._network = network

    def of(self, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Returns `OUTPUTS`: float32 (questions, context), (questions, candidates, roles), (questions, neighbours).

        Args:
            feeds: The arrays of `INPUTS`. Without questions the network is not run.

        Raises:
            InvalidRequestError: A shape is wrong, or a type or role unknown.
        """
        questions = len(feeds["type"])
        if not questions:
            return [np.zeros((0, *rest), np.float32) for rest in ((self._context,), (0, self._sizes["roles"]), (0,))]
        sizes: dict[str | int, int] = {**self._sizes, "questions": questions}
        for name, dimensions in INPUTS.items():
            shape = feeds[name].shape
            wanted = tuple(d if isinstance(d, int) else sizes.get(d, -1) for d in dimensions)
            if len(shape) != len(wanted) or any(w not in (-1, size) for w, size in zip(wanted, shape, strict=True)):
                raise InvalidRequestError(f"{name} has the shape {list(shape)} instead of {list(wanted)}")
            sizes |= {d: size for d, size in zip(dimensions, shape, strict=True) if not isinstance(d, int)}
        for name, count in self._kinds.items():
            if feeds[name].size and not 0 <= feeds[name].min() <= feeds[name].max() < count:
                raise InvalidRequestError(f"{name} must be from 0 to {count - 1}")
        return [np.asarray(found, np.float32) for found in self._network.run(list(OUTPUTS), feeds)]
