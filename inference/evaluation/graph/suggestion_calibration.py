"""Calibration of the suggestions' probabilities, and the threshold from which on they are useful."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.evaluation.report import Table
from inference.evaluation.text import reliability
from inference.evaluation.text.reliability import Scored
from inference.training.links.judged import Judged

if TYPE_CHECKING:
    from inference.training.links.batches import Asking

LEAST = 0.02
"""Less likely suggestions are not published."""
THRESHOLDS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
USEFUL = 0.2
"""Suggestions are called useful where one in five arrives within the two months."""
ENOUGH = 20
"""Suggestions needed for a share of them to mean something."""


def expected_error(judged: Judged, least: float = LEAST) -> float:
    """Returns the expected calibration error of the probabilities from `least` on."""
    return reliability.expected_error(_scored("", judged, least))


def table(before: Judged, hidden: Judged) -> Table:
    """Returns the calibration of both pairs of months."""
    parts = [
        _scored(f"{name}, from {least:g} on", judged, least)
        for name, judged in (("validation", before), ("the hidden months", hidden))
        for least in (LEAST, 0.1)
    ]
    rows = [(p.title, len(p.scores), _mean(p.scores), _mean(p.right), reliability.expected_error(p)) for p in parts]
    return Table(
        "Calibration",
        ("probabilities", "number", "mean", "share that arrived", "expected calibration error"),
        [*rows],
        f"In the hidden months {len(hidden.scores):,} relations were judged, and {int(hidden.arrived.sum()):,} "
        "arrived, each from both of its ends; the calibration line is fitted to validation.",
    )


def thresholds(before: Judged, hidden: Judged, asking: "Asking") -> Table:
    """Returns how many suggestions arrived, by the least probability that is published."""
    rows = []
    for least in THRESHOLDS:
        chosen = hidden.scores >= least
        right = int(hidden.arrived[chosen].sum())
        rows.append((least, int(chosen.sum()), _mean(hidden.arrived[chosen]), right / max(1, len(asking.of.asked))))
    wanted = useful(before)
    said = f"from {wanted:g} on" if wanted else "nowhere"
    kept = hidden.scores >= (wanted or 2.0)
    return Table(
        "Thresholds",
        ("least probability", "suggestions", "share that arrived", "share of what arrived"),
        [*rows],
        f"Chosen on validation, suggestions are useful (one in five arrives within two months) {said}: in the hidden "
        f"months {int(hidden.arrived[kept].sum())} of {int(kept.sum())} such suggestions arrived. Each fact counts "
        "from both of its ends.",
    )


def useful(judged: Judged) -> float | None:
    """Returns the lowest threshold from which on suggestions are useful; None if there is none."""
    for least in THRESHOLDS:
        chosen = judged.arrived[judged.scores >= least]
        if len(chosen) >= ENOUGH and _mean(chosen) >= USEFUL:
            return least
    return None


def draw(hidden: Judged, axes: Any) -> None:
    """Draws the reliability curve."""
    reliability.draw(axes, [_scored("suggestions of the hidden months", hidden, LEAST)])
    axes.set(xlabel="probability", ylabel="share that arrived")


def curve(hidden: Judged, axes: Any) -> None:
    """Draws the share that arrived by threshold."""
    steps = np.unique(np.quantile(hidden.scores, 1 - np.geomspace(1e-6, 0.02, 60)))
    kept = [hidden.arrived[hidden.scores >= least] for least in steps]
    shown = [(least, _mean(of), len(of)) for least, of in zip(steps, kept, strict=True) if len(of) >= ENOUGH]
    axes.plot([s[0] for s in shown], [s[1] for s in shown], label="share that arrived")
    axes.axhline(USEFUL, color="grey", linewidth=0.8, linestyle="--")
    axes.set(xlabel="least probability", ylabel="share that arrived", xlim=(0, 1), ylim=(0, 1))
    axes.legend()


def _scored(title: str, judged: Judged, least: float) -> Scored:
    kept = judged.scores >= least
    return Scored(title, judged.scores[kept].astype(np.float64), judged.arrived[kept])


def _mean(of: Sequence[Any] | np.ndarray[Any, Any]) -> float:
    return float(np.mean(of)) if len(of) else 0.0
