"""A chaos run: the same feed through the same stack twice, once under blows and once in peace."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from neo4j import AsyncDriver

from topology.admin.topics import create_topics
from topology.chaos.audit import audit
from topology.chaos.barrage import barrage
from topology.chaos.errors import ChaosError
from topology.chaos.feed import Slice, slices, source_articles
from topology.chaos.flow import Flow
from topology.chaos.last_words import last_words
from topology.chaos.plan import DECODER, Blow, plan
from topology.chaos.proxy import Proxies
from topology.chaos.result import Ran, Struck
from topology.chaos.stack import ChaosStack
from topology.chaos.strikes import JOINED, Strikes
from topology.graph.connection import connect
from topology.graph.schema import ensure_schema
from topology.graph.snapshot import CLOCK, snapshot
from topology.local.stack import KEEPER, StackProgress
from topology.ontology import load_ontology

STAGES = ("news", "entities", "sink", "media", "suggestions")
OF_MEDIA = ("worker-media", DECODER)
"""After a blow at one of these, recovery includes the media that wait."""

FREEZE_BEYOND = 1.5
"""A process stays frozen for this many times the consumer group's session time-out."""

PATIENCE = 600.0
"""Seconds after which something that has not recovered ends the run."""

CALM = 10
"""Slices of the undisturbed run after which the time to arrive is measured; the others follow without a pause."""

Tell = Callable[[str], None]
B = TypeVar("B", Blow, Blow | None)


@dataclass(frozen=True, slots=True)
class ChaosPlan:
    """What to do.

    Attributes:
        kills: How many blows.
        seed: Seed of the feed and of the blows.
        feeds: Where the articles' texts come from.
        size: Records of the slice that is on its way at each blow.
        stages: The stages that have a worker.
        pictures: Folder of pictures that articles refer to; None for none.
        seconds: Time for the blows; those that do not fit in are left out.
        barrage: How many blows fall before the stream may recover.
    """

    kills: int
    seed: int
    feeds: tuple[Path, ...]
    size: int
    stages: tuple[str, ...] = STAGES
    pictures: Path | None = None
    seconds: float = float("inf")
    barrage: int = 1


async def run(stack: ChaosStack, wanted: ChaosPlan, say: Tell, report: StackProgress) -> tuple[Ran, Ran]:
    """Runs the feed twice. The stack is down before and after.

    Returns:
        The undisturbed run and the disturbed one.

    Raises:
        ChaosError: Something did not recover.
        StackError: A server did not start.
    """
    blows = plan(wanted.kills, wanted.seed, wanted.stages, wanted.barrage)
    shutil.rmtree(stack.settings.state / "neo4j", ignore_errors=True)
    with contextlib.ExitStack() as down:
        down.callback(stack.down)
        proxies = down.enter_context(Proxies(stack.routes))
        strikes = Strikes(stack, proxies, FREEZE_BEYOND * stack.settings.session_timeout)
        disturbed = await _through(stack, strikes, wanted, blows, say=say, report=report)
        # The undisturbed run comes second: it has as much of the feed as there was time for.
        peace = [None] * len(disturbed.struck)
        undisturbed = await _through(stack, strikes, wanted, peace, say=say, report=report)
    return undisturbed, disturbed


async def _through(
    stack: ChaosStack,
    strikes: Strikes,
    wanted: ChaosPlan,
    blows: Sequence[Blow | None],
    *,
    say: Tell,
    report: StackProgress,
) -> Ran:
    await asyncio.to_thread(stack.stop_process, "kafka")
    shutil.rmtree(stack.settings.state / "kafka", ignore_errors=True)
    await asyncio.to_thread(stack.up, report=report)
    declared = stack.settings
    await create_topics(declared.kafka)
    async with connect(declared) as driver:
        await _empty(driver, declared.neo4j_database)
        await ensure_schema(driver, load_ontology(declared.ontology), declared.neo4j_database)
    begin = time.monotonic()
    for stage in wanted.stages:
        strikes.start_worker(stage, f"worker-{stage}")
    workers = [f"worker-{stage}{which}" for stage in wanted.stages for which in ("", JOINED)]
    flow = Flow(declared.kafka, wanted.stages, PATIENCE)
    disturbed = [blow for blow in blows if blow]
    calm: list[float] = []
    try:
        await flow.members()
        say(f"{len(blows)} slices of {wanted.size} records, {'disturbed' if disturbed else 'undisturbed'}")
        feed = _feed(wanted)
        first = next(feed)
        # So that every process has begun to work before it is struck.
        await flow.arrive(await flow.publish([*first.items, first.pulse]), media=True)
        if wanted.barrage > 1 and disturbed:
            barrages = _in_time(disturbed, wanted.seconds, wanted.barrage)
            struck, poison = await _barrages(flow, strikes, barrages, feed, say)
        else:
            in_time = chain(*_in_time(blows, wanted.seconds if disturbed else float("inf")))
            struck, calm, poison = await _blows(flow, strikes, in_time, feed, say)
        poison += first.poison
        await flow.quiet()
        audited = await audit(declared.kafka)
    except ChaosError:
        # What hung is stopped in a moment, and with it what it could say.
        for line in await asyncio.to_thread(last_words, stack, [KEEPER, "triton", *workers]):
            say(line)
        raise
    finally:
        await flow.close()
    await asyncio.gather(*(asyncio.to_thread(stack.stop_process, name) for name in workers))
    async with connect(declared) as driver:
        graph = await snapshot(driver, declared.neo4j_database, ignore=CLOCK)
    return Ran(struck, calm, graph, audited, poison, time.monotonic() - begin)


async def _empty(driver: AsyncDriver, database: str) -> None:
    query = "MATCH (n) WITH n LIMIT 2000 DETACH DELETE n RETURN count(*) AS gone"
    while (await driver.execute_query(query, database_=database)).records[0]["gone"]:
        pass


async def _blows(
    flow: Flow, strikes: Strikes, blows: Iterator[Blow | None], feed: Iterator[Slice], say: Tell
) -> tuple[list[Struck], list[float], int]:
    struck: list[Struck] = []
    calm: list[float] = []
    poison = 0
    alone = True
    for number, (blow, part) in enumerate(zip(blows, feed, strict=False), 1):
        poison += part.poison
        published = await flow.publish(part.items)
        midstream = await flow.read(published, blow.share if alone else 0) if blow else True
        start = time.monotonic()
        hit = await asyncio.to_thread(strikes.strike, blow) if blow else False
        over = time.monotonic()
        # A killed process is gone at once; whatever is held is over only when it is let go.
        pulse = await flow.publish([part.pulse])
        if blow is None:
            if number <= CALM:
                await flow.arrive(pulse, media=False)
                calm.append(time.monotonic() - over)
            continue
        alone = blow.alone
        recovery = None
        if alone:
            await flow.arrive(pulse, media=blow.target in OF_MEDIA)
            recovery = time.monotonic() - over
        struck.append(Struck(blow, hit, midstream, over - start, recovery))
        after = f"recovered in {recovery:.1f} s" if recovery is not None else "the next one follows at once"
        say(f"{number}: {blow.name}{'' if hit else ' (not running)'}: {after}")
    return struck, calm, poison


async def _barrages(
    flow: Flow, strikes: Strikes, barrages: Iterable[Sequence[Blow]], feed: Iterator[Slice], say: Tell
) -> tuple[list[Struck], int]:
    struck: list[Struck] = []
    poison = 0
    for blows in barrages:
        parts = list(islice(feed, len(blows)))
        poison += sum(part.poison for part in parts)
        media = any(blow.target in OF_MEDIA for blow in blows)
        struck += await barrage(flow, strikes, blows, parts, media=media)
        names = ", ".join(one.blow.name for one in struck[-len(blows) :] if one.hit)
        say(f"{len(struck)}: {names}: recovered in {struck[-1].recovery:.1f} s")
    return struck, poison


def _in_time(blows: Sequence[B], seconds: float, together: int = 1) -> Iterator[Sequence[B]]:
    end = time.monotonic() + seconds
    for first in range(0, len(blows), together):
        if time.monotonic() > end:
            return
        yield blows[first : first + together]


def _feed(wanted: ChaosPlan) -> Iterator[Slice]:
    pictures = sorted(wanted.pictures.glob("*.png")) if wanted.pictures and "media" in wanted.stages else []
    uris = [path.resolve().as_uri() for path in pictures]
    return slices(source_articles(*wanted.feeds), wanted.size, wanted.seed, uris)
