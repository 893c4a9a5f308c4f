"""From the shipped text model to its `open.onnx`: read, hold out, calibrate, train on everything, write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.text.language.words import WordTokenizer
from inference.text_extraction.added import added_relations
from inference.training.common import calibrate
from inference.training.text.open import graph as open_graph
from inference.training.text.open.data import MOST_SENTENCES, OpenPairs, passages, read_pairs, wide_ontology
from inference.training.text.open.head import Floats, OpenPlan, fit
from inference.training.text.open.holdout import Fold, folds
from inference.training.text.served import Served
from topology.ontology import Ontology, RelationSpec


@dataclass(frozen=True)
class OpenSet:
    """What a scorer is trained and measured on.

    Attributes:
        pairs: The pairs.
        relations: What their columns mean; the first `taught` are the model's own.
        taught: How many.
        labels: float32 [R, width]: name and description, the name alone, the description alone.
    """

    pairs: OpenPairs
    relations: Sequence[RelationSpec]
    taught: int
    labels: tuple[Floats, ...]


def read(folder: Path, code: Path, ontology: Ontology, data: Path, most: int = MOST_SENTENCES) -> OpenSet:
    """Reads the sources with a model.

    Args:
        folder: The model's version folder.
        code: The version folder whose code reads it.
        ontology: The relations that the model was taught.
        data: The data folder.
        most: Sentences of one relation from one source at most.

    Raises:
        FileNotFoundError: A source's files are missing.
    """
    served = Served(folder, code)
    tokenizer = WordTokenizer(folder / "tokenizer.json")
    wide = wide_ontology(ontology)
    vectors = open_graph.session(open_graph.vector_graph(folder / "pairs.onnx"))
    pairs = read_pairs(passages(data, wide, most), served, vectors, tokenizer, wide)
    said = (
        wide.relations,
        [r.model_copy(update={"description": ""}) for r in wide.relations],
        [r.model_copy(update={"name": r.description or r.name, "description": ""}) for r in wide.relations],
    )
    return OpenSet(
        pairs, wide.relations, len(ontology.relations), tuple(_labels(served, tokenizer, each) for each in said)
    )


def _labels(served: Served, tokenizer: WordTokenizer, relations: Sequence[RelationSpec]) -> Floats:
    message = added_relations(relations, (), tokenizer)
    found: Floats = served.reader.adding.parse(message.message if message else b"").vectors
    return found


def calibration(given: OpenSet, measured: Sequence[Fold]) -> calibrate.Line:
    """Returns the calibration of scores of relations that were not learned."""
    scores, truth = cells(given, measured)
    return calibrate.platt(scores, truth)


def cells(
    given: OpenSet, measured: Sequence[Fold], only: npt.NDArray[np.intp] | None = None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Returns the scores and the truth of all decided (pair, relation) cells.

    Args:
        given: What was measured on.
        measured: The folds.
        only: Columns to take; None for all that were held out.
    """
    scores: list[npt.NDArray[Any]] = []
    truth: list[npt.NDArray[np.bool_]] = []
    for fold in measured:
        chosen = np.flatnonzero(np.isin(fold.relations, fold.relations if only is None else only))
        where = np.ix_(fold.rows, fold.relations[chosen])
        known = given.pairs.known[where]
        scores.append(fold.scores[:, chosen][known])
        truth.append(given.pairs.positive[where][known])
    return np.concatenate(scores).astype(np.float64), np.concatenate(truth)


def run(given: OpenSet, folder: Path, how: OpenPlan, *, log: Callable[[str], None]) -> calibrate.Line:
    """Trains on everything and writes `open.onnx` next to the model's `pairs.onnx`; returns its calibration.

    Args:
        given: What `read` returns.
        folder: The model's version folder.
        how: The plan.
        log: Called with a line on each step.
    """
    found = calibration(given, folds(given.pairs, given.taught, given.labels, how, log=log))
    everything = np.arange(len(given.pairs.source))
    scorer = fit(given.pairs, everything, np.arange(len(given.relations)), given.labels, how)
    open_graph.write_graph(scorer, found, folder / "pairs.onnx", folder / "open.onnx")
    log(f"wrote {folder / 'open.onnx'}; {found}")
    return found
