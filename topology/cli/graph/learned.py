"""`triplewire graph related`, `similar`, `next` and `vectors`: what models add to the graph."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from topology.cli import output
from topology.cli.lines import amount
from topology.cli.output import Json, fail, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from neo4j import AsyncDriver
    from rich.console import Console

    from streams.desk import learned
    from streams.desk.sessions import Session
    from topology.settings import Settings

LEGEND = (
    "  The percentage is the probability that the link is reported within two months. A fact's weight, in brackets, is "
    "by how much the log-odds of the link fall without the fact: +0.69 means half as likely, +0.06 about 6% less."
)

Entity = Annotated[str, typer.Argument(help="The entity's name, any of its other names, its id or Wikidata id.")]
Limit = Annotated[int, typer.Option(help="Maximum number of entities to show.", min=1)]


def register(graph: typer.Typer) -> None:
    """Adds the commands to the group."""
    for name, command in (("related", related), ("similar", similar), ("next", next_), ("vectors", vectors)):
        graph.command(name)(command)


def related(entity: Entity, limit: Limit = 10, *, json: Json = False) -> None:
    """Show the entities that facts link with an entity, and suggested links with their reasons."""
    from rich.text import Text  # noqa: PLC0415

    from streams.desk import learned  # noqa: PLC0415
    from topology.cli.graph.driver import about, with_driver  # noqa: PLC0415

    async def ask(
        driver: "AsyncDriver", database: str, name: str
    ) -> "tuple[list[learned.LinkedEntity], list[learned.SuggestedLink]]":
        return (
            await learned.linked(driver, name, database, limit),
            await learned.suggested(driver, name, database),
        )

    beside, suggested = with_driver(about(entity, ask))
    if not beside and not suggested:
        fail(f"the graph links nothing with {entity!r}; `triplewire graph stats` shows what it contains")
    if json:
        print_json({"linked": beside, "suggested": suggested[:limit]})
        return
    console = output.console()
    for one in beside:
        line = Text(f"{one.name}, {one.type}", style="bold")
        console.print(line.append(f" · {', '.join(one.relations)} ({amount(one.evidence, 'time')})", style="not bold"))
    if suggested:
        console.print(Text("Suggested, and not reported at that time:", style="italic"))
    for each in suggested[:limit]:
        print_suggestion(each, console)
    if suggested:
        console.print(LEGEND, style="dim", highlight=False)


def print_suggestion(each: "learned.SuggestedLink", console: "Console") -> None:
    """Prints a suggestion and its reasons."""
    from rich.text import Text  # noqa: PLC0415

    line = Text(f"  {each.subject} — {each.predicate} → {each.object}?", style="bold")
    line.append(f"  {each.confidence:.1%}", style="cyan not bold")
    console.print(line.append("  reported since" if each.confirmed else "", style="green not bold"), soft_wrap=True)
    for reason in each.because:
        console.print(Text(f"    as {reason}", style="dim"), soft_wrap=True)


def similar(
    entity: Entity,
    limit: Limit = 10,
    by_name: Annotated[
        bool, typer.Option("--by-name", help="Compare names and types instead of surroundings.")
    ] = False,
    json: Json = False,
) -> None:
    """Show the entities with the most similar surroundings, from Neo4j's vector index."""
    from rich.table import Table  # noqa: PLC0415

    from streams.desk import learned  # noqa: PLC0415
    from topology.cli.graph.driver import about, with_driver  # noqa: PLC0415

    found = with_driver(
        about(
            entity,
            lambda driver, database, name: learned.similar(driver, name, database, limit=limit, by_name=by_name),
        )
    )
    if not found:
        fail(
            f"the graph has no vector of {entity!r}; the `suggestions` worker or `triplewire graph vectors` computes it"
        )
    if json:
        print_json(found)
        return
    table = Table("entity", "type", "similarity", "both linked with")
    for one in found:
        table.add_row(one.name, one.type, f"{one.score:.3f}", ", ".join(one.shared))
    output.console().print(table)


def next_(
    entity: Entity,
    limit: Limit = 10,
    articles: Annotated[
        int,
        typer.Option(
            help="Number of newest articles naming the entity that stand for its story if it is in none.", min=1
        ),
    ] = 3,
    json: Json = False,
) -> None:
    """Show the entities that are likely to be named next in the story around an entity."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from inference.triton.connection import InferenceRejected, InferenceUnavailable  # noqa: PLC0415
    from streams.desk.sessions import session  # noqa: PLC0415
    from topology.cli.graph.driver import about, with_driver  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    story = with_driver(
        about(entity, lambda driver, database, name: session(driver, name, database, articles=articles))
    )
    if not story.current:
        fail(f"no article in the graph names {entity!r}; `triplewire graph stats` shows what it contains")
    try:
        ranked = asyncio.run(_ranked(story, settings()))
    except (InferenceUnavailable, InferenceRejected, OSError) as error:
        fail(f"{error}; start Triton with `triplewire up triton`")
    if json:
        print_json(
            [
                dict(zip(("id", "name", "type", "score"), (id_, *story.names[id_], float(score)), strict=True))
                for id_, score in ranked[:limit]
            ]
        )
        return
    console = output.console()
    named = dict.fromkeys(story.names[id_][0] for id_ in story.current if id_ in story.names)
    about_what = f" ({story.title})" if story.title else ""
    console.print(Text(f"The story so far{about_what}: " + ", ".join(named), style="dim"))
    table = Table("next", "type", "score", "articles")
    for id_, score in ranked[:limit]:
        name, type_ = story.names[id_]
        table.add_row(name, type_, f"{score:+.2f}", str(story.seen[id_]))
    console.print(table)


async def _ranked(story: "Session", declared: "Settings") -> list[tuple[str, float]]:
    """Returns the story's candidates, most probable first: entities that occurred with its entities before."""
    from inference.next_entity.client import SessionClient  # noqa: PLC0415
    from inference.next_entity.next_entities import next_entities  # noqa: PLC0415
    from inference.text_embedding.client import EmbeddingClient  # noqa: PLC0415

    texts = EmbeddingClient(declared.triton, declared.models, timeout=declared.inference_timeout)
    sessions = SessionClient(declared.triton, timeout=declared.inference_timeout)
    try:
        return await next_entities(
            texts, sessions, current=story.current, related=story.related, names=story.names, seen=story.seen
        )
    finally:
        await texts.close()
        await sessions.close()


def vectors() -> None:
    """Recompute the vectors and suggestions of all entities: after a change of model, or if the worker lost data."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

    from inference.triton.connection import InferenceRejected  # noqa: PLC0415
    from streams.sink.faults import GraphAccessError  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed:.0f} entities"))
    with Progress(*columns, transient=True, console=Console(stderr=True)) as progress:
        task = progress.add_task("vectors", total=None)
        try:
            done = asyncio.run(
                _rebuilt(settings(), lambda doing, count: progress.update(task, description=doing, completed=count))
            )
        except (GraphAccessError, InferenceRejected, OSError) as error:
            fail(str(error))
    typer.echo(f"recomputed {done} entities")


async def _rebuilt(declared: "Settings", tell: "Callable[[str, int], None]") -> int:
    from streams.road.publisher import KafkaPublisher  # noqa: PLC0415
    from streams.suggestions.outbox import Outbox  # noqa: PLC0415
    from streams.suggestions.rebuild import rebuild  # noqa: PLC0415
    from streams.suggestions.refresh import Limits, Refresher  # noqa: PLC0415
    from streams.suggestions.setup import suggester  # noqa: PLC0415
    from topology.graph.connection import connect  # noqa: PLC0415
    from topology.graph.schema import ensure_schema  # noqa: PLC0415
    from topology.ontology import load_ontology  # noqa: PLC0415

    ontology, models = load_ontology(declared.ontology), suggester(declared)
    publisher = KafkaPublisher("suggestions", declared.kafka)
    await publisher.start()
    try:
        async with connect(declared) as driver:
            database = declared.neo4j_database
            await ensure_schema(driver, ontology, database)
            refresher = Refresher(driver, database, models, ontology, Limits.of(declared))
            return await rebuild(refresher, Outbox(driver, database), publisher, tell)
    finally:
        await publisher.stop()
        await models.close()
