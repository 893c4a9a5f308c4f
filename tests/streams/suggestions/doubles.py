"""Models without weights: what they say depends on what they are asked alone, so it can be foretold."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from inference.link_prediction.question import Asked, Reason, Suggestion, Vector
from inference.link_prediction.suggester import Suggester
from topology.graph.vectors import CONTEXT_WIDTH, OWN_WIDTH
from topology.ontology import Ontology

_TURN = np.random.default_rng(0).normal(size=(OWN_WIDTH, CONTEXT_WIDTH))


class HashedTexts:
    """Every text has a vector of its own, in no relation to any other's."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += texts
        seeds = [int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) for text in texts]
        drawn = np.stack([np.random.default_rng(seed).normal(size=OWN_WIDTH) for seed in seeds])
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)

    async def close(self) -> None:
        pass


class CommonNeighbours:
    """Adamic and Adar's index: the more and the rarer the entities between two, the likelier a link.

    Relations are those that both already take part in, each in the role that it would have.
    """

    def __init__(self, ontology: Ontology, version: str = "1") -> None:
        self._ontology = ontology
        self._version = version
        self.questions: list[Asked] = []

    async def version(self) -> str:
        return self._version

    async def context(self, asked: Asked) -> Vector:
        own = [asked.entity.vector, *(neighbour.node.vector for neighbour in asked.neighbours)]
        turned = np.mean(own, axis=0) @ _TURN
        return np.asarray(turned / np.linalg.norm(turned), np.float32)

    async def links(self, asked: Asked, least: float = 0.0) -> list[Suggestion]:
        self.questions.append(asked)
        known = {(n.node.id, n.relation, n.outgoing) for n in asked.neighbours}
        found = []
        for candidate in asked.candidates:
            probability = float(1 - np.exp(-candidate.shared))
            for spec in self._ontology.relations:
                for outgoing in (True, False):
                    ends = (asked.entity, candidate.node) if outgoing else (candidate.node, asked.entity)
                    if (
                        probability > least
                        and self._ontology.allows(ends[0].type, spec.id, ends[1].type)
                        and asked.entity.roles.get((spec.id, outgoing))
                        and candidate.node.roles.get((spec.id, not outgoing))
                        and (candidate.node.id, spec.id, outgoing) not in known
                    ):
                        found.append(Suggestion(ends[0].id, spec.id, ends[1].id, probability))
        return sorted(found, key=lambda one: (-one.probability, one.subject, one.relation, one.object))

    async def reasons(self, asked: Asked, suggestions: Sequence[Suggestion]) -> list[tuple[Reason, ...]]:
        return [tuple(Reason(n, 1 / len(asked.neighbours)) for n in asked.neighbours)] * len(suggestions)

    async def close(self) -> None:
        pass


def suggester(ontology: Ontology, version: str = "1") -> Suggester:
    """Returns both of them."""
    return Suggester(HashedTexts(), CommonNeighbours(ontology, version))
