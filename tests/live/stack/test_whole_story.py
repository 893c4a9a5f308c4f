"""Reports of one attack take the whole road, and the graph has one happening, its numbers over time, and its story.

Real broker, real Triton with the shipped model, real Neo4j, real workers. The entities worker and the sink die by
kill -9 between the reports, and everything is published a second time: the graph stays the same.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from neo4j import AsyncDriver

from streams.desk.happening_views import HappeningView
from streams.desk.happenings import happenings
from streams.desk.stories import StoryView, story
from streams.desk.views import facts
from streams.messages.events import Article
from streams.sources import FeedRecord
from streams.sources.producer import FeedProducer
from tests.helpers.embedded import CACHE, free_port_base
from tests.live.own_system import running
from topology.demo.progress import Tracker
from topology.graph.connection import connect
from topology.graph.snapshot import CLOCK, snapshot
from topology.local.stack import LocalStack
from topology.settings import Settings, settings
from topology.topics import RAW_NEWS

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

T = TypeVar("T")

PATIENCE = 180
LOOK_EVERY = 0.2


def article(source: str, at: tuple[int, int], headline: str, body: str) -> Article:
    """Returns an article of a day and hour of May 2026."""
    published_at = datetime(2026, 5, *at, tzinfo=UTC)
    return Article(id=headline, headline=headline, body=body, source=source, published_at=published_at, language="en")


REPORTS = (
    article(
        "Reuters",
        (4, 10),
        "Car bomb hits market in Peshawar",
        "A car bomb exploded outside a market in Peshawar, Pakistan, on Monday, killing at least 12 people, "
        "police said.",
    ),
    article(
        "AP",
        (4, 16),
        "Toll of Peshawar bombing rises",
        "At least 17 people were killed in a bombing at a market in Peshawar, Pakistan, on Monday.",
    ),
    article(
        "Reuters",
        (5, 8),
        "Market bombing in Peshawar kills 19",
        "The bombing of a market in Peshawar on Monday killed 19 people and injured 41, officials said. "
        "Pakistani Prime Minister Shehbaz Sharif visited the wounded.",
    ),
)
DENIAL = article(
    "AP",
    (5, 12),
    "Afghanistan denies role in Peshawar bombing",
    "Afghanistan denied that it was involved in the bombing in Peshawar, Pakistan.",
)
FOLLOW_UP = article(
    "AP",
    (6, 12),
    "Arrests over Peshawar bombing",
    "Pakistani police arrested three members of the Pakistani Taliban in Peshawar on Wednesday "
    "over the market bombing.",
)
ELSEWHERE = article(
    "AP",
    (4, 12),
    "Bombing in Quetta",
    "A bomb exploded at a railway station in Quetta, Pakistan, on Monday, killing four people.",
)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The whole system on ports of its own: what dies here must not disturb other tests."""
    own = Settings(
        state=tmp_path_factory.mktemp("story"),
        cache=CACHE,
        port_base=free_port_base(),
        neo4j_password="only-for-tests",
        session_timeout=6,
    )
    with running(own) as stack:
        yield stack


async def send(bootstrap: str, articles: Sequence[Article]) -> None:
    """Publishes articles and waits until the graph has what was read in them."""
    async with Tracker(bootstrap) as tracker:
        async with FeedProducer(bootstrap, RAW_NEWS.name) as publisher:
            published = await publisher.publish([FeedRecord.of(one, "story") for one in articles])
        assert published.sent == len(articles)
        await eventually(lambda: tracker.look(published), lambda now: now.done)


async def eventually(look: Callable[[], Awaitable[T]], enough: Callable[[T], bool]) -> T:
    """Waits until what one sees is as it should be; the decisions on reports come after the reports."""
    begun = time.monotonic()
    while True:
        seen = await look()
        if enough(seen):
            return seen
        assert time.monotonic() - begun < PATIENCE, f"still not: {seen}"
        await asyncio.sleep(LOOK_EVERY)


async def attacks(driver: AsyncDriver) -> list[HappeningView]:
    return await happenings(driver, class_="attack")


def in_town(found: Sequence[HappeningView], town: str) -> list[HappeningView]:
    return [one for one in found if any(town in place for place in one.fillers.get("where", ()))]


def counts(one: HappeningView, role: str) -> list[tuple[str, str, str]]:
    return [(figure.qualifier, figure.value, figure.source) for figure in one.numbers.get(role, ())]


def whole(found: list[HappeningView]) -> bool:
    here = in_town(found, "Peshawar")
    return len(here) == 1 and len(found) == 2 and here[0].articles == len(REPORTS) + 1


def with_the_arrest(found: StoryView | None) -> bool:
    return found is not None and "arrest" in {one.class_ for one in found.happenings}


async def test_three_reports_a_denial_and_a_follow_up_are_one_attack_and_one_story(system: LocalStack) -> None:
    bootstrap = system.settings.kafka
    async with connect(settings()) as driver:
        await send(bootstrap, [REPORTS[0], ELSEWHERE])
        system.kill("worker-entities")
        await send(bootstrap, REPORTS[1:])
        system.kill("worker-sink")
        await send(bootstrap, [DENIAL, FOLLOW_UP])

        found = await eventually(lambda: attacks(driver), whole)
        (attack,), (other,) = in_town(found, "Peshawar"), in_town(found, "Quetta")
        assert attack.day == other.day == "2026-05-04"
        assert counts(attack, "killed") == [
            ("at least", "12", "Reuters"),
            ("at least", "17", "AP"),
            ("", "19", "Reuters"),
        ]
        assert counts(attack, "injured") == [("", "41", "Reuters")]
        assert counts(other, "killed") == [("", "4", "AP")]
        assert attack.modality == "asserted"
        assert {report.modality for report in attack.reports} == {"asserted", "denied"}
        assert set(attack.sources) == {"Reuters", "AP"}

        told = await eventually(
            lambda: story(driver, "Peshawar"),
            lambda s: s is not None and {h.class_ for h in s.happenings} >= {"arrest"},
        )
        assert {one.class_ for one in told.happenings} >= {"attack", "arrest"}
        assert attack.id in {one.id for one in told.happenings}
        assert other.id not in {one.id for one in told.happenings}

        said = {(f["subject"], f["relation"], f["object"]) for f in await facts(driver, "Pakistan", current=True)}
        assert ("Pakistan", "HEAD_OF_GOVERNMENT", "Shehbaz Sharif") in said
        assert not await facts(driver, "Afghanistan"), "who is only denied to have done it did nothing"

        before = await snapshot(driver, ignore=CLOCK)
        system.kill("worker-entities")
        await send(bootstrap, [*REPORTS, DENIAL, FOLLOW_UP, ELSEWHERE])
        await eventually(lambda: attacks(driver), whole)
        after = await snapshot(driver, ignore=CLOCK)
        assert after == before, "published again, nothing changes"
