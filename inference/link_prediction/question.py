"""What the link model is asked and what it answers: plain data, no tensors but the entities' own vectors.

All counts and ages are of the graph as it stands when the question is asked. Ages are days before the newest article of
the graph, never before the clock's now: the same graph gives the same question.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]

MOST_NEIGHBOURS = 32
"""Neighbours that are read of an entity; of more, the newest count."""

Role = tuple[str, bool]
"""A relation's id, and whether the entity is its subject (true) or its object."""


@dataclass(frozen=True, slots=True)
class Node:
    """An entity of the graph; that of an alias is whom it stands for.

    Attributes:
        id: Its id.
        type: Its type, as the ontology names it.
        vector: float32 [384] of length one, its own.
        roles: How many facts with other entities hold by relation and role; those of relations that the ontology does
            not know are left out.
        articles: How many articles name it.
        days: Days since the newest article that names it.
    """

    id: str
    type: str
    vector: Vector
    roles: Mapping[Role, int] = field(default_factory=dict)
    articles: int = 0
    days: float = 0.0

    @property
    def facts(self) -> int:
        """Facts that hold about it."""
        return sum(self.roles.values())


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Who stands next to an entity, by one fact that holds.

    Attributes:
        node: The neighbour; only its id and vector count.
        relation: The fact's relation, by id.
        outgoing: Whether the entity is the fact's subject and the neighbour its object.
        days: Days since the newest evidence of the fact.
    """

    node: Node
    relation: str
    outgoing: bool
    days: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom an entity might be linked with.

    Attributes:
        node: The other entity.
        shared: Σ 1 / ln(1 + facts of n) over the entities n that both have a fact with (Adamic and Adar, 2003).
        together: How many articles name both.
        days: Days since the newest article that names both; not looked at where none does.
    """

    node: Node
    shared: float = 0.0
    together: int = 0
    days: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: whom is this entity linked with that the graph does not say?

    Attributes:
        entity: Who asks.
        neighbours: All that the graph says of it and other entities, in any order; the newest are read, and what stands
            between it and a candidate is not suggested again.
        candidates: Whom to judge, in any order, each once and not the entity itself.
    """

    entity: Node
    neighbours: tuple[Neighbour, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """How much a neighbour speaks for a suggestion.

    Attributes:
        neighbour: Which.
        weight: By how much the log-odds of the suggestion fall when the model does not see it.
    """

    neighbour: Neighbour
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A fact that the graph does not say and that may hold.

    Attributes:
        subject: Id of its subject.
        relation: Its relation, by id.
        object: Id of its object.
        probability: Calibrated: how likely it is to be reported within two months, given that it was asked about.
    """

    subject: str
    relation: str
    object: str
    probability: float
