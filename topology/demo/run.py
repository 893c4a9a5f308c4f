"""The demo: everything up, a feed published, and what the graph then says."""

import asyncio
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console

from streams.lags import Lags
from streams.sources import Item
from streams.sources.publisher import Publisher
from topology.demo.account import Account, account, dead_letters_since
from topology.demo.highlights import Highlights, highlights
from topology.demo.progress import Tracker, follow
from topology.demo.report import Report, report
from topology.graph.connection import connect
from topology.graph.schema import ensure_schema
from topology.local.errors import StackError
from topology.local.stack import LocalStack
from topology.local.stack import Report as Bringing
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topic_admin import create_topics
from topology.topics import DEAD_LETTERS, ENTITIES_GROUP, NEWS_GROUP, RAW_NEWS, SINK_GROUP

WORKERS = ("news", "entities", "sink")
JOIN_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a feed.

    Attributes:
        account: Where each article ended up.
        report: What the graph says.
        highlights: What counts do not tell.
        seconds: From the first record published until the last was in the graph or in dead letters.
        triples: Triples and decisions on names written.
    """

    account: Account
    report: Report
    highlights: Highlights
    seconds: float
    triples: int


@contextmanager
def undone_on_interrupt(stack: LocalStack) -> Iterator[None]:
    """Ends whatever was started inside the block if the block fails or is interrupted (Ctrl-C or SIGTERM).

    What ran before stays.
    """
    before = {r.name for r in stack.processes.records() if stack.processes.alive(r.name)}
    terminate = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except BaseException:
        # Once more Ctrl-C must not leave half of it behind.
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


def bring_up(stack: LocalStack, bringing: Bringing) -> None:
    """Starts servers and workers that do not run yet, and creates topics and graph schema.

    Raises:
        StackError: Something did not start, or the settings point to other servers than the embedded ones.
    """
    declared = settings()
    addresses = {"kafka": declared.kafka, "triton": declared.triton, "neo4j": declared.neo4j}
    foreign = [name for name, address in addresses.items() if address != stack.services[name].address]
    if foreign:
        names = ", ".join(f"TRIPLEWIRE_{name.upper()}" for name in foreign)
        raise StackError(f"this works on the embedded stack alone, but {names} point elsewhere; unset them")
    stack.up(report=bringing)
    asyncio.run(_prepare())
    for name in WORKERS:
        if not stack.processes.alive(f"worker-{name}"):
            stack.start_process(f"worker-{name}", [sys.executable, "-m", "streams.worker", name])
    bringing("workers", "joining", 0, 0)
    asyncio.run(_joined(stack))


async def _prepare() -> None:
    declared = settings()
    await create_topics(declared.kafka)
    async with connect(declared) as driver:
        await ensure_schema(driver, load_ontology(declared.ontology), declared.neo4j_database)


async def _joined(stack: LocalStack) -> None:
    deadline = time.monotonic() + JOIN_WITHIN
    async with Lags(settings().kafka) as lags:
        while waiting := [g for g in (NEWS_GROUP, ENTITIES_GROUP, SINK_GROUP) if not await lags.stable(g)]:
            if time.monotonic() > deadline:
                logs = ", ".join(str(stack.processes.log(f"worker-{name}")) for name in WORKERS)
                raise StackError(f"no worker has joined {' or '.join(waiting)} in {JOIN_WITHIN:.0f} s; see {logs}")
            await asyncio.sleep(0.2)


async def send_through(items: Sequence[Item], console: Console) -> Outcome:
    """Publishes a feed, shows its way, and returns what came of it.

    Raises:
        PublishError: The broker is not there.
        StalledError: Nothing moves any more.
    """
    declared = settings()
    async with Tracker(declared.kafka) as tracker, Lags(declared.kafka) as lags:
        refused_before = await lags.ends(DEAD_LETTERS.name)
        async with Publisher(declared.kafka, RAW_NEWS.name) as publisher:
            published = await publisher.publish(items)
        console.print(f"published {published.sent} articles on {RAW_NEWS.name} in {published.seconds:.1f} s")
        seconds = await follow(tracker, published, console) + published.seconds
        triples = (await tracker.look(published)).triples
    letters = await dead_letters_since(declared.kafka, refused_before)
    async with connect(declared) as driver:
        unsent = {where for where, _ in published.refused}
        keys = (item.key for item in items if item.where not in unsent)
        whereabouts = await account(driver, declared.neo4j_database, keys, letters)
        database = declared.neo4j_database
        found, told = await report(driver, database), await highlights(driver, database)
        return Outcome(whereabouts, found, told, seconds, triples)
