"""`triplewire erase`: deletes an article and what only it supported, for good."""

import logging
from typing import TYPE_CHECKING, Annotated

import typer

from topology.cli.output import fail

if TYPE_CHECKING:
    from neo4j import AsyncDriver

    from streams.desk.erasing import Erased

WITHIN = 60.0


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(erase)


def erase(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of the articles to erase.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    within: Annotated[
        float, typer.Option(min=0, help="Seconds to wait until the sink has deleted it from the graph.")
    ] = WITHIN,
) -> None:
    """Erase articles: their text, sentences, media and whatever nothing else supports leave the graph for good.

    Use `retract` to withdraw an article: that keeps what it said, marked. An erasure cannot be undone. Subscribers
    learn of it as a retraction with `erase`. docs/operations.md lists what Kafka, backups and caches still hold, and
    until when.
    """
    from topology.cli.graph.driver import with_driver  # noqa: PLC0415

    if not yes:
        typer.confirm(f"Erase {', '.join(ids)} for good?", abort=True)
    waiting = False
    for id_ in ids:

        async def work(driver: "AsyncDriver", database: str, id_: str = id_) -> "Erased":
            return await _erase(driver, database, id_, within)

        waiting |= not _report(id_, with_driver(work))
    if waiting:
        raise typer.Exit(1)


async def _erase(driver: "AsyncDriver", database: str, id_: str, within: float) -> "Erased":
    from aiokafka.errors import KafkaError  # noqa: PLC0415

    from streams.corrections.erasing import forget, words_of  # noqa: PLC0415
    from streams.desk.brought import words  # noqa: PLC0415
    from streams.desk.erasing import erase as erased  # noqa: PLC0415
    from streams.road.publisher import KafkaPublisher  # noqa: PLC0415
    from streams.sources.producer import FeedProducer, PublishError  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415
    from topology.topics import RAW_NEWS  # noqa: PLC0415

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # we report what it logs as an error, with advice
    try:
        # It says at once that no broker answers; the publisher below would wait for one.
        async with FeedProducer(settings().kafka, RAW_NEWS.name):
            pass
    except PublishError as error:
        fail(str(error))
    publisher = KafkaPublisher("erase", settings().kafka)
    await publisher.start()
    try:
        named = words_of(await words(driver, id_, database))
        done = await erased(driver, database, id_, publisher.publish, within=within)
        try:
            reasons = await forget(settings().kafka, named, publisher.publish)
        except KafkaError as error:
            fail(f"{id_}: published, but cannot look for it in the reasons of corrections ({error}); erase it again")
    finally:
        await publisher.stop()
    if reasons:
        typer.echo(f"{id_}: took it out of the reasons of {reasons} corrections")
    return done


def _report(id_: str, done: "Erased") -> bool:
    """Prints what happened; returns whether the graph has nothing of the article any more."""
    before, after = done.before, done.after
    if before is None:
        typer.echo(f"{id_}: the graph does not have it; published the erasure for what is on its way")
        return True
    if after.article:
        typer.echo(
            f"{id_}: published, but the graph still has it. It goes once the workers get there: `triplewire status` "
            "shows how far they lag, `triplewire worker news` and `triplewire worker sink` start them.",
            err=True,
        )
        return False
    gone = len(before.facts) - len(after.facts)
    typer.echo(
        f"erased {id_}: {before.evidence} pieces of evidence, {gone} of {len(before.facts)} facts (others support the "
        f"rest), {len(done.names)} entities, {len(before.media)} pictures, videos or sounds, and {len(before.derived)} "
        "articles derived from them"
    )
    return True
