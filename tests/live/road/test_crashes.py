"""Each process dies by kill -9 in mid-stream, one after the other: nothing is lost, and the graph is the same.

Real broker, real Triton with the shipped model, real Neo4j, real workers, the keeper as in any embedded stack.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice
from pathlib import Path

import psutil
import pytest
from aiokafka.errors import KafkaError

from streams.road.lags import Lags
from streams.sources import FeedRecord, read_source
from streams.sources.producer import FeedProducer, PublishReport
from tests.helpers.embedded import CACHE, free_port_base
from tests.live.own_system import running
from topology.demo.feed import SAMPLE
from topology.demo.progress import FeedProgress, Tracker
from topology.graph.connection import connect
from topology.graph.snapshot import CLOCK, snapshot
from topology.local.stack import LocalStack
from topology.settings import Settings, settings
from topology.topics import DEAD_LETTERS, NEWS_GROUP, RAW_NEWS

pytestmark = pytest.mark.live

PATIENCE = 180
SLICE = 96
"""Articles on their way at each death: several batches on each partition."""

LOOK_EVERY = 0.1


def own_settings(state: Path) -> Settings:
    return Settings(
        state=state,
        cache=CACHE,
        port_base=free_port_base(),
        neo4j_password="only-for-tests",
        # Small batches, so that a death always finds some done, some begun and some waiting.
        batch_size=8,
        sink_batch=32,
        session_timeout=6,
    )


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


async def through(bootstrap: str, items: list[FeedRecord], in_midstream: Callable[[], object] | None = None) -> None:
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


def kill_stub(stack: LocalStack) -> None:
    record = stack.processes.record("triton")
    assert record is not None
    children = psutil.Process(record.pid).children(recursive=True)
    stubs = [child for child in children if "triton_python_backend_stub" in " ".join(child.cmdline())]
    os.kill(stubs[0].pid, signal.SIGKILL)


def join(stack: LocalStack) -> None:
    argv = [sys.executable, "-m", "streams.worker", "news"]
    stack.start_process("worker-news-2", argv, {"TRIPLEWIRE_WORKER_ID": "second-news-worker"})


BLOWS: dict[str, Callable[[LocalStack], object]] = {
    "the news worker": lambda stack: stack.kill("worker-news"),
    "the entities worker": lambda stack: stack.kill("worker-entities"),
    "the sink": lambda stack: stack.kill("worker-sink"),
    "the broker": lambda stack: stack.kill("kafka"),
    "Triton": lambda stack: stack.kill("triton"),
    "a Triton stub": kill_stub,
    "Neo4j": lambda stack: stack.kill("neo4j"),
    "a second news worker joins": join,
    "and leaves": lambda stack: stack.stop_process("worker-news-2"),
}
"""What disturbs the stream, by name."""


async def graph() -> list[str]:
    async with connect(settings()) as driver:
        return await snapshot(driver, ignore=CLOCK)


async def offsets(bootstrap: str) -> tuple[int, int]:
    """Returns how many dead letters there are, and how many articles were read."""
    async with Lags(bootstrap) as lags:
        buried = await lags.ends(DEAD_LETTERS.name)
        read = await lags.committed(NEWS_GROUP, RAW_NEWS.name)
    return sum(buried.values()), sum(read.values())


def undisturbed_graph(state: Path, slices: Sequence[list[FeedRecord]]) -> list[str]:
    """Returns the graph of a system in which nothing dies.

    It is a system of its own: what a stage remembers of one run, it would not say again in the other.
    """
    with running(own_settings(state)) as stack:
        for items in slices:
            asyncio.run(through(stack.settings.kafka, items))
        return asyncio.run(graph())


def test_the_graph_after_every_process_was_killed_equals_that_of_an_undisturbed_run(tmp_path: Path) -> None:
    slices = list(islice(feed(), len(BLOWS)))
    undisturbed = undisturbed_graph(tmp_path / "undisturbed", slices)
    with running(own_settings(tmp_path / "disturbed")) as stack:
        for (name, strike), items in zip(BLOWS.items(), slices, strict=True):
            print(f"striking: {name}")  # noqa: T201 - says which blow did it, should the test fail
            asyncio.run(through(stack.settings.kafka, items, partial(strike, stack)))
        disturbed = asyncio.run(graph())
        assert asyncio.run(offsets(stack.settings.kafka)) == (0, len(slices) * SLICE)
    facts = [line for line in undisturbed if '"property":"P' in line]
    assert len(facts) > 20, "the model must find facts, or the comparison says little"
    assert [line for line in undisturbed if line not in set(disturbed)] == []
    assert disturbed == undisturbed
