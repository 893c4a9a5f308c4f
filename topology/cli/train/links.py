"""`triplewire train own-graph` and `triplewire train links`: our own graph, and the link model trained on it."""

from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.settings import settings

Data = Annotated[Path | None, typer.Option(help="Data folder; by default TRIPLEWIRE_DATA.")]


def own_graph(*, data: Data = None) -> None:
    """Extract the current-events feed, resolve its names, and store the result in the cache folder."""
    from rich.console import Console  # noqa: PLC0415

    from inference.training.common.own_articles import own_articles  # noqa: PLC0415
    from topology.cli.train.progress import counted  # noqa: PLC0415

    feed = (data or settings().data) / "feeds" / "current-events.jsonl"
    if not feed.is_file():
        fail(f"{feed} is missing; give the data folder with --data or TRIPLEWIRE_DATA")
    with counted(Console(), "articles") as progress:
        path = own_articles(feed, settings(), progress)
    typer.echo(str(path))


def links(
    *,
    work: Annotated[Path, typer.Option(help="Folder of the run's checkpoints, outside the repository.")],
    data: Data = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write; by default the served version.")] = None,
    version: Annotated[str, typer.Option(help="Version that suggestions will name.")] = "1.0.0",
    epochs: Annotated[int | None, typer.Option(min=1, help="Maximum number of epochs.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of weights, batches, candidates and dropout.")] = 1,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads; 0 for all cores.")] = 1,
) -> None:
    """Train the link model on our own graph and export it for Triton; run the same command again to resume."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    need_torch(threads)
    from dataclasses import replace  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415

    from inference.link_prediction.client import LINK_MODEL  # noqa: PLC0415
    from inference.training.common.checkpoint import CheckpointError  # noqa: PLC0415
    from inference.training.links import run  # noqa: PLC0415
    from inference.training.links.trainer import LinkTrainingPlan, steps  # noqa: PLC0415
    from topology.cli.train.progress import LinkBar, counted  # noqa: PLC0415

    console = Console()
    feed = (data or settings().data) / "feeds" / "current-events.jsonl"
    if not feed.is_file():
        fail(f"{feed} is missing; give the data folder with --data or TRIPLEWIRE_DATA")
    how = replace(LinkTrainingPlan(), seed=seed, epochs=epochs or LinkTrainingPlan.epochs)
    with counted(console, "articles and names") as progress:
        given = run.load(feed, settings(), progress)
    console.print(f"{len(given.train)} snapshots, {sum(len(a.of.asked) for a in given.train)} questions")
    try:
        with LinkBar(console, steps(given.train, how)) as bar:
            model, line = run.run(given, how, work, bar.show)
    except CheckpointError as error:
        fail(str(error))
    folder = out or settings().models / LINK_MODEL / "1"
    run.export_run(given, model, line, folder, version)
    console.print(f"Calibration: slope {line.slope:.3f}, offset {line.offset:.3f}. Wrote {folder / 'model.onnx'}.")
