"""Each process dies by kill -9 in mid-stream, one after the other: nothing is lost, and the graph is the same.

Real broker, real Triton with the shipped model, real Neo4j, real workers, the keeper as in any embedded stack.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count

import psutil
import pytest
from aiokafka.errors import KafkaError
from neo4j import AsyncDriver

from streams.messages.events import Article
from streams.road.lags import Lags
from streams.sources import FeedRecord, read_source
from streams.sources.producer import FeedProducer, PublishReport
from tests.helpers.embedded import CACHE, free_port_base
from tests.live.own_system import running
from topology.demo.feed import SAMPLE
from topology.demo.progress import FeedProgress, Tracker
from topology.graph.connection import connect
from topology.graph.names import OFFSET
from topology.graph.snapshot import CLOCK, snapshot
from topology.local.stack import LocalStack
from topology.settings import Settings, settings
from topology.topics import DEAD_LETTERS, NEWS_GROUP, RAW_NEWS

pytestmark = pytest.mark.live

PATIENCE = 180
SLICE = 96
"""Articles on their way at each death: several batches on each partition."""

LOOK_EVERY = 0.1


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The whole system, workers included, on ports of its own: what dies here must not disturb other tests."""
    own = Settings(
        state=tmp_path_factory.mktemp("crashes"),
        cache=CACHE,
        port_base=free_port_base(),
        neo4j_password="only-for-tests",
        # Small batches, so that a death always finds some done, some begun and some waiting.
        batch_size=8,
        sink_batch=32,
        session_timeout=6,
    )
    with running(own) as stack:
        yield stack


def feed() -> Iterator[list[FeedRecord]]:
    """Yields slices of articles, each text under several ids, so that facts have much evidence."""
    articles = [item.article for item in read_source(str(SAMPLE)) if item.article and item.article.op == "upsert"]
    for turn in count():
        yield [
            FeedRecord.of(article.model_copy(update={"id": f"{article.id}-{turn}-{n}"}), "feed")
            for n, article in zip(range(SLICE), articles * (SLICE // len(articles) + 1), strict=False)
        ]


async def until(tracker: Tracker, published: PublishReport, enough: Callable[[FeedProgress], bool]) -> FeedProgress:
    """Waits until the stream stands so. A server that is down cannot be asked: it is asked again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with asyncio.timeout(20):
                    standing = await tracker.look(published)
            except (OSError, TimeoutError, KafkaError):
                await asyncio.sleep(LOOK_EVERY)
                continue
            if enough(standing):
                return standing
            await asyncio.sleep(LOOK_EVERY)


async def through(bootstrap: str, items: list[FeedRecord], in_midstream: Callable[[], None] | None = None) -> None:
    """Publishes a slice and waits until the graph has it; `in_midstream` is called while some of it is on its way."""
    async with Tracker(bootstrap) as tracker:
        async with FeedProducer(bootstrap, RAW_NEWS.name) as publisher:
            published = await publisher.publish(items)
        assert (published.sent, published.invalid, published.refused) == (len(items), [], [])
        if in_midstream:
            standing = await until(tracker, published, lambda now: now.read > 0)
            assert not standing.done, "the slice went through before the blow; make it larger"
            in_midstream()
    # A connection of its own: the blow may have killed the broker that the other one spoke to.
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with Tracker(bootstrap) as tracker:
                    await until(tracker, published, lambda now: now.done)
                    return
            except (OSError, KafkaError):
                await asyncio.sleep(LOOK_EVERY)


def retracted(items: list[FeedRecord]) -> list[FeedRecord]:
    return [FeedRecord.of(Article(id=item.key, op="retract"), "feed") for item in items]


async def forget(driver: AsyncDriver) -> None:
    """Empties the graph, but for how far the stream was read."""
    while True:
        found = await driver.execute_query(
            f"MATCH (n) WHERE NOT n:{OFFSET} WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS gone"
        )
        if not found.records[0]["gone"]:
            return


def blows(stack: LocalStack) -> dict[str, Callable[[], None]]:
    """Returns, by name, each disturbance."""

    def kill_stub() -> None:
        record = stack.processes.record("triton")
        assert record is not None
        children = psutil.Process(record.pid).children(recursive=True)
        stubs = [child for child in children if "triton_python_backend_stub" in " ".join(child.cmdline())]
        os.kill(stubs[0].pid, signal.SIGKILL)

    def join() -> None:
        argv = [sys.executable, "-m", "streams.worker", "news"]
        stack.start_process("worker-news-2", argv, {"TRIPLEWIRE_WORKER_ID": "second-news-worker"})

    return {
        "the news worker": lambda: stack.kill("worker-news"),
        "the sink": lambda: stack.kill("worker-sink"),
        "the broker": lambda: stack.kill("kafka"),
        "Triton": lambda: stack.kill("triton"),
        "a Triton stub": kill_stub,
        "Neo4j": lambda: stack.kill("neo4j"),
        "a second news worker joins": join,
        "and leaves": lambda: stack.stop_process("worker-news-2"),
    }


async def test_the_graph_after_every_process_was_killed_equals_that_of_an_undisturbed_run(system: LocalStack) -> None:
    disturbances = blows(system)
    slices = [items for items, _ in zip(feed(), disturbances, strict=False)]
    bootstrap = system.settings.kafka
    async with Lags(bootstrap) as lags:
        buried = await lags.ends(DEAD_LETTERS.name)

    async with connect(settings()) as driver:
        for items in slices:
            await through(bootstrap, items)
        undisturbed = await snapshot(driver, ignore=CLOCK)
        # What was decided of their happenings is forgotten with the articles, or else it would not be said again.
        await through(bootstrap, [one for items in slices for one in retracted(items)])
        await forget(driver)

    for (name, strike), items in zip(disturbances.items(), slices, strict=True):
        print(f"striking: {name}")  # noqa: T201 - says which blow did it, should the test fail
        await through(bootstrap, items, strike)

    async with connect(settings()) as driver:
        disturbed = await snapshot(driver, ignore=CLOCK)
    async with Lags(bootstrap) as lags:
        assert await lags.ends(DEAD_LETTERS.name) == buried
        assert sum((await lags.committed(NEWS_GROUP, RAW_NEWS.name)).values()) == 3 * len(slices) * SLICE
    facts = [line for line in undisturbed if '"property":"P' in line]
    assert len(facts) > 20, "the model must find facts, or the comparison says little"
    assert [line for line in undisturbed if line not in set(disturbed)] == []
    assert disturbed == undisturbed
