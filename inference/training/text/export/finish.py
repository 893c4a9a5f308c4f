"""From a checkpoint to what is served: export, then calibrate on held-out documents with the very graphs that serve."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.text.language.words import WordTokenizer
from inference.training.common import calibrate
from inference.training.common.calibrate import Calibration, Line
from inference.training.text.dataset import Example
from inference.training.text.export import files as export
from inference.training.text.measure.mentions import judged_mentions, judged_triggers
from inference.training.text.measure.relations import judged_cells
from inference.training.text.run import trained_model
from inference.training.text.served import Served
from topology.ontology import HAPPENING, Ontology

MADE = "templates"
TIDY = ("redocred-dev", "uner-ewt", "wikigold")
"""Sources of edited text or with every name marked: their held-out documents calibrate the mentions."""


@dataclass(frozen=True)
class Place:
    """Where the served model lives.

    Attributes:
        folder: The version folder to write.
        code: The version folder whose code reads it; often the same.
        tokenizer: The `tokenizer.json` that the model was trained with.
    """

    folder: Path
    code: Path
    tokenizer: Path


def finish(
    ontology: Ontology, work: Path, dev: list[Example], place: Place, *, version: str, log: Callable[[str], None]
) -> Calibration:
    """Writes the calibrated int8 model of a run.

    Args:
        ontology: Types and relations, as in training.
        work: The run's folder.
        dev: Held-out examples, which calibrate.
        place: Where to.
        version: The model's version, as every triple will name it.
        log: Called with a line on each step.

    Returns:
        The calibration that was written.
    """
    model = trained_model(ontology, work)
    plain = Calibration()
    export.export_all(model, ontology, place.tokenizer, place.folder, calibration=plain, version=version)
    log(f"exported to {place.folder}")
    served = Served(place.folder, place.code, threads=2)
    mentions, triggers = (line(served, dev, place.tokenizer, log) for line in (_mentions, _triggers))
    found = Calibration(_relations(served, dev, log), mentions, triggers)
    labels = place.folder / "labels.json"
    export.write_labels(model, ontology, place.tokenizer, labels, calibration=found, version=version)
    return found


def _relations(served: Served, dev: list[Example], log: Callable[[str], None]) -> tuple[Line, ...]:
    """Calibrates on the natural sentences: those made of templates are like the training set's."""
    cells = [cell for cell in judged_cells(served, dev) if cell.source != MADE]
    scores = calibrate.log_odds(np.concatenate([cell.scores for cell in cells]))
    truth = np.concatenate([cell.truth for cell in cells])
    relations = np.concatenate([cell.relations for cell in cells])
    log(f"calibrated relations on {len(scores)} judged pairs: {calibrate.platt(scores, truth)} and around it")
    return calibrate.by_relation(scores, truth, relations, len(served.relations) + len(served.roles))


def _mentions(served: Served, dev: list[Example], tokenizer: Path, log: Callable[[str], None]) -> Line:
    passages = {id(e.passage): e.passage for e in dev if e.source in TIDY}.values()
    judged = list(judged_mentions(served, WordTokenizer(tokenizer), passages))
    scores = calibrate.log_odds(np.array([score for score, _ in judged], np.float32))
    found = calibrate.platt(scores, np.array([right for _, right in judged], np.bool_))
    log(f"calibrated mentions on {len(judged)}: {found}")
    return found


def _triggers(served: Served, dev: list[Example], tokenizer: Path, log: Callable[[str], None]) -> Line:
    """Calibrates triggers where readers looked for happenings, whatever their class."""
    passages = {id(e.passage): e.passage for e in dev if HAPPENING in e.passage.labelled}.values()
    judged = list(judged_triggers(served, WordTokenizer(tokenizer), passages)) if served.roles else []
    truth = np.array([right for _, right in judged], np.bool_)
    if truth.all() or not truth.any():
        return Line()
    found = calibrate.platt(calibrate.log_odds(np.array([score for score, _ in judged], np.float32)), truth)
    log(f"calibrated triggers on {len(judged)}: {found}")
    return found
