"""Texts to vectors, one at a time, with `encoder.onnx` and `labels.json` of `triplewire train embedding`."""

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

    def __init__(self, told: dict[str, Any], network: Any) -> None:
        """Takes what runs the network.

        Args:
            told: What labels.json says: `width`, `pieces` (most of a text), `vocabulary` (ids below which are known).
            network: Called like an onnxruntime session.
        """
        self._told = told
        self._network = network

    def vectors(self, ids: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Returns float32 [texts, width], each of length one.

        Args:
            ids: int64 [pieces of all texts], end to end, each text's with [CLS] and [SEP].
            lengths: int64 [texts], how many pieces each text has.

        Raises:
            InvalidRequestError: Lengths and pieces do not agree, a text is too long or a piece unknown.
        """
        if ids.ndim != 1 or lengths.ndim != 1 or lengths.sum() != len(ids):
            raise InvalidRequestError(f"lengths add up to {lengths.sum()}, and there are {ids.size} pieces")
        if len(lengths) and not 1 <= lengths.min() <= lengths.max() <= self._told["pieces"]:
            raise InvalidRequestError(f"a text has between 1 and {self._told['pieces']} pieces")
        if len(ids) and not 0 <= ids.min() <= ids.max() < self._told["vocabulary"]:
            raise InvalidRequestError(f"a piece is between 0 and {self._told['vocabulary'] - 1}")
        vectors = np.zeros((len(lengths), self._told["width"]), np.float32)
        start = 0
        for row, length in enumerate(lengths.tolist()):
            given = {"input_ids": ids[None, start : start + length]}
            vectors[row] = self._network.run(["vector"], given)[0][0]
            start += length
        return vectors
