"""`triplewire train sessions` and its search and export: the session model."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from topology.cli.output import fail
from topology.cli.train.presets import changed
from topology.settings import settings


class Set(StrEnum):
    """The sets to learn from."""

    AMAZON = "amazon"
    YOUTUBE = "youtube"
    AMAZON_RANDOM = "amazon-random"
    YOUTUBE_RANDOM = "youtube-random"
    OURS = "ours"
    OWN_GRAPH = "own-graph"


class Model(StrEnum):
    """The models to train."""

    SESSION = "session"
    ONE_INTEREST = "session-one-interest"
    NO_LINKS = "session-no-links"
    VECTORS = "vectors"
    SEQ2SEQ = "seq2seq"
    NFM = "nfm"
    CKE = "cke"
    KGCN = "kgcn"
    MMGCN = "mmgcn"


Data = Annotated[Path | None, typer.Option(help="Data folder; TRIPLEWIRE_DATA if not given.")]
Name = Annotated[Set, typer.Option("--set", help="A link set by GATNE's or a random split, or stories.")]
Threads = Annotated[int, typer.Option(min=0, help="CPU threads; 0 for all cores.")]
Seed = Annotated[int, typer.Option(help="Decides the split, weights, batches and dropout.")]


def sessions(
    *,
    work: Annotated[Path, typer.Option(help="Folder of the run's checkpoints, outside the repository.")],
    data: Data = None,
    name: Name = Set.OURS,
    model: Annotated[Model, typer.Option(help="The model, or one it is compared with.")] = Model.SESSION,
    part: Annotated[float, typer.Option(min=0.01, max=1, help="Share of the set that is read.")] = 1.0,
    width: Annotated[int | None, typer.Option(min=4, help="Of an item's vector; the set's default.")] = None,
    interests: Annotated[int | None, typer.Option(min=1, help="Interest graphs.")] = None,
    layers: Annotated[int | None, typer.Option(min=1, help="Layers of cross-attention between modalities.")] = None,
    heads: Annotated[int | None, typer.Option(min=1, help="Heads of each; they divide the width.")] = None,
    dropout: Annotated[float | None, typer.Option(min=0, max=0.9, help="Share of what is left out.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs at most.")] = None,
    questions: Annotated[int | None, typer.Option(min=1, help="Questions in an epoch at most.")] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Questions in a batch.")] = None,
    negatives: Annotated[int | None, typer.Option(min=1, help="Wrong candidates of each question.")] = None,
    ranking: Annotated[float | None, typer.Option(min=0, help="What ranking loss weighs; the set's default.")] = None,
    rate: Annotated[float | None, typer.Option(help="Peak learning rate of all but the encoders.")] = None,
    language_rate: Annotated[float | None, typer.Option(help="That of the language encoder.")] = None,
    common_sense_rate: Annotated[float | None, typer.Option(help="That of the common-sense encoder.")] = None,
    visual_rate: Annotated[float | None, typer.Option(help="That of the visual encoder.")] = None,
    patience: Annotated[int | None, typer.Option(min=0, help="Epochs without a better one before the end.")] = None,
    seed: Seed = 1,
    threads: Threads = 0,
) -> None:
    """Train on sessions; run the same command again to go on after a stop."""
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
    trials: Annotated[int, typer.Option(min=1, help="Runs.")] = 20,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs of each at most.")] = None,
    part: Annotated[float, typer.Option(min=0.01, max=1, help="Share of the set that is read.")] = 1.0,
    seed: Seed = 1,
    threads: Threads = 0,
) -> None:
    """Search for settings with Optuna; only the validation split is looked at."""
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
    work: Annotated[Path, typer.Option(help="The folder of a run of the session model on stories.")],
    out: Annotated[Path | None, typer.Option(help="Version folder to write; the served one by default.")] = None,
    threads: Threads = 0,
) -> None:
    """Write a trained session model as ONNX for Triton."""
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
    from inference.training.next_entity import run  # noqa: PLC0415
    from inference.training.text.run import EncoderMissing  # noqa: PLC0415
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
