"""`triplewire train zh`: train and export the Chinese model."""

from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.settings import settings

FOLDER = "text_extraction_zh"
EPOCHS = 2


def zh(
    *,
    data: Annotated[Path | None, typer.Option(help="Data folder; by default TRIPLEWIRE_DATA.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Epochs: passes over the data.")] = EPOCHS,
    seed: Annotated[int, typer.Option(help="Seed of weights, batches and dropout.")] = 1,
    version: Annotated[str, typer.Option(help="Version that triples will name.")] = "2.0.0",
    work: Annotated[Path | None, typer.Option(help="Folder in which to keep the torch weights.")] = None,
) -> None:
    """Train the Chinese model, calibrate it and export it for Triton. Takes a quarter of an hour on one core."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    # One thread: with several, sums differ from run to run, and the same seed must give the same model.
    need_torch(1)
    from rich.console import Console  # noqa: PLC0415

    from inference.training.text.sources.all import DataMissing  # noqa: PLC0415
    from inference.training.text_zh import run  # noqa: PLC0415
    from inference.training.text_zh.data import read_finre  # noqa: PLC0415
    from inference.training.text_zh.finish import finish  # noqa: PLC0415
    from inference.training.text_zh.start import start  # noqa: PLC0415
    from topology.local.errors import StackError  # noqa: PLC0415

    console = Console()
    folder = data or settings().data
    how = run.ChineseTrainingPlan(epochs=epochs, seed=seed)
    try:
        sentences = run.training_sets(folder)
        held_out = read_finre(folder / "zh/finre/FinRE/valid.txt")
        given = start(settings().cache)
    except (DataMissing, FileNotFoundError, StackError) as error:
        fail(str(error))
    console.print(f"{len(sentences)} sentences; splitting them into words takes half a minute")
    model = run.train(
        sentences, given, how, lambda n, m, r: console.print(f"epoch {n} of {epochs}: names {m:.3f}, relations {r:.3f}")
    )
    if work:
        run.save(model, given.pieces, how, work)
    target = settings().models / FOLDER / "1"
    finish(model, given.pieces, target, held_out, version)
    console.print(f"Wrote {target}. Next: triplewire evaluate zh")
