"""`triplewire schemas`: the messages' JSON Schemas, and the page on the public topic."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(schemas)


def schemas(
    *,
    write: Annotated[bool, typer.Option("--write", help="Generate topology/schemas/ and docs/triples.md.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Fail if a file is out of date.")] = False,
) -> None:
    """Print the paths of the JSON Schemas and of the AsyncAPI document; generate or check them."""
    from topology import contract  # noqa: PLC0415
    from topology.cli.output import generate  # noqa: PLC0415
    from topology.pages import asyncapi, triples  # noqa: PLC0415

    generate(
        {**contract.files(), **asyncapi.files(), **triples.files()},
        write=write,
        check=check,
        again="triplewire schemas --write",
    )
