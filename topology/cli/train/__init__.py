"""`triplewire train …`: train the models and export what Triton serves."""

import os
import platform
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.cli.train import graph as train_graph
from topology.cli.train import relformer as train_relformer
from topology.cli.train import sessions as train_sessions
from topology.cli.train.detector import detector
from topology.cli.train.embedding import embedding
from topology.cli.train.encoders import encoders
from topology.cli.train.environment import need_torch
from topology.cli.train.links import links, own_graph
from topology.cli.train.open_relations import open_relations
from topology.cli.train.second_reading import second_reading
from topology.cli.train.text_zh import zh
from topology.local.errors import StackError
from topology.settings import REPOSITORY, settings

train_app = typer.Typer(no_args_is_help=True, help="Train models and export them for Triton.")

Data = Annotated[Path | None, typer.Option(help="Data folder; by default TRIPLEWIRE_DATA.")]
Work = Annotated[Path, typer.Option(help="Folder of the run's checkpoint, outside the repository.")]
Earlier = Annotated[
    Path | None,
    typer.Option(help="Version folder of an earlier model, which labels more names in texts with few labels."),
]
Threads = Annotated[int, typer.Option(min=0, help="CPU threads; 0 for all cores.")]


class Precision(StrEnum):
    """The number format of exported weights."""

    INT8 = "int8"
    FP16 = "fp16"


def register(app: typer.Typer) -> None:
    """Adds the group to the command line."""
    train_app.command("zh")(zh)
    train_app.command("detector")(detector)
    train_app.command("open")(open_relations)
    train_app.command("second-reading")(second_reading)
    train_app.command("encoders")(encoders)
    train_app.command("relformer")(train_relformer.relformer)
    train_app.command("relformer-export")(train_relformer.export)
    train_app.command("graph")(train_graph.graph)
    train_app.command("sessions")(train_sessions.sessions)
    train_app.command("sessions-search")(train_sessions.search)
    train_app.command("sessions-export")(train_sessions.export)
    train_app.command("embedding")(embedding)
    train_app.command("own-graph")(own_graph)
    train_app.command("links")(links)
    app.add_typer(train_app, name="train")


def _version_folder() -> Path:
    return settings().models / "text_extraction" / "1"


@train_app.command("text")
def text(
    *,
    work: Work,
    data: Data = None,
    epochs: Annotated[float, typer.Option(min=0.001, help="Epochs: passes over the data.")] = 5.0,
    steps: Annotated[int | None, typer.Option(min=1, help="Number of steps, instead of epochs.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of batches and dropout.")] = 1,
    pieces: Annotated[int, typer.Option(min=256, help="Maximum number of word pieces in a batch.")] = 1536,
    encoder_rate: Annotated[float, typer.Option(help="Peak learning rate of the encoder.")] = 8e-5,
    head_rate: Annotated[float, typer.Option(help="Peak learning rate of the heads.")] = 1e-3,
    start: Annotated[Path | None, typer.Option(help="Folder of a run whose weights to start from.")] = None,
    earlier: Earlier = None,
    masked: Annotated[float, typer.Option(min=0, max=0.5, help="Share of the word pieces to mask.")] = 0.0,
    pairs_only: Annotated[bool, typer.Option("--pairs-only", help="Train only the pair head.")] = False,
    threads: Threads = 0,
) -> None:
    """Train the joint text model; run the same command again to resume."""
    need_torch(threads)
    from rich.console import Console  # noqa: PLC0415

    from inference.training.common import checkpoint  # noqa: PLC0415
    from inference.training.text import run  # noqa: PLC0415
    from inference.training.text.progress import read_progress  # noqa: PLC0415
    from inference.training.text.served import Served  # noqa: PLC0415
    from inference.training.text.sources.all import SOURCES, DataMissing  # noqa: PLC0415
    from inference.training.text.trainer import TextTrainingPlan, own_bf16  # noqa: PLC0415
    from topology.cli.train.progress import Bar  # noqa: PLC0415
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    console = Console()
    try:
        ontology = load_ontology(settings().ontology).for_language("en")
        tokenizer = _version_folder() / "tokenizer.json"
        folder = data or settings().data
        helper = Served(earlier, _version_folder()) if earlier else None
        splits = run.load(folder, ontology, tokenizer, lambda s, n: console.print(f"{s}: {n} passages"), helper)
        how = TextTrainingPlan(
            steps=steps or run.steps_of(splits, epochs, pieces),
            seed=seed,
            pieces=pieces,
            encoder_rate=encoder_rate,
            head_rate=head_rate,
            repeats={s.name: s.repeats for s in SOURCES},
            masked=masked,
            pairs_only=pairs_only,
            bf16=own_bf16(),
        )
        begun = read_progress(work)
        with Bar(console, how.steps, begun.step if begun else 0) as bar:
            run.run(ontology, splits, how, work, start=start, cache=settings().cache, report=bar.show)
    except (DataMissing, OntologyError, StackError, checkpoint.CheckpointError) as error:
        fail(str(error))
    console.print(f"Trained: {work / 'checkpoint.safetensors'}. Next: triplewire train export --work {work}")


@train_app.command("export")
def export(
    *,
    work: Work,
    data: Data = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write; for int8, by default the served version.")] = None,
    precision: Annotated[
        Precision, typer.Option(help="int8 for serving on a CPU, fp16 for TensorRT.")
    ] = Precision.INT8,
    version: Annotated[str, typer.Option(help="Version that triples will name.")] = "1.0.0",
    earlier: Earlier = None,
    threads: Threads = 0,
) -> None:
    """Export a trained run as ONNX: calibrated int8 for Triton on a CPU, or the fp16 encoder for TensorRT."""
    need_torch(threads)
    from inference.training.common import checkpoint  # noqa: PLC0415
    from inference.training.text import run  # noqa: PLC0415
    from inference.training.text.export import files as onnx_export  # noqa: PLC0415
    from inference.training.text.export import finish  # noqa: PLC0415
    from inference.training.text.served import Served  # noqa: PLC0415
    from inference.training.text.sources.all import DataMissing  # noqa: PLC0415
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    code = _version_folder()
    try:
        ontology = load_ontology(settings().ontology).for_language("en")
        if precision is Precision.FP16:
            path = (out or work) / "encoder.fp16.onnx"
            path.parent.mkdir(parents=True, exist_ok=True)
            onnx_export.export_encoder(run.trained_model(ontology, work), path, "fp16")
            typer.echo(f"wrote {path}. Next: triplewire models compile {path} OUT")
            return
        place = finish.Place(out or code, code, code / "tokenizer.json")
        helper = Served(earlier, code) if earlier else None
        dev = run.load_dev(data or settings().data, ontology, place.tokenizer, helper)
        finish.finish(ontology, work, dev, place, version=version, log=typer.echo)
    except (DataMissing, OntologyError, checkpoint.CheckpointError) as error:
        fail(str(error))


@train_app.command("card")
def card(
    *,
    work: Annotated[Path, typer.Option(help="Folder of the run that was exported.")],
    data: Data = None,
    out: Annotated[Path, typer.Option(help="File to write.")] = REPOSITORY / "docs" / "model-card.md",
    command: Annotated[
        list[str] | None, typer.Option(help="A command that made the model, for the card (repeatable).")
    ] = None,
    threads: Threads = 0,
) -> None:
    """Write the model card with the numbers from `triplewire evaluate text`."""
    need_torch(threads)
    import orjson  # noqa: PLC0415

    from inference.training.common import checkpoint  # noqa: PLC0415
    from inference.training.text.export import card as model_card  # noqa: PLC0415
    from topology.cli.evaluate import FOLDER  # noqa: PLC0415
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    measured = FOLDER / "text.json"
    if not measured.is_file():
        fail(f"{measured} is missing; `triplewire evaluate text` writes it")
    try:
        facts = model_card.facts(
            work,
            _version_folder(),
            load_ontology(settings().ontology).for_language("en"),
            data or settings().data,
            settings().cache,
            commands=command or [],
            machine=f"{os.cpu_count()} shared CPU cores ({platform.machine()}), without a GPU",
        )
    except (OntologyError, checkpoint.CheckpointError) as error:
        fail(str(error))
    except FileNotFoundError as error:
        fail(f"{error}; give the data folder with --data")
    out.write_text(model_card.card(orjson.loads(measured.read_bytes())["tables"], facts), encoding="utf-8")
    typer.echo(f"wrote {out}")
