"""Filtered ranks of the facts that arrived, among all entities that the types allow."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch

from inference.link_prediction.inputs import Floats
from inference.training.links.batches import Asking
from inference.training.links.model import InductiveLinks

Score = Callable[[int, Sequence[int]], Floats]
"""Takes an asking entity and roles; returns float [roles, N]: higher is likelier."""


def ranks(asking: Asking, score: Score, rows: Sequence[int] | None = None) -> npt.NDArray[np.float64]:
    """Returns the rank of each fact that arrived; candidates with the same score count half.

    Left out are entities that the types do not allow or the graph has already, and the question's other right answers.

    Args:
        asking: A snapshot.
        score: Of all entities as answers.
        rows: Questions; all by default.
    """
    of = asking.of
    wanted = range(len(of.asked)) if rows is None else rows
    by_entity: dict[int, list[int]] = {}
    for row in wanted:
        by_entity.setdefault(int(of.asked[row]), []).append(row)
    found = {}
    for entity, own in by_entity.items():
        roles = sorted({int(of.role[row]) for row in own})
        scores = dict(zip(roles, score(entity, roles), strict=True))
        for row in own:
            role, answer = int(of.role[row]), int(of.answer[row])
            fits = asking.fits(entity, role)
            fits[list(asking.answers[entity, role])] = False
            others, mine = scores[role][fits], scores[role][answer]
            found[row] = 1 + np.count_nonzero(others > mine) + np.count_nonzero(others == mine) / 2
    return np.array([found[row] for row in wanted])


def model_score(model: InductiveLinks, asking: Asking) -> Score:
    """Returns a model's scoring function; the model must be in evaluation mode and not be trained meanwhile."""
    with torch.no_grad():
        there = model.fused(torch.from_numpy(asking.of.vectors))[None]

    def score(entity: int, roles: Sequence[int]) -> Floats:
        with torch.no_grad():
            question = asking.whole(entity)
            context, _ = model.context(question)
            each = [model(question, context, torch.tensor([role]), there)[0].numpy() for role in roles]
        return np.stack(each)

    return score
