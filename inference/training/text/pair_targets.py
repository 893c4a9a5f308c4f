"""Which relations hold between the entities of a window, which don't, and which nobody decided on.

The roles of happenings are further columns, from the trigger to what plays a part.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inference.text_extraction.windows import Window
from inference.training.text.annotated.reading import MODALITIES
from inference.training.text.happenings import UNKNOWN
from inference.training.text.nodes import Node, distance
from inference.training.text.outputs import outputs_of
from inference.training.text.sources.passages import Passage
from topology.ontology import HAPPENING, Ontology

Bools = npt.NDArray[np.bool_]
Rows = dict[tuple[int, int], list[int]]


class Targets(NamedTuple):
    """K ordered pairs of nodes and R columns; see `dataset.Example`."""

    pairs: npt.NDArray[np.int64]
    positive: Bools
    known: Bools
    modality: npt.NDArray[np.int64]


class PairTargets:
    """Reads pair targets off passages."""

    def __init__(self, ontology: Ontology) -> None:
        outputs = outputs_of(ontology)
        self._columns = {relation: i for i, relation in enumerate(outputs.relations)}
        self._roles = {role: i for i, role in enumerate(outputs.roles, len(self._columns))}
        self._constraint = type_constraint(ontology)

    def targets(self, passage: Passage, window: Window, nodes: Sequence[Node]) -> Targets:
        """Returns the pairs of a window for which something was decided that their types allow."""
        pairs = [(s, o) for s, a in enumerate(nodes) for o, b in enumerate(nodes) if a.entity != b.entity]
        known = np.zeros((len(pairs), len(self._columns) + len(self._roles)), dtype=np.bool_)
        positive = np.zeros_like(known)
        if not pairs or not (passage.judged or passage.happenings):
            return Targets(np.zeros((0, 2), np.int64), positive[:0], known[:0], np.zeros(0, np.int64))
        modality = np.full(len(pairs), UNKNOWN, np.int64)
        rows: Rows = {}
        for row, (s, o) in enumerate(pairs):
            rows.setdefault((nodes[s].entity, nodes[o].entity), []).append(row)
        self._judge(passage, rows, known)
        for fact in passage.facts:
            members = rows.get((fact.subject, fact.object), [])
            column = self._columns.get(fact.relation)
            if column is None or not members:
                continue
            # The fact holds of the entities; that it is said of the two nearest of their names is the best guess, and
            # the others are left undecided.
            known[members, column] = False
            if not fact.where or any(_overlaps(window, where) for where in fact.where):
                best = _nearest(members, pairs, nodes)
                positive[best, column] = known[best, column] = True
                if fact.modality and modality[best] == UNKNOWN:
                    modality[best] = MODALITIES.index(fact.modality)
        self._cast(passage, rows, pairs, nodes, positive, known)
        found = Targets(np.array(pairs, dtype=np.int64), positive, known, modality)
        return self._possible(found, nodes)

    def _cast(  # noqa: PLR0917
        self,
        passage: Passage,
        rows: Rows,
        pairs: Sequence[tuple[int, int]],
        nodes: Sequence[Node],
        positive: Bools,
        known: Bools,
    ) -> None:
        """Sets who plays which part in each happening; whoever is not named with a part plays none."""
        beyond = len(passage.entities)
        for (subject, _), members in rows.items():
            if subject >= beyond:
                known[np.ix_(members, [*self._roles.values()])] = True
        for index, happening in enumerate(passage.happenings, beyond):
            for role, filler in happening.roles:
                members, column = rows.get((index, filler), []), self._roles.get(role)
                if column is not None and members:
                    known[members, column] = False
                    best = _nearest(members, pairs, nodes)
                    positive[best, column] = known[best, column] = True

    def _judge(self, passage: Passage, rows: Rows, known: Bools) -> None:
        """Sets what was decided on, but for what stayed open."""
        for verdict in passage.judged:
            columns = self._known_columns(verdict.relations)
            for (subject, obj), members in rows.items():
                if verdict.subject in {-1, subject} and verdict.object in {-1, obj}:
                    known[np.ix_(members, columns)] = True
        for subject, relations, obj in passage.open:
            known[np.ix_(rows.get((subject, obj), []), self._known_columns(relations))] = False

    def _known_columns(self, relations: Iterable[str] | None) -> list[int]:
        chosen = self._columns if relations is None else relations
        return [self._columns[r] for r in chosen if r in self._columns]

    def _possible(self, found: Targets, nodes: Sequence[Node]) -> Targets:
        """Returns what the ontology's types allow."""
        pairs, positive, known, modality = found
        holders = np.array([n.types > 0 for n in nodes], dtype=np.float32)
        possible = np.einsum("ks,sor,ko->kr", holders[pairs[:, 0]], self._constraint, holders[pairs[:, 1]]) > 0
        keep = (known & possible).any(axis=1)
        stated = (positive & possible).any(axis=1)
        modality = np.where(stated, modality, UNKNOWN)
        return Targets(pairs[keep], (positive & possible)[keep], (known & possible)[keep], modality[keep])


def type_constraint(ontology: Ontology) -> npt.NDArray[np.float32]:
    """Returns float32 [subject types, object types, R]: 1 where the ontology allows the relation or the role."""
    outputs = outputs_of(ontology)
    names = outputs.types
    table = np.zeros((len(names), len(names), outputs.columns), np.float32)
    for column, relation in enumerate(ontology.relations):
        for s in relation.domain:
            for o in relation.range:
                table[names.index(s), names.index(o), column] = 1
    for column, role in enumerate(outputs.roles, len(outputs.relations)):
        for filler in ontology.fillers(role):
            table[names.index(HAPPENING), names.index(filler), column] = 1
    return table


def _nearest(members: Sequence[int], pairs: Sequence[tuple[int, int]], nodes: Sequence[Node]) -> int:
    """Returns the row of the pair whose two nodes stand nearest to each other."""
    return min(members, key=lambda row: distance(nodes[pairs[row][0]], nodes[pairs[row][1]]))


def _overlaps(window: Window, where: tuple[int, int]) -> bool:
    start, end = window.words.starts[window.start], window.words.ends[window.stop - 1]
    return where[0] < end and start < where[1]
