"""Output that several commands share."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from topology.pages import generated

if TYPE_CHECKING:
    from rich.console import Console

UNBOUNDED = 1000
"""Columns of output that no terminal shows: tables are as wide as their content, and nothing in them is cut."""


def console() -> "Console":
    """Returns the console for a command's output.

    On a terminal it is as wide as the terminal. Elsewhere, in a file or a pipe, it is as wide as the content needs,
    unless the variable COLUMNS says how wide.
    """
    from rich.console import Console  # noqa: PLC0415

    shown = Console()
    return shown if shown.is_terminal or os.environ.get("COLUMNS") else Console(width=UNBOUNDED)


Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs, with everything that is known.")]


def print_json(value: Any) -> None:
    """Prints a value as JSON: dataclasses as objects, times as ISO 8601."""
    import orjson  # noqa: PLC0415

    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def fail(message: str) -> NoReturn:
    """Prints one line on what went wrong and what to do, and exits with status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def generate(files: dict[Path, str], *, write: bool, check: bool, again: str) -> None:
    """Writes or checks generated files, or lists them.

    Args:
        files: Content by path.
        write: Whether to update them.
        check: Whether to exit with status 1 if one is out of date.
        again: The command that writes them, named when the check fails.
    """
    if write:
        try:
            changed = generated.write(files)
        except FileNotFoundError as error:
            fail(f"{error.filename}: no such folder; run this in a checkout of the repository.")
        for path in changed:
            typer.echo(f"wrote {generated.shown(path)}")
    elif check:
        outdated = [generated.shown(path) for path in generated.stale(files)]
        if outdated:
            fail(f"not up to date: {', '.join(outdated)}; run `{again}`.")
    else:
        for path in files:
            typer.echo(generated.shown(path))
