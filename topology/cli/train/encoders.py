"""`triplewire train encoders`: compare what the text model could start from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from topology.cli.output import fail
from topology.cli.train.environment import need_torch
from topology.local.errors import StackError
from topology.settings import REPOSITORY, settings

if TYPE_CHECKING:
    from inference.evaluation.text.encoders.candidates import Candidate
    from inference.training.text.trainer import TextStepReport


def encoders(
    *,
    work: Annotated[Path, typer.Option(help="Folder of the runs, outside the repository.")],
    data: Annotated[Path | None, typer.Option(help="Data folder; by default TRIPLEWIRE_DATA.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps of each training.")] = 600,
    seed: Annotated[int, typer.Option(help="Seed of heads, batches and dropout.")] = 1,
    output: Annotated[Path | None, typer.Option(help="Folder to write to; by default docs/evaluation.")] = None,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads; 0 for all cores.")] = 0,
) -> None:
    """Train the text model from each encoder alike and compare them; run the same command again to resume."""
    need_torch(threads)
    from rich.console import Console  # noqa: PLC0415

    from inference.evaluation.text.encoders.report import Setting, compare  # noqa: PLC0415
    from inference.evaluation.write import Provenance, this_machine, write  # noqa: PLC0415
    from inference.training.common.checkpoint import CheckpointError  # noqa: PLC0415
    from inference.training.common.minilm import EncoderMissing  # noqa: PLC0415
    from inference.training.text.sources.all import DataMissing  # noqa: PLC0415
    from topology.cli.train.progress import Bar  # noqa: PLC0415
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    console = Console()
    bars: dict[str, Bar] = {}

    def show(candidate: "Candidate", step: "TextStepReport") -> None:
        if candidate.name not in bars:
            console.print(candidate.title)
            bars[candidate.name] = Bar(console, steps, step.step - 1)
        bars[candidate.name].show(step)

    try:
        setting = Setting(
            load_ontology(settings().ontology).for_language("en"),
            settings().models / "text_extraction" / "1",
            data or settings().data,
            settings().cache,
            work,
            steps,
            seed,
        )
        report = compare(setting, console.print, show)
    except (DataMissing, OntologyError, StackError, CheckpointError, EncoderMissing) as error:
        fail(str(error))
    provenance = Provenance(f"triplewire train encoders --steps {steps} --seed {seed} --work DIR", seed, this_machine())
    for path in write(report, "encoders", provenance, output or REPOSITORY / "docs" / "evaluation"):
        console.print(f"wrote {path}")
