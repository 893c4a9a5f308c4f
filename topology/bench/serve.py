"""The benchmark of the API: how fast it answers beside the stream, and what that costs the stream, in one run.

Equal numbers of articles go through with and without clients, in turns whose order changes from round to round: on a
shared machine only ratios within one run are meaningful.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import aiohttp
import orjson
from rich.console import Console

from topology.bench.cpu import cpu_seconds
from topology.bench.feed import bench_items
from topology.bench.latency import quantile
from topology.bench.load import FAILED, Orders, Taken
from topology.bench.questions import subjects
from topology.bench.run import RATES, SAMPLED, Flow, describe_machine, flow
from topology.graph.connection import connect
from topology.local.stack import LocalStack
from topology.settings import settings

CLIENTS = 50
PEOPLE_PAUSE = 2.0
"""Mean seconds between an answer and the next question of somebody who reads it."""

START_SECONDS = 60.0
"""Seconds within which the API must be ready."""

NOBODY, PEOPLE, PROGRAMS = "nobody", "people", "programs"
PAUSES = {PEOPLE: PEOPLE_PAUSE, PROGRAMS: 0.0}
"""Who asks, with their pause: people read, programs ask as fast as they are answered."""

RATE = RATES[0]
FULL, PACED = "full speed", f"{RATE:.0f} articles/s"
TURNS = ((PACED, NOBODY), (PACED, PEOPLE), (PACED, PROGRAMS), (FULL, NOBODY), (FULL, PROGRAMS))


class ApiError(Exception):
    """The API did not start, or the clients failed."""


@dataclass(frozen=True, slots=True)
class ServeSizes:
    """How much to measure.

    Attributes:
        feed: The feed of articles.
        warmup: Articles before the measurement, which the clients then ask about.
        full: Articles of a turn at full speed.
        paced: Articles of a turn at `RATE` per second.
        asking: Seconds of questions before the first turn: the planner takes its time over the first of each kind.
        rounds: How often all turns are taken; in every other round backwards.
        clients: Clients that ask at the same time.
        seed: Seed of the random choices.
    """

    feed: Path
    warmup: int
    full: int
    paced: int
    asking: int
    rounds: int
    clients: int = CLIENTS
    seed: int = 0

    @property
    def articles(self) -> int:
        """Articles of all turns."""
        return self.rounds * sum(self.full if pace == FULL else self.paced for pace, _ in TURNS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What clients got while articles went through.

    Attributes:
        taken: Seconds of each answer, by kind of question; of what failed under `failed`.
        seconds: How long they asked.
        cpu_seconds: What the API used meanwhile.
    """

    taken: Taken
    seconds: float
    cpu_seconds: float

    @property
    def answered(self) -> list[float]:
        """Seconds of all answers."""
        return [one for kind, many in self.taken.items() if kind != FAILED for one in many]


@dataclass(frozen=True, slots=True)
class Turn:
    """A number of articles sent through, with somebody who asked meanwhile, or nobody."""

    pace: str
    who: str
    flow: Flow
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class ServeResult:
    """All turns of a benchmark of the API."""

    machine: dict[str, str]
    plan: dict[str, str | int]
    turns: Sequence[Turn]

    def of(self, pace: str, who: str) -> list[Turn]:
        """Returns the turns of a kind, one of each round."""
        return [turn for turn in self.turns if (turn.pace, turn.who) == (pace, who)]


@dataclass(frozen=True, slots=True)
class Answers:
    """What clients got, in numbers.

    Attributes:
        requests: How many were answered.
        failed: How many were not.
        per_second: How many were answered a second, by all clients together.
        p50: Median seconds of an answer.
        p99: The same, 99th percentile.
        cpu_seconds_per_1000: What the API used for a thousand answers; Neo4j's part is not counted.
        kinds: The same by kind of question: requests, p50, p99.
    """

    requests: int
    failed: int
    per_second: float
    p50: float
    p99: float
    cpu_seconds_per_1000: float
    kinds: dict[str, tuple[int, float, float]]

    @classmethod
    def of(cls, asked: Sequence[Asked]) -> "Answers":
        """Returns the numbers of one or several turns."""
        answered = [each for one in asked for each in one.answered]
        by_kind = {
            kind: [each for one in asked for each in one.taken.get(kind, ())]
            for kind in sorted({kind for one in asked for kind in one.taken} - {FAILED})
        }
        return cls(
            requests=len(answered),
            failed=sum(len(one.taken.get(FAILED, ())) for one in asked),
            per_second=len(answered) / sum(one.seconds for one in asked),
            p50=quantile(answered, 0.5) if answered else 0.0,
            p99=quantile(answered, 0.99) if answered else 0.0,
            cpu_seconds_per_1000=1000 * sum(one.cpu_seconds for one in asked) / max(1, len(answered)),
            kinds={kind: (len(many), quantile(many, 0.5), quantile(many, 0.99)) for kind, many in by_kind.items()},
        )


def summary(result: ServeResult) -> dict[str, object]:
    """Returns the result for JSON, without the seconds of each single answer."""
    turns = [
        {"pace": turn.pace, "who": turn.who, "flow": asdict(turn.flow)}
        | ({"answers": asdict(Answers.of([turn.asked]))} if turn.asked else {})
        for turn in result.turns
    ]
    return {"machine": result.machine, "plan": result.plan, "turns": turns}


async def measure(stack: LocalStack, sizes: ServeSizes, port: int, console: Console) -> ServeResult:
    """Measures a running stack with running workers and an empty graph.

    Args:
        stack: The servers and workers.
        sizes: How much to measure.
        port: A free port for the API.
        console: Where progress is printed.

    Raises:
        ApiError: The API or the clients do not run.
    """
    items = bench_items(sizes.feed, sizes.warmup + sizes.articles)
    machine = describe_machine()
    console.print(f"warming up with {sizes.warmup} articles")
    await flow(stack, items[: sizes.warmup], console, watched=0)
    declared = settings()
    async with connect(declared) as driver:
        about = await subjects(driver, declared.neo4j_database)
    if not about.entities:
        raise ApiError("the graph has nothing to ask about after the warm-up")
    left, turns = items[sizes.warmup :], list[Turn]()
    async with _api(port) as api:
        orders = Orders(f"http://127.0.0.1:{port}", sizes.clients, 0.0, about, sizes.seed)
        async with _asking(orders, api):
            await asyncio.sleep(sizes.asking)
        for nth in range(sizes.rounds):
            for pace, who in TURNS[:: -1 if nth % 2 else 1]:
                number = sizes.full if pace == FULL else sizes.paced
                console.print(f"{number} articles at {pace}; {who} asks")
                watched, rate = (min(SAMPLED, number), None) if pace == FULL else (number, RATE)
                through = flow(stack, left[:number], console, watched=watched, rate=rate)
                if who == NOBODY:
                    turns.append(Turn(pace, who, await through, None))
                else:
                    asking = replace(orders, pause=PAUSES[who], seed=sizes.seed * 100 + len(turns))
                    async with _asking(asking, api) as asked:
                        done = await through
                    turns.append(Turn(pace, who, done, asked[0]))
                left = left[number:]
    shown = {k: v if isinstance(v, int) else Path(v).name for k, v in asdict(sizes).items()}
    return ServeResult(machine, shown, turns)


@asynccontextmanager
async def _api(port: int) -> AsyncIterator[int]:
    """Runs `triplewire serve` with the environment's settings, and yields its process id once it is ready."""
    code = "from topology.cli import app; app()"
    environment = os.environ | {"TRIPLEWIRE_SERVE_HOST": "127.0.0.1", "TRIPLEWIRE_SERVE_TOKENS": ""}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, "serve", "--port", str(port), env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _ready(process, port)
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _ready(process: asyncio.subprocess.Process, port: int) -> None:
    try:
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            while process.returncode is None:
                try:
                    async with session.get("/health") as answer:
                        if answer.ok:
                            return
                except aiohttp.ClientConnectionError:
                    pass
                await asyncio.sleep(0.1)
    except TimeoutError:
        pass
    raise ApiError("`triplewire serve` did not become ready; run it by itself to see why")


@asynccontextmanager
async def _asking(orders: Orders, pid: int) -> AsyncIterator[list[Asked]]:
    """Lets clients ask while the block runs; the list then has what they got."""
    clients = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "topology.bench.load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert clients.stdin is not None  # noqa: S101  # for the type checker
    clock, result = asyncio.get_running_loop().time, list[Asked]()
    try:
        clients.stdin.write(orders.line())
        await clients.stdin.drain()
        begin, before = clock(), cpu_seconds({"serve": [pid]})
        yield result
        seconds, after = clock() - begin, cpu_seconds({"serve": [pid]})
        # Nothing more to say: that ends their input.
        taken, _ = await clients.communicate(b"")
        if clients.returncode:
            raise ApiError("the clients failed; their message is above")
        result.append(Asked(orjson.loads(taken), seconds, after.get("serve", 0.0) - before.get("serve", 0.0)))
    finally:
        if clients.returncode is None:
            clients.kill()
            await clients.wait()
