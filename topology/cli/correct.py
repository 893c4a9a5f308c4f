"""`triplewire correct …`: corrections by editors, which precede whatever articles and models say."""

import asyncio
import getpass
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, cast

import typer

from topology.cli import output
from topology.cli.output import Json, fail, print_json

if TYPE_CHECKING:
    from neo4j import AsyncDriver

    from streams.messages.correction_events import Correction, Kind

SOURCE = "triplewire/correct"

correct = typer.Typer(
    no_args_is_help=True,
    help="Correct the graph, whatever articles and models say. An ENTITY is an id, a name that only one entity has, or "
    "a name with its type, such as Jordan/location.",
)

Why = Annotated[str, typer.Option(help="The reason, for people.")]
By = Annotated[str, typer.Option(help="Who corrects; by default the user of this machine.")]
FactParts = Annotated[
    list[str], typer.Argument(metavar="FACT", help="A fact's id, or SUBJECT RELATION OBJECT.", min=1, max=3)
]
EntityName = Annotated[str, typer.Argument(metavar="ENTITY", help="The entity.")]


def register(app: typer.Typer) -> None:
    """Adds the group."""
    app.add_typer(correct, name="correct")


@correct.command("forbid")
def forbid(fact: FactParts, *, why: Why, by: By = "") -> None:
    """Say that a fact does not hold, under any name of its two ends. Its evidence is kept."""
    _of_fact("forbid", fact, by, why)


@correct.command("confirm")
def confirm(fact: FactParts, *, why: Why, by: By = "") -> None:
    """Say that a fact holds, with or without evidence, until later articles report a change."""
    _of_fact("confirm", fact, by, why)


@correct.command("merge")
def merge(
    entity: EntityName,
    into: Annotated[str, typer.Argument(metavar="OTHER", help="The entity that it stands for.")],
    *,
    why: Why,
    by: By = "",
) -> None:
    """Say that an entity is another one."""
    _correct("merge", by, why, subject=entity, object=into)


@correct.command("split")
def split(
    entity: EntityName,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The entity that it is not.")],
    *,
    why: Why,
    by: By = "",
) -> None:
    """Say that a name stands for itself, and is not another entity."""
    _correct("split", by, why, subject=entity, object=other)


@correct.command("type")
def type_(
    entity: EntityName,
    right: Annotated[str, typer.Argument(metavar="TYPE", help="The right type, as in the ontology.")],
    *,
    why: Why,
    by: By = "",
) -> None:
    """Say of which type an entity is: it then stands for the entity of the same name and this type."""
    _correct("type", by, why, subject=entity, value=right)


@correct.command("wikidata")
def wikidata(
    entity: EntityName,
    right: Annotated[str, typer.Argument(metavar="ID", help="The right id, such as Q312; `none` for none.")],
    *,
    why: Why,
    by: By = "",
) -> None:
    """Say which Wikidata item an entity is."""
    _correct("wikidata", by, why, subject=entity, value="" if right == "none" else right)


@correct.command("class")
def class_(
    happening: Annotated[str, typer.Argument(metavar="HAPPENING", help="The happening's id.")],
    right: Annotated[str, typer.Argument(metavar="CLASS", help="The right class, as in the ontology.")],
    *,
    why: Why,
    by: By = "",
) -> None:
    """Say of which class a happening is, in all of its reports."""
    _correct("class", by, why, subject=happening, value=right)


@correct.command("withdraw")
def withdraw(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The correction's id.")], *, why: Why, by: By = ""
) -> None:
    """Withdraw a correction: the graph then says what it would say without it."""
    from streams.desk.corrections.wishes import withdrawal_of  # noqa: PLC0415

    _send(lambda driver, database: withdrawal_of(driver, database, id_, by=_who(by), why=why))


@correct.command("list")
def list_(
    entity: Annotated[str, typer.Option(help="Only those about the entity with this id.")] = "",
    limit: Annotated[int, typer.Option(help="Maximum number of corrections.", min=1)] = 50,
    *,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Also list those that no longer hold.")] = False,
    json: Json = False,
) -> None:
    """List corrections, the latest first."""
    from rich.text import Text  # noqa: PLC0415

    from streams.desk.corrections.views import CorrectionView, corrections  # noqa: PLC0415
    from streams.messages.correction_events import Correction, short  # noqa: PLC0415
    from topology.cli.graph.driver import with_driver  # noqa: PLC0415

    async def ask(driver: "AsyncDriver", database: str) -> list[CorrectionView]:
        return await corrections(driver, database, entity=entity or None, withdrawn=withdrawn, limit=limit)

    found = with_driver(ask)
    if json:
        print_json({"corrections": found})
        return
    console = output.console()
    for one in found:
        line = Text(one.id, style="dim")
        line.append(f"  {short(Correction.model_validate_json(one.said))}", style="bold not dim")
        console.print(line, soft_wrap=True)
        console.print(Text(f"    {one.at:%Y-%m-%d %H:%M} {one.by}: {one.why}"), soft_wrap=True)
        if one.withdrawn_at:
            said = f"    withdrawn {one.withdrawn_at:%Y-%m-%d %H:%M} {one.withdrawn_by}: {one.withdrawn_why}"
            console.print(Text(said, style="yellow"), soft_wrap=True)


def _of_fact(kind: str, parts: list[str], by: str, why: str) -> None:
    if len(parts) == 1:
        _correct(kind, by, why, fact=parts[0])
    elif len(parts) == 3:  # noqa: PLR2004
        subject, relation, object_ = parts
        _correct(kind, by, why, subject=subject, relation=relation, object=object_)
    else:
        fail("name a fact by its id, or by SUBJECT RELATION OBJECT")


def _correct(kind: str, by: str, why: str, **said: str) -> None:
    from streams.desk.corrections.wishes import Wish, correction_of  # noqa: PLC0415
    from topology.ontology import load_ontology  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    wish = Wish(cast("Kind", kind), **said)
    ontology = load_ontology(settings().ontology)
    _send(lambda driver, database: correction_of(driver, database, ontology, wish, by=_who(by), why=why))


def _send(make: "Callable[[AsyncDriver, str], Awaitable[Correction]]") -> None:
    """Sends the correction that is made of the graph; exits with a message if it cannot be made or sent."""
    from streams.corrections.sending import NotSentError, send  # noqa: PLC0415
    from streams.desk.corrections.wishes import WishError  # noqa: PLC0415
    from streams.messages.correction_events import short  # noqa: PLC0415
    from topology.cli.graph.driver import with_driver  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # we report what it logs as an error, with advice
    try:
        correction = with_driver(make)
        asyncio.run(send(settings(), correction, source=SOURCE))
    except WishError as error:
        fail(str(error))
    except NotSentError as error:
        fail(f"{error}; is Kafka at {settings().kafka} up? Send it again")
    typer.echo(
        f"sent {correction.id} ({short(correction)}). It holds once the workers corrections, entities and sink have "
        "passed it on; `triplewire correct list` shows it then"
    )


def _who(by: str) -> str:
    return by or getpass.getuser()
