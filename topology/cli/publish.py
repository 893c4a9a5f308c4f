"""`triplewire publish` and `triplewire retract`: publish articles and withdraw them."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from topology.cli.output import fail
from topology.topics import RAW_NEWS

if TYPE_CHECKING:
    from streams.sources import FeedRecord
    from streams.sources.producer import PublishReport

SHOWN = 10

out = Console()
err = Console(stderr=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(publish)
    app.command()(retract)


def publish(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE…",
            help="JSONL or JSON files, folders, text, Markdown or HTML files, RSS/Atom files or addresses; "
            "`-` reads JSON lines from standard input.",
        ),
    ] = None,
    *,
    limit: Annotated[int | None, typer.Option(min=1, help="Maximum number of articles to publish.")] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Articles per second; by default as fast as possible.")
    ] = None,
    topic: Annotated[str, typer.Option(help="Topic to publish on.")] = RAW_NEWS.name,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Allow feeds on this machine and on private networks.")
    ] = False,
    headline: Annotated[str, typer.Option(help="Your own article: its headline.")] = "",
    body: Annotated[str, typer.Option(help="Your own article: its text.")] = "",
    id_: Annotated[str, typer.Option("--id", help="Your own article: its id; by default a hash of the text.")] = "",
    url: Annotated[str, typer.Option(help="Your own article: its address.")] = "",
    source: Annotated[str, typer.Option("--source", help="Your own article: its publisher.")] = "",
) -> None:
    """Publish articles from files, folders and feeds, or your own article with --headline and --body."""
    if bool(sources) == bool(body):
        fail("give a source, or an article of your own with --headline and --body (see --help)")
    from streams.sources import SourceError, read_source  # noqa: PLC0415

    items: Iterable[FeedRecord]
    if body:
        own = _own(headline, body, id_, url, source)
        items = [own]
    else:
        items = chain.from_iterable(read_source(s, allow_private=allow_private) for s in sources or ())
    try:
        report = _run(islice(items, limit), topic, rate)
    except SourceError as error:
        fail(str(error))
    _print_report(report, topic)
    if body:
        out.print(
            f"its id is {own.key}; `triplewire retract {own.key}` withdraws it",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if report.refused or not report.sent:
        raise typer.Exit(1)


def retract(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of the articles to withdraw.")],
    topic: Annotated[str, typer.Option(help="Topic to publish on.")] = RAW_NEWS.name,
) -> None:
    """Withdraw articles. Facts that no other article supports are marked as retracted in the graph."""
    from streams.sources import FeedRecord  # noqa: PLC0415

    items = [FeedRecord.build(f"retraction of {i}", {"id": i, "op": "retract"}) for i in ids]
    bad = [f"{item.where}: {item.problem}" for item in items if item.problem]
    if bad:
        fail(bad[0])
    report = _run(iter(items), topic, None)
    out.print(f"retracted {report.sent} article{'s' * (report.sent != 1)} on {topic}")


def _own(headline: str, body: str, id_: str, url: str, source: str) -> "FeedRecord":
    from streams.messages.events import stable_id  # noqa: PLC0415
    from streams.sources import FeedRecord  # noqa: PLC0415

    fields = {
        "id": id_ or stable_id("own", headline, body),
        "headline": headline,
        "body": body,
        "url": url or None,
        "source": source,
        "published_at": datetime.now(UTC).replace(microsecond=0),
    }
    item = FeedRecord.build("your article", fields)
    if item.problem:
        fail(item.problem)
    return item


def _run(items: Iterator["FeedRecord"], topic: str, rate: float | None) -> "PublishReport":
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

    from streams.road import tracing  # noqa: PLC0415
    from streams.sources.producer import FeedProducer, PublishError  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # we report what it logs as an error, with advice
    bar = Progress(
        SpinnerColumn(),
        TextColumn("publishing"),
        BarColumn(),
        TextColumn("{task.completed:.0f} articles"),
        TextColumn("{task.fields[speed]}"),
        console=err,
        disable=not err.is_terminal,
    )

    tracing.configure("triplewire-publish")

    async def go() -> "PublishReport":
        async with FeedProducer(settings().kafka, topic) as publisher:
            with bar:
                task = bar.add_task("publishing", total=None, speed="")

                def progress(report: "PublishReport") -> None:
                    speed = bar.tasks[0].speed
                    bar.update(task, completed=report.sent, speed=f"{speed:.0f}/s" if speed else "")

                return await publisher.publish(items, rate=rate, progress=progress)

    try:
        return asyncio.run(go())
    except PublishError as error:
        fail(str(error))
    finally:
        tracing.shutdown()


def _print_report(report: "PublishReport", topic: str) -> None:
    speed = f", {report.sent / report.seconds:.0f}/s" if report.sent > 1 and report.seconds else ""
    plural = "s" * (report.sent != 1)
    out.print(f"published {report.sent} article{plural} on {topic} ({report.bytes / 1e6:.2f} MB{speed})")
    for title, found, style in (
        (
            "not valid articles; published unchanged, see `triplewire dead-letters list`",
            report.invalid,
            "yellow",
        ),
        ("too large for the topic, not published", report.refused, "red"),
    ):
        if found:
            err.print(f"[{style}]{len(found)} {title}:[/]", soft_wrap=True)
            for where, reason in found[:SHOWN]:
                err.print(f"  {where}: {reason}", markup=False, highlight=False, soft_wrap=True)
            if len(found) > SHOWN:
                err.print(f"  … and {len(found) - SHOWN} more")
