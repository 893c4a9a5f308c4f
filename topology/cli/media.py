"""`triplewire media …`: analyse pictures and videos without publishing them."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail

media = typer.Typer(no_args_is_help=True, help="Analyse pictures and videos without publishing them.")


def register(app: typer.Typer) -> None:
    """Adds the group."""
    app.add_typer(media, name="media")


@media.callback()
def _group() -> None:
    """Analyse pictures and videos without publishing them."""


@media.command("overlay")
def overlay(
    files: Annotated[
        list[Path], typer.Argument(help="Pictures and videos.", metavar="FILE…", exists=True, dir_okay=False)
    ],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The PNG to write.")] = Path("overlay.png"),
) -> None:
    """Draw what is detected onto pictures: objects, text, and depth if a depth model is installed."""
    from rich.console import Console  # noqa: PLC0415

    from topology.settings import settings  # noqa: PLC0415

    try:
        from inference.media.drawing.overlay import overlay as drawn  # noqa: PLC0415
        from inference.media.looking import look  # noqa: PLC0415
        from inference.media.text.recognition import TextReaderMissingError  # noqa: PLC0415
        from inference.media.types import UnreadableError  # noqa: PLC0415
    except ModuleNotFoundError as error:
        fail(f"this needs {error.name} of the extra `media`: pip install 'triplewire[media]'")
    console = Console()
    try:
        found = asyncio.run(look(files, settings(), lambda path: console.print(f"[dim]analysing {path}[/]")))
    except (UnreadableError, TextReaderMissingError) as error:
        fail(str(error))
    sights = [sight for each in found for sight in each]
    if not sights:
        fail("these files contain no picture (sound has none)")
    try:
        drawn(sights).save(output, "PNG")
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror or error}")
    for sight in sights:
        console.print(sight.title, style="bold", markup=False, highlight=False)
        for thing in sight.objects:
            away = f", depth {thing.depth.median:.2f}" if thing.depth else ""
            console.print(f"  {thing.label} {thing.score:.2f}{away}", markup=False, highlight=False)
        for line in sight.texts:
            console.print(f"  “{line.text}” {line.score:.2f}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"wrote {output}", highlight=False, soft_wrap=True)
