"""Relations added by name and description only: how well are they found by a scorer that never learned them?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from inference.evaluation.report import Aim, Cell, Context, Plot, Report, Table
from inference.evaluation.text.reliability import BINS, Scored, expected_error
from inference.text_extraction.client import TEXT_MODEL
from inference.training.common import calibrate
from inference.training.text.open.data import MOST_SENTENCES
from inference.training.text.open.head import OpenPlan
from inference.training.text.open.holdout import Fold, folds, kinds
from inference.training.text.open.run import OpenSet, cells, read
from topology.ontology import load_ontology
from topology.settings import settings

TITLES = {
    "outside": "outside the ontology: Wikidata relations that no part of the model was taught",
    "news": "news relations outside the ontology, in sentences from our templates",
    "taught": "the ontology's own: unknown to the scorer, but encoder and pair head were taught them",
}
THRESHOLDS = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Measured:
    """The decided (pair, relation) cells of some relations, each scored by a scorer that never learned the relation.

    Attributes:
        probability: float [N] calibrated on the relations of the other folds.
        similarity: float [N] cosine of label and context.
        bound: float [N] the threshold on it that was best for the relations of the other folds.
        truth: bool [N].
        precisions: Average precision of each relation: scorer, similarity, chance.
        named: Pairs that state one of the relations: for how many is the right one, among those of its fold that the
            types allow, the highest for the scorer, for similarity, by chance; and their number.
    """

    probability: npt.NDArray[np.float64]
    similarity: npt.NDArray[np.float64]
    bound: npt.NDArray[np.float64]
    truth: npt.NDArray[np.bool_]
    precisions: dict[int, tuple[float, float, float]]
    named: tuple[float, float, float, int]


def evaluate(context: Context) -> Report:
    """Holds relations out in three folds and measures them."""
    torch.set_num_threads(1)  # with more, sums come out in any order and no number twice
    context.need("re", "fewrel")
    folder = settings().models / TEXT_MODEL / "1"
    ontology = load_ontology(settings().ontology).for_language("en")
    most = 4 if context.quick else MOST_SENTENCES
    given = read(folder, folder, ontology, context.data, most)
    context.log(f"{len(given.pairs.source)} pairs, {len(given.relations)} relations")
    how = OpenPlan(epochs=1 if context.quick else OpenPlan.epochs, seed=context.seed + 1)
    return report(given, folds(given.pairs, given.taught, given.labels, how, log=context.log))


def report(given: OpenSet, held: list[Fold]) -> Report:
    """Returns the report on held-out relations."""
    threshold = settings().open_relation_threshold
    found = {kind: measure(given, held, columns) for kind, columns in kinds(given.pairs, given.taught).items()}
    found = {kind: m for kind, m in found.items() if m.truth.any()}
    rows = [_row(TITLES[kind], m, threshold) for kind, m in found.items()]
    outside = found.get("outside") or next(iter(found.values()))
    at = _f1(outside.probability >= threshold, outside.truth)
    return Report(
        "Added relations: name and description alone",
        "Relations that the scorer of added relations (`open.onnx`) never learned, mentions given. A third of the "
        "relations at a time is held out of the scorer's training: their sentences too, or, in Re-DocRED and "
        "KnowledgeNet, the pairs that state them, and one document in five is kept for measuring. Probabilities are "
        f"calibrated, and thresholds chosen, on the relations of the other folds. Default threshold {threshold:g}. "
        "Types of names are the model's guess. `similarity` is the baseline without training: the cosine between what "
        "the encoder makes of the label and of the words around the pair; `chance` ranks pairs at random.",
        (
            "Re-DocRED dev, KnowledgeNet fold 1, FewRel val_wiki and val_nyt, Text2KGBench wikidata_tekgen",
            f"of each {MOST_SENTENCES} sentences of a relation at most",
            "sentences from templates (inference/training/text/templates)",
        ),
        [
            Table("Is a pair of names in an unseen relation?", _COLUMNS, [*rows]),
            _by_threshold(found),
            _named(found),
            _by_relation(given, found),
        ],
        [
            Aim("precision at the default threshold, outside the ontology", at[0], 0.6),
            Aim("F1 at the default threshold, outside the ontology", at[2], 0.3),
        ],
        [
            Plot("curve", "Precision over recall on unseen relations.", lambda axes: _draw_curve(axes, found)),
            Plot(
                "reliability",
                "Share of right answers over the calibrated confidence, unseen relations.",
                lambda axes: _draw_reliability(axes, found),
            ),
        ],
        [
            "Other names in FewRel's and tekgen's sentences count as unrelated, though some may not be.",
            "Little is found at the default threshold: scores rank pairs and relations well, but are seldom sure.",
            "The default threshold of 0.5 (it had been 0.6) was chosen with this table in view.",
            (
                "The encoder and the pair head were trained on the relations of the last row, which is therefore "
                "biased; the first two are fair."
            ),
        ],
    )


_COLUMNS = (
    "relations held out", "number", "decided", "share true", "precision", "recall", "F1", "F1 of similarity",
    "mean AP", "AP of similarity", "AP of chance", "ECE",
)  # fmt: skip


def measure(given: OpenSet, held: list[Fold], columns: npt.NDArray[np.intp]) -> Measured:
    """Measures some relations."""
    parts: list[tuple[npt.NDArray[Any], ...]] = []
    precisions: dict[int, tuple[float, float, float]] = {}
    named = np.zeros(4)
    for fold in held:
        others = [other for other in held if other is not fold]
        line = calibrate.platt(*cells(given, others))
        bound = _best_bound(*_similarities(given, others))
        chosen = np.flatnonzero(np.isin(fold.relations, columns))
        where = np.ix_(fold.rows, fold.relations[chosen])
        known, truth = given.pairs.known[where], given.pairs.positive[where]
        chances = 1 / (1 + np.exp(-(line.slope * fold.scores[:, chosen].astype(np.float64) + line.offset)))
        alike = fold.similarity[:, chosen].astype(np.float64)
        parts.append((chances[known], alike[known], np.full(int(known.sum()), bound), truth[known]))
        for place, relation in enumerate(fold.relations[chosen]):
            some = known[:, place]
            if truth[some, place].any():
                precisions[int(relation)] = (
                    _average_precision(chances[some, place], truth[some, place]),
                    _average_precision(alike[some, place], truth[some, place]),
                    float(truth[some, place].mean()),
                )
        stating = np.flatnonzero(truth.any(axis=1) & (known.sum(axis=1) > 1))
        for row in stating:
            options = np.flatnonzero(known[row])
            named += (
                truth[row, options[chances[row, options].argmax()]],
                truth[row, options[alike[row, options].argmax()]],
                truth[row, options].mean(),
                1,
            )
    chance, alikeness, bounds, true = (np.concatenate(column) for column in zip(*parts, strict=True))
    total = max(1, int(named[3]))
    shares = (named[:3] / total).tolist()
    return Measured(chance, alikeness, bounds, true, precisions, (shares[0], shares[1], shares[2], int(named[3])))


def _similarities(given: OpenSet, held: list[Fold]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    wheres = [np.ix_(fold.rows, fold.relations) for fold in held]
    known = [given.pairs.known[where] for where in wheres]
    scores = [fold.similarity[k] for fold, k in zip(held, known, strict=True)]
    truth = [given.pairs.positive[where][k] for where, k in zip(wheres, known, strict=True)]
    return np.concatenate(scores), np.concatenate(truth)


def _best_bound(scores: npt.NDArray[Any], truth: npt.NDArray[np.bool_]) -> float:
    """Returns the threshold of the best F1."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(truth[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + truth.sum())
    return float(scores[order[f1.argmax()]])


def _average_precision(scores: npt.NDArray[Any], truth: npt.NDArray[np.bool_]) -> float:
    ranked = truth[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float((precision * ranked).sum() / ranked.sum())


def _f1(said: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    right = int((said & truth).sum())
    precision, recall = right / max(1, int(said.sum())), right / max(1, int(truth.sum()))
    return precision, recall, 2 * right / max(1, int(said.sum() + truth.sum()))


def _calibration_error(m: Measured, least: float = 0.1) -> float:
    """Returns the expected calibration error of what the service would return."""
    shown = m.probability >= least
    return expected_error(Scored("", m.probability[shown], m.truth[shown]))


def _row(title: str, m: Measured, threshold: float) -> tuple[Cell, ...]:
    precision, recall, f1 = _f1(m.probability >= threshold, m.truth)
    means = np.array(list(m.precisions.values())).mean(axis=0).tolist()
    baseline = _f1(m.similarity >= m.bound, m.truth)[2]
    share = float(m.truth.mean())
    return (
        title, len(m.precisions), len(m.truth), share, precision, recall, f1, baseline, *means, _calibration_error(m),
    )  # fmt: skip


def _by_threshold(found: dict[str, Measured]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (TITLES[kind], threshold, *_f1(m.probability >= threshold, m.truth))
        for kind, m in found.items()
        for threshold in THRESHOLDS
    ]
    return Table("What another threshold gives", ("relations", "threshold", "precision", "recall", "F1"), [*rows])


def _named(found: dict[str, Measured]) -> Table:
    return Table(
        "Which unseen relation is it? Accuracy over pairs that state one",
        ("relations", "pairs", "scorer", "similarity", "chance"),
        [(TITLES[kind], m.named[3], *m.named[:3]) for kind, m in found.items()],
    )


def _by_relation(given: OpenSet, found: dict[str, Measured]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (given.relations[column].name, kind, *precisions)
        for kind, m in found.items()
        for column, precisions in sorted(m.precisions.items(), key=lambda item: -item[1][0])
    ]
    return Table("Average precision by relation", ("relation", "kind", "scorer", "similarity", "chance"), [*rows])


def _draw_curve(axes: Any, found: dict[str, Measured]) -> None:
    for kind, m in found.items():
        ranked = m.truth[np.argsort(-m.probability, kind="stable")]
        right = np.cumsum(ranked)
        axes.plot(right / ranked.sum(), right / np.arange(1, len(ranked) + 1), label=kind)
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1))
    axes.legend()


def _draw_reliability(axes: Any, found: dict[str, Measured]) -> None:
    axes.plot((0, 1), (0, 1), linestyle=":", color="grey")
    for kind, m in found.items():
        bins = np.minimum((m.probability * BINS).astype(int), BINS - 1)
        used = [b for b in range(BINS) if (bins == b).sum() >= BINS]
        axes.plot(
            [m.probability[bins == b].mean() for b in used],
            [m.truth[bins == b].mean() for b in used],
            marker="o",
            label=kind,
        )
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
