"""A link set as questions: a node is the end of a session of its neighbours, and the answer comes next.

A graph of links has no sessions. Here a node's session is what it is linked to in training, and itself last; the
historical graph is the training graph. Nothing of a held-out edge is in either.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.next_entity.layout import CURRENT
from inference.research.sessions.link_sets import Edges, LinkSplit
from inference.research.sessions.structure import Structure, places, turned
from inference.training.next_entity.batch import Batch, Tables

ASKED = 0.2
"""Share of the training edges that an inductive model is asked for; it sees the graph of the others."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Side:
    """A graph, and the edges that are asked for in it.

    Attributes:
        structure: The graph.
        tables: The vectors of its nodes.
        asked: Edges to learn from.
        hidden: Whether the asked edges are in the graph, and must be hidden one by one.
    """

    structure: Structure
    tables: Tables
    asked: Edges
    hidden: bool


class LinkQuestions:
    """Questions of a split."""

    def __init__(self, split: LinkSplit, seed: int, cache: Path | None, *, inductive: bool) -> None:
        """Reads the training graph.

        A model that reads vectors of the graph must not learn from edges that these vectors were made of: a fifth of
        the edges is removed before, and asked for. Where the model is measured, vectors are made of all training edges.

        Args:
            split: The set.
            seed: Which fifth.
            cache: Where vectors are kept; None for nowhere.
            inductive: Whether the model reads such vectors. If not, it is asked for every training edge, each hidden
                while it is.
        """
        self.split = split
        whole = Structure(split.train, split.nodes, seed, split.types)
        self.whole = self.part = Side(whole, {}, split.train, hidden=True)
        if inductive:
            drawn = np.random.default_rng(seed).permutation(len(split.train))
            asked, rest = np.split(drawn, [round(ASKED * len(drawn))])
            part = Structure(split.train[np.sort(rest)], split.nodes, seed, split.types)
            known, all_known = places(part, cache), places(whole, cache)
            aligned = replace(all_known, vectors=turned(all_known.vectors, known.vectors))
            self.part = Side(part, {"common-sense": known}, split.train[np.sort(asked)], hidden=False)
            self.whole = Side(whole, {"common-sense": aligned}, split.train, hidden=False)
        self.widths = {kind: table.vectors.shape[1] for kind, table in self.whole.tables.items()}
        self.relations = split.types
        self.items = split.nodes

    def __len__(self) -> int:
        return 2 * len(self.part.asked)

    def training(self, rows: Numbers, negatives: int, rng: np.random.Generator) -> Batch:
        """Returns training questions, each edge asked from both ends, with other nodes as wrong candidates.

        Args:
            rows: Numbers of the questions, below the length of this.
            negatives: Other nodes.
            rng: Draws them.
        """
        side = self.part
        count = len(side.asked)
        edges = side.asked[rows % count]
        edges = np.where((rows >= count)[:, None], edges[:, [0, 2, 1]], edges)
        others = rng.integers(0, self.split.nodes, (len(edges), negatives))
        candidates = np.concatenate([edges[:, 2:], others], axis=1)
        right = np.zeros(candidates.shape, np.bool_)
        right[:, 0] = True
        found = _batch(side, edges[:, 0], edges[:, 1], candidates, right)
        return _without(found, edges, side.structure) if side.hidden else found

    def pairs(self, edges: Edges, size: int) -> Iterator[Batch]:
        """Yields each pair as a question with one candidate, from both ends: all as given, then all turned round."""
        for given in (edges, edges[:, [0, 2, 1]]):
            for first in range(0, len(given), size):
                part = given[first : first + size]
                right = np.ones((len(part), 1), np.bool_)
                yield _batch(self.whole, part[:, 0], part[:, 1], part[:, 2:], right)

    def all(self, edges: Edges, size: int) -> Iterator[Batch]:
        """Yields questions with every node as candidate; their candidates are [1, nodes]."""
        everything = np.arange(self.split.nodes)[None]
        structure = self.whole.structure
        for first in range(0, len(edges), size):
            part = edges[first : first + size]
            none = np.zeros((len(part), 0), np.int64)
            found = _batch(self.whole, part[:, 0], part[:, 1], none, none.astype(np.bool_))
            rows = structure.links[found.nodes.ravel()].toarray().reshape(*found.nodes.shape, -1)
            seen = structure.seen_by_type[part[:, 0]]
            links = rows.transpose(0, 2, 1) * found.mask[:, None]
            right = everything == part[:, 2:]
            yield replace(found, candidates=everything, links=links, seen=seen, right=right)


def _batch(side: Side, relation: Numbers, users: Numbers, candidates: Numbers, right: npt.NDArray[np.bool_]) -> Batch:
    structure = side.structure
    nodes = structure.sessions[users]
    mask = nodes >= 0
    nodes = np.where(mask, nodes, 0)
    both = mask[:, :, None] & mask[:, None, :]
    current = np.zeros(both.shape, np.float32)
    steps = np.arange(CURRENT - 1)
    current[:, steps, steps + 1] = both[:, steps, steps + 1]
    return Batch(
        nodes=nodes,
        mask=mask,
        current=current,
        history=structure.transitions(nodes[:, :, None], nodes[:, None, :]) * both,
        last=np.full(len(nodes), CURRENT - 1),
        relation=relation,
        candidates=candidates,
        links=structure.between(candidates[:, :, None], nodes[:, None, :]) * mask[:, None],
        # By the type that is asked for: a node with many links of one type may have few of another.
        seen=structure.seen_by_type[relation[:, None], candidates],
        right=right,
        expected=np.ones(right.shape, np.float32),
        tables=side.tables,
    )


def _without(batch: Batch, edges: Edges, structure: Structure) -> Batch:
    """Returns questions as if the asked edge, one of each, were not in the graph; it is the first candidate."""
    asked, answer = edges[:, 1, None], edges[:, 2, None]
    # A node with a single link is then no neighbour.
    gone = (batch.nodes == answer) & (structure.between(asked, answer) <= 1)
    gone[:, -1] = False
    mask = batch.mask & ~gone
    both = mask[:, :, None] & mask[:, None, :]
    one, other = batch.nodes[:, :, None], batch.nodes[:, None, :]
    asked, answer = asked[:, None], answer[:, None]
    forwards = structure.transitions(asked, answer) > 0
    first = np.where(forwards, asked, answer)
    second = np.where(forwards, answer, asked)
    history = np.maximum(batch.history - ((one == first) & (other == second)), 0) * both
    ends = (batch.candidates[:, :, None] == answer) & (other == asked)
    ends |= (batch.candidates[:, :, None] == asked) & (other == answer)
    links = np.maximum(batch.links - ends, 0) * mask[:, None]
    own = (batch.candidates == edges[:, 2, None]) | (batch.candidates == edges[:, 1, None])
    seen = np.maximum(batch.seen - own, 0)
    current = batch.current * both
    return replace(
        batch,
        mask=mask,
        history=history.astype(np.float32),
        links=links.astype(np.float32),
        seen=seen.astype(np.float32),
        current=current.astype(np.float32),
    )
