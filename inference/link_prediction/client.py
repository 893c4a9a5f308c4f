"""The client of the link model on Triton: context vectors of entities, and suggested links."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from inference.link_prediction.inputs import Words, arrays, read
from inference.link_prediction.leaving_out import falls, hiding
from inference.link_prediction.question import Asked, Candidate, Reason, Suggestion, Vector
from inference.triton.connection import Array, Connection, InferenceRejected, InferenceUnavailable, array_input
from topology.graph.vectors import CONTEXT_WIDTH
from topology.ontology import Ontology

LINK_MODEL = "link_prediction"
DIGITS = 4
"""Digits to which probabilities and weights are rounded."""


class LinkClient:
    """Asks the link model. For use within one event loop."""

    def __init__(
        self,
        url: str,
        ontology: Ontology,
        *,
        requests: int = 2,
        timeout: float = 30.0,
        model: str = LINK_MODEL,
    ) -> None:
        """Connects when first used.

        Args:
            url: Triton's gRPC address, `host:port`.
            ontology: What it allows now is suggested; the model was trained with an earlier one.
            requests: Most requests in flight, over all calls.
            timeout: Seconds until a request counts as failed.
            model: The model's name.
        """
        self._connection = Connection(url, requests=requests, timeout=timeout)
        self._model = model
        self._ontology = ontology
        self._known_labels: dict[str, Any] | None = None

    async def version(self) -> str:
        """Returns the version of the weights.

        Raises:
            InferenceUnavailable: The server is down, not ready or too slow.
            InferenceRejected: The server refuses the request.
        """
        return str((await self._labels())["version"])

    async def context(self, asked: Asked) -> Vector:
        """Returns an entity's context vector, float32 [CONTEXT_WIDTH] of length one.

        Entities with similar neighbourhoods have similar vectors. A vector depends on the own vectors of the entity and
        its neighbours and on their relations; candidates are ignored.

        Raises:
            InferenceUnavailable: As above, or the server's weights have changed.
            InferenceRejected: The server refuses the request.
        """
        alone = replace(asked, candidates=(Candidate(asked.entity),))
        found = await self._ask(arrays(alone, await self._words()))
        vector: Vector = found["context"][0].astype(np.float32)
        return vector

    async def links(self, asked: Asked, least: float = 0.0) -> list[Suggestion]:
        """Returns links that may hold between an entity and its candidates and are not in the graph, most likely first.

        It suggests only relations that the ontology allows between their types, now and when the model was trained.

        Args:
            asked: The question.
            least: Least probability of a suggestion.

        Raises:
            InferenceUnavailable: As above.
            InferenceRejected: The server refuses the request.
        """
        if not asked.candidates:
            return []
        ordered, words = _ordered(asked), await self._words()
        feeds = arrays(ordered, words)
        found = await self._ask(feeds)
        probabilities = np.round(found["probabilities"][0].astype(np.float64), DIGITS)
        known = feeds["known"][0]
        suggestions = []
        types = {node.id: node.type for node in (asked.entity, *(c.node for c in ordered.candidates))}
        for place, role in np.argwhere((probabilities > 0) & (probabilities >= least) & (known == 0)).tolist():
            relation, subject = words.named(role)
            ends = asked.entity.id, ordered.candidates[place].node.id
            one, other = ends if subject else ends[::-1]
            if not self._ontology.allows(types[one], relation, types[other]):
                continue
            suggestions.append(Suggestion(one, relation, other, float(probabilities[place, role])))
        return sorted(suggestions, key=lambda s: (-s.probability, s.relation, s.subject, s.object))

    async def reasons(self, asked: Asked, suggestions: Sequence[Suggestion]) -> list[tuple[Reason, ...]]:
        """Returns, for each of some suggestions, the neighbours that support it, the most important first.

        Neighbours that count against it are left out. One request repeats the question as it was, and once with each
        neighbour hidden, about the candidates of these suggestions only.

        Args:
            asked: The question that they answer.
            suggestions: Suggestions that `links` returned.

        Raises:
            InferenceUnavailable: As above.
            InferenceRejected: The server refuses the request.
        """
        words = await self._words()
        near = read(asked, words)
        if not near or not suggestions:
            return [()] * len(suggestions)
        others = {end for each in suggestions for end in (each.subject, each.object)}
        cut = replace(asked, candidates=tuple(c for c in asked.candidates if c.node.id in others))
        ordered = _ordered(cut)
        found = await self._ask(hiding(arrays(ordered, words), len(near)))
        fallen = np.round(falls(found["probabilities"].astype(np.float64)), DIGITS)
        places = {candidate.node.id: place for place, candidate in enumerate(ordered.candidates)}
        explained = []
        for each in suggestions:
            outgoing = each.subject == asked.entity.id
            role = words.role((each.relation, outgoing))
            weights = fallen[:, places[each.object if outgoing else each.subject], role].tolist()
            speaking = [Reason(n, weight) for n, weight in zip(near, weights, strict=True) if weight > 0]
            explained.append(tuple(sorted(speaking, key=_by_weight)))
        return explained

    async def _words(self) -> Words:
        """Returns what the model's numbers mean."""
        labels = await self._labels()
        return Words(tuple(labels["relations"]), tuple(labels["types"]))

    async def _ask(self, feeds: dict[str, Array]) -> dict[str, Array]:
        """Runs the model and checks the shapes of its outputs."""
        found = await self._request(feeds)
        shapes = {name: list(found[name].shape) for name in ("context", "probabilities")}
        questions, candidates, roles = feeds["known"].shape
        if shapes != {"context": [questions, CONTEXT_WIDTH], "probabilities": [questions, candidates, roles]}:
            version = (await self._labels())["version"]
            raise InferenceRejected(f"{self._model} {version} broke its contract: {shapes}")
        return found

    async def _labels(self) -> dict[str, Any]:
        if self._known_labels is None:
            await self._request(_NOTHING)
        if self._known_labels is None:
            raise self._connection.broken_answer("labels")
        return self._known_labels

    async def _request(self, feeds: dict[str, Any]) -> dict[str, Array]:
        inputs = [array_input(name, array) for name, array in feeds.items()]
        outputs = ("context", "probabilities", "labels")
        found = dict(await self._connection.infer(self._model, inputs, outputs))
        try:
            labels = json.loads(found["labels"].tolist()[0])
        except (ValueError, TypeError, IndexError) as error:
            raise self._connection.broken_answer(str(error)) from error
        before, self._known_labels = self._known_labels, labels
        if before not in (None, labels):
            raise InferenceUnavailable(f"{self._model} no longer has the weights {before['version']}")
        return found

    async def close(self) -> None:
        """Closes the connection; requests in flight fail."""
        await self._connection.close()


def _ordered(asked: Asked) -> Asked:
    """Returns a question with its candidates sorted, so that the same question always has the same bytes."""
    return replace(asked, candidates=tuple(sorted(asked.candidates, key=lambda c: c.node.id)))


def _by_weight(reason: Reason) -> tuple[float, str, str, bool]:
    neighbour = reason.neighbour
    return -reason.weight, neighbour.node.id, neighbour.relation, neighbour.outgoing


_NOTHING: dict[str, Array] = {
    "entity": np.zeros((0, 0), np.float32),
    "type": np.zeros(0, np.int64),
    "roles": np.zeros((0, 0), np.float32),
    "activity": np.zeros((0, 2), np.float32),
    "near": np.zeros((0, 0, 0), np.float32),
    "near_role": np.zeros((0, 0), np.int64),
    "seen": np.zeros((0, 0), np.bool_),
    "candidates": np.zeros((0, 0, 0), np.float32),
    "types": np.zeros((0, 0), np.int64),
    "candidate_roles": np.zeros((0, 0, 0), np.float32),
    "candidate_activity": np.zeros((0, 0, 2), np.float32),
    "met": np.zeros((0, 0, 3), np.float32),
    "known": np.zeros((0, 0, 0), np.float32),
}
"""A request without questions, which returns the labels alone."""
