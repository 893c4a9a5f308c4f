"""`triplewire settings`: the settings in effect, and the pages on settings and commands."""

import os
import re
from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from typer.core import TyperGroup


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(settings)


def settings(
    context: typer.Context,
    *,
    write: Annotated[bool, typer.Option("--write", help="Generate docs/settings.md and docs/cli.md.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Fail if one of these pages is out of date.")] = False,
) -> None:
    """Print the settings in effect and where each comes from; secrets are masked."""
    from pydantic import ValidationError  # noqa: PLC0415

    from topology.cli.output import fail, generate  # noqa: PLC0415
    from topology.pages import cli  # noqa: PLC0415
    from topology.pages import settings as page  # noqa: PLC0415

    if write or check:
        root = cast("TyperGroup", context.find_root().command)
        generate({**page.files(), **cli.files(root)}, write=write, check=check, again="triplewire settings --write")
        return
    try:
        rows = effective()
    except ValidationError as error:
        wrong = "; ".join(f"{page.environment_name(str(e['loc'][0]))}: {e['msg']}" for e in error.errors())
        fail(f"Invalid settings: {wrong}. docs/settings.md lists the allowed values.")
    _print(rows)


def effective() -> list[tuple[str, str, str]]:
    """Returns (environment variable, value with secrets masked, source) of each setting.

    Raises:
        pydantic.ValidationError: A variable has a value that its setting does not allow.
    """
    from topology.pages.settings import environment_name  # noqa: PLC0415
    from topology.settings import Settings  # noqa: PLC0415

    now = Settings()
    given = {name.upper() for name in os.environ}

    def source(field: str) -> str:
        if environment_name(field) in given:
            return "environment"
        return ".env" if field in now.model_fields_set else "default"

    return [(environment_name(field), masked(getattr(now, field)), source(field)) for field in Settings.model_fields]


def masked(value: object) -> str:
    """Returns a value as text without what is secret in it: secrets, and a user's password inside an address."""
    return re.sub(r"//[^/@]*@", "//***@", str(value))


def _print(rows: list[tuple[str, str, str]]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table("setting", "value", "from", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row, style=None if row[2] == "default" else "bold")
    Console(soft_wrap=True).print(table)
