"""The demo: starts everything, publishes a feed, and queries the graph."""

import asyncio
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from streams.desk.learned import SuggestedLink, likeliest
from streams.desk.media import Medium
from streams.road.lags import Lags
from streams.sources import FeedRecord
from streams.sources.producer import FeedProducer
from topology.admin.topics import create_topics
from topology.demo.account import Account, account, dead_letters_since
from topology.demo.feed import FeedContent
from topology.demo.highlights import Highlights, highlights
from topology.demo.pictures import shown
from topology.demo.progress import Tracker, follow
from topology.demo.report import GraphReport, report
from topology.graph.connection import connect
from topology.graph.schema import ensure_schema
from topology.local.errors import StackError
from topology.local.stack import LocalStack, StackProgress
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import (
    CORRECTIONS_GROUP,
    DEAD_LETTERS,
    ENTITIES_GROUP,
    MEDIA_GROUP,
    NEWS_GROUP,
    RAW_MEDIA,
    RAW_NEWS,
    SINK_GROUP,
    SUGGESTIONS_GROUP,
    TRIPLES,
)

WORKERS = {
    "news": NEWS_GROUP,
    "entities": ENTITIES_GROUP,
    "sink": SINK_GROUP,
    "corrections": CORRECTIONS_GROUP,
}
"""Consumer group by stage."""

MEDIA = "media"
SUGGESTIONS = "suggestions"
JOIN_WITHIN = 120.0
SUGGEST_WITHIN = 90.0
LOOK_EVERY = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a feed.

    Attributes:
        account: Where each article ended up.
        report: The content of the graph.
        highlights: What counts do not show.
        seconds: From the first published record until the last was in the graph or the dead letters.
        triples: Triples and decisions on names written.
        pictures: What was found in the pictures of the feed, starting with those to draw on.
        pictures_refused: Number of pictures in the dead letters.
        suggested: The most probable suggested links; None if the worker had not caught up.
    """

    account: Account
    report: GraphReport
    highlights: Highlights
    seconds: float
    triples: int
    pictures: list[Medium]
    pictures_refused: int
    suggested: list[SuggestedLink] | None = None


@contextmanager
def undone_on_interrupt(stack: LocalStack) -> Iterator[None]:
    """Stops whatever was started inside the block if the block fails or is interrupted (Ctrl-C or SIGTERM).

    What was running before keeps running.
    """
    before = {r.name for r in stack.processes.records() if stack.processes.alive(r.name)}
    terminate = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except BaseException:
        # Another Ctrl-C must not interrupt the clean-up.
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            if before:
                for record in stack.processes.records():
                    if record.name not in before:
                        stack.stop_process(record.name)
            else:
                stack.down()
        finally:
            signal.signal(signal.SIGINT, previous)
        raise
    finally:
        signal.signal(signal.SIGTERM, terminate)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def bring_up(
    stack: LocalStack, progress: StackProgress, pictures: Sequence[Path] = (), *, suggestions: bool = False
) -> None:
    """Starts servers and workers that are not running, and creates topics and graph schema.

    Args:
        stack: The servers.
        progress: Called with what is being done.
        pictures: Folders that a media worker may read in addition to the settings; if any, it is restarted.
        suggestions: Whether to start a suggestions worker too.

    Raises:
        StackError: Something did not start, or the settings name other servers than the embedded ones.
    """
    declared = settings()
    addresses = {"kafka": declared.kafka, "triton": declared.triton, "neo4j": declared.neo4j}
    foreign = [name for name, address in addresses.items() if address != stack.services[name].address]
    if foreign:
        names = ", ".join(f"TRIPLEWIRE_{name.upper()}" for name in foreign)
        raise StackError(f"this uses the embedded stack only, but {names} name other servers; unset them")
    stack.up(report=progress)
    asyncio.run(_prepare())
    workers = WORKERS | ({SUGGESTIONS: SUGGESTIONS_GROUP} if suggestions else {})
    for name in workers:
        if not stack.processes.alive(f"worker-{name}"):
            _start(stack, name, {})
    if pictures:
        # A running worker may have been started with other folders.
        stack.stop_process(f"worker-{MEDIA}")
        _start(stack, MEDIA, {"TRIPLEWIRE_MEDIA_ROOTS": media_roots(pictures)})
    progress("workers", "joining", 0, 0)
    asyncio.run(_joined(stack, workers | ({MEDIA: MEDIA_GROUP} if pictures else {})))


def media_roots(pictures: Sequence[Path]) -> str:
    """Returns the setting that lets a process read pictures in these folders and in those of the settings."""
    return ",".join([*filter(None, [settings().media_roots]), *(str(folder.resolve()) for folder in pictures)])


def _start(stack: LocalStack, name: str, variables: dict[str, str]) -> None:
    stack.start_process(f"worker-{name}", [sys.executable, "-m", "streams.worker", name], variables)


async def _prepare() -> None:
    declared = settings()
    await create_topics(declared.kafka)
    async with connect(declared) as driver:
        await ensure_schema(driver, load_ontology(declared.ontology), declared.neo4j_database)


async def _joined(stack: LocalStack, groups: Mapping[str, str]) -> None:
    deadline = time.monotonic() + JOIN_WITHIN
    async with Lags(settings().kafka) as lags:
        while waiting := [g for g in groups.values() if not await lags.stable(g)]:
            if time.monotonic() > deadline:
                logs = ", ".join(str(stack.processes.log(f"worker-{name}")) for name in groups)
                raise StackError(f"no worker has joined {' or '.join(waiting)} in {JOIN_WITHIN:.0f} s; see {logs}")
            await asyncio.sleep(0.2)


async def send_through(
    items: Sequence[FeedRecord], console: Console, *, media: bool = False, suggestions: bool = False
) -> Outcome:
    """Publishes a feed, shows its progress, and returns the result.

    Args:
        items: The feed.
        console: Where to show the progress.
        media: Whether a media worker is running.
        suggestions: Whether a suggestions worker is running.

    Raises:
        PublishError: The broker does not answer.
        StalledError: There is no progress.
    """
    declared = settings()
    async with Tracker(declared.kafka, media=media) as tracker, Lags(declared.kafka) as lags:
        refused_before = await lags.ends(DEAD_LETTERS.name)
        async with FeedProducer(declared.kafka, RAW_NEWS.name) as publisher:
            published = await publisher.publish(items)
        console.print(
            f"published on {RAW_NEWS.name} in {published.seconds:.1f} s: {FeedContent.of(items)}",
            highlight=False,
            soft_wrap=True,
        )
        seconds = await follow(tracker, published, console) + published.seconds
        triples = (await tracker.look(published)).triples
        caught_up = suggestions and await _caught_up(lags, console)
    letters = await dead_letters_since(declared.kafka, refused_before)
    async with connect(declared) as driver:
        unsent = {where for where, _ in published.refused}
        keys = (item.key for item in items if item.where not in unsent)
        accounted = await account(driver, declared.neo4j_database, keys, letters)
        database = declared.neo4j_database
        found, notable = await report(driver, database), await highlights(driver, database)
        illustrated = [item.article.id for item in items if item.article and item.article.media]
        pictures = await shown(driver, database, illustrated) if media else []
        lost = sum(letter.record.topic == RAW_MEDIA.name for letter in letters)
        suggested = await likeliest(driver, database) if caught_up else None
        return Outcome(accounted, found, notable, seconds, triples, pictures, lost, suggested)


async def _caught_up(lags: Lags, console: Console) -> bool:
    """Waits until the suggestions worker has processed everything; False if it makes no progress."""
    moved, before = time.monotonic(), -1
    while lag := await lags.lag(SUGGESTIONS_GROUP, TRIPLES.name):
        if lag != before:
            moved, before = time.monotonic(), lag
            console.print(f"suggesting links: {lag} records of {TRIPLES.name} to go", highlight=False)
        if time.monotonic() - moved > SUGGEST_WITHIN:
            return False
        await asyncio.sleep(LOOK_EVERY)
    return True
