"""The benchmark: the whole road, measured from outside on an embedded stack of its own."""

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
from topology.local.stack import KEEPER, NAMES, LocalStack
from topology.settings import settings
from topology.topics import RAW_NEWS

RATE = 12.0
SAMPLED = 200
"""Articles whose latency is watched at full speed: enough for a p99, few enough not to slow what is measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure.

    Attributes:
        feed: Where the articles come from.
        warmup: Articles sent through before anything is measured: a Java server just started runs at half its speed.
        articles: Articles at full speed.
        paced: Articles at `RATE` a second.
        triples: Triples of the sink's own measurement.
        seed: Of whatever is drawn by chance.
    """

    feed: Path
    warmup: int
    articles: int
    paced: int
    triples: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """One run of articles through the whole road.

    Attributes:
        articles: Published.
        seconds: Wall-clock, from the first published to the last acknowledged by the sink.
        p50: Median seconds from the Kafka timestamp until the graph shows the article.
        p99: The same, 99th percentile.
        watched: Articles that the latencies are of.
        cpu_seconds: Used meanwhile, by process group.
    """

    articles: int
    seconds: float
    articles_per_second: float
    triples_per_second: float
    p50: float
    p99: float
    watched: int
    cpu_seconds: Seconds = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """Everything measured."""

    machine: dict[str, str]
    plan: dict[str, str | int]
    full_speed: Flow
    paced: Flow
    sink: dict[str, float]


async def measure(stack: LocalStack, plan: Plan, console: Console) -> Result:
    """Measures a stack that is up, with its workers running and its graph empty."""
    items = bench_items(plan.feed, plan.warmup + plan.articles + plan.paced)
    machine = describe_machine()
    console.print(f"warming up with {plan.warmup} articles")
    await flow(stack, items[: plan.warmup], console, watched=0)
    console.print(f"{plan.articles} articles at full speed")
    rest = items[plan.warmup :]
    chance = random.Random(plan.seed)  # noqa: S311 - a sample, not a secret
    full = await flow(stack, rest[: plan.articles], console, watched=min(SAMPLED, plan.articles), chance=chance)
    console.print(f"{plan.paced} articles at {RATE:.0f} a second")
    paced = await flow(stack, rest[plan.articles :], console, watched=plan.paced, rate=RATE)
    for worker in WORKERS:
        stack.stop_process(f"worker-{worker}")
    console.print(f"{plan.triples} triples into the graph by the sink alone")
    sink = await measure_sink(plan)
    shown = {k: v if isinstance(v, int) else Path(v).name for k, v in asdict(plan).items()}
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
        watching = asyncio.create_task(watch.run(watched))
        before = cpu_seconds(processes(stack))

        def on_the_wire(item: FeedRecord, metadata: RecordMetadata) -> None:
            if item.key in chosen:
                watch.expect(item.key, metadata.timestamp)

        published = await publisher.publish(items, rate=rate, acknowledged=on_the_wire)
        seconds = published.seconds + await follow(tracker, published, console)
        used = difference(before, cpu_seconds(processes(stack)))
        standing = await tracker.look(published)
        # All is written by now; what the graph still does not show went to dead letters.
        _, late = await asyncio.wait({watching}, timeout=5)
        for task in late:
            task.cancel()
    return Flow(
        articles=len(items),
        seconds=seconds,
        articles_per_second=len(items) / seconds,
        triples_per_second=standing.triples / seconds,
        p50=quantile(watch.seconds, 0.5) if watch.seconds else 0.0,
        p99=quantile(watch.seconds, 0.99) if watch.seconds else 0.0,
        watched=len(watch.seconds),
        cpu_seconds=used,
    )


async def measure_sink(plan: Plan) -> dict[str, float]:
    """Measures the sink by itself, and a redelivery of the same triples."""
    declared = settings()
    async with connect(declared) as driver:
        return await measure_sink_alone(driver, triples=plan.triples, seed=plan.seed)


def processes(stack: LocalStack) -> dict[str, list[int]]:
    """Returns the process ids of servers and workers, by name."""
    return {name: stack.pids(name) for name in (*NAMES, KEEPER, *(f"worker-{w}" for w in WORKERS))}


def describe_machine() -> dict[str, str]:
    """Returns what the numbers were measured on."""
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
    """Removes what an earlier benchmark left, so that the graph starts empty."""
    shutil.rmtree(state, ignore_errors=True)
