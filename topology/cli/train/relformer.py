"""`triplewire train relformer`: train RelFormer, or a comparator, on data in MORE's format."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.settings import settings


class Preset(StrEnum):
    """Named sets of sizes."""

    PAPER = "paper"
    SMALL = "small"


class Model(StrEnum):
    """The models that can be trained."""

    RELFORMER = "relformer"
    MOREFORMER = "moreformer"
    VISUALBERT = "visualbert"
    BERT_SCENE_GRAPH = "bert-scene-graph"
    CNN_LSTM = "cnn-lstm"


def relformer(
    *,
    data: Annotated[Path, typer.Option(help="Folder in MORE's format: txt/, rel2id.json, img_org/ …")],
    work: Annotated[Path, typer.Option(help="Folder of the run's checkpoints, outside the repository.")],
    model: Annotated[Model, typer.Option(help="RelFormer, or a comparator.")] = Model.RELFORMER,
    preset: Annotated[
        Preset, typer.Option(help="The paper's sizes, or small ones for training on a CPU.")
    ] = Preset.PAPER,
    knowledge: Annotated[
        Path | None,
        typer.Option(help="JSON Lines file of facts (subject, predicate, object); by default no knowledge is used."),
    ] = None,
    sparql: Annotated[str | None, typer.Option(help="SPARQL address to query for knowledge instead.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Epochs: passes over the data.")] = 60,
    batch: Annotated[int, typer.Option(min=1, help="Pairs in a batch.")] = 32,
    rate: Annotated[float, typer.Option(help="Peak learning rate.")] = 2e-5,
    warmup: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the steps in which the learning rate rises.")
    ] = 0.01,
    seed: Annotated[int, typer.Option(help="Seed of weights, batches and dropout.")] = 1,
    prefix: Annotated[
        bool, typer.Option("--prefix", help="Feed aligned visual cues into every layer of the text encoder.")
    ] = False,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads; 0 for all cores.")] = 0,
) -> None:
    """Train on data in MORE's format; run the same command again to resume."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    need_torch(threads)
    from rich.console import Console  # noqa: PLC0415

    from inference.knowledge.memory import KnowledgeError  # noqa: PLC0415
    from inference.object_relations.batch import ExampleError  # noqa: PLC0415
    from inference.object_relations.shape import PRESETS  # noqa: PLC0415
    from inference.research.relformer import run  # noqa: PLC0415
    from inference.research.relformer.data.more import MoreError, read_more  # noqa: PLC0415
    from inference.research.relformer.trainer import RelationTrainingPlan  # noqa: PLC0415
    from inference.training.common.checkpoint import CheckpointError  # noqa: PLC0415
    from inference.training.common.loop import steps_of  # noqa: PLC0415
    from topology.cli.train.progress import RelationBar  # noqa: PLC0415

    console = Console()
    how = RelationTrainingPlan(epochs, batch, rate, warmup, seed=seed)
    try:
        given = read_more(data)
        console.print(", ".join(f"{split}: {len(pairs)} pairs" for split, pairs in given.splits.items()))
        shape = replace(PRESETS[preset], relations=len(given.relations))
        if prefix:
            shape = replace(shape, prefix_levels=tuple(range(shape.self_layers)), alignment=0.05)
        source = run.knowledge_source(knowledge, sparql)
        tokenizer = settings().models / "text_extraction" / "1" / "tokenizer.json"
        trainee = run.Trainee(model.value, shape, source)
        with RelationBar(console, steps_of(len(given.splits["train"]), how.epochs, how.batch)) as bar:
            scores = run.run(given, trainee, how, work, tokenizer=tokenizer, report=bar.show)
    except (MoreError, ExampleError, KnowledgeError, CheckpointError, FileNotFoundError) as error:
        fail(str(error))
    for split, found in scores.items():
        console.print(
            f"{split}: accuracy {found.accuracy:.4f} precision {found.tally.precision:.4f} "
            f"recall {found.tally.recall:.4f} F1 {found.tally.f1:.4f}"
        )
    console.print(f"Wrote {work / 'best.safetensors'}.")


def export(
    *,
    work: Annotated[Path, typer.Option(help="Folder of a run of `triplewire train relformer`.")],
    out: Annotated[Path, typer.Option(help="Folder for model.onnx and labels.json.")],
) -> None:
    """Export a trained relation model as ONNX."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    need_torch(1)
    from inference.research.relformer import run  # noqa: PLC0415
    from inference.training.common.checkpoint import CheckpointError  # noqa: PLC0415

    try:
        run.export_run(work, out)
    except CheckpointError as error:
        fail(str(error))
    typer.echo(f"wrote {out / 'model.onnx'}")
