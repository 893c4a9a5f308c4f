"""From a checkpoint to what is served: export, then calibrate on held-out documents with the very graphs that serve."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.training.text import calibrate, export
from inference.training.text.dataset import Example
from inference.training.text.evaluate_relations import judged_cells
from inference.training.text.export import Calibration
from inference.training.text.run import trained_model
from inference.training.text.served import Served
from topology.ontology import Ontology


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
    ontology: Ontology, work: Path, dev: list[Example], place: Place, *, version: str, tell: Callable[[str], None]
) -> Calibration:
    """Writes the calibrated int8 model of a run.

    Args:
        ontology: Types and relations, as in training.
        work: The run's folder.
        dev: Held-out examples, which calibrate.
        place: Where to.
        version: The model's version, as every triple will name it.
        tell: Called with a line on each step.

    Returns:
        The calibration that was written.
    """
    model = trained_model(ontology, work)
    plain = Calibration()
    export.export_all(model, ontology, place.tokenizer, place.folder, calibration=plain, version=version)
    tell(f"exported to {place.folder}")
    served = Served(place.folder, place.code, threads=2)
    cells = [(scores, truth) for _, scores, truth in judged_cells(served, dev)]
    scores = calibrate.logits([scores for scores, _ in cells], plain)
    found = calibrate.platt(scores, np.concatenate([truth for _, truth in cells]))
    export.write_labels(model, ontology, place.folder / "labels.json", calibration=found, version=version)
    tell(f"calibrated on {len(scores)} judged pairs and relations: {found}")
    return found
