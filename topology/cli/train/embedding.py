"""`triplewire train embedding`: exports the sentence encoder for Triton."""

from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.settings import settings


def embedding(
    *,
    out: Annotated[Path | None, typer.Option(help="Folder to write; by default the served version.")] = None,
) -> None:
    """Export the packaged sentence encoder as int8 ONNX. Nothing is trained."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    need_torch(1)
    from inference.text_embedding.client import EMBEDDING_MODEL  # noqa: PLC0415
    from inference.training.common.minilm import EncoderMissing  # noqa: PLC0415
    from inference.training.embedding.export import export  # noqa: PLC0415

    folder = out or settings().models / EMBEDDING_MODEL / "1"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        export(folder)
    except EncoderMissing as error:
        fail(str(error))
    typer.echo(f"wrote {folder / 'encoder.onnx'}")
