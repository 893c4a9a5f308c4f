"""A knowledge graph as numbers: triples in three splits, and texts and vectors of the entities."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import numpy.typing as npt

Triples = npt.NDArray[np.int64]
"""int64 [n, 3]: head, relation, tail."""


@dataclass(frozen=True)
class Modality:
    """Vectors of one kind for the entities that have one.

    Attributes:
        vectors: float32 [entities, width]; zero where there is none.
        present: bool [entities].
    """

    vectors: npt.NDArray[np.float32]
    present: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class KnowledgeGraph:
    """A graph to learn from.

    Attributes:
        name: Of the set.
        entities: Names or identifiers by number.
        relations: Likewise.
        train: The triples to learn from.
        valid: What decides between models.
        test: What is reported.
        texts: A text for each entity, "" where there is none; empty if no entity has one.
        modalities: Vectors by kind, "text" or "picture".
    """

    name: str
    entities: tuple[str, ...]
    relations: tuple[str, ...]
    train: Triples
    valid: Triples
    test: Triples
    texts: tuple[str, ...] = ()
    modalities: Mapping[str, Modality] = field(default_factory=dict)

    def with_share(self, share: float, seed: int) -> "KnowledgeGraph":
        """Returns the graph with a random share of its training triples; a smaller share is part of a larger one."""
        order = np.random.default_rng(seed).permutation(len(self.train))
        kept = np.sort(order[: max(1, round(share * len(order)))])
        return replace(self, train=self.train[kept])


def reciprocal(triples: Triples, relations: int) -> Triples:
    """Returns triples followed by their reciprocals: relation r read backwards has the number r + `relations`."""
    backwards = np.stack([triples[:, 2], triples[:, 1] + relations, triples[:, 0]], axis=1)
    return cast("Triples", np.concatenate([triples, backwards]))
