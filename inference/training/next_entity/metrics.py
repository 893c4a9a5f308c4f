"""How well scores separate right from wrong candidates: AUC, AP, and F1 with as many called right as are right."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.training.common.ranks import Ranking


@dataclass(frozen=True)
class Parting:
    """The three measures of one kind of question, or their mean over kinds.

    Attributes:
        auc: Area under the ROC curve.
        ap: Area under the precision-recall curve, as average precision.
        f1: F1 where the best-scored candidates are called right, as many as are right (Cen et al. 2019, GATNE).
    """

    auc: float
    ap: float
    f1: float


@dataclass(frozen=True)
class Found:
    """A model's scores on a split."""

    parting: Parting
    ranking: Ranking


def parting(right: npt.NDArray[np.bool_], scores: npt.NDArray[np.float32]) -> Parting:
    """Returns the three numbers; tied scores count as their mean over all orders, for AP and F1 as one step.

    Args:
        right: bool [n], with at least one right and one wrong.
        scores: float [n], higher is better.

    Raises:
        ValueError: All are right, or all are wrong.
    """
    positive = int(right.sum())
    negative = len(right) - positive
    if not (positive and negative):
        raise ValueError("right and wrong candidates are needed to part them")
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.diff(scores[order], append=np.nan))
    hits = np.cumsum(right[order])[ends].astype(np.float64)
    called = (ends + 1).astype(np.float64)
    before, misses = np.append(0, hits[:-1]), called - hits
    gained = hits - before
    # Counts the wrong candidates below a group of ties, and half of those within it.
    below = negative - misses + np.diff(misses, prepend=0) / 2
    at = int(np.searchsorted(called, positive))
    earlier, share = (called[at - 1] if at else 0.0), 0.0
    if called[at] > earlier:
        share = (positive - earlier) / (called[at] - earlier)
    cut = (hits[at - 1] if at else 0.0) + share * gained[at]
    return Parting(
        float((gained * below).sum() / (positive * negative)),
        float((gained * hits / called).sum() / positive),
        float(cut / positive),
    )


def mean(found: list[Parting]) -> Parting:
    """Returns the mean over kinds of questions, each counting alike (GATNE's way over edge types)."""
    return Parting(*(float(np.mean([getattr(p, name) for p in found])) for name in ("auc", "ap", "f1")))
