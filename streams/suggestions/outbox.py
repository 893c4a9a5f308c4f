"""What is written and perhaps not published: kept in the graph until the records that it was written for are done."""

from collections.abc import Mapping

from neo4j import AsyncDriver

from streams.messages.outputs import output
from streams.messages.suggestion_events import Suggestions
from streams.road.stage import Output, Record
from streams.sink.faults import translated
from streams.suggestions import cypher
from topology.topics import SUGGESTIONS

CE_SOURCE = "triplewire/suggestions"


class Outbox:
    """Of each entity the latest message, with the record that its batch began with."""

    def __init__(self, driver: AsyncDriver, database: str) -> None:
        """Asks nothing yet; the driver stays the caller's."""
        self._driver, self._database = driver, database

    async def told_before(self, begins: Mapping[int, int]) -> None:
        """Forgets what was written for records before these: they are acknowledged, so it was published.

        Args:
            begins: The first offset of a batch in each of its partitions.

        Raises:
            GraphUnavailableError: Passing trouble.
        """
        with translated():
            await self._driver.execute_query(cypher.DELETE_TOLD, rows=_rows(begins), database_=self._database)

    async def untold(self, begins: Mapping[int, int]) -> list[tuple[int, str]]:
        """Returns partition and message of what was written for these records or later ones, by entity.

        Raises:
            GraphUnavailableError: Passing trouble.
        """
        with translated():
            found = await self._driver.execute_query(cypher.READ_UNTOLD, rows=_rows(begins), database_=self._database)
        return [(row["partition"], row["message"]) for row in found.records]


def published(message: str, origin: Record) -> Output:
    """Returns the record that tells a message; `origin` is what it was written for."""
    event = Suggestions.model_validate_json(message)
    return output(SUGGESTIONS.name, event.id.encode(), event, event.id, source=CE_SOURCE, origin=origin)


def _rows(begins: Mapping[int, int]) -> list[dict[str, int]]:
    return [{"partition": partition, "first": first} for partition, first in sorted(begins.items())]
