"""Relations held out: each scored by a scorer that never learned it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.training.text.open.data import OpenPairs
from inference.training.text.open.head import Floats, OpenPlan, fit, scores

FOLDS = 3
WHOLE = ("redocred-dev", "knowledgenet")
"""Sources whose documents hold many facts: there only the pairs of a held-out relation are taken out, not the text."""

LEAST = 20
"""Pairs that a relation needs to be held out: fewer say nothing of its F1."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A third of the relations, held out.

    Attributes:
        relations: int [L] columns of the held-out relations.
        rows: int [N] pairs that measure, none of which was learned from.
        scores: float32 [N, L] uncalibrated.
        similarity: float32 [N, L] cosine of the label with the words around the pair, without any training.
    """

    relations: npt.NDArray[np.intp]
    rows: npt.NDArray[np.intp]
    scores: Floats
    similarity: Floats


def kinds(pairs: OpenPairs, taught: int) -> dict[str, npt.NDArray[np.intp]]:
    """Returns the columns of relations with enough pairs, by what the model knew of them.

    Args:
        pairs: The pairs.
        taught: How many of the columns, the first ones, the encoder and the pair head were taught.
    """
    made = np.char.startswith(pairs.source, "templates")
    natural = pairs.positive[~made].sum(axis=0) >= LEAST
    written = ~natural & (pairs.positive[made].sum(axis=0) >= LEAST)
    first = np.arange(pairs.positive.shape[1]) < taught
    return {
        "outside": np.flatnonzero(natural & ~first),
        "news": np.flatnonzero(written & ~first),
        "taught": np.flatnonzero(natural & first),
    }


def folds(
    pairs: OpenPairs, taught: int, labels: Sequence[Floats], how: OpenPlan, *, log: Callable[[str], None]
) -> list[Fold]:
    """Returns every relation with enough pairs scored unseen.

    Args:
        pairs: The pairs.
        taught: See `kinds`.
        labels: See `open_head.fit`.
        how: The plan; its seed also deals the relations to the folds.
        log: Called with a line for each fold.
    """
    rng = np.random.default_rng(how.seed)
    dealt = [rng.permutation(columns) for columns in kinds(pairs, taught).values()]
    found = []
    for number in range(FOLDS):
        held = np.sort(np.concatenate([columns[number::FOLDS] for columns in dealt]))
        found.append(_fold(pairs, held, labels, how))
        log(f"fold {number + 1}: {len(held)} relations held out, {len(found[-1].rows)} pairs measure")
    return found


def _fold(pairs: OpenPairs, held: npt.NDArray[np.intp], labels: Sequence[Floats], how: OpenPlan) -> Fold:
    states = pairs.positive[:, held].any(axis=1)
    sentences = np.unique(pairs.window[states & ~np.isin(pairs.source, WHOLE)])
    measured = pairs.aside | np.isin(pairs.window, sentences)
    rows = np.flatnonzero(measured)
    kept = np.setdiff1d(np.arange(pairs.positive.shape[1]), held)
    scorer = fit(pairs, np.flatnonzero(~measured & ~states), kept, tuple(labels), how)
    meant = labels[0][held]
    around = pairs.contexts[rows].astype(np.float32) - scorer.usual_context.numpy()
    named = meant - scorer.usual_label.numpy()
    return Fold(held, rows, scores(scorer, pairs, rows, meant), _unit(around) @ _unit(named).T)


def _unit(rows: Floats) -> Floats:
    scaled: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
    return scaled
