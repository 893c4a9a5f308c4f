"""`triplewire train detector`: a YOLO detector for your own pictures."""

from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail


def detector(
    *,
    data: Annotated[Path, typer.Option(help="Folder with images/train2017, labels and config.yaml, in YOLO's format.")],
    work: Annotated[Path, typer.Option(help="Folder of the run, outside the repository.")],
    out: Annotated[Path, typer.Option(help="Folder to write network.onnx and network.json into.")],
    architecture: Annotated[str, typer.Option(help="Ultralytics' configuration of the network.")] = "yolo11n.yaml",
    epochs: Annotated[int, typer.Option(min=1, help="Epochs: passes over the pictures.")] = 100,
    side: Annotated[int, typer.Option(min=32, help="Side of the network's square input, in pixels.")] = 320,
    batch: Annotated[int, typer.Option(min=1, help="Pictures in a batch.")] = 16,
    rate: Annotated[float, typer.Option(help="Peak learning rate.")] = 1e-3,
    seed: Annotated[int, typer.Option(help="Seed of weights and order.")] = 0,
    name: Annotated[str, typer.Option(help="Name of the model in triples.")] = "own-yolo",
    version: Annotated[str, typer.Option(help="Version of the model in triples.")] = "1",
) -> None:
    """Train a detector from random weights and export it for object_detection (extra `yolo`, AGPL-3.0)."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    need_torch()
    from inference.training.detector.run import DetectorTrainingPlan, YoloMissingError, describe, train  # noqa: PLC0415

    try:
        onnx, measured = train(data, work, DetectorTrainingPlan(architecture, epochs, side, batch, rate, seed))
    except (YoloMissingError, FileNotFoundError) as error:
        fail(str(error))
    describe(onnx, out, name, version)
    typer.echo(
        f"On its own training pictures, which shows only how well it fits them: "
        f"mAP50 {measured.map50:.3f}, mAP50-95 {measured.map:.3f}."
    )
    typer.echo(
        f"wrote {out / 'network.onnx'} and {out / 'network.json'}; docs/seeing-and-hearing.md explains their use."
    )
