"""Queries of the configured graph from a command, with a clear message if they fail."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from topology.cli.output import fail

if TYPE_CHECKING:
    from neo4j import AsyncDriver

T = TypeVar("T")

ANSWERS_WITHIN = 5.0
"""Seconds that the graph's server may take to answer at all."""


def about(
    entity: str, work: "Callable[[AsyncDriver, str, str], Awaitable[T]]"
) -> "Callable[[AsyncDriver, str], Awaitable[T]]":
    """Returns a query about an entity for `with_driver`: it is asked about the name under which the graph has it."""

    async def run(driver: "AsyncDriver", database: str) -> T:
        from streams.desk.names import meant  # noqa: PLC0415

        return await work(driver, database, await meant(driver, entity, database))

    return run


def with_driver(work: "Callable[[AsyncDriver, str], Awaitable[T]]", *, reading: bool = True) -> T:
    """Returns the result of a query of the configured graph; exits with a message if the graph does not answer.

    Args:
        work: The query, given a driver and the database's name.
        reading: Whether it only reads, as the settings' reader if they name one.
    """
    from neo4j.exceptions import AuthError, DriverError, Neo4jError  # noqa: PLC0415

    from streams.desk.names import UnknownNameError  # noqa: PLC0415
    from topology.graph.connection import connect, distrusted  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    declared = settings()

    # We say what the driver logs, once and with advice.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)

    async def run() -> T:
        async with connect(declared, reading=reading) as driver:
            # Without a transaction function, which would try again for half a minute.
            async with asyncio.timeout(ANSWERS_WITHIN), driver.session(database=declared.neo4j_database) as session:
                await (await session.run("RETURN 1")).consume()
            return await work(driver, declared.neo4j_database)

    try:
        return asyncio.run(run())
    except UnknownNameError as error:
        fail(str(error))
    except AuthError:
        who = "NEO4J_READER" if reading and declared.neo4j_reader_user else "NEO4J"
        fail(f"Neo4j at {declared.neo4j} rejects the login; set TRIPLEWIRE_{who}_USER and TRIPLEWIRE_{who}_PASSWORD")
    except (DriverError, Neo4jError, OSError) as error:
        if distrusted(error):
            fail(
                f"Neo4j at {declared.neo4j} has a certificate that is not trusted; set TRIPLEWIRE_NEO4J_CA to its "
                "authority, and TRIPLEWIRE_NEO4J to the name that the certificate is for"
            )
        why = str(error).partition("\n")[0].rstrip(":") or f"no answer within {ANSWERS_WITHIN:g} s"
        fail(f"Neo4j at {declared.neo4j} does not answer ({why}); start it with `triplewire up neo4j`")
