"""Turns texts into vectors with `encoder.onnx` and `labels.json`, which `triplewire train embedding` writes."""

from pathlib import Path
from typing import Any

import numpy as np
from onnx_session import open_session


class InvalidRequestError(ValueError):
    """The request breaks the contract; the message says how."""


def session(folder: Path, threads: int) -> Any:
    """Opens the version folder's ONNX file."""
    return open_session(folder / "encoder.onnx", threads, precise=True, spinning=True)


class Embedder:
    """The encoder."""

    def __init__(self, labels: dict[str, Any], network: Any) -> None:
        """Takes the network and its description.

        Args:
            labels: Content of `labels.json`: `width`, `pieces` (most of a text), `vocabulary` (number of ids).
            network: Runs the network; called like an onnxruntime session.
        """
        self._labels = labels
        self._network = network

    def vectors(self, ids: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Returns float32 [texts, width], each of length one.

        Args:
            ids: int64 [pieces of all texts], end to end, each text's with [CLS] and [SEP].
            lengths: int64 [texts], how many pieces each text has.

        Raises:
            InvalidRequestError: Lengths and pieces contradict each other, a text is too long or a piece unknown.
        """
        if ids.ndim != 1 or lengths.ndim != 1 or lengths.sum() != len(ids):
            raise InvalidRequestError(f"lengths add up to {lengths.sum()}, but there are {ids.size} pieces")
        if len(lengths) and not 1 <= lengths.min() <= lengths.max() <= self._labels["pieces"]:
            raise InvalidRequestError(f"a text must have 1 to {self._labels['pieces']} pieces")
        if len(ids) and not 0 <= ids.min() <= ids.max() < self._labels["vocabulary"]:
            raise InvalidRequestError(f"a piece must be from 0 to {self._labels['vocabulary'] - 1}")
        vectors = np.zeros((len(lengths), self._labels["width"]), np.float32)
        start = 0
        for row, length in enumerate(lengths.tolist()):
            given = {"input_ids": ids[None, start : start + length]}
            vectors[row] = self._network.run(["vector"], given)[0][0]
            start += length
        return vectors
