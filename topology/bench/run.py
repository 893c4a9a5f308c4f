"""The benchmark: measures the whole pipeline from outside, on a separate embedded stack."""

import asyncio
import os
import platform
import random
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import psutil
from aiokafka.structs import RecordMetadata
from neo4j import AsyncDriver
from rich.console import Console

from streams.sources import FeedRecord
from streams.sources.producer import FeedProducer
from topology.bench.bare import encoder_seconds, kafka_seconds
from topology.bench.cpu import Seconds, cpu_seconds, difference
from topology.bench.feed import bench_items
from topology.bench.latency import Watch, quantile
from topology.bench.sink import SinkResult, SinkSizes
from topology.bench.sink import measure as measure_sink
from topology.demo.progress import Tracker, follow
from topology.demo.run import WORKERS
from topology.graph.connection import connect
from topology.graph.names import HAPPENING
from topology.local.stack import KEEPER, NAMES, LocalStack
from topology.settings import settings
from topology.topics import RAW_NEWS

RATES = (12.0, 24.0)
"""Articles a second: a busy wire, and twice that."""

BARE = 1000
"""Articles whose windows the bare encoder reads."""

SAMPLED = 200
"""Articles whose latency is measured at full speed: enough for a p99, few enough not to slow the pipeline."""


@dataclass(frozen=True, slots=True)
class BenchSizes:
    """How much to measure.

    Attributes:
        feed: The feed of articles.
        long: A feed of articles of several hundred words; None if there is none.
        warmup: Articles before the measurement; a Java server runs at half its speed after the start.
        articles: Articles at full speed.
        paced: Articles at each of `RATES`.
        posts: Long articles.
        sink: What the sink writes by itself.
        seed: Seed of the random choices.
    """

    feed: Path
    long: Path | None
    warmup: int
    articles: int
    paced: int
    posts: int
    sink: SinkSizes = field(default_factory=SinkSizes)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """One run of articles through the whole pipeline.

    Attributes:
        articles: Number of published articles.
        seconds: Wall-clock, from the first published to the last acknowledged by the sink.
        p50: Median seconds from the Kafka timestamp until the graph shows the article.
        p99: The same, 99th percentile.
        watched: Number of articles with measured latency.
        happenings: Number of happenings that the sink wrote; each article's report of one counts.
        cpu_seconds: CPU seconds used during the run, by process group.
    """

    articles: int
    seconds: float
    articles_per_second: float
    triples_per_second: float
    p50: float
    p99: float
    watched: int
    happenings: int
    cpu_seconds: Seconds = field(default_factory=dict)

    @property
    def happenings_per_second(self) -> float:
        """Happenings written per second of wall-clock."""
        return self.happenings / self.seconds


@dataclass(frozen=True, slots=True)
class Yardsticks:
    """What the bare parts cost in the same run, in processor seconds.

    Attributes:
        encoder: The shipped encoder alone over the windows of one of the articles.
        kafka: One of the articles produced once and consumed once by bare clients, the broker included.
    """

    encoder: float
    kafka: float


@dataclass(frozen=True, slots=True)
class Result:
    """All measurements of a benchmark.

    Attributes:
        machine: Where it ran.
        plan: How much was measured.
        full_speed: Articles as fast as they go.
        paced: Articles at a rate, by the rate a second.
        posts: Long articles as fast as they go; None without a feed of them.
        words: Words of those.
        yardsticks: What the bare parts cost.
        memory: MiB resident at the end of the flows, by process.
        start: Seconds until servers and workers were ready.
        sink: The sink by itself.
    """

    machine: dict[str, str]
    plan: dict[str, str | int]
    full_speed: Flow
    paced: dict[float, Flow]
    posts: Flow | None
    words: int
    yardsticks: Yardsticks
    memory: dict[str, float]
    start: float
    sink: SinkResult


async def measure(stack: LocalStack, sizes: BenchSizes, console: Console, *, start: float) -> Result:
    """Measures a running stack with running workers and an empty graph.

    Args:
        stack: The stack.
        sizes: How much to measure.
        console: Where to say what goes on.
        start: How many seconds the start took.
    """
    items = iter(bench_items(sizes.feed, sizes.warmup + sizes.articles + len(RATES) * sizes.paced))
    machine = describe_machine()
    console.print(f"warming up with {sizes.warmup} articles")
    await flow(stack, list(islice(items, sizes.warmup)), console, watched=0)
    console.print(f"{sizes.articles} articles at full speed")
    chance = random.Random(sizes.seed)  # noqa: S311 - a sample, not a secret
    whole = list(islice(items, sizes.articles))
    full = await flow(stack, whole, console, watched=min(SAMPLED, sizes.articles), chance=chance)
    paced = {}
    for rate in RATES:
        console.print(f"{sizes.paced} articles at {rate:.0f} a second")
        some = list(islice(items, sizes.paced))
        paced[rate] = await flow(stack, some, console, watched=sizes.paced, rate=rate)
    posts, words = None, 0
    if sizes.long:
        long = bench_items(sizes.long, sizes.posts)
        words = sum(len((item.article.body or "").split()) for item in long if item.article)
        console.print(f"{len(long)} long articles at full speed")
        posts = await flow(stack, long, console, watched=0)
    memory = resident(processes(stack))
    for worker in WORKERS:
        stack.stop_process(f"worker-{worker}")
    console.print("the bare encoder, bare Kafka clients, and the sink by itself next to the recipe")
    declared = settings()
    yardsticks = Yardsticks(
        encoder_seconds(declared, whole[:BARE]),
        await kafka_seconds(declared.kafka, whole, {"kafka": stack.pids("kafka"), "clients": [os.getpid()]}),
    )
    async with connect(declared) as driver:
        sink = await measure_sink(driver, stack.pids("neo4j"), sizes.sink)
    plan: dict[str, str | int] = {
        "feed": sizes.feed.name,
        "warmup": sizes.warmup,
        "articles": sizes.articles,
        "paced": sizes.paced,
        "long articles": sizes.posts if sizes.long else 0,
        "seed": sizes.seed,
    }
    return Result(machine, plan, full, paced, posts, words, yardsticks, memory, start, sink)


def resident(groups: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """Returns the MiB of memory that processes have resident, by group."""
    found = {}
    for name, pids in groups.items():
        sizes = []
        for pid in pids:
            with suppress(psutil.NoSuchProcess):  # it exited after it was listed
                sizes.append(psutil.Process(pid).memory_info().rss)
        found[name] = sum(sizes) / 2**20
    return found


async def flow(
    stack: LocalStack,
    items: list[FeedRecord],
    console: Console,
    *,
    watched: int,
    rate: float | None = None,
    chance: random.Random | None = None,
) -> Flow:
    """Sends articles through and measures throughput, latency and CPU."""
    declared = settings()
    chosen = {i.key for i in (chance.sample(items, watched) if chance else items[:watched])}
    async with (
        Tracker(declared.kafka) as tracker,
        FeedProducer(declared.kafka, RAW_NEWS.name) as publisher,
        connect(declared) as driver,
    ):
        watch = Watch(driver, declared.neo4j_database)
        happenings = await count_happenings(driver, declared.neo4j_database)
        watching = asyncio.create_task(watch.run(watched))
        before = cpu_seconds(processes(stack))

        def on_the_wire(item: FeedRecord, metadata: RecordMetadata) -> None:
            if item.key in chosen:
                watch.expect(item.key, metadata.timestamp)

        published = await publisher.publish(items, rate=rate, acknowledged=on_the_wire)
        seconds = published.seconds + await follow(tracker, published, console)
        used = difference(before, cpu_seconds(processes(stack)))
        progress = await tracker.look(published)
        happenings = await count_happenings(driver, declared.neo4j_database) - happenings
        # Everything is written now; an article that is not in the graph went to the dead letters.
        _, late = await asyncio.wait({watching}, timeout=5)
        for task in late:
            task.cancel()
    return Flow(
        articles=len(items),
        seconds=seconds,
        articles_per_second=len(items) / seconds,
        triples_per_second=progress.triples / seconds,
        p50=quantile(watch.seconds, 0.5) if watch.seconds else 0.0,
        p99=quantile(watch.seconds, 0.99) if watch.seconds else 0.0,
        watched=len(watch.seconds),
        happenings=happenings,
        cpu_seconds=used,
    )


async def count_happenings(driver: AsyncDriver, database: str | None = None) -> int:
    """Returns how many happenings the graph has; Neo4j keeps this count, so it costs the same for any graph."""
    found = await driver.execute_query(f"MATCH (h:{HAPPENING}) RETURN count(h) AS number", database_=database)
    return int(found.records[0]["number"])


def processes(stack: LocalStack) -> dict[str, list[int]]:
    """Returns the process ids of servers and workers, by name."""
    return {name: stack.pids(name) for name in (*NAMES, KEEPER, *(f"worker-{w}" for w in WORKERS))}


def describe_machine() -> dict[str, str]:
    """Returns a description of the machine."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load average at the start": f"{os.getloadavg()[0]:.2f}",
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def clean_state(state: Path) -> None:
    """Removes the state of an earlier benchmark, so that the graph starts empty."""
    shutil.rmtree(state, ignore_errors=True)
