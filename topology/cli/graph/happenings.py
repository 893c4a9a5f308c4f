"""`triplewire graph happenings`, `story` and `timeline`: what happened."""

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from topology.cli import output
from topology.cli.output import Json, fail, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neo4j import AsyncDriver
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from streams.desk.happening_views import HappeningView, Report
    from streams.desk.stories import NamedStory, StoryView
    from streams.desk.timeline import Moment

SOURCES = 3
"""Most sources that are named for a happening."""

NAMES = 3
"""Most names in one column."""

_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")

Sentences = Annotated[bool, typer.Option("--sentences", help="Also show the sentences, each with its article.")]
Limit = Annotated[int, typer.Option(help="Maximum number of happenings to show.", min=1)]


def register(graph: typer.Typer) -> None:
    """Adds the commands to the group."""
    for name, command in (("happenings", happenings), ("story", story), ("timeline", timeline)):
        graph.command(name)(command)


def happenings(
    entity: Annotated[str, typer.Argument(help="A name or id of an entity that plays a part. By default, any.")] = "",
    *,
    class_: Annotated[
        str, typer.Option("--class", help="Only happenings of this class of the ontology, such as `attack`.")
    ] = "",
    since: Annotated[str, typer.Option(help="Only what happened since this day, month or year: `2026-05-03`.")] = "",
    until: Annotated[str, typer.Option(help="Only what happened until this day, month or year.")] = "",
    place: Annotated[str, typer.Option(help="Only what happened in this place or country.")] = "",
    limit: Limit = 20,
    sentences: Sentences = False,
    json: Json = False,
) -> None:
    """Show what happened, most reported first: who, whom, what, where, when, and by which sources."""
    from inference.text.geography.atlas import country_code  # noqa: PLC0415
    from streams.desk import happenings as desk  # noqa: PLC0415
    from streams.desk.names import meant  # noqa: PLC0415
    from topology.cli.graph.driver import with_driver  # noqa: PLC0415

    _check_class(class_)
    for option, day in (("--since", since), ("--until", until)):
        if day and not _DAY.fullmatch(day):
            fail(f"{option} {day!r} is no day, month or year; write it as 2026-05-03, 2026-05 or 2026")

    async def ask(driver: "AsyncDriver", database: str) -> "list[HappeningView]":
        # A country is known by its code even if no text names it itself.
        known = place if not place or country_code(place) else await meant(driver, place, database)
        return await desk.happenings(
            driver,
            database,
            entity=await meant(driver, entity, database) if entity else None,
            class_=class_ or None,
            since=since or None,
            until=until or None,
            place=known or None,
            limit=limit,
        )

    found = with_driver(ask)
    if not found:
        fail(_nothing(entity, narrowed=any((class_, since, until, place))))
    if json:
        print_json(plain(found))
        return
    print_happenings(found, output.console(), sentences=sentences)


def plain(found: "Sequence[HappeningView]") -> "list[dict[str, Any]]":
    """Returns happenings for JSON, with what their reports say together."""
    names = {"class_": "class"}
    return [
        {names.get(name, name): value for name, value in asdict(one).items()}
        | {"modality": one.modality, "standing": one.standing}
        for one in found
    ]


def _nothing(entity: str, *, narrowed: bool) -> str:
    about = f"nothing that happened to or by {entity!r}" if entity else "nothing that happened"
    hint = "try fewer options" if narrowed else "`triplewire graph stats` shows what it contains"
    return f"the graph has {about}{', of this kind' if narrowed else ''}; {hint}"


def _check_class(class_: str) -> None:
    from topology.ontology import load_ontology  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    if not class_:
        return
    classes = [spec.id for spec in load_ontology(settings().ontology).happenings]
    if class_ not in classes:
        known = f"it has {', '.join(classes)}" if classes else "it has none: its section `happenings` is empty"
        fail(f"the ontology has no class {class_!r} of happenings; {known}")


def print_happenings(
    found: "Sequence[HappeningView]", console: "Console", *, sentences: bool = False, title: str | None = None
) -> None:
    """Prints happenings as a table; nothing if there are none."""
    if not sentences:
        if found:
            console.print(table_of(found, title))
        return
    for one in found:
        console.print(table_of([one]))
        for report in one.reports:
            _print_report(report, console)


def table_of(found: "Sequence[HappeningView]", title: str | None = None) -> "Table":
    """Returns happenings as a table, without columns that all leave empty."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    columns = ("when", "what", "who", "whom or what", "where", "numbers", "reported", "story")
    rows = [(_row(one), one.standing) for one in found]
    used = [n for n in range(len(columns)) if any(row[n].plain for row, _ in rows)]
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for n in used:
        table.add_column(columns[n], min_width=10 if columns[n] == "when" else None)
    for row, standing in rows:
        cells: list[Text] = [row[n] for n in used]
        table.add_row(*cells, style="yellow" if standing else None)
    return table


def _row(one: "HappeningView") -> "tuple[Text, ...]":
    from rich.text import Text  # noqa: PLC0415

    from streams.desk.happening_views import told  # noqa: PLC0415

    what = Text(one.class_).append(f" ({one.called[0]})" if one.called[0] != one.class_ else "", style="dim")
    what.append(f" {one.standing}" if one.standing else "")
    who = _some(one.fillers.get("who", ()))
    who += f", with {_some(one.fillers['with'])}" if "with" in one.fillers else ""
    numbers = "; ".join(
        f"{role} {told(figures)}" if role != "amount" else told(figures) for role, figures in one.numbers.items()
    )
    parts = (
        who,
        _some([*one.fillers.get("whom", ()), *one.fillers.get("what", ())]),
        _some(one.fillers.get("where", ())),
        numbers,
        reported(one),
        one.story[1] if one.story else "",
    )
    # A day that no text says is that of the first report: what happened did so by then, what is planned did not.
    when = one.day if one.dated else f"{'said' if one.modality in ('planned', 'possible') else 'by'} {one.day}"
    return (Text(when), what, *map(Text, parts))


def reported(one: "HappeningView") -> str:
    """Returns how often a happening is reported, and by whom: `3 articles: Reuters, AP`."""
    from topology.cli.lines import amount  # noqa: PLC0415

    sources = ", ".join(one.sources[:SOURCES]) + (" …" if len(one.sources) > SOURCES else "")
    copies = f" with {amount(one.voices, 'voice')}" if one.voices < one.articles else ""
    return amount(one.articles, "article") + copies + (f": {sources}" if sources else "")


def _some(names: "Sequence[str]") -> str:
    return ", ".join(names[:NAMES]) + (" …" if len(names) > NAMES else "")


def _print_report(report: "Report", console: "Console") -> None:
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console.print(Padding(Text(f"“{report.sentence}”"), (0, 0, 0, 4)))
    line = Text(f"{report.seen_at:%Y-%m-%d} ", style="dim")
    if report.modality != "asserted":
        line.append(f"{report.modality}{f' by {report.speaker}' if report.speaker else ''} ", style="yellow not dim")
    line.append(" ".join(filter(None, (report.source, report.headline, f"[{report.url or report.article}]"))))
    console.print(Padding(line, (0, 0, 0, 4)))


def story(
    name: Annotated[str, typer.Argument(help="The story's title or a part of it, its id, or an entity in it.")],
    *,
    sentences: Sentences = False,
    json: Json = False,
) -> None:
    """Show a story: its happenings in order of time, with their sources."""
    from rich.text import Text  # noqa: PLC0415

    from streams.desk import stories as desk  # noqa: PLC0415
    from topology.cli.graph.driver import with_driver  # noqa: PLC0415
    from topology.cli.lines import amount  # noqa: PLC0415

    async def ask(driver: "AsyncDriver", database: str) -> "tuple[StoryView | None, list[NamedStory]]":
        return await desk.story(driver, name, database), await desk.named(driver, name, database)

    found, named = with_driver(ask)
    if found is None or not found.happenings:
        fail(f"the graph has no story {name!r}; `triplewire graph happenings` names the stories of what happened")
    if json:
        print_json({"id": found.id, "title": found.title, "happenings": plain(found.happenings)})
        return
    console = output.console()
    console.print(Text(found.title, style="bold"))
    print_happenings(found.happenings, console, sentences=sentences)
    for other in named:
        if other.id != found.id:
            line = f"also {other.title or 'a story without a title'} ({amount(other.reports, 'report')}): {other.id}"
            console.print(Text(line, style="dim"), soft_wrap=True)


def timeline(
    entity: Annotated[str, typer.Argument(help="The entity's name, any of its other names, its id or Wikidata id.")],
    *,
    sentences: Sentences = False,
    json: Json = False,
) -> None:
    """Show what happened to an entity, and which facts about it began or ended, in order of time."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from streams.desk import timeline as desk  # noqa: PLC0415
    from topology.cli.graph.driver import about, with_driver  # noqa: PLC0415

    async def ask(driver: "AsyncDriver", database: str, name: str) -> "list[Moment]":
        return await desk.timeline(driver, name, database)

    moments = with_driver(about(entity, ask))
    if not moments:
        fail(f"the graph has nothing that happened to {entity!r}, and no fact about it that began or ended")
    if json:
        print_json(
            [
                {name: value for name, value in asdict(moment).items() if name != "happening"}
                | {"happening": moment.happening.id if moment.happening else None}
                for moment in moments
            ]
        )
        return
    table = Table(title=entity, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("when", min_width=10)
    for heading in ("what", "in words", "sources"):
        table.add_column(heading)
    for moment in moments:
        style = "yellow" if moment.standing else "dim" if moment.what.startswith("ends") else None
        sources = ", ".join(moment.sources[:SOURCES]) + (" …" if len(moment.sources) > SOURCES else "")
        words = moment.text + (f"\n“{moment.sentence}”" if sentences and moment.sentence else "")
        table.add_row(moment.day, f"{moment.what} {moment.standing}".strip(), words, sources, style=style)
    output.console().print(table)
