"""What was found in the demo's pictures: read from the graph, printed, and drawn onto the pictures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from neo4j import AsyncDriver
from rich.console import Console
from rich.text import Text

from streams.desk.media import Medium, of_articles
from streams.messages.files import file_path
from topology.settings import Settings

if TYPE_CHECKING:
    from inference.object_detection.types import Detection

STATING, SHOWING = 2, 2
"""Numbers of pictures to draw on: those with the most facts, then those with the most objects."""

DRAWN = STATING + SHOWING

MOST_LINES = 6
"""Most names, facts and lines of text to print for a picture."""


async def shown(driver: AsyncDriver, database: str, articles: Sequence[str]) -> list[Medium]:
    """Returns the pictures of articles, starting with those to draw on."""
    found = await of_articles(driver, database, articles)
    stating = sorted(found, key=lambda p: (-len(p.facts), -len(p.objects), -p.has_text, -len(p.names), p.uri))
    showing = sorted(stating[STATING:], key=lambda p: (-len(p.objects), -len(p.facts), p.uri))
    return stating[:STATING] + showing


def described(picture: Medium) -> list[str]:
    """Returns the facts and names of a picture, line by line."""
    lines = [
        f"{fact.subject} — {fact.relation} → {fact.object} "
        f"({fact.evidence} piece{'s' * (fact.evidence != 1)} of evidence)"
        for fact in picture.facts[:MOST_LINES]
    ]
    return [*lines, f"linked to {', '.join(picture.names[:MOST_LINES])}"] if picture.names else lines


async def draw(pictures: Sequence[Medium], declared: Settings, output: Path) -> dict[str, list[str]]:
    """Draws what is detected onto the most informative pictures, and writes them as one PNG.

    Returns:
        The lines of text in each of them, by its address. If no picture is a local file, nothing is written and the
        result is empty.

    Raises:
        UnreadableError: A file was removed in the meantime.
    """
    from inference.media.drawing.overlay import overlay  # noqa: PLC0415
    from inference.media.looking import look  # noqa: PLC0415 - from the extra `media`

    chosen = [(picture, path) for picture in pictures if (path := _file(picture))][:DRAWN]
    if not chosen:
        return {}
    looked = await look([path for _, path in chosen], declared)
    sights = [
        replace(
            sight,
            title=f"{sight.title}: {picture.headline}",
            objects=[_named(thing, picture) for thing in sight.objects],
            notes=described(picture),
        )
        for (picture, _), found in zip(chosen, looked, strict=True)
        for sight in found
    ]
    overlay(sights).save(output, "PNG")
    return {
        picture.uri: [line.text for sight in found for line in sight.texts]
        for (picture, _), found in zip(chosen, looked, strict=True)
    }


def _file(picture: Medium) -> Path | None:
    path = file_path(picture.uri) if urlsplit(picture.uri).scheme == "file" else None
    return path if path and path.is_file() else None


def _named(thing: "Detection", picture: Medium) -> "Detection":
    """Returns an object labelled with the name of the person or thing it shows, if the graph has it."""
    box = tuple(round(max(0.0, edge), 1) for edge in (thing.box.left, thing.box.top, thing.box.right, thing.box.bottom))
    return replace(thing, label=f"{thing.label}: {picture.boxes[box]}") if box in picture.boxes else thing


def show(
    pictures: Sequence[Medium], texts: dict[str, list[str]], overlay: Path, refused: int, console: Console
) -> None:
    """Prints what was found, and the path of the drawing."""

    def line(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    console.print()
    line("What the pictures show", "bold")
    objects = sum((picture.counted for picture in pictures), Counter[str]())
    seen = ", ".join(f"{number} x {name}" for name, number in objects.most_common()) or "no object"
    lost = f", {refused} in the dead letters" if refused else ""
    line(f"  {len(pictures)} pictures in the graph{lost}: {seen}; text in {sum(p.has_text for p in pictures)} of them")
    for picture in pictures[:DRAWN]:
        line(f"  {picture.uri.rpartition('/')[2]}: {picture.headline}", "bold")
        if picture.objects:
            line("    shows " + ", ".join(f"{number} x {name}" for name, number in picture.counted.items()))
        if texts.get(picture.uri):
            line("    says “" + " / ".join(texts[picture.uri][:MOST_LINES]) + "”", "italic")
        for known in described(picture):
            line(f"    {known}")
    if texts:
        line(f"  drawn onto the pictures: {overlay}")
