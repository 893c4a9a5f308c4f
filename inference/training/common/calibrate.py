"""Platt scaling on held-out data, so that of facts with a confidence of 0.8 four in five are right.

The text model's relations differ in how sure it may be, but many have few examples in the held-out documents. So each
has a slope and an offset of its own that are drawn to the common ones: the estimate of greatest posterior probability
under a normal prior around what fits all relations together.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

PRIOR = (8.0, 8.0)
"""Precision of the prior of slope and offset."""
BINS = 4000
SPAN = 40.0
"""Where scores are counted in bins, the bins lie between minus and plus this."""

_DIGITS = 4
_ROUNDS = 50
_RIDGE = 1e-6 * np.eye(2)
"""Least curvature: a step is finite even where all examples are certain."""


@dataclass(frozen=True)
class Line:
    """Probability = sigmoid(slope * score + offset)."""

    slope: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Calibration:
    """The lines that turn scores into probabilities.

    Attributes:
        relations: One line for each relation, in the model's order; a single one for all. The text model's roles of
            happenings follow its relations.
        mentions: The line of the mentions' log-odds.
        triggers: That of the happenings' triggers.
    """

    relations: tuple[Line, ...] = (Line(),)
    mentions: Line = Line()
    triggers: Line = Line()


def platt(logits: Floats, truth: Bools, around: Line | None = None) -> Line:
    """Returns slope and offset of greatest likelihood, or of greatest posterior probability around a line (Newton).

    Args:
        logits: float [N] uncalibrated scores.
        truth: bool [N].
        around: Where the prior lies; None for no prior.

    Raises:
        ValueError: All are true, or none, and there is no prior.
    """
    if around is None and (truth.all() or not truth.any()):
        raise ValueError("calibration needs true and false examples")
    # Platt's targets: as if one more example of each kind had been seen, so that no weight runs away.
    yes, no = int(truth.sum()), int((~truth).sum())
    target = np.where(truth, (yes + 1) / (yes + 2), 1 / (no + 2)) if around is None else truth.astype(np.float64)
    centre = np.array([1.0, 0.0] if around is None else [around.slope, around.offset])
    precision = np.diag([1e-6, 1e-6] if around is None else PRIOR)
    slope, offset = _fit(logits, np.ones_like(target), target, centre, precision)
    return Line(round(slope, _DIGITS), round(offset, _DIGITS))


def platt_in_bins(logits: npt.NDArray[np.float32], truth: Bools) -> Line:
    """Returns slope and offset of greatest likelihood for millions of examples, which are counted in bins of scores.

    Args:
        logits: float [N] uncalibrated scores; those beyond `SPAN` count as that far.
        truth: bool [N].
    """
    place = np.clip(((logits + SPAN) / (2 * SPAN) * BINS).astype(int), 0, BINS - 1)
    count = np.bincount(place, minlength=BINS).astype(float)
    true = np.bincount(place, truth, minlength=BINS).astype(float)
    middles = (np.arange(BINS) + 0.5) / BINS * 2 * SPAN - SPAN
    slope, offset = _fit(middles, count, true, np.array([1.0, 0.0]), np.zeros((2, 2)))
    return Line(slope, offset)


def _fit(scores: Floats, count: Floats, true: Floats, centre: Floats, precision: Floats) -> tuple[float, float]:
    """Returns slope and offset of greatest posterior probability, by Newton's method.

    Args:
        scores: float [N], each of one example or more.
        count: float [N] how many examples have the score.
        true: float [N] how many of those are true.
        centre: float [2] slope and offset that the prior is around.
        precision: float [2, 2] of the prior; zeros for none.
    """
    features = np.stack([scores, np.ones_like(scores)], axis=1)
    weights: Floats = centre.copy()
    cost = np.inf
    step: Floats = np.zeros(2)

    def cost_of(weights: Floats) -> float:
        """Returns the negative log posterior."""
        scores = features @ weights
        distance = weights - centre
        return float((count * np.logaddexp(0, scores) - true * scores).sum() + distance @ precision @ distance / 2)

    for _ in range(_ROUNDS):
        # Where almost every example is certain the likelihood is flat and a whole step overshoots: it is halved until
        # the cost falls.
        while (new := cost_of(weights + step)) > cost:
            step = step / 2
        weights = weights + step
        cost = new
        p = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        slope = features.T @ (count * p - true) + precision @ (weights - centre)
        curve = (features * (count * p * (1 - p))[:, None]).T @ features + np.maximum(precision, _RIDGE)
        step = np.asarray(-np.linalg.solve(curve, slope), np.float64)
    return float(weights[0]), float(weights[1])


def by_relation(logits: Floats, truth: Bools, relations: npt.NDArray[np.int64], count: int) -> tuple[Line, ...]:
    """Returns a line for each of `count` relations.

    Args:
        logits: float [N] uncalibrated scores.
        truth: bool [N].
        relations: int [N] which relation each is of.
        count: Number of relations.
    """
    common = platt(logits, truth)
    return tuple(platt(logits[relations == r], truth[relations == r], common) for r in range(count))


def log_odds(probabilities: npt.NDArray[np.float32]) -> Floats:
    """Returns the scores behind uncalibrated probabilities."""
    p = np.clip(probabilities.astype(np.float64), 1e-7, 1 - 1e-7)
    scores: Floats = np.log(p / (1 - p))
    return scores
