"""What each part of the link model adds, its spread over seeds, and its gain over the baselines."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, stdev

import numpy as np
import numpy.typing as npt

from inference.evaluation.bootstrap import interval
from inference.evaluation.graph.suggestion_runs import Ranks, Variant
from inference.evaluation.report import Cell, Table
from inference.training.common.ranks import summary
from inference.training.links.batches import Asking
from inference.training.links.trainer import LinkTrainingPlan

MEASURES: Mapping[str, Callable[[Ranks], Ranks]] = {
    "MRR": lambda ranks: 1 / ranks,
    "Hits@10": lambda ranks: (ranks <= 10).astype(np.float64),  # noqa: PLR2004  Hits@10
}
"""The worth of a rank, by measure: a measure is its mean."""

SPREAD = "The spread is the sample standard deviation over seeds."
RESAMPLED = (
    "95 % by the paired bootstrap over facts (a fact's two questions are drawn together, 10,000 draws); the spread "
    "over seeds is not included."
)


def facts(asking: Asking, rows: Sequence[int]) -> npt.NDArray[np.int64]:
    """Returns the fact that each question is about, int [rows], numbered from 0: each is asked from both ends."""
    relations = len(asking.words.relations)
    of = asking.of
    asked, role, answer = of.asked[rows], of.role[rows], of.answer[rows]
    forward = role < relations
    ends = np.where(forward, asked, answer), role % relations, np.where(forward, answer, asked)
    numbers: npt.NDArray[np.int64] = np.unique(np.stack(ends, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    return numbers


def seeds(numbers: Sequence[int], found: Ranks) -> Table:
    """Returns the whole model by seed, with mean and spread.

    Args:
        numbers: The seeds.
        found: float [seeds, questions], ranks.
    """
    each = [_measured(ranks) for ranks in found]
    rows: list[tuple[Cell, ...]] = [(_run(seed), *row) for seed, row in zip(numbers, each, strict=True)]
    columns = list(zip(*each, strict=True))
    rows += [("mean", *map(fmean, columns)), ("spread", *map(stdev, columns))]
    return Table("The link model by seed", ("run", "MRR", "Hits@1", "Hits@10"), rows, SPREAD)


def against(models: Mapping[str, Ranks], baselines: Mapping[str, Ranks], groups: npt.NDArray[np.int64]) -> Table:
    """Returns by how much models are better than the baseline that is best by the same measure.

    Args:
        models: Ranks, float [seeds, questions], by what the table calls them.
        baselines: Ranks, float [questions], by name.
        groups: The questions' facts, int [questions].
    """
    rows: list[tuple[Cell, ...]] = []
    for name, found in models.items():
        for measure, worth in MEASURES.items():
            means = {baseline: float(worth(ranks).mean()) for baseline, ranks in baselines.items()}
            best = max(means, key=means.__getitem__)
            gain = worth(found).mean(axis=0) - worth(baselines[best])
            rows.append((name, measure, best, float(gain.mean()), *interval(gain, groups, seed=0)))
    columns = ("model", "measure", "best baseline", "better by", "from", "to")
    return Table(
        "Over the best baseline",
        columns,
        rows,
        f"{RESAMPLED} The best is chosen on these very questions, in its favour.",
    )


def ablation(
    whole: tuple[Ranks, Ranks],
    ablated: Mapping[Variant, tuple[Ranks, Ranks]],
    groups: npt.NDArray[np.int64],
) -> Table:
    """Returns the model's scores without one part each.

    Args:
        whole: Ranks of the whole model, float [seeds, questions]: in the hidden months, and on validation.
        ablated: Likewise without parts.
        groups: The hidden months' questions' facts.
    """
    rows: list[tuple[Cell, ...]] = [_row("the whole model", whole, None)]
    better = []
    for variant, found in ablated.items():
        loss = MEASURES["MRR"](whole[0]).mean(axis=0) - MEASURES["MRR"](found[0]).mean(axis=0)
        lost, (low, high) = float(loss.mean()), interval(loss, groups, seed=0)
        rows.append(_row(variant.title, found, (lost, low, high)))
        if round(lost, 3) < 0:
            better.append(f"{variant.title} ({'by more' if high < 0 else 'by no more'} than chance explains)")
    note = (
        f"Trained again without the part, with the same seeds. {SPREAD} Lost is MRR, as a mean over seeds; {RESAMPLED}"
    )
    if better:
        note += (
            f" The MRR is higher {' and '.join(better)}; the hidden months choose nothing, so the served model "
            "stays as it is."
        )
    columns = ("the link model", "seeds", "MRR", "Hits@1", "Hits@10", "spread of MRR", "MRR on validation")
    return Table("What each part adds", (*columns, "MRR lost", "from", "to"), rows, note)


def _run(seed: int) -> str:
    return f"seed {seed}, the one that is served" if seed == LinkTrainingPlan.seed else f"seed {seed}"


def _row(title: str, found: tuple[Ranks, Ranks], lost: tuple[float, float, float] | None) -> tuple[Cell, ...]:
    hidden, valid = ([_measured(ranks) for ranks in split] for split in found)
    means = [fmean(column) for column in zip(*hidden, strict=True)]
    spread = stdev(mrr for mrr, _, _ in hidden)
    return (title, len(hidden), *means, spread, fmean(mrr for mrr, _, _ in valid), *(lost or (None, None, None)))


def _measured(ranks: Ranks) -> tuple[float, float, float]:
    of = summary(ranks)
    return of.mrr, of.hits1, of.hits10
