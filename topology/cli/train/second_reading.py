"""`triplewire train second-reading`: likely pairs are read once more, with their names marked."""

from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.cli.train.environment import need_torch
from topology.settings import settings


def second_reading(
    *,
    text: Annotated[Path, typer.Option(help="Folder of the text model's run, exported before.")],
    work: Annotated[Path, typer.Option(help="Folder of this run's checkpoint, outside the repository.")],
    data: Annotated[Path | None, typer.Option(help="Data folder; by default TRIPLEWIRE_DATA.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Version folder of the exported text model; by default the served one.")
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Number of steps.")] = 1800,
    seed: Annotated[int, typer.Option(help="Seed of batches, pairs and dropout.")] = 1,
    version: Annotated[str | None, typer.Option(help="The model's new version; by default it stays.")] = None,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads; 0 for all cores.")] = 0,
) -> None:
    """Train the second reading of an exported text model, and write it there; the same command resumes."""
    need_torch(threads)
    from rich.console import Console  # noqa: PLC0415

    from inference.training.common import checkpoint  # noqa: PLC0415
    from inference.training.text import run as text_run  # noqa: PLC0415
    from inference.training.text.second_reading import run  # noqa: PLC0415
    from inference.training.text.second_reading.trainer import REPEATS, SecondPlan  # noqa: PLC0415
    from inference.training.text.sources.all import DataMissing  # noqa: PLC0415
    from topology.cli.train.progress import Bar, counted  # noqa: PLC0415
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    console = Console()
    code = settings().models / "text_extraction" / "1"
    try:
        ontology = load_ontology(settings().ontology).for_language("en")
        given = run.Given(text, out or code, code, ontology)
        plan = SecondPlan(steps, seed)
        begun = plan.begun(work)  # before the minutes that the rest takes
        splits = text_run.load(
            data or settings().data,
            ontology,
            code / "tokenizer.json",
            lambda source, count: console.print(f"{source}: {count} passages"),
            only=REPEATS,
        )
        with counted(console, "finding likely pairs") as seen:
            windows = run.marked(given, splits.train, REPEATS, seen)
        with Bar(console, steps, begun) as bar:
            model = run.trained(given, windows, plan, work, bar.show)
        run.write(given, model, splits.dev, version=version, log=console.print)
    except (DataMissing, OntologyError, checkpoint.CheckpointError) as error:
        fail(str(error))
