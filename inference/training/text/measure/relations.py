"""How well relations are found between mentions that are given."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inference.training.text.batches import bucket
from inference.training.text.dataset import Example
from inference.training.text.measure.scores import Tally
from inference.training.text.nodes import covers, pooling, spans
from inference.training.text.served import Served
from inference.training.text.sources.passages import Passage

Floats = npt.NDArray[np.float32]


def pair_scores(served: Served, example: Example) -> Floats:
    """Returns float32 [K, R]: the served probabilities for an example's pairs, its gold mentions and triggers given.

    The columns are relations and roles, as in the example: both must be of the same ontology. As in service, what the
    ontology does not allow between the pair's types has no probability.
    """
    window = served.reader.encode(example.ids, example.cases, example.word_pieces)
    mentions, pool = pooling(example.nodes)
    scores: Floats
    scores, _ = served.reader.score_pairs(
        window,
        np.array([m[0] for m in mentions], np.int64),
        np.array([m[1] - 1 for m in mentions], np.int64),
        pool,
        np.stack([node.types for node in example.nodes]),
        example.pairs,
        np.array([bucket(example.nodes, int(s), int(o)) for s, o in example.pairs], np.int64),
        spans(example.nodes, example.pairs),
        covers(example.nodes, len(example.word_pieces)),
    )
    holders = np.stack([node.types > 0 for node in example.nodes]).astype(np.float32)
    subjects, objects = holders[example.pairs[:, 0]], holders[example.pairs[:, 1]]
    allowed = np.einsum("ks,sor,ko->kr", subjects, served.reader.rules.allowed.astype(np.float32), objects)
    return np.where(allowed > 0, scores, np.float32(0))


class Cells(NamedTuple):
    """The N (pair, relation) cells of an example that its annotators decided on.

    Attributes:
        source: The example's source.
        relations: int64 [N] relation or, after these, role of each.
        scores: float32 [N] probability, as served.
        truth: bool [N] whether it holds.
    """

    source: str
    relations: npt.NDArray[np.int64]
    scores: Floats
    truth: npt.NDArray[np.bool_]


def judged_cells(served: Served, examples: Iterable[Example]) -> Iterator[Cells]:
    """Yields the decided cells of each example that has any."""
    for example in examples:
        if len(example.pairs):
            scores = pair_scores(served, example)
            known = example.known
            yield Cells(example.source, np.nonzero(known)[1], scores[known], example.positive[known])


def cell_f1(cells: Iterable[Cells], threshold: float) -> Tally:
    """Returns the tally of judged cells at a threshold."""
    tally = Tally()
    for cell in cells:
        said, truth = cell.scores >= threshold, cell.truth
        tally += Tally(int((said & truth).sum()), int((said & ~truth).sum()), int((~said & truth).sum()))
    return tally


def documents_with_gold_mentions(
    served: Served, passages: Sequence[Passage], examples: Sequence[Example], threshold: float
) -> Tally:
    """Returns the tally of facts of whole documents, mentions and entities given.

    All facts of the ontology's relations count, also those across windows, which the model cannot see.
    """
    said: dict[int, set[tuple[object, str, object]]] = {id(p): set() for p in passages}
    for example in examples:
        if len(example.pairs):
            rows, columns = np.nonzero(pair_scores(served, example) >= threshold)
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
                if column >= len(served.relations):
                    continue  # a role in a happening
                s, o = example.pairs[row]
                fact = example.nodes[s].entity, served.relations[column], example.nodes[o].entity
                said[id(example.passage)].add(fact)
    tally = Tally()
    for passage in passages:
        tally.add(said[id(passage)], gold_facts(passage, served.relations))
    return tally


def gold_facts(passage: Passage, relations: Sequence[str]) -> set[tuple[object, str, object]]:
    """Returns a passage's facts of certain relations: subject entity, relation, object entity."""
    return {(f.subject, f.relation, f.object) for f in passage.facts if f.relation in relations}
