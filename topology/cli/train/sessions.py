"""`triplewire train sessions` and related commands: train the session model, search hyperparameters, export."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from topology.cli.output import fail
from topology.cli.train.presets import changed
from topology.settings import settings


class Set(StrEnum):
    """The data sets."""

    AMAZON = "amazon"
    YOUTUBE = "youtube"
    AMAZON_RANDOM = "amazon-random"
    YOUTUBE_RANDOM = "youtube-random"
    OURS = "ours"
    OWN_GRAPH = "own-graph"


class Model(StrEnum):
    """The models that can be trained."""

    SESSION = "session"
    ONE_INTEREST = "session-one-interest"
    NO_LINKS = "session-no-links"
    VECTORS = "vectors"
    SEQ2SEQ = "seq2seq"
    NFM = "nfm"
    CKE = "cke"
    KGCN = "kgcn"
    MMGCN = "mmgcn"


Data = Annotated[Path | None, typer.Option(help="Data folder; by default TRIPLEWIRE_DATA.")]
Name = Annotated[Set, typer.Option("--set", help="A link set with GATNE's or a random split, or stories.")]
Threads = Annotated[int, typer.Option(min=0, help="CPU threads; 0 for all cores.")]
Seed = Annotated[int, typer.Option(help="Seed of the split, weights, batches and dropout.")]


def sessions(
    *,
    work: Annotated[Path, typer.Option(help="Folder of the run's checkpoints, outside the repository.")],
    data: Data = None,
    name: Name = Set.OURS,
    model: Annotated[Model, typer.Option(help="The model, or a comparator.")] = Model.SESSION,
    part: Annotated[float, typer.Option(min=0.01, max=1, help="Share of the set to use.")] = 1.0,
    width: Annotated[
        int | None, typer.Option(min=4, help="Width of an item's vector; by default the set's preset.")
    ] = None,
    interests: Annotated[int | None, typer.Option(min=1, help="Number of interest graphs.")] = None,
    layers: Annotated[int | None, typer.Option(min=1, help="Layers of cross-attention between modalities.")] = None,
    heads: Annotated[
        int | None, typer.Option(min=1, help="Attention heads of each layer; must divide the width.")
    ] = None,
    dropout: Annotated[float | None, typer.Option(min=0, max=0.9, help="Dropout rate.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Maximum number of epochs.")] = None,
    questions: Annotated[int | None, typer.Option(min=1, help="Maximum number of questions in an epoch.")] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Questions in a batch.")] = None,
    negatives: Annotated[int | None, typer.Option(min=1, help="Negative candidates for each answer.")] = None,
    ranking: Annotated[
        float | None, typer.Option(min=0, help="Weight of the ranking loss; by default the set's preset.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Peak learning rate of everything except the encoders.")] = None,
    language_rate: Annotated[float | None, typer.Option(help="Peak learning rate of the language encoder.")] = None,
    common_sense_rate: Annotated[
        float | None, typer.Option(help="Peak learning rate of the common-sense encoder.")
    ] = None,
    visual_rate: Annotated[float | None, typer.Option(help="Peak learning rate of the visual encoder.")] = None,
    patience: Annotated[
        int | None, typer.Option(min=0, help="Epochs without an improvement before training stops.")
    ] = None,
    seed: Seed = 1,
    threads: Threads = 0,
) -> None:
    """Train on sessions; run the same command again to resume."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    need_torch(threads)
    from rich.console import Console  # noqa: PLC0415

    from inference.research.sessions.models import COMPARATORS  # noqa: PLC0415
    from inference.training.common.checkpoint import CheckpointError  # noqa: PLC0415
    from inference.training.next_entity import run  # noqa: PLC0415
    from topology.cli.train.progress import SessionBar  # noqa: PLC0415

    console = Console()
    trainee = run.preset(name.value, model.value)
    given = {"language": language_rate, "common-sense": common_sense_rate, "visual": visual_rate}
    rates = {**trainee.plan.rates, **{kind: rate_ for kind, rate_ in given.items() if rate_ is not None}}
    shape = changed(trainee.shape, width=width, interests=interests, layers=layers, heads=heads, dropout=dropout)
    plan = changed(
        replace(trainee.plan, rates=rates),
        epochs=epochs,
        questions=questions,
        batch=batch,
        negatives=negatives,
        ranking=ranking,
        rate=rate,
        patience=patience,
        seed=seed,
    )
    asked = _questions(name, data, seed, part, console, inductive=model.value not in COMPARATORS)
    console.print(f"{name}: {asked.items} items, {len(asked)} training questions")
    try:
        with SessionBar(console, plan.epochs * plan.steps(len(asked))) as bar:
            found = run.run(name.value, asked, run.Trainee(model.value, shape, plan), work, report=bar.show)
    except CheckpointError as error:
        fail(str(error))
    for split, result in found.items():
        parting, ranks = result.parting, result.ranking
        console.print(
            f"{split}: AUC {parting.auc:.4f} AP {parting.ap:.4f} F1 {parting.f1:.4f} MRR {ranks.mrr:.4f} "
            f"Hits@10 {ranks.hits10:.4f}"
        )
    console.print(f"Wrote {work / 'best.safetensors'}.")


def search(
    *,
    data: Data = None,
    name: Name = Set.OURS,
    trials: Annotated[int, typer.Option(min=1, help="Number of runs.")] = 20,
    epochs: Annotated[int | None, typer.Option(min=1, help="Maximum number of epochs of each run.")] = None,
    part: Annotated[float, typer.Option(min=0.01, max=1, help="Share of the set to use.")] = 1.0,
    seed: Seed = 1,
    threads: Threads = 0,
) -> None:
    """Search for hyperparameters with Optuna, on the validation split only."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    need_torch(threads)
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    try:
        from inference.training.next_entity.search import search as find  # noqa: PLC0415
    except ModuleNotFoundError as error:
        fail(f"the search needs {error.name}; run `make train-env`")
    asked = _questions(name, data, seed, part, console, inductive=True)
    best = find(name.value, asked, trials, seed, log=console.print, epochs=epochs)
    console.print(f"best: {best.value:.4f} with " + " ".join(f"{key}={value}" for key, value in best.settings.items()))


def export(
    *,
    work: Annotated[Path, typer.Option(help="Folder of a run of the session model on stories.")],
    out: Annotated[Path | None, typer.Option(help="Version folder to write; by default the served one.")] = None,
    threads: Threads = 0,
) -> None:
    """Export a trained session model as ONNX for Triton."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    need_torch(threads)
    from inference.training.common.checkpoint import CheckpointError  # noqa: PLC0415
    from inference.training.next_entity.export import ExportError  # noqa: PLC0415
    from inference.training.next_entity.export import export as write  # noqa: PLC0415
    from inference.training.next_entity.finished import finished  # noqa: PLC0415

    folder = out or settings().models / "next_entity" / "1"
    try:
        model, set_ = finished(work)
        version = write(model, f"sessions-{set_}", folder)
    except (CheckpointError, ExportError) as error:
        fail(str(error))
    typer.echo(f"wrote {folder / 'model.onnx'}, version {version}")


def _questions(name: Set, data: Path | None, seed: int, part: float, console: Any, *, inductive: bool) -> Any:
    from inference.research.sessions.link_sets import LinkSetError  # noqa: PLC0415
    from inference.training.common.minilm import EncoderMissing  # noqa: PLC0415
    from inference.training.next_entity import run  # noqa: PLC0415
    from topology.cli.train.progress import counted  # noqa: PLC0415

    try:
        with counted(console, "names") as progress:
            return run.questions_of(
                name.value,
                data or settings().data,
                settings().cache / "graph",
                seed=seed,
                inductive=inductive,
                part=part,
                progress=progress,
            )
    except (LinkSetError, EncoderMissing) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or name}: {error.strerror or error}")
