"""What a query of the desk returns."""

from typing import Any

from neo4j import AsyncDriver


async def rows(driver: AsyncDriver, database: str | None, query: str, **parameters: Any) -> list[dict[str, Any]]:
    """Returns the rows that a query finds, each by the names of its columns.

    Args:
        driver: The graph's.
        database: The database's name; None for the default one.
        query: Cypher.
        parameters: The query's parameters.
    """
    found = await driver.execute_query(query, parameters_=parameters, database_=database)
    return [row.data() for row in found.records]
