"""Filtered ranks of the right answers, and their summary: MRR and Hits@k.

A rank is the realistic one (Berrendorf et al. 2020, equation 3): candidates with the same score as the right one count
half, so a model that scores all candidates equally is at chance, not at the top.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.training.links.knowledge_graph import KnowledgeGraph, Triples, reciprocal

KnownAnswers = Mapping[tuple[int, int], npt.NDArray[np.int64]]
"""Right answers by question (entity, relation), a relation read backwards being its number plus their count."""


@dataclass(frozen=True)
class Ranking:
    """How high right answers rank.

    Attributes:
        mrr: Mean reciprocal rank.
        hits1: Share of the right answers at rank 1; a tie for it does not count as a hit.
        hits10: Share at rank 10 or better.
        questions: How many were asked.
    """

    mrr: float
    hits1: float
    hits10: float
    questions: int


def known_answers(graph: KnowledgeGraph) -> KnownAnswers:
    """Returns the right answers to all questions in all splits: those that a filtered rank leaves out."""
    return answers(np.concatenate([graph.train, graph.valid, graph.test]), len(graph.relations))


def answers(triples: Triples, relations: int) -> KnownAnswers:
    """Returns the right answers to the questions of both directions of triples, ascending and each once."""
    both = reciprocal(triples, relations)
    both = both[np.lexsort(both.T[::-1])]
    new = np.any(np.diff(both, axis=0, prepend=-1), axis=1)
    both = both[new]
    starts = np.flatnonzero(np.any(np.diff(both[:, :2], axis=0, prepend=-1), axis=1)).tolist()
    tails = both[:, 2]
    ends = [*starts[1:], len(both)]
    keys = map(tuple, both[starts, :2].tolist())
    return {key: tails[start:end] for key, start, end in zip(keys, starts, ends, strict=True)}


def filtered_ranks(scores: npt.NDArray[np.float32], questions: Triples, known: KnownAnswers) -> npt.NDArray[np.float64]:
    """Returns the rank of each question's right answer among the candidates that are not known answers.

    Args:
        scores: float [questions, entities], higher is better. A score that is no number counts as the lowest.
        questions: int [questions, 3]: entity, relation (or its reciprocal), right answer.
        known: Right answers of all splits.
    """
    ranks = np.empty(len(questions))
    for row, (entity, relation, right) in enumerate(questions.tolist()):
        given = np.nan_to_num(scores[row], nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        own = given[right]
        others = known[entity, relation]
        better = np.count_nonzero(given > own) - np.count_nonzero(given[others] > own)
        same = np.count_nonzero(given == own) - np.count_nonzero(given[others] == own)
        ranks[row] = 1 + better + same / 2
    return ranks


def summary(ranks: npt.NDArray[np.float64]) -> Ranking:
    """Returns MRR and Hits of ranks; all zero for none."""
    if not len(ranks):
        return Ranking(0.0, 0.0, 0.0, 0)
    return Ranking(
        float(np.mean(1 / ranks)),
        float(np.mean(ranks <= 1)),
        float(np.mean(ranks <= 10)),  # noqa: PLR2004  Hits@10
        len(ranks),
    )
