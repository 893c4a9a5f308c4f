"""What several commands print alike."""

from pathlib import Path
from typing import NoReturn

import typer

from topology.pages import generated


def fail(message: str) -> NoReturn:
    """Says what went wrong and what to do next, in one line, and ends the command with status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def generate(files: dict[Path, str], *, write: bool, check: bool, again: str) -> None:
    """Writes or checks generated files, or lists them.

    Args:
        files: Content by path.
        write: Bring them up to date.
        check: End with status 1 if one is not.
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
        behind = [generated.shown(path) for path in generated.stale(files)]
        if behind:
            fail(f"not up to date: {', '.join(behind)}; run `{again}`.")
    else:
        for path in files:
            typer.echo(generated.shown(path))
