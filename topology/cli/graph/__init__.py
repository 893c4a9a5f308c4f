"""`triplewire graph …`: the schema, the counts, and questions to the graph."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from topology.cli import output
from topology.cli.graph import export as graph_export
from topology.cli.graph import happenings as graph_happenings
from topology.cli.graph import learned as graph_learned
from topology.cli.graph.driver import about, with_driver
from topology.cli.lines import amount
from topology.cli.output import Json, fail, print_json

if TYPE_CHECKING:
    from neo4j import AsyncDriver
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from streams.desk.claims import ClaimView
    from streams.desk.happening_views import HappeningView
    from streams.desk.history import Episode
    from streams.desk.media import DepictedObject
    from streams.desk.views import EntityView

T = TypeVar("T")

_STYLES = {"closed": "dim", "withdrawn": "dim", "disputed": "yellow", "contradicted": "yellow", "forbidden": "dim"}
_SOURCES = 3
"""Most sources that are named for a fact."""

At = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"],
        help="What held at this time (UTC), by what is known today, and what was claimed by then.",
    ),
]
Current = Annotated[bool, typer.Option("--current", help="Leave out what no longer holds.")]

graph = typer.Typer(no_args_is_help=True, help="Query the graph, and create its schema.")


def register(app: typer.Typer) -> None:
    """Adds the group."""
    graph_happenings.register(graph)
    graph_learned.register(graph)
    graph_export.register(graph)
    app.add_typer(graph, name="graph")


@graph.command("schema")
def schema() -> None:
    """Create the graph's constraints and indexes if they are missing."""
    from topology.graph.schema import ensure_schema  # noqa: PLC0415
    from topology.ontology import load_ontology  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    ontology = load_ontology(settings().ontology)
    created = with_driver(lambda driver, database: ensure_schema(driver, ontology, database), reading=False)
    typer.echo(f"created {len(created)} constraints and indexes" if created else "the schema is complete")


@graph.command("stats")
def stats(*, json: Json = False) -> None:
    """Count the nodes and facts in the graph."""
    from rich.table import Table  # noqa: PLC0415

    from streams.desk import views  # noqa: PLC0415

    async def ask(driver: "AsyncDriver", database: str) -> tuple[dict[str, int], list[tuple[str, int, int]]]:
        return await views.counts(driver, database), await views.relations(driver, database)

    counts, relations = with_driver(ask)
    if json:
        types_ = [{"relation": name, "facts": facts, "evidence": evidence} for name, facts, evidence in relations]
        print_json({"counts": counts, "relations": types_})
        return
    table = Table("what", "how many")
    for name, number in counts.items():
        table.add_row(name, f"{number:,}")
    types = Table("relation", "facts", "evidence")
    for name, facts, evidence in relations:
        types.add_row(name, f"{facts:,}", f"{evidence:,}")
    console = output.console()
    console.print(table)
    if relations:
        console.print(types)


@graph.command("show")
def show(
    entity: Annotated[str, typer.Argument(help="The entity's name, any of its other names, its id or Wikidata id.")],
    limit: Annotated[int, typer.Option(help="Maximum number of facts to show.", min=1)] = 20,
    *,
    current: Current = False,
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="Also show what was withdrawn: facts, and sentences under the others.")
    ] = False,
    at: At = None,
    json: Json = False,
) -> None:
    """Show the facts about an entity, with the sentences that state them, and what happened to it."""
    from streams.desk import views  # noqa: PLC0415
    from streams.desk.claims import claims  # noqa: PLC0415
    from streams.desk.happenings import happenings  # noqa: PLC0415

    then = at and at.replace(tzinfo=UTC)

    async def ask(
        driver: "AsyncDriver", database: str, name: str
    ) -> "tuple[list[views.EntityView], list[dict[str, Any]], list[ClaimView], list[HappeningView]]":
        shown = await views.entities(driver, name, database)
        only = current or at is not None
        facts = await views.facts(driver, name, database, limit=limit, current=only, withdrawn=withdrawn, at=then)
        claimed = [] if current else await claims(driver, name, database, limit=limit, at=then)
        until = f"{at:%Y-%m-%d}" if at else None
        return shown, facts, claimed, await happenings(driver, database, entity=name, limit=limit, until=until)

    entities, found, claimed, happened = with_driver(about(entity, ask))
    if not found and not claimed and not happened:
        fail(_nothing(entity, current, at, withdrawn))
    if json:
        said = [asdict(claim) | {"standing": claim.standing} for claim in claimed]
        happened_ = graph_happenings.plain(happened)
        print_json({"entities": entities, "facts": found, "claims": said, "happenings": happened_})
        return
    console = output.console()
    for one in entities:
        console.print(_named(one))

    def facts_that(holds: bool) -> None:
        for fact in found:
            if fact["holds"] == holds:
                _print_stated(console, f"{fact['subject']} — {fact['name']} → {fact['object']}", fact, _ended(fact))

    facts_that(holds=True)
    for claim in claimed:
        _print_stated(console, f"{claim.subject} — {claim.relation} → {claim.object}", asdict(claim), claim.standing)
    facts_that(holds=False)
    graph_happenings.print_happenings(happened, console, title="What happened")


def _print_stated(console: "Console", words: str, one: Mapping[str, Any], mark: str) -> None:
    """Prints a fact or claim with its sentences; `mark` says what is wrong with it."""
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    line = Text(words, style="bold")
    line.append(f"  ({amount(one['count'], 'time')}, confidence {one['confidence']:.2f})", style="dim")
    line.append(f"  {mark}" if mark else "", style="yellow")
    console.print(line)
    for proof in one["evidence"]:
        console.print(Padding(Text(f"“{proof['sentence']}”", style=_faded(proof)), (0, 0, 0, 4)))
        console.print(Padding(_origin(proof), (0, 0, 0, 4)))


def _named(one: "EntityView") -> "Text":
    """Returns the line on an entity: name and type, Wikidata's page, other names."""
    from rich.text import Text  # noqa: PLC0415

    line = Text(f"{one.name}, {one.type}")
    line.append(f" · https://www.wikidata.org/wiki/{one.wikidata}" if one.wikidata else "", style="cyan")
    line.append(f" · also {', '.join(one.names)}" if one.names else "", style="dim")
    for said in one.corrected:
        line.append(f" · {said['kind']} corrected {said['at']:%Y-%m-%d} by {said['by']}: {said['why']}", style="yellow")
    return line


def _faded(proof: Mapping[str, Any]) -> str:
    return "dim strike" if proof["retracted_at"] else ""


def _origin(proof: Mapping[str, Any]) -> "Text":
    """Returns the line under a sentence: its own article and date, and whether the sentence still counts."""
    from rich.text import Text  # noqa: PLC0415

    line = Text(f"{proof['seen_at']:%Y-%m-%d} ", style="dim")
    if ended := proof["retracted_at"]:
        why = "replaced by a newer text" if proof["superseded"] else "withdrawn"
        line.append(f"{why} on {ended:%Y-%m-%d} ", style="yellow not dim")
    return line.append(" ".join(filter(None, (proof["headline"], f"[{proof['url'] or proof['article']}]"))))


def _nothing(entity: str, current: bool, at: datetime | None, withdrawn: bool = True) -> str:
    if at:
        return f"no fact about {entity!r} held at that time; without --at, all are shown"
    if current:
        return f"no fact about {entity!r} holds now; without --current, what held before is shown too"
    if not withdrawn:
        return f"the graph has no fact about {entity!r} that counts; with --withdrawn, what was withdrawn is shown too"
    return f"the graph has no fact about {entity!r}; `triplewire graph stats` shows what it contains"


def _ended(fact: Mapping[str, Any]) -> str:
    if corrected := fact["corrected"]:
        said = "forbidden" if corrected["kind"] == "forbid" else "confirmed"
        return f"{said} {corrected['at']:%Y-%m-%d} by {corrected['by']}: {corrected['why']}"
    if fact["retracted_at"]:
        return f"retracted {fact['retracted_at']:%Y-%m-%d}"
    if fact["invalid_at"]:
        closer = f" by {fact['closed_by']}" if fact["closed_by"] else ""
        latest = "at the latest " if fact.get("at_latest") else ""
        return f"closed {latest}{fact['invalid_at']:%Y-%m-%d}{closer}"
    return str(fact["standing"]) if fact["standing"] in ("disputed", "contradicted") else ""


@graph.command("picture")
def picture(
    name: Annotated[str, typer.Argument(help="Id or address of a picture, video or sound, or the end of it.")],
    *,
    json: Json = False,
) -> None:
    """Show what was found in a picture, video or sound: objects with their places, names and facts."""
    from rich.text import Text  # noqa: PLC0415

    from streams.desk import media  # noqa: PLC0415

    found = with_driver(lambda driver, database: media.named(driver, database, name))
    if not found:
        fail(f"the graph has no picture, video or sound {name!r}")
    if json:
        # Boxes are keys in the desk's answer, which JSON does not have.
        print_json(
            [
                asdict(each) | {"boxes": [{"box": box, "name": name} for box, name in each.boxes.items()]}
                for each in found
            ]
        )
        return
    console = output.console()
    for each in found:
        console.print(Text(each.caption or each.uri or each.id, style="bold"))
        about = " · ".join(filter(None, (each.id, each.format, each.uri, each.headline)))
        console.print(Text(f"  {about}", style="dim"), soft_wrap=True)
        for thing in each.objects:
            console.print(Text(f"  shows {_placed(thing)}"), soft_wrap=True)
        if each.names:
            console.print(Text(f"  linked to {', '.join(each.names)}"), soft_wrap=True)
        for fact in each.facts:
            stated = (
                f"  states {fact.subject} — {fact.relation} → {fact.object} ({amount(fact.evidence, 'time')} in all)"
            )
            console.print(Text(stated), soft_wrap=True)


def _placed(thing: "DepictedObject") -> str:
    box = f" at {', '.join(f'{edge:g}' for edge in thing.box)}" if thing.box else ""
    when = f", from {thing.begin:g} to {thing.end:g} s" if thing.begin is not None and thing.end is not None else ""
    away = f", depth {thing.depth:.2f}" if thing.depth is not None else ""
    return f"{thing.name} ({thing.score:.2f}){box}{when}{away}"


@graph.command("history")
def history(
    entity: Annotated[str, typer.Argument(help="The entity's name, any of its other names, its id or Wikidata id.")],
    *,
    current: Current = False,
    at: At = None,
    json: Json = False,
) -> None:
    """Show the facts about an entity over time: from when until when, and which fact closed which."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from streams.desk.claims import ClaimView, claims  # noqa: PLC0415
    from streams.desk.history import Episode  # noqa: PLC0415
    from streams.desk.history import history as read  # noqa: PLC0415

    then = at and at.replace(tzinfo=UTC)

    async def ask(driver: "AsyncDriver", database: str, name: str) -> tuple[list[Episode], list[ClaimView]]:
        return await read(driver, name, database), await claims(driver, name, database, at=then)

    episodes, claimed = with_driver(about(entity, ask))
    if current:
        claimed = []
        episodes = [e for e in episodes if e.until is None and e.standing in (None, "current")]
    if then:
        episodes = [e for e in episodes if e.held(then)]
    if not episodes and not claimed:
        fail(_nothing(entity, current, at))
    if json:
        said = [asdict(claim) | {"standing": claim.standing} for claim in claimed]
        print_json({"episodes": episodes, "claims": said})
        return
    # Without borders all columns fit into 80; with them the last one was cut.
    title = episodes[0].entity if episodes else entity
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    # What wraps on a narrow terminal wraps at its spaces; a date is never cut.
    for heading, least in (("relation", 10), ("object", 8), ("from", 10), ("until", 10), ("standing", 9)):
        table.add_column(heading, min_width=least)
    table.add_column("evidence", min_width=4)
    table.add_column("sources", overflow="fold")
    before = ""
    for episode in episodes:
        if before and before != episode.relation:
            table.add_section()
        standing = _standing(episode)
        table.add_row(
            episode.relation if before != episode.relation else "",
            episode.object,
            f"{episode.since:%Y-%m-%d}",
            f"{'by ' if episode.at_latest else ''}{episode.until:%Y-%m-%d}"
            if episode.until
            else f"seen {episode.last_seen:%Y-%m-%d}",
            standing,
            f"{episode.evidence} in {episode.articles}"
            + (f", {amount(episode.voices, 'voice')}" if episode.voices < episode.articles else ""),
            ", ".join(episode.sources[:_SOURCES]) + (" …" if len(episode.sources) > _SOURCES else ""),
            style=_STYLES.get(standing.split()[0]) if standing else None,
        )
        before = episode.relation
    _add_claims(table, claimed)
    output.console().print(table)


def _standing(episode: "Episode") -> str:
    """Returns what became of a fact in words, with who closed it, and which editor says something of it."""
    standing = episode.standing or ""
    if episode.closed_by:
        standing += f" by {episode.closed_by}"
    if episode.corrected:
        confirmed = "confirmed " if episode.corrected["kind"] == "confirm" else ""
        standing = f"{standing} {confirmed}by {episode.corrected['by']}".strip()
    return standing


def _add_claims(table: "Table", claimed: "Sequence[ClaimView]") -> None:
    """Adds claims to a table of history, in a section of their own."""
    if claimed:
        table.add_section()
    for claim in claimed:
        seen = f"seen {claim.last_seen:%Y-%m-%d}"
        sources = sorted({proof["source"] for proof in claim.evidence if proof["source"]})
        table.add_row(
            claim.relation, claim.object, f"{claim.first_seen:%Y-%m-%d}", seen, claim.standing, str(claim.count),
            ", ".join(sources), style="yellow",
        )  # fmt: skip


@graph.command("digest")
def digest() -> None:
    """Print a hash of the whole graph. Equal graphs have equal hashes."""
    from topology.graph.snapshot import snapshot, summed  # noqa: PLC0415

    lines = with_driver(snapshot)
    typer.echo(f"{len(lines)} nodes and relationships, sha256 {summed(lines)}")
