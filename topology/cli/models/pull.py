"""`triplewire models pull`: public weights, pinned by revision and hash."""

from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.settings import settings

SERVED = "object_detection"
"""The served model that loads weights with a description."""


def pull(
    name: Annotated[str, typer.Argument(help="Name of the model; `list` prints the names.", metavar="NAME")],
    *,
    to: Annotated[
        Path | None,
        typer.Option(help="Folder to write to; by default the one that Triton or the worker reads.", file_okay=False),
    ] = None,
) -> None:
    """Download public weights from TRIPLEWIRE_HUB and check their hashes."""
    from topology.models.public_models import PullError, public_models  # noqa: PLC0415
    from topology.models.public_models import pull as fetch  # noqa: PLC0415

    table = public_models()
    if name == "list":
        for known, model in table.items():
            size = sum(file.size for file in model.files.values())
            typer.echo(f"{known}: {model.what}; {model.licence}, {size / 1e6:.0f} MB")
        return
    if name not in table:
        fail(f"no model {name}; the models are: {', '.join(table)}.")
    model = table[name]
    folder = to or (settings().models / SERVED / "1" if model.describes else settings().cache / "models" / name)
    try:
        files = fetch(model, settings().hub, folder, typer.echo)
    except PullError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror or error}.")
    for path in files:
        typer.echo(f"wrote {path}")
    if model.describes:
        typer.echo("Next: restart Triton; for the embedded one `triplewire down` and `triplewire up`.")
    else:
        typer.echo(f"Next: set TRIPLEWIRE_SPEECH_MODEL={folder} and install the extra `whisper`.")
