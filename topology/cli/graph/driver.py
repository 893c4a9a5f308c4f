"""Queries of the configured graph from a command, with a clear message if they fail."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from topology.cli.output import fail

if TYPE_CHECKING:
    from neo4j import AsyncDriver

T = TypeVar("T")


def with_driver(work: "Callable[[AsyncDriver, str], Awaitable[T]]", *, reading: bool = True) -> T:
    """Returns the result of a query of the configured graph; exits with a message if the graph does not answer.

    Args:
        work: The query, given a driver and the database's name.
        reading: Whether it only reads, as the settings' reader if they name one.
    """
    from neo4j.exceptions import AuthError, DriverError, Neo4jError  # noqa: PLC0415

    from topology.graph.connection import connect, distrusted  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    declared = settings()

    async def run() -> T:
        async with connect(declared, reading=reading) as driver:
            return await work(driver, declared.neo4j_database)

    try:
        return asyncio.run(run())
    except AuthError:
        who = "NEO4J_READER" if reading and declared.neo4j_reader_user else "NEO4J"
        fail(f"Neo4j at {declared.neo4j} rejects the login; set TRIPLEWIRE_{who}_USER and TRIPLEWIRE_{who}_PASSWORD")
    except (DriverError, Neo4jError, OSError) as error:
        if distrusted(error):
            fail(
                f"Neo4j at {declared.neo4j} has a certificate that is not trusted; set TRIPLEWIRE_NEO4J_CA to its "
                "authority, and TRIPLEWIRE_NEO4J to the name that the certificate is for"
            )
        fail(f"Neo4j at {declared.neo4j} does not answer ({error}); start it with `triplewire up neo4j`")
