"""The servers of the live tests: one embedded stack for the whole run, each server started when a test first asks.

Fixtures for tests (all of the session): `stack` (nothing started by itself), `kafka` (its bootstrap address, topics
created), `triton` (its gRPC address), `neo4j` (the settings to connect with), `neo4j_driver`; and `live_settings`,
which makes `settings()` and the subprocesses of one test use that stack.
"""

import gc
import warnings
from collections.abc import AsyncIterator, Iterator

import hypothesis
import pytest
from neo4j import AsyncDriver

from tests.helpers.embedded import CACHE, free_port_base
from tests.helpers.isolation import Isolation
from tests.helpers.triton_double import TritonDouble
from topology.admin.topics import create_topics
from topology.graph.connection import connect
from topology.local import ports
from topology.local.stack import KEEPER, NAMES, LocalStack, environment
from topology.settings import Settings, settings

_isolation = Isolation()


def pytest_configure() -> None:
    """Runs before any test module is imported: some read settings at import."""
    _isolation.begin()
    # How long an example takes says how busy the machine is.
    calm = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
    hypothesis.settings.register_profile("any machine", calm)
    hypothesis.settings.load_profile("any machine")


def pytest_unconfigure() -> None:
    _isolation.end()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Frees what is left once all tests have passed or failed.

    aiokafka leaves a connection open that it made while its client closed. What a run's last collection finds of them
    is no test's fault, but would fail the run.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    own = Settings(
        state=tmp_path_factory.mktemp("stack"),
        cache=CACHE,
        port_base=free_port_base(),
        neo4j_password="only-for-tests",
    )
    stack = LocalStack(own)
    yield stack
    pids = [pid for name in (*NAMES, KEEPER) for pid in stack.pids(name)]
    stack.down()
    left = [pid for pid in pids if pid in {p for name in (*NAMES, KEEPER) for p in stack.pids(name)}]
    assert not left
    assert all(map(ports.free, stack.settings.embedded.all))


@pytest.fixture(scope="session")
async def kafka(stack: LocalStack) -> str:
    (state,) = stack.up(["kafka"])
    await create_topics(state.address)
    return state.address


@pytest.fixture(scope="session")
def triton(stack: LocalStack) -> str:
    (state,) = stack.up(["triton"])
    return state.address


@pytest.fixture(scope="session")
def neo4j(stack: LocalStack) -> Settings:
    stack.up(["neo4j"])
    return stack.settings


@pytest.fixture(scope="session")
async def neo4j_driver(neo4j: Settings) -> AsyncIterator[AsyncDriver]:
    async with connect(neo4j) as driver:
        yield driver


@pytest.fixture
async def double() -> AsyncIterator[TritonDouble]:
    server = TritonDouble()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def live_settings(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    for name, value in environment(stack.settings).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield settings()
    settings.cache_clear()
