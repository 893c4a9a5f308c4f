"""The client of the relation model on Triton. A request holds pairs of one picture only.

The padding of a pair depends on the other pairs of its request. A picture's pairs are always split in the same way, so
that its scores are reproducible.
"""

from dataclasses import fields

import numpy as np

from inference.object_relations.batch import NODE_WORDS, Batch, collate
from inference.object_relations.labels import Weights, no_relation, read_weights
from inference.object_relations.question import Answer, Question, examples
from inference.object_relations.words import Pieces
from inference.text.language.words import WordTokenizer
from inference.triton.connection import (
    Array,
    Connection,
    InferenceRejected,
    InferenceUnavailable,
    array_input,
    together,
)

RELATION_MODEL = "object_relations"

AT_ONCE = 16
"""Most pairs in one request: 10 MB at the paper's sizes, as each pair includes its picture."""

_INPUTS = tuple(field.name for field in fields(Batch) if field.name != "labels")


class RelationClient:
    """Asks the relation model. For use within one event loop."""

    def __init__(
        self, url: str, tokenizer: WordTokenizer, *, requests: int, timeout: float, model: str = RELATION_MODEL
    ) -> None:
        """Connects when first used.

        Args:
            url: Triton's gRPC address, `host:port`.
            tokenizer: The tokenizer that the weights were trained with.
            requests: Most requests in flight, over all calls.
            timeout: Seconds until a request counts as failed.
            model: The model's name.
        """
        self._connection = Connection(url, requests=requests, timeout=timeout)
        self._tokenizer = tokenizer
        self._reader = Pieces(tokenizer)
        self._model = model

    async def weights(self) -> Weights | None:
        """Returns what describes the server's weights; None if it has none.

        Raises:
            InferenceUnavailable: The server is down, not ready or too slow.
            InferenceRejected: The server refuses the request.
        """
        weights, _ = await self._request(_NOTHING, ("labels",))
        return weights

    async def relate(self, question: Question, weights: Weights) -> list[Answer]:
        """Returns the most likely relation of each pair, in the order of the question's pairs.

        Args:
            question: At least one pair.
            weights: What `weights` returned.

        Raises:
            InferenceUnavailable: As above, or the server's weights have changed.
            InferenceRejected: The server refuses the request.
        """
        pairs = examples(question, self._tokenizer)
        parts = [pairs[start : start + AT_ONCE] for start in range(0, len(pairs), AT_ONCE)]
        batches = [collate(part, self._reader, weights.shape) for part in parts]
        arrays = [{name: getattr(batch, name) for name in _INPUTS} for batch in batches]
        answers = await together(self._request(part, ("scores", "labels")) for part in arrays)
        if any(served != weights for served, _ in answers):
            raise InferenceUnavailable(f"{self._model} no longer has the weights {weights.version}")
        scores = np.concatenate([outputs["scores"] for _, outputs in answers])
        if scores.shape != (len(pairs), len(weights.relations)):
            raise InferenceRejected(f"{self._model} {weights.version} broke its contract: scores {list(scores.shape)}")
        nothing = no_relation(weights.relations)
        best = scores.argmax(axis=1).tolist()
        return [
            Answer("" if kind == nothing else weights.relations[kind], round(float(scores[row, kind]), 4))
            for row, kind in enumerate(best)
        ]

    async def _request(
        self, arrays: dict[str, Array], outputs: tuple[str, ...]
    ) -> tuple[Weights | None, dict[str, Array]]:
        inputs = [array_input(name, arrays[name]) for name in _INPUTS]
        found = await self._connection.infer(self._model, inputs, outputs)
        try:
            return read_weights(found["labels"].tolist()[0]), dict(found)
        except (ValueError, TypeError, IndexError) as error:
            raise self._connection.broken_answer(str(error)) from error

    async def close(self) -> None:
        """Closes the connection; requests in flight fail."""
        await self._connection.close()


_NOTHING: dict[str, Array] = {
    "ids": np.zeros((0, 1), np.int64),
    "roles": np.zeros((0, 1), np.int64),
    "text": np.zeros((0, 1), np.bool_),
    "picture": np.zeros((0, 3, 1, 1), np.float32),
    "seen": np.zeros(0, np.bool_),
    "crops": np.zeros((0, 1, 3, 1, 1), np.float32),
    "depths": np.zeros((0, 1, 1, 1, 1), np.float32),
    "deep": np.zeros(0, np.bool_),
    "boxes": np.zeros((0, 1, 5), np.float32),
    "objects": np.zeros((0, 1), np.bool_),
    "target": np.zeros(0, np.int64),
    "nodes": np.zeros((0, 1, NODE_WORDS), np.int64),
    "node_kinds": np.zeros((0, 1), np.int64),
    "edges": np.zeros((0, 1, 1), np.int64),
}
"""A request without pairs, which returns the labels alone."""
