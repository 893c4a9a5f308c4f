"""The benchmark: measures the whole pipeline from outside, on a separate embedded stack."""

import asyncio
import os
import platform
import random
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
from aiokafka.structs import RecordMetadata
from neo4j import AsyncDriver
from rich.console import Console

from streams.sources import FeedRecord
from streams.sources.producer import FeedProducer
from topology.bench.cpu import Seconds, cpu_seconds, difference
from topology.bench.feed import bench_items
from topology.bench.latency import Watch, quantile
from topology.bench.sink import measure as measure_sink_alone
from topology.demo.progress import Tracker, follow
from topology.demo.run import WORKERS
from topology.graph.connection import connect
from topology.graph.names import HAPPENING
from topology.local.stack import KEEPER, NAMES, LocalStack
from topology.settings import settings
from topology.topics import RAW_NEWS

RATE = 12.0
SAMPLED = 200
"""Articles whose latency is measured at full speed: enough for a p99, few enough not to slow the pipeline."""


@dataclass(frozen=True, slots=True)
class BenchSizes:
    """How much to measure.

    Attributes:
        feed: The feed of articles.
        warmup: Articles before the measurement; a Java server runs at half its speed after the start.
        articles: Articles at full speed.
        paced: Articles at `RATE` per second.
        triples: Triples in the measurement of the sink alone.
        seed: Seed of the random choices.
    """

    feed: Path
    warmup: int
    articles: int
    paced: int
    triples: int
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
class Result:
    """All measurements of a benchmark."""

    machine: dict[str, str]
    plan: dict[str, str | int]
    full_speed: Flow
    paced: Flow
    sink: dict[str, float]


async def measure(stack: LocalStack, sizes: BenchSizes, console: Console) -> Result:
    """Measures a running stack with running workers and an empty graph."""
    items = bench_items(sizes.feed, sizes.warmup + sizes.articles + sizes.paced)
    machine = describe_machine()
    console.print(f"warming up with {sizes.warmup} articles")
    await flow(stack, items[: sizes.warmup], console, watched=0)
    console.print(f"{sizes.articles} articles at full speed")
    rest = items[sizes.warmup :]
    chance = random.Random(sizes.seed)  # noqa: S311 - a sample, not a secret
    full = await flow(stack, rest[: sizes.articles], console, watched=min(SAMPLED, sizes.articles), chance=chance)
    console.print(f"{sizes.paced} articles at {RATE:.0f} a second")
    paced = await flow(stack, rest[sizes.articles :], console, watched=sizes.paced, rate=RATE)
    for worker in WORKERS:
        stack.stop_process(f"worker-{worker}")
    console.print(f"{sizes.triples} triples written by the sink alone")
    sink = await measure_sink(sizes)
    shown = {k: v if isinstance(v, int) else Path(v).name for k, v in asdict(sizes).items()}
    return Result(machine, shown, full, paced, sink)


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


async def measure_sink(sizes: BenchSizes) -> dict[str, float]:
    """Measures the sink alone, with new triples and with a redelivery of the same ones."""
    declared = settings()
    async with connect(declared) as driver:
        return await measure_sink_alone(driver, triples=sizes.triples, seed=sizes.seed)


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
