"""From logits to probabilities: one line, fitted to what came of all that could have been suggested."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from inference.link_prediction.inputs import Ints
from inference.training.common.calibrate import Line
from inference.training.links.batches import Asking
from inference.training.links.losses import targets
from inference.training.links.model import InductiveLinks
from inference.training.links.question import Question

BINS = 4000
SPAN = 40.0
"""Logits are counted in bins between minus and plus this."""
STEPS = 50
AT_ONCE = 8


@dataclass(frozen=True)
class Judged:
    """What could have been suggested: float [n] scores, and whether it arrived, bool [n]."""

    scores: npt.NDArray[np.float32]
    arrived: npt.NDArray[np.bool_]


Ask = Callable[[Question], Tensor]
"""A question to scores, float [B, C, R]."""


def judged(ask: Ask, asking: Asking, entities: Iterable[int] | None = None) -> Judged:
    """Returns everything that could be suggested to entities about whom they met, in all roles.

    Args:
        ask: Scores questions.
        asking: A snapshot.
        entities: Who asks; by default all of whom the graph says something: of the others the service asks nothing.
    """
    wanted = np.flatnonzero(asking.of.seen.any(axis=1)).tolist() if entities is None else [*entities]
    # Those who met like many together, so that little is padding.
    wanted.sort(key=lambda entity: len(asking.met(entity)))
    scores, arrived = [np.zeros(0, np.float32)], [np.zeros(0, np.bool_)]
    for start in range(0, len(wanted), AT_ONCE):
        some: list[tuple[int, Ints]] = [
            (entity, np.array(list(asking.met(entity)), np.int64)) for entity in wanted[start : start + AT_ONCE]
        ]
        question = asking.question([entity for entity, _ in some], [others for _, others in some])
        truth, may = targets(asking, some, question.types, question.known)
        scores.append(ask(question)[may].numpy())
        arrived.append(truth[may].numpy() > 0)
    return Judged(np.concatenate(scores), np.concatenate(arrived))


def logits(model: InductiveLinks) -> Ask:
    """Returns what asks a model in evaluation mode."""

    def ask(question: Question) -> Tensor:
        with torch.no_grad():
            found: Tensor = model(question, model.context(question)[0])
            return found

    return ask


def fit(judged: Judged) -> Line:
    """Returns the line of least cross-entropy, by Newton's steps over counts in bins of logits."""
    place = np.clip(((judged.scores + SPAN) / (2 * SPAN) * BINS).astype(int), 0, BINS - 1)
    count = np.bincount(place, minlength=BINS).astype(float)
    right = np.bincount(place, judged.arrived, minlength=BINS)
    middles = (np.arange(BINS) + 0.5) / BINS * 2 * SPAN - SPAN
    design = np.stack([middles, np.ones(BINS)], axis=1)
    line = np.array([1.0, 0.0])
    for _ in range(STEPS):
        p = _sigmoid(design @ line)
        gradient = design.T @ (count * p - right)
        curvature = design.T @ (design * (count * p * (1 - p))[:, None]) + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        line -= step * min(1.0, 1.0 / max(1e-12, np.abs(step).max()))
    return Line(float(line[0]), float(line[1]))


def _sigmoid(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))
