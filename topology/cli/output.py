"""Output that several commands share."""

from pathlib import Path
from typing import NoReturn

import typer

from topology.pages import generated


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
