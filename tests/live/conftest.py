"""An empty graph for each test, in the test run's own Neo4j."""

from collections.abc import AsyncIterator

import pytest
from neo4j import AsyncDriver

from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import ONTOLOGY, new_writer
from topology.graph.schema import ensure_schema


@pytest.fixture(scope="session")
async def prepared(neo4j_driver: AsyncDriver) -> AsyncDriver:
    await ensure_schema(neo4j_driver, ONTOLOGY)
    return neo4j_driver


@pytest.fixture
async def driver(prepared: AsyncDriver) -> AsyncIterator[AsyncDriver]:
    """The driver of an empty graph, empty again afterwards."""
    await prepared.execute_query("MATCH (n) DETACH DELETE n")
    yield prepared
    await prepared.execute_query("MATCH (n) DETACH DELETE n")


@pytest.fixture
def writer(driver: AsyncDriver) -> GraphWriter:
    return new_writer(driver)
