"""The tiny form of `triplewire soak`: it measures every process while articles flow, and all of them arrive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.road.lags import Lags
from tests.helpers.embedded import CACHE, free_port_base
from tests.live.own_system import running
from topology.chaos.feed import source_articles
from topology.chaos.stack import own_settings
from topology.demo.feed import SAMPLE
from topology.demo.run import WORKERS
from topology.graph.connection import connect
from topology.local.stack import LocalStack
from topology.settings import settings
from topology.soak.articles import soak_items
from topology.soak.page import LATENCY, page, series
from topology.soak.run import SoakPlan, soak
from topology.soak.sampling import DISK, FILES, MEMORY, THREADS
from topology.topics import DEAD_LETTERS

pytestmark = [pytest.mark.live, pytest.mark.chaos, pytest.mark.timeout(900)]

ARTICLES = 300


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[LocalStack]:
    own = own_settings(tmp_path, CACHE, free_port_base(), batch_size=64)
    with running(own) as stack:
        yield stack


async def test_a_soak_measures_every_process_and_every_article_arrives(stack: LocalStack) -> None:
    plan = SoakPlan(articles=ARTICLES, seconds=600, every=0.5, seed=5)
    soaked = await soak(stack, plan, soak_items(source_articles(SAMPLE), 5, "soak"), print)

    assert soaked.articles == ARTICLES
    async with connect(settings()) as driver, Lags(stack.settings.kafka) as lags:
        found = await driver.execute_query("MATCH (a:Article) RETURN count(a) AS n")
        assert found.records[0]["n"] == ARTICLES
        assert sum((await lags.ends(DEAD_LETTERS.name)).values()) == 0
    measured = series(soaked)
    processes = {"kafka", "neo4j", "triton", "model", "keeper"} | {f"worker-{stage}" for stage in WORKERS}
    for what in (MEMORY, FILES, THREADS):
        assert {process for process, kind in measured if kind == what} == processes
    assert {process for process, kind in measured if kind == DISK} == {"kafka", "neo4j"}
    assert all(value > 0 for _, values in measured.values() for value in values)
    assert len(measured["the whole road", LATENCY][1]) > 0
    assert f"{ARTICLES} articles" in page(soaked, {}, {}, "soak.png")
