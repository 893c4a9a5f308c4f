"""Turns background facts into a Levi graph for attention: every fact is a node between its two entities.

This keeps several relations between the same two entities apart, lets the model read a relation's words like those of a
name, and makes the adjacency one dense matrix of edge kinds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from inference.knowledge.base import KnownFact, fold


class Node(IntEnum):
    """The kind of a node; 0 is padding."""

    MENTION = 1
    OTHER_END = 2
    ENTITY = 3
    RELATION = 4


class Edge(IntEnum):
    """How a node (row) attends to another (column); 0 for not at all."""

    SELF = 1
    FROM_SUBJECT = 2
    FROM_OBJECT = 3
    TO_RELATION_AS_SUBJECT = 4
    TO_RELATION_AS_OBJECT = 5


@dataclass(frozen=True)
class Graph:
    """A neighbourhood of n nodes.

    Attributes:
        names: [n] the nodes' words.
        kinds: [n] `Node` of each.
        edges: int64 [n, n] `Edge` by which the row's node attends to the column's.
    """

    names: list[str]
    kinds: list[int]
    edges: NDArray[np.int64]


def graph_of(facts: Sequence[KnownFact], mention: str, other: str, limit: int) -> Graph:
    """Builds the graph of some facts.

    Args:
        facts: The facts, the most relevant first.
        mention: Name of the pair's mention; its node exists even without facts.
        other: Name of the pair's other end; "" for none.
        limit: Most nodes; facts that do not fit are left out.
    """
    names, kinds = [mention], [int(Node.MENTION)]
    place = {fold(mention): 0}
    if other and fold(other) not in place:
        place[fold(other)] = 1
        names.append(other)
        kinds.append(int(Node.OTHER_END))
    edges: list[tuple[int, int, Edge]] = []
    for fact in facts:
        ends = (fact.subject,) if fold(fact.subject) == fold(fact.object) else (fact.subject, fact.object)
        fresh = [name for name in ends if fold(name) not in place]
        if len(names) + len(fresh) + 1 > limit:
            continue
        for name in fresh:
            place[fold(name)] = len(names)
            names.append(name)
            kinds.append(int(Node.ENTITY))
        subject, object_, relation = place[fold(fact.subject)], place[fold(fact.object)], len(names)
        names.append(fact.predicate)
        kinds.append(int(Node.RELATION))
        edges += [
            (relation, subject, Edge.FROM_SUBJECT),
            (relation, object_, Edge.FROM_OBJECT),
            (subject, relation, Edge.TO_RELATION_AS_SUBJECT),
            (object_, relation, Edge.TO_RELATION_AS_OBJECT),
        ]
    matrix = np.zeros((len(names), len(names)), np.int64)
    np.fill_diagonal(matrix, Edge.SELF)
    for row, column, edge in edges:
        matrix[row, column] = edge
    return Graph(names, kinds, matrix)
