"""Platt scaling of the pair head on held-out documents, so that a score of 0.5 means what it says."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from inference.training.text.export import Calibration


def platt(logits: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], *, rounds: int = 50) -> Calibration:
    """Returns the slope and offset of greatest likelihood (Newton's method).

    Args:
        logits: float [N] uncalibrated scores.
        truth: bool [N].
        rounds: Newton steps.

    Raises:
        ValueError: All are true, or none.
    """
    if truth.all() or not truth.any():
        raise ValueError("calibration needs true and false examples")
    features = np.stack([logits, np.ones_like(logits)], axis=1)
    # Platt's targets: as if one more example of each kind had been seen, so that no weight runs away.
    yes, no = int(truth.sum()), int((~truth).sum())
    target = np.where(truth, (yes + 1) / (yes + 2), 1 / (no + 2))
    weights = np.array([1.0, 0.0])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        slope = features.T @ (p - target)
        curve = (features * (p * (1 - p))[:, None]).T @ features + 1e-6 * np.eye(2)
        weights = weights - np.linalg.solve(curve, slope)
    return Calibration(round(float(weights[0]), 4), round(float(weights[1]), 4))


def logits(probabilities: Iterable[npt.NDArray[np.float32]], used: Calibration) -> npt.NDArray[np.float64]:
    """Returns the uncalibrated scores behind probabilities that were made with `used`."""
    p = np.clip(np.concatenate(list(probabilities)).astype(np.float64), 1e-7, 1 - 1e-7)
    scores: npt.NDArray[np.float64] = (np.log(p / (1 - p)) - used.offset) / used.slope
    return scores
