"""The command line: one module for each command or group of commands; each registers itself on `app`.

A module `topology/cli/<group>.py` has a function `register(app: typer.Typer) -> None`. Commands import what they need
inside the function body, so that `triplewire --help` is fast and a missing extra breaks only the commands that need it.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import typer
from typer.core import TyperGroup

from topology.access.errors import AccessError


class Commands(TyperGroup):
    """Every command: what is wrong with the settings of admission is a message, wherever a client is made."""

    def invoke(self, ctx: Any) -> object:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except AccessError as error:
            typer.echo(error, err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    name="triplewire",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def warn_of_misspelt_variables() -> None:
    """Publish news, and read the knowledge graph that Triplewire makes of it."""
    from topology.settings import misspelt  # noqa: PLC0415

    for line in misspelt():
        typer.echo(f"warning: {line}", err=True)


GROUPS = (
    "stack",
    "doctor",
    "topics",
    "publish",
    "erase",
    "correct",
    "worker",
    "watch",
    "serve",
    "extract",
    "dead_letters",
    "models",
    "train",
    "evaluate",
    "terms",
    "media",
    "graph",
    "demo",
    "bench",
    "trials",
    "settings",
    "schemas",
)

for group in GROUPS:
    if find_spec(f"{__name__}.{group}"):
        import_module(f"{__name__}.{group}").register(app)
