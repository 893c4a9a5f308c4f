"""`triplewire schemas`: the messages as JSON Schema, and the page on the public topic."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(schemas)


def schemas(
    *,
    write: Annotated[bool, typer.Option("--write", help="Write topology/schemas/ and docs/triples.md anew.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Fail if a file differs from the models.")] = False,
) -> None:
    """Print where each message's JSON Schema is; write them anew or check them."""
    from topology import contract  # noqa: PLC0415
    from topology.cli.output import generate  # noqa: PLC0415
    from topology.pages import triples  # noqa: PLC0415

    generate({**contract.files(), **triples.files()}, write=write, check=check, again="triplewire schemas --write")
