"""Questions to the link model and its answers, as plain data.

Counts and ages are those of the graph when the question is asked. Ages are days before the graph's newest article, not
before now, so that the same graph always gives the same question.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]

MOST_NEIGHBOURS = 32
"""Most neighbours of an entity that the model reads: the newest."""

Role = tuple[str, bool]
"""A relation's id, and whether the entity is its subject (true) or its object."""


@dataclass(frozen=True, slots=True)
class Node:
    """An entity of the graph. Aliases are replaced by the entity that they stand for.

    Attributes:
        id: Its id.
        type: Its type, as the ontology names it.
        vector: Its own vector, float32 [OWN_WIDTH] of length one.
        roles: How many facts with other entities hold, by relation and role; only of the ontology's relations.
        articles: How many articles mention it.
        days: Days since the newest article that mentions it.
    """

    id: str
    type: str
    vector: Vector
    roles: Mapping[Role, int] = field(default_factory=dict)
    articles: int = 0
    days: float = 0.0

    @property
    def facts(self) -> int:
        """How many facts about it hold."""
        return sum(self.roles.values())


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity linked to the one in question by a fact that holds.

    Attributes:
        node: The neighbour; only its id and vector are used.
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
    """An entity that may be linked with the one in question.

    Attributes:
        node: The other entity.
        shared: Σ 1 / ln(1 + facts of n) over the entities n that both have a fact with (Adamic and Adar, 2003).
        together: How many articles mention both.
        days: Days since the newest article that mentions both; ignored if none does.
    """

    node: Node
    shared: float = 0.0
    together: int = 0
    days: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: which links of this entity are missing from the graph?

    Attributes:
        entity: The entity in question.
        neighbours: All its links in the graph, in any order. The model reads the newest; a link to a candidate that is
            among them is not suggested again.
        candidates: The entities to score, in any order, each once and without the entity itself.
    """

    entity: Node
    neighbours: tuple[Neighbour, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """How much a neighbour supports a suggestion.

    Attributes:
        neighbour: The neighbour.
        weight: By how much the suggestion's log-odds drop when the neighbour is hidden from the model.
    """

    neighbour: Neighbour
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A fact that is not in the graph and may hold.

    Attributes:
        subject: Id of its subject.
        relation: Its relation, by id.
        object: Id of its object.
        probability: Calibrated probability that it is reported within two months.
    """

    subject: str
    relation: str
    object: str
    probability: float
