"""A model's scores on held-out questions: how it separates right from wrong, and filtered ranks among all items."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch

from inference.research.sessions.link_questions import LinkQuestions
from inference.research.sessions.link_sets import Edges
from inference.training.common.ranks import Ranking, answers, filtered_ranks, summary
from inference.training.next_entity.batch import Batch
from inference.training.next_entity.metrics import Found, Parting, mean, parting
from inference.training.next_entity.stories.questions import StoryQuestions

Scorer = Callable[[Batch], npt.NDArray[np.float32]]
"""Returns float32 [B, C] for a batch; higher is better."""

PAIRS = 2048
RANKED = 16
"""Questions scored at once: with one candidate each, and with all items."""
MOST_RANKED = 200
"""Held-out edges whose answers are ranked, each from both ends; the same for every model."""


def scorer(model: torch.nn.Module) -> Scorer:
    """Returns a model's scoring function, and puts the model into evaluation mode."""
    model.eval()

    def scores(batch: Batch) -> npt.NDArray[np.float32]:
        with torch.no_grad():
            found: npt.NDArray[np.float32] = model(batch).numpy()
        return found

    return scores


def link_scores(scores: Scorer, questions: LinkQuestions, edges: Edges) -> npt.NDArray[np.float32]:
    """Returns a score for each pair, the mean of both ends' answers: a link has no direction."""
    found = np.concatenate([scores(batch)[:, 0] for batch in questions.pairs(edges, PAIRS)])
    forwards, backwards = np.split(found, 2)
    return np.asarray((forwards + backwards) / 2, np.float32)


def link_parting(
    edges: Edges, right: npt.NDArray[np.bool_], scores: npt.NDArray[np.float32], *, pooled: bool = False
) -> Parting:
    """Returns how well scores separate edges from other pairs: of all together, or the mean over edge types.

    For the mean, types without right or without wrong pairs are left out.
    """
    if pooled:
        return parting(right, scores)
    found = []
    for kind in np.unique(edges[:, 0]).tolist():
        rows = edges[:, 0] == kind
        if 0 < right[rows].sum() < rows.sum():
            found.append(parting(right[rows], scores[rows]))
    return mean(found)


def link_ranking(scores: Scorer, questions: LinkQuestions, edges: Edges, most: int = MOST_RANKED) -> Ranking:
    """Returns the ranks of edges' ends among all nodes, asked from the other end; other known edges are left out."""
    drawn = np.random.default_rng(0).permutation(len(edges))[:most]
    asked = edges[np.sort(drawn)]
    asked = np.concatenate([asked, asked[:, [0, 2, 1]]])
    known = questions.split.known
    both = np.concatenate([known, known[:, [0, 2, 1]]])[:, [1, 0, 2]]
    right = answers(both, questions.relations)
    found = [scores(batch) for batch in questions.all(asked, RANKED)]
    return summary(filtered_ranks(np.concatenate(found), asked[:, [1, 0, 2]], right))


def judge_links(scores: Scorer, questions: LinkQuestions) -> float:
    """Returns the score that selects a model: AUC on the validation pairs."""
    split = questions.split
    return link_parting(
        split.valid, split.valid_right, link_scores(scores, questions, split.valid), pooled=split.pooled
    ).auc


def links_tested(scores: Scorer, questions: LinkQuestions, *, untold: bool = False) -> Found:
    """Returns a model's scores on the test split.

    Args:
        scores: The model.
        questions: The set.
        untold: Whether to leave out pairs that training has the other way round or with another type.
    """
    split = questions.split
    kept = ~split.in_training(split.test) if untold else np.ones(len(split.test), np.bool_)
    edges, right = split.test[kept], split.test_right[kept]
    found = link_parting(edges, right, link_scores(scores, questions, edges), pooled=split.pooled)
    return Found(found, link_ranking(scores, questions, edges[right]))


def judge_stories(scores: Scorer, questions: StoryQuestions, most: int = 1000) -> float:
    """Returns the score that selects a model: filtered MRR on validation questions, spread over time."""
    return summary(_story_ranks(scores, questions, "valid", most)).mrr


def stories_tested(scores: Scorer, questions: StoryQuestions, most: int | None = None) -> Found:
    """Returns a model's scores on the test articles."""
    right, given = [], []
    for batch in questions.drawn("test", RANKED * 8, most):
        given.append(scores(batch).ravel())
        right.append(batch.right.ravel())
    found = parting(np.concatenate(right), np.concatenate(given).astype(np.float32))
    return Found(found, summary(_story_ranks(scores, questions, "test", most)))


def newest_first(questions: StoryQuestions, most: int | None = None) -> Ranking:
    """Returns the ranks of test answers if items are ranked by how recently they were named."""
    ranks = []
    asked = zip(questions.all("test", RANKED, most), questions.recency("test", RANKED, most), strict=True)
    for (batch, known), newest in asked:
        ranks.append(_ranked(batch, known, newest))
    return summary(np.concatenate(ranks))


def _story_ranks(scores: Scorer, questions: StoryQuestions, part: str, most: int | None) -> npt.NDArray[np.float64]:
    ranks = []
    for batch, known in questions.all(part, RANKED, most):
        ranks.append(_ranked(batch, known, scores(batch)))
    return np.concatenate(ranks)


def _ranked(
    batch: Batch, known: list[npt.NDArray[np.int64]], scores: npt.NDArray[np.float32]
) -> npt.NDArray[np.float64]:
    rows = np.arange(len(batch.nodes))
    asked = np.stack([rows, np.zeros_like(rows), batch.right.argmax(1)], axis=1)
    return filtered_ranks(scores, asked, {(int(row), 0): known[row] for row in rows})
