"""Builds the link model's input arrays, for training and for serving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.link_prediction.question import MOST_NEIGHBOURS, Asked, Neighbour, Role
from topology.graph.vectors import OWN_WIDTH

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Words:
    """The relations and types that the model's indices stand for.

    Attributes:
        relations: Relations by id. Role i is the subject of relation i; the objects' roles follow those of all
            subjects.
        types: Entity types by name.
    """

    relations: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def roles(self) -> int:
        """How many roles there are."""
        return 2 * len(self.relations)

    def role(self, role: Role) -> int | None:
        """Returns a role's index; None if the model does not know the relation."""
        relation, subject = role
        if relation not in self.relations:
            return None
        return self.relations.index(relation) + (0 if subject else len(self.relations))

    def named(self, role: int) -> Role:
        """Returns the role of an index."""
        return self.relations[role % len(self.relations)], role < len(self.relations)

    def type(self, name: str) -> int:
        """Returns a type's index; an unknown type has the index after the last."""
        return self.types.index(name) if name in self.types else len(self.types)

    def counts(self, roles: Mapping[Role, int]) -> Floats:
        """Returns the number of facts by role, float32 [roles]."""
        found = np.zeros(self.roles, np.float32)
        for role, count in roles.items():
            if (number := self.role(role)) is not None:
                found[number] += count
        return found


def arrays(asked: Asked, words: Words) -> dict[str, npt.NDArray[np.generic]]:
    """Returns the network's inputs for one question, with the candidates in its order."""
    candidates = asked.candidates
    known = np.zeros((len(candidates), words.roles), np.float32)
    place = {candidate.node.id: row for row, candidate in enumerate(candidates)}
    for neighbour in asked.neighbours:
        number = words.role((neighbour.relation, neighbour.outgoing))
        if number is not None and neighbour.node.id in place:
            known[place[neighbour.node.id], number] = 1
    near = read(asked, words)
    numbers = [words.role((n.relation, n.outgoing)) or 0 for n in near]
    left = MOST_NEIGHBOURS - len(near)
    activity = [(c.node.articles, c.node.days) for c in candidates]
    near_vectors = padded([n.node.vector for n in near], MOST_NEIGHBOURS)
    given: dict[str, npt.NDArray[np.generic]] = {
        "entity": asked.entity.vector.astype(np.float32),
        "type": np.array(words.type(asked.entity.type), np.int64),
        "roles": words.counts(asked.entity.roles),
        "activity": np.array((asked.entity.articles, asked.entity.days), np.float32),
        "near": near_vectors,
        "near_role": np.array([*numbers, *[0] * left], np.int64),
        "seen": np.array([*[True] * len(near), *[False] * left], np.bool_),
        "candidates": np.array([c.node.vector for c in candidates], np.float32).reshape(-1, OWN_WIDTH),
        "types": np.array([words.type(c.node.type) for c in candidates], np.int64),
        "candidate_roles": np.array([words.counts(c.node.roles) for c in candidates], np.float32).reshape(
            -1, words.roles
        ),
        "candidate_activity": np.array(activity, np.float32).reshape(-1, 2),
        "met": np.array([(c.shared, c.together, c.days) for c in candidates], np.float32).reshape(-1, 3),
        "known": known,
    }
    return {name: array[None] for name, array in given.items()}


def read(asked: Asked, words: Words) -> list[Neighbour]:
    """Returns the neighbours that the model reads: those of known relations, newest first."""
    known = [n for n in asked.neighbours if words.role((n.relation, n.outgoing)) is not None]
    return sorted(known, key=lambda n: (n.days, n.node.id, n.relation, n.outgoing))[:MOST_NEIGHBOURS]


def padded(vectors: Sequence[Floats], size: int) -> Floats:
    """Returns float32 [size, OWN_WIDTH], padded with zeros."""
    found = np.zeros((size, OWN_WIDTH), np.float32)
    if vectors:
        found[: len(vectors)] = vectors
    return found
