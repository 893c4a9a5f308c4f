"""The client of the session model on Triton, which scores the entities that a story may name next."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np

from inference.next_entity.layout import Layout
from inference.next_entity.question import INPUTS, Floats, question
from inference.triton.connection import Connection, InferenceRejected, array_input

SESSION_MODEL = "next_entity"


class SessionClient:
    """Asks the session model. For use within one event loop."""

    def __init__(self, url: str, *, requests: int = 2, timeout: float = 30.0, model: str = SESSION_MODEL) -> None:
        """Connects when first used.

        Args:
            url: Triton's gRPC address, `host:port`.
            requests: Most requests in flight; further ones wait.
            timeout: Seconds until a request counts as failed.
            model: The model's name.
        """
        self._connection = Connection(url, requests=requests, timeout=timeout)
        self._model = model

    async def scores(
        self,
        layout: Layout,
        candidates: Sequence[str],
        vectors: Mapping[str, Floats],
        seen: Mapping[str, int],
    ) -> Floats:
        """Returns the log-odds that each candidate is next, float32 [candidates].

        A request holds one question, so the answer depends on nothing else.

        Args:
            layout: The story, as `inference.next_entity.layout.lay_out` returns it.
            candidates: Entities. A score does not depend on the other candidates, except for rounding.
            vectors: The own vector of each node and candidate, float32 [OWN_WIDTH] of length one.
            seen: How many earlier articles mention a candidate; 0 for a missing one.

        Raises:
            KeyError: A node or a candidate has no vector.
            InferenceUnavailable: The server is down, not ready or too slow.
            InferenceRejected: The server refuses the request.
        """
        if not candidates:
            return np.zeros(0, np.float32)
        arrays = asdict(question(layout, candidates, vectors, seen))
        inputs = [array_input(name, np.ascontiguousarray(arrays[name])) for name in INPUTS]
        scores = (await self._connection.infer(self._model, inputs, ("scores",)))["scores"]
        if not scores.size:
            raise self._connection.broken_answer("scores")
        if scores.shape != (1, len(candidates)):
            raise InferenceRejected(f"{self._model} broke its contract: scores {list(scores.shape)}")
        return np.asarray(scores[0], np.float32)

    async def close(self) -> None:
        """Closes the connection; requests in flight fail."""
        await self._connection.close()
