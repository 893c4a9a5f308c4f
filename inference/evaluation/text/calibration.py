"""Does a score of 0.7 mean that seven in ten are right? Reliability of scores, and expected calibration error.

The expected calibration error (Naeini et al. 2015) is the mean gap between the scores of a bin and the share of it that
is right, weighted by the bin's size.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.evaluation.report import Table
from inference.evaluation.text.whole import Whole
from inference.text.language.words import WordTokenizer
from inference.training.text.dataset import ExampleMaker
from inference.training.text.measure import relations as evaluate_relations
from inference.training.text.measure.mentions import judged_mentions
from inference.training.text.served import Served
from inference.training.text.sources import ner as sources_ner
from topology.ontology import Ontology

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


def relation_scores(served: Served, tokenizer: WordTokenizer, ontology: Ontology, whole: Whole) -> list[Scored]:
    """Returns the scores of relations in documents, mentions given and from raw text."""
    examples = ExampleMaker(tokenizer, served.known(ontology)).examples(whole.passages)
    cells = list(evaluate_relations.judged_cells(served, examples))
    scores = np.concatenate([c.scores for c in cells]).astype(np.float64)
    truth = np.concatenate([c.truth for c in cells])
    kept = scores >= LEAST
    judged = list(whole.judged(served.relations))
    return [
        Scored("relations, mentions given", scores[kept], truth[kept]),
        Scored(
            "relations, from raw text", np.array([s for s, _ in judged]), np.array([t for _, t in judged], np.bool_)
        ),
    ]


def mention_scores(served: Served, tokenizer: WordTokenizer, data: Path, sample: int = 0) -> Scored:
    """Returns the scores of mentions on UNER PUD."""
    judged = list(judged_mentions(served, tokenizer, list(sources_ner.pud(data))[: sample or None]))
    return Scored("mentions", np.array([s for s, _ in judged]), np.array([t for _, t in judged], np.bool_))


def table(parts: Iterable[Scored]) -> Table:
    """Returns the errors of several kinds of scores."""
    rows = [(p.title, len(p.scores), float(p.scores.mean()), float(p.right.mean()), expected_error(p)) for p in parts]
    return Table(
        "Calibration",
        ("scores", "number", "mean score", "share right", "expected calibration error"),
        [*rows],
        f"Relations from a score of {LEAST:g} on; {BINS} bins of equal width. Re-DocRED's annotators left out many "
        "facts that the text states, so its share of right ones is a lower bound.",
    )


def draw(axes: Any, parts: Iterable[Scored]) -> None:
    """Draws the reliability curves."""
    axes.plot((0, 1), (0, 1), color="grey", linewidth=0.8, linestyle="--")
    for part in parts:
        found = bins(part)
        axes.plot([b.score for b in found], [b.right for b in found], marker="o", label=part.title)
    axes.set(xlabel="score", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
