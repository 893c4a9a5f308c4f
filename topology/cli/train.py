"""`triplewire train …`: train the models, export what Triton serves, measure it."""

import os
import platform
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from topology.cli.output import fail
from topology.settings import settings

if TYPE_CHECKING:
    from inference.training.text.report import Row

train_app = typer.Typer(no_args_is_help=True, help="Train the models, export them for Triton, measure them.")

Data = Annotated[Path | None, typer.Option(help="Data folder; TRIPLEWIRE_DATA if not given.")]
Work = Annotated[Path, typer.Option(help="Folder of the run's checkpoint, outside the repository.")]
Earlier = Annotated[
    Path | None, typer.Option(help="Version folder of an earlier model, which marks further names where few are.")
]
Threads = Annotated[int, typer.Option(min=0, help="CPU threads; 0 for all cores.")]


class Precision(StrEnum):
    """What an export's weights are kept in."""

    INT8 = "int8"
    FP16 = "fp16"


def register(app: typer.Typer) -> None:
    """Adds the group to the command line."""
    app.add_typer(train_app, name="train")


def _need_torch(threads: int = 0) -> None:
    if find_spec("torch") is None:
        fail(
            "Training needs torch, which this environment does not have. "
            "Run `make train-env`, then `.venv-train/bin/triplewire train …`."
        )
    import torch  # noqa: PLC0415

    if threads:
        torch.set_num_threads(threads)


def _version_folder() -> Path:
    return settings().models / "text_extraction" / "1"


@train_app.command("text")
def text(
    *,
    work: Work,
    data: Data = None,
    epochs: Annotated[float, typer.Option(min=0.001, help="Passes over the data.")] = 5.0,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps instead of epochs.")] = None,
    seed: Annotated[int, typer.Option(help="Decides batches and dropout.")] = 1,
    pieces: Annotated[int, typer.Option(min=256, help="Word pieces in a batch at most.")] = 1536,
    encoder_rate: Annotated[float, typer.Option(help="Peak learning rate of the encoder.")] = 8e-5,
    head_rate: Annotated[float, typer.Option(help="Peak learning rate of the heads.")] = 1e-3,
    start: Annotated[Path | None, typer.Option(help="Folder of a run whose weights this one starts from.")] = None,
    earlier: Earlier = None,
    pairs_only: Annotated[bool, typer.Option("--pairs-only", help="Train the pair head alone.")] = False,
    threads: Threads = 0,
) -> None:
    """Train the joint text model; run the same command again to go on after a stop."""
    _need_torch(threads)
    import torch  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    from inference.training.text import checkpoint, run  # noqa: PLC0415
    from inference.training.text.served import Served  # noqa: PLC0415
    from inference.training.text.sources import SOURCES, DataMissing  # noqa: PLC0415
    from inference.training.text.trainer import Plan  # noqa: PLC0415
    from topology.cli.train_progress import Bar  # noqa: PLC0415
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    console = Console()
    try:
        ontology = load_ontology(settings().ontology)
        tokenizer = _version_folder() / "tokenizer.json"
        folder = data or settings().data
        helper = Served(earlier, _version_folder()) if earlier else None
        splits = run.load(folder, ontology, tokenizer, lambda s, n: console.print(f"{s}: {n} passages"), helper)
        how = Plan(
            steps=steps or run.steps_of(splits, epochs, pieces),
            seed=seed,
            pieces=pieces,
            encoder_rate=encoder_rate,
            head_rate=head_rate,
            repeats={s.name: s.repeats for s in SOURCES},
            pairs_only=pairs_only,
            # Without the processor's own bfloat16, torch emulates it four times slower than float32.
            bf16=torch.cpu._is_avx512_bf16_supported(),  # noqa: SLF001  torch has no public question for it
        )
        begun = checkpoint.read_progress(work)
        with Bar(console, how.steps, begun.step if begun else 0) as bar:
            run.run(ontology, splits, how, work, start=start, tell=bar.tell)
    except (DataMissing, OntologyError, run.EncoderMissing, checkpoint.CheckpointError) as error:
        fail(str(error))
    console.print(f"Trained: {work / 'checkpoint.safetensors'}. Next: triplewire train export --work {work}")


@train_app.command("export")
def export(
    *,
    work: Work,
    data: Data = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write; for int8 the served version by default.")] = None,
    precision: Annotated[
        Precision, typer.Option(help="int8 is what the CPU serves; fp16 is for TensorRT.")
    ] = Precision.INT8,
    version: Annotated[str, typer.Option(help="The version that triples will name.")] = "1.0.0",
    earlier: Earlier = None,
    threads: Threads = 0,
) -> None:
    """Write a trained run as ONNX: calibrated int8 for Triton on a CPU, or the fp16 encoder for TensorRT."""
    _need_torch(threads)
    from inference.training.text import checkpoint, finish, run  # noqa: PLC0415
    from inference.training.text import export as onnx_export  # noqa: PLC0415
    from inference.training.text.served import Served  # noqa: PLC0415
    from inference.training.text.sources import DataMissing  # noqa: PLC0415
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    code = _version_folder()
    try:
        ontology = load_ontology(settings().ontology)
        if precision is Precision.FP16:
            path = (out or work) / "encoder.fp16.onnx"
            path.parent.mkdir(parents=True, exist_ok=True)
            onnx_export.export_encoder(run.trained_model(ontology, work), path, "fp16")
            typer.echo(f"wrote {path}. Next: triplewire models compile {path} OUT")
            return
        place = finish.Place(out or code, code, code / "tokenizer.json")
        helper = Served(earlier, code) if earlier else None
        dev = run.load_dev(data or settings().data, ontology, place.tokenizer, helper)
        finish.finish(ontology, work, dev, place, version=version, tell=typer.echo)
    except (DataMissing, OntologyError, checkpoint.CheckpointError) as error:
        fail(str(error))


@train_app.command("evaluate")
def evaluate(
    *,
    work: Annotated[Path | None, typer.Option(help="The run, to compare with fp32 and to write a card.")] = None,
    data: Data = None,
    card: Annotated[Path | None, typer.Option(help="Write the model card there; needs --work.")] = None,
    command: Annotated[list[str] | None, typer.Option(help="A command that made the model, for the card.")] = None,
    sample: Annotated[int, typer.Option(min=0, help="Read so many passages of each set only; 0 for all.")] = 0,
    threads: Threads = 0,
) -> None:
    """Measure the served model on test sets; with --card, write the model card."""
    if card and not work:
        fail("--card needs --work, the run whose seed and steps the card tells.")
    _need_torch(threads)
    from inference.text.words import WordTokenizer  # noqa: PLC0415
    from inference.training.text import checkpoint, report  # noqa: PLC0415
    from inference.training.text.served import Served  # noqa: PLC0415
    from inference.training.text.sources import DataMissing  # noqa: PLC0415
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    folder = _version_folder()
    where = data or settings().data
    try:
        ontology = load_ontology(settings().ontology)
        tokenizer = WordTokenizer(folder / "tokenizer.json")
        served = Served(folder, folder, threads=threads or os.cpu_count() or 1)
        rows = report.mention_rows(served, tokenizer, where, tell=typer.echo, sample=sample)
        rows += report.relation_rows(served, tokenizer, ontology, where, tell=typer.echo, sample=sample)
        if card and work:
            card.parent.mkdir(parents=True, exist_ok=True)
            card.write_text(_card(rows, work, where, command or [], sample), encoding="utf-8")
            typer.echo(f"wrote {card}")
    except (DataMissing, OntologyError, checkpoint.CheckpointError) as error:
        fail(str(error))
    except FileNotFoundError as error:
        fail(f"{error}; `--data` names the data folder")


def _card(rows: "list[Row]", work: Path, data: Path, commands: list[str], sample: int) -> str:
    """Returns the model card; measures the run in fp32 for it."""
    import json  # noqa: PLC0415
    from hashlib import sha256  # noqa: PLC0415
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from inference.text.words import WordTokenizer  # noqa: PLC0415
    from inference.training.text import card, checkpoint, report, run  # noqa: PLC0415
    from inference.training.text import export as onnx_export  # noqa: PLC0415
    from inference.training.text.served import Served  # noqa: PLC0415
    from topology.ontology import load_ontology  # noqa: PLC0415

    folder = _version_folder()
    ontology = load_ontology(settings().ontology)
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    progress = checkpoint.read_progress(work)
    if progress is None:
        raise checkpoint.CheckpointError(f"no run in {work}")
    with TemporaryDirectory() as scratch:
        model = run.trained_model(ontology, work)
        onnx_export.export_encoder(model, Path(scratch) / "encoder.onnx", "fp32")
        for name in ("pairs.onnx", "labels.json"):
            (Path(scratch) / name).write_bytes((folder / name).read_bytes())
        fp32 = report.mention_rows(
            Served(Path(scratch), folder, threads=os.cpu_count() or 1),
            WordTokenizer(folder / "tokenizer.json"),
            data,
            tell=lambda line: typer.echo(f"fp32: {line}"),
            sample=sample,
            sets=1,
        )
    weights = (run.pretrained_folder() / "model.safetensors").read_bytes()
    facts = card.Facts(
        labels["version"],
        progress,
        commands,
        f"{os.cpu_count()} shared CPU cores ({platform.machine()}), without a GPU",
        sha256(weights).hexdigest(),
        len(labels["relations"]),
        fp32,
    )
    return card.card(rows, facts)
