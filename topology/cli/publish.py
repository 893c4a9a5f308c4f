"""`triplewire publish` and `triplewire retract`: publish articles and withdraw them."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from topology.cli.lines import fitted, printable, width, wrapped
from topology.cli.output import fail
from topology.topics import RAW_NEWS

if TYPE_CHECKING:
    from aiokafka.structs import RecordMetadata

    from streams.sources import FeedRecord, LeftOut
    from streams.sources.producer import PublishReport

SHOWN = 20
"""Lines of a kind that are shown; `--json` shows all."""

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
            help="JSONL or JSON files, folders, text, Markdown or HTML files, feed files or addresses (RSS, Atom, "
            "JSON Feed, ninjs, NewsML-G2); `-` reads JSON lines from standard input.",
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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only read, and show what would be published. Needs no Kafka.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print a JSON object per line: each record, whatever is left out, and a summary."),
    ] = False,
) -> None:
    """Publish articles from files, folders and feeds, or your own article with --headline and --body.

    Prints the ids, and what was left out and why.

    Exit status 0: everything that was found is published, which may be nothing; lines that are no articles count as
    published, and go to dead letters. 1: a source cannot be read (the others are published), an article is too large,
    or Kafka does not answer. 2: the command is not used properly.
    """
    if bool(sources) == bool(body):
        fail("give a source, or an article of your own with --headline and --body (see --help)")
    items: Iterable[FeedRecord]
    account = _Account(topic, as_json=as_json, dry_run=dry_run)
    if body:
        own = _own(headline, body, id_, url, source)
        items = [own]
    else:
        items = _read(sources or (), account, allow_private=allow_private)
    chosen = account.watch(islice(items, limit))
    report = _pretend(chosen, topic, account) if dry_run else _run(chosen, topic, rate, account)
    account.finish(report)
    if body and not as_json and not dry_run:
        typer.echo(f"its id is {own.key}; `triplewire retract {own.key}` withdraws it")
    if report.refused_count or account.failed:
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
    report = _run(iter(items), topic, None, _Account(topic))
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


def _read(sources: Sequence[str], account: "_Account", *, allow_private: bool) -> Iterator["FeedRecord"]:
    """Yields the records of all sources; one that cannot be read does not keep the others from being published."""
    from streams.sources import SourceError, read_source  # noqa: PLC0415

    for source in sources:
        try:
            yield from read_source(source, allow_private=allow_private, left_out=account.left_out)
        except SourceError as error:
            account.unreadable(source, str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours in one source must not cost the others
            account.unreadable(
                source, f"{source}: cannot be read ({type(error).__name__}: {error}); please report this"
            )


@dataclass
class _Account:
    """What happened to each record of a run, for people or for machines.

    Attributes:
        topic: The topic.
        as_json: Whether to print JSON lines.
        dry_run: Whether nothing is sent.
        sent: (id, headline) of the first records.
        left: The first things that were left out.
        left_count: How many there are.
        failed: What could not be read.
        warnings: What else somebody should know.
    """

    topic: str
    as_json: bool = False
    dry_run: bool = False
    sent: list[tuple[str, str]] = field(default_factory=list)
    left: list["LeftOut"] = field(default_factory=list)
    left_count: int = 0
    failed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def watch(self, items: Iterable["FeedRecord"]) -> Iterator["FeedRecord"]:
        """Yields the records and remembers the first of them."""
        for item in items:
            if len(self.sent) < SHOWN:
                self.sent.append((item.key, _headline(item)))
            yield item

    def left_out(self, one: "LeftOut") -> None:
        """Notes what a source leaves out."""
        self.left_count += 1
        if len(self.left) < SHOWN:
            self.left.append(one)
        self._line(status="left out", where=one.where, what=one.what, reason=one.reason)

    def unreadable(self, source: str, message: str) -> None:
        """Notes a source that cannot be read."""
        self.failed.append(message)
        self._line(status="unreadable", where=source, reason=message)

    def acknowledged(self, item: "FeedRecord", metadata: "RecordMetadata | None") -> None:
        """Notes a record that the broker has, or would get."""
        place = {} if metadata is None else {"partition": metadata.partition, "offset": metadata.offset}
        problem = {"problem": item.problem} if item.problem else {}
        status = "would send" if metadata is None else "sent"
        self._line(status=status, id=item.key, where=item.where, headline=_headline(item), **place, **problem)

    def _line(self, **fields: Any) -> None:
        if self.as_json:
            typer.echo(json.dumps(fields))

    def finish(self, report: "PublishReport") -> None:
        """Prints the summary."""
        if self.as_json:
            for where, reason in report.refused:
                self._line(status="refused", where=where, reason=reason)
            self._line(
                status="summary",
                topic=self.topic,
                **{"would_send" if self.dry_run else "sent": report.sent},
                invalid=report.invalid_count,
                refused=report.refused_count,
                left_out=self.left_count,
                unreadable=len(self.failed),
                warnings=self.warnings,
                seconds=round(report.seconds, 3),
            )
            return
        if report.sent or not self.failed:
            self._say_sent(report)
        for title, count, found, style in (
            ("not valid articles; published unchanged, see `triplewire dead-letters list`",
             report.invalid_count, report.invalid, "yellow"),
            ("too large for the topic, not published", report.refused_count, report.refused, "red"),
            ("left out", self.left_count, [(one.where, f"{one.what}: {one.reason}") for one in self.left], "yellow"),
        ):  # fmt: skip
            _say_list(title, count, found, style)
        for message in self.failed:
            err.print(printable(message), style="red", markup=False, highlight=False, soft_wrap=True)
        for message in self.warnings:
            err.print(message, style="yellow", markup=False, highlight=False, soft_wrap=True)

    def _say_sent(self, report: "PublishReport") -> None:
        speed = f", {report.sent / report.seconds:.0f}/s" if report.sent > 1 and report.seconds else ""
        verb = "would publish" if self.dry_run else "published"
        plural = "s" * (report.sent != 1)
        typer.echo(f"{verb} {report.sent} article{plural} on {self.topic} ({report.bytes / 1e6:.2f} MB{speed})")
        for id_, headline in self.sent:
            typer.echo(f"  {printable(id_)}  {fitted(headline, max(10, width() - len(id_) - 4))}".rstrip())
        if report.sent > len(self.sent):
            typer.echo(f"  … and {report.sent - len(self.sent)} more; --json prints all ids")


def _headline(item: "FeedRecord") -> str:
    if item.article is None:
        return "(not a valid article)"
    return (
        "(withdrawn)" if item.article.op == "retract" else printable(item.article.headline or item.article.body)[:200]
    )


def _say_list(title: str, count: int, found: Sequence[tuple[str, str]], style: str) -> None:
    if not count:
        return
    err.print(f"[{style}]{count} {title}:[/]", soft_wrap=True)
    for where, reason in found[:SHOWN]:
        line = f"{where}: {reason}"
        for part in wrapped(line, "  ") if err.is_terminal else [f"  {printable(line)}"]:
            err.print(part, markup=False, highlight=False, soft_wrap=True)
    if count > SHOWN:
        err.print(f"  … and {count - SHOWN} more")


def _pretend(items: Iterable["FeedRecord"], topic: str, account: _Account) -> "PublishReport":
    """Counts records as publishing them would, without Kafka."""
    from streams.road.publisher import KAFKA_DEFAULT_LIMIT, LIMITS  # noqa: PLC0415
    from streams.sources.producer import PublishReport  # noqa: PLC0415

    report, largest = PublishReport(), LIMITS.get(topic, KAFKA_DEFAULT_LIMIT)
    for item in items:
        if len(item.value) > largest:
            report.too_large(item, topic, largest)
            continue
        if item.problem:
            report.not_valid(item)
        report.sent += 1
        report.bytes += len(item.value)
        account.acknowledged(item, None)
    return report


async def _warn(bootstrap: str, account: _Account) -> None:
    """Adds a warning if no worker reads the topic: what was published then waits."""
    from aiokafka.errors import KafkaError  # noqa: PLC0415

    from streams.road.lags import Lags  # noqa: PLC0415
    from topology.topics import TOPICS  # noqa: PLC0415

    groups = [group for topic in TOPICS if topic.name == account.topic for group in topic.groups]
    try:
        async with Lags(bootstrap) as lags:
            alone = [group for group in groups if await lags.unread(group)]
    except KafkaError:
        return  # everything is published; a user without the right to describe groups is no failure
    for group in alone:
        account.warnings.append(
            f"no worker of the group {group} reads {account.topic} now: start one with `triplewire worker "
            f"{group.removeprefix('triplewire-')}`; what is published waits for it"
        )


def _run(items: Iterator["FeedRecord"], topic: str, rate: float | None, account: _Account) -> "PublishReport":
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

                acknowledged: Callable[[FeedRecord, RecordMetadata], None] = account.acknowledged
                report = await publisher.publish(items, rate=rate, progress=progress, acknowledged=acknowledged)
        await _warn(settings().kafka, account)
        return report

    try:
        return asyncio.run(go())
    except PublishError as error:
        fail(str(error))
    finally:
        tracing.shutdown()
