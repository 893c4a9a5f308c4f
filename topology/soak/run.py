"""A soak: articles at full speed with a bounded queue, sampled from outside."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from aiokafka.structs import RecordMetadata

from streams.road.lags import Lags
from streams.sources import FeedRecord
from streams.sources.producer import FeedProducer
from topology.bench.latency import Watch, quantile
from topology.bench.run import processes
from topology.demo.progress import StalledError
from topology.graph.connection import connect
from topology.local.stack import LocalStack
from topology.settings import settings
from topology.soak.sampling import Sample, sample
from topology.topics import ENTITIES_GROUP, MENTIONS, NEWS_GROUP, RAW_NEWS, SINK_GROUP, TRIPLES

CHUNK = 100
QUEUE = 400
"""Articles that may wait to be read; with more, the measured latency would be that of the queue."""

WATCHED = 20
"""Of this many articles, one is watched until the graph shows it."""

LOOK_EVERY = 0.2
STALLED_AFTER = 180.0


@dataclass(frozen=True, slots=True)
class SoakPlan:
    """How long to go on: until the first of both is reached.

    Attributes:
        articles: Most articles.
        seconds: Longest time, without the last articles' way into the graph.
        every: Seconds between samples.
        seed: Seed of the articles.
    """

    articles: int
    seconds: float
    every: float
    seed: int


@dataclass(slots=True)
class Soaked:
    """What was measured.

    Attributes:
        articles: Articles published; all of them arrived.
        seconds: Until the last had arrived.
        moments: Seconds since the start, of each sample.
        published: Articles published by then.
        samples: What was measured then.
        latency: Median seconds from publication to graph of the articles seen since the sample before; None if none.
        slowest: The same, the longest.
    """

    articles: int = 0
    seconds: float = 0.0
    moments: list[float] = field(default_factory=list)
    published: list[int] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    latency: list[float | None] = field(default_factory=list)
    slowest: list[float | None] = field(default_factory=list)


async def soak(stack: LocalStack, plan: SoakPlan, items: Iterator[FeedRecord], say: Callable[[str], None]) -> Soaked:
    """Soaks a running stack with running workers.

    Raises:
        PublishError: The broker does not answer.
        StalledError: Nothing was read for minutes.
    """
    declared, soaked = settings(), Soaked()
    start = time.monotonic()
    async with (
        Lags(declared.kafka) as lags,
        FeedProducer(declared.kafka, RAW_NEWS.name) as publisher,
        connect(declared) as driver,
    ):
        watch = Watch(driver, declared.neo4j_database)
        tasks = [
            asyncio.create_task(watch.run(1 + plan.articles // WATCHED)),
            asyncio.create_task(_sampled(stack, plan, soaked, watch, say=say)),
        ]

        def watched(item: FeedRecord, metadata: RecordMetadata) -> None:
            if place(item) % WATCHED == 0:
                watch.expect(item.key, metadata.timestamp)

        try:
            while soaked.articles < plan.articles and time.monotonic() - start < plan.seconds:
                chunk = list(islice(items, min(CHUNK, plan.articles - soaked.articles)))
                soaked.articles += (await publisher.publish(chunk, acknowledged=watched)).sent
                await _below(lags, NEWS_GROUP, RAW_NEWS.name, QUEUE, tasks)
            for group, topic in ((NEWS_GROUP, RAW_NEWS), (ENTITIES_GROUP, MENTIONS), (SINK_GROUP, TRIPLES)):
                await _below(lags, group, topic.name, 0, tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    soaked.seconds = time.monotonic() - start
    return soaked


def place(item: FeedRecord) -> int:
    """Returns a number of an article that is the same in every run: its place in the stream."""
    return int(item.key.rpartition("-")[2])


async def _below(lags: Lags, group: str, topic: str, most: int, tasks: list[asyncio.Task[None]]) -> None:
    """Waits until at most so many records are left.

    Raises:
        StalledError: Nothing moved for minutes.
    """
    before, moved = -1, time.monotonic()
    while (lag := await lags.lag(group, topic)) > most:
        for task in tasks:
            if task.done() and not task.cancelled():
                task.result()
        if lag != before:
            before, moved = lag, time.monotonic()
        if time.monotonic() - moved > STALLED_AFTER:
            raise StalledError(f"{group} has read nothing of {topic} for {STALLED_AFTER:.0f} s")
        await asyncio.sleep(LOOK_EVERY)


async def _sampled(
    stack: LocalStack, plan: SoakPlan, soaked: Soaked, watch: Watch, *, say: Callable[[str], None]
) -> None:
    start = time.monotonic()
    folders = {name: stack.services[name].data for name in ("kafka", "neo4j")}
    seen = 0
    while True:
        found = await asyncio.to_thread(lambda: sample(processes(stack), folders))
        new = watch.seconds[seen:]
        seen += len(new)
        soaked.moments.append(time.monotonic() - start)
        soaked.published.append(soaked.articles)
        soaked.samples.append(found)
        soaked.latency.append(quantile(new, 0.5) if new else None)
        soaked.slowest.append(max(new) if new else None)
        middle = f"{soaked.latency[-1]:.1f} s" if new else "no article seen"
        say(f"{soaked.moments[-1]:.0f} s: {soaked.articles} articles, publish → graph {middle}")
        await asyncio.sleep(plan.every)
