"""The client of the sentence encoder on Triton."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.text_embedding.pieces import SentencePieces
from inference.triton.connection import Connection, InferenceRejected, array_input, together
from topology.graph.vectors import OWN_WIDTH

EMBEDDING_MODEL = "text_embedding"
AT_ONCE = 64
"""Most texts in one request."""


class EmbeddingClient:
    """Asks the sentence encoder. For use within one event loop."""

    def __init__(
        self, url: str, models: Path, *, requests: int = 2, timeout: float = 30.0, model: str = EMBEDDING_MODEL
    ) -> None:
        """Connects when first used.

        Args:
            url: Triton's gRPC address, `host:port`.
            models: The model repository, which holds the tokenizer next to the encoder.
            requests: Most requests in flight, over all calls.
            timeout: Seconds until a request counts as failed.
            model: The model's name.

        Raises:
            FileNotFoundError: The repository has no such model.
        """
        self._connection = Connection(url, requests=requests, timeout=timeout)
        self._pieces = SentencePieces(models / model / "1" / "tokenizer.json")
        self._model = model

    async def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Returns float32 [texts, OWN_WIDTH], each of length one. A text's vector does not depend on the others.

        Raises:
            InferenceUnavailable: The server is down, not ready or too slow.
            InferenceRejected: The server refuses the request.
        """
        pieces = self._pieces.of(texts)
        parts = [pieces[start : start + AT_ONCE] for start in range(0, len(pieces), AT_ONCE)]
        found = await together(self._request(part) for part in parts)
        return np.concatenate([np.zeros((0, OWN_WIDTH), np.float32), *found])

    async def _request(self, pieces: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        ids = np.array([piece for text in pieces for piece in text], np.int64)
        lengths = np.array([len(text) for text in pieces], np.int64)
        inputs = [array_input("input_ids", ids), array_input("lengths", lengths)]
        vectors = (await self._connection.infer(self._model, inputs, ("vectors",)))["vectors"]
        if not vectors.size:
            raise self._connection.broken_answer("vectors")
        if vectors.shape != (len(pieces), OWN_WIDTH):
            raise InferenceRejected(f"{self._model} broke its contract: vectors {list(vectors.shape)}")
        return vectors.astype(np.float32, copy=False)

    async def close(self) -> None:
        """Closes the connection; requests in flight fail."""
        await self._connection.close()
