"""From the exported text model to its second reading: find likely pairs, train, write, calibrate."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.training.common.calibrate import Line
from inference.training.text.dataset import Example
from inference.training.text.export.files import SECOND_LAYERS
from inference.training.text.measure.relations import pair_scores
from inference.training.text.outputs import outputs_of
from inference.training.text.run import trained_model
from inference.training.text.second_reading import export
from inference.training.text.second_reading.network import SecondReading, SecondShape
from inference.training.text.second_reading.pairs import Markers, markers
from inference.training.text.second_reading.trainer import SecondPlan, train
from inference.training.text.served import Served
from inference.training.text.trainer import TextStepReport
from topology.ontology import Ontology


@dataclass(frozen=True)
class Given:
    """What the second reading builds on.

    Attributes:
        text: Folder of the text model's run, whose encoder it reads.
        folder: The version folder to which that run was exported.
        code: The version folder whose code reads it; often the same.
        ontology: Types and relations, as in training.
    """

    text: Path
    folder: Path
    code: Path
    ontology: Ontology


def marked(
    given: Given, examples: Sequence[Example], sources: Iterable[str], seen: Callable[[int, int], None]
) -> list[Markers]:
    """Returns the windows of some sources that have pairs, scored by the first reading.

    Args:
        given: The text model.
        examples: Training examples.
        sources: Names of the sources to take.
        seen: Called after each example with the number done and of all.
    """
    served = Served(given.folder, given.code, threads=2)
    served.reader.second.known = False
    wanted, found = frozenset(sources), []
    for done, example in enumerate(examples, 1):
        if len(example.pairs) and example.source in wanted:
            found.append(markers(example, pair_scores(served, example)))
        seen(done, len(examples))
    return found


def trained(
    given: Given, windows: list[Markers], how: SecondPlan, work: Path, report: Callable[[TextStepReport], None]
) -> SecondReading:
    """Trains to the end of the plan and returns the second reading; see `trainer.train`.

    Raises:
        CheckpointError: There is no run of the text model, or `work` belongs to another plan.
    """
    text = trained_model(given.ontology, given.text)
    outputs = outputs_of(given.ontology)
    model = SecondReading(SecondShape(SECOND_LAYERS, len(outputs.types), outputs.columns), text.encoder)
    train(model, text.encoder.requires_grad_(False), windows, how, work=work, report=report)
    return model


def write(
    given: Given, model: SecondReading, dev: list[Example], *, version: str | None, log: Callable[[str], None]
) -> None:
    """Writes the calibrated second reading into the version folder.

    Args:
        given: The text model.
        model: The trained second reading.
        dev: Held-out examples, which calibrate.
        version: The model's new version; None to keep it.
        log: Called with a line on each step.
    """
    export.export_second_reading(model, given.folder / export.FILE)
    layers = model.shape.layers
    export.write_labels(given.folder, layers, [Line()] * model.shape.columns)
    log(f"wrote {given.folder / export.FILE}")
    export.write_labels(given.folder, layers, export.calibrated(given.folder, given.code, dev, log), version)
