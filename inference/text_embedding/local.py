"""The sentence encoder in this process, for training and evaluation. The service asks Triton."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.text_embedding.client import EMBEDDING_MODEL
from inference.text_embedding.pieces import SentencePieces
from inference.triton.served_code import served_code


class SentenceEncoder:
    """The encoder of a model repository, on one thread."""

    def __init__(self, models: Path) -> None:
        """Loads it.

        Raises:
            FileNotFoundError: The model repository has no sentence encoder.
        """
        folder = models / EMBEDDING_MODEL / "1"
        served = served_code(folder, "embedder")
        labels = json.loads((folder / "labels.json").read_bytes())
        self._embedder: Any = served.Embedder(labels, served.session(folder, 1))
        self._pieces = SentencePieces(folder / "tokenizer.json")

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Returns float32 [texts, width], each of length one."""
        pieces = self._pieces.of(texts)
        ids = np.array([piece for text in pieces for piece in text], np.int64)
        found: npt.NDArray[np.float32] = self._embedder.vectors(ids, np.array([len(text) for text in pieces], np.int64))
        return found
