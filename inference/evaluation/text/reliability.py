"""Does a score of 0.7 mean that seven in ten are right? Scores in bins, and the expected calibration error.

The expected calibration error (Naeini et al. 2015) is the mean gap between the scores of a bin and the share of it that
is right, weighted by the bin's size.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.evaluation.report import Table

BINS = 10
LEAST = 0.1
"""The model returns no relation below this score: nobody who uses it sees such pairs."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores, and whether what each is about is right; both of length N."""

    title: str
    scores: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bin:
    """Mean score, share that is right, and how many."""

    score: float
    right: float
    count: int


def bins(scored: Scored) -> list[Bin]:
    """Returns the bins of equal width that hold something, in order."""
    places = np.minimum((scored.scores * BINS).astype(int), BINS - 1)
    chosen = [places == i for i in range(BINS)]
    return [Bin(float(scored.scores[c].mean()), float(scored.right[c].mean()), int(c.sum())) for c in chosen if c.any()]


def expected_error(scored: Scored) -> float:
    """Returns the expected calibration error, 0 to 1."""
    found = bins(scored)
    return sum(b.count * abs(b.score - b.right) for b in found) / max(1, sum(b.count for b in found))


def errors(title: str, parts: Iterable[Scored], note: str) -> Table:
    """Returns the errors of several kinds of scores as a table."""
    rows = [(p.title, len(p.scores), _mean(p.scores), _mean(p.right), expected_error(p)) for p in parts]
    return Table(title, ("scores", "number", "mean score", "share right", "expected calibration error"), [*rows], note)


def _mean(values: npt.NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else 0.0


def draw(axes: Any, parts: Iterable[Scored]) -> None:
    """Draws the reliability curves."""
    axes.plot((0, 1), (0, 1), color="grey", linewidth=0.8, linestyle="--")
    for part in parts:
        found = bins(part)
        axes.plot([b.score for b in found], [b.right for b in found], marker="o", label=part.title)
    axes.set(xlabel="score", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
