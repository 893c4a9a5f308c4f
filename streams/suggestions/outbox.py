"""The outbox: messages that are written to the graph and may not be published yet.

A message stays until the record that its batch began with is acknowledged, because only then it is surely published.
"""

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
    """Each entity's latest message, with partition and offset of the record that its batch began with."""

    def __init__(self, driver: AsyncDriver, database: str) -> None:
        """Opens nothing; closing the driver is the caller's business."""
        self._driver, self._database = driver, database

    async def forget_before(self, begins: Mapping[int, int]) -> None:
        """Deletes the messages of batches that began before these records.

        The caller has these records because all before them are acknowledged, so those messages are published.

        Args:
            begins: The first offset of the present batch, by partition.

        Raises:
            GraphUnavailableError: Repeat the call.
        """
        with translated():
            await self._driver.execute_query(cypher.DELETE_PUBLISHED, rows=_rows(begins), database_=self._database)

    async def pending(self, begins: Mapping[int, int]) -> list[tuple[int, str]]:
        """Returns the partition and message of batches that began with these records or later ones, by entity.

        Args:
            begins: The first offset of the present batch, by partition.

        Raises:
            GraphUnavailableError: Repeat the call.
        """
        with translated():
            found = await self._driver.execute_query(cypher.READ_PENDING, rows=_rows(begins), database_=self._database)
        return [(row["partition"], row["message"]) for row in found.records]


def as_output(message: str, origin: Record) -> Output:
    """Returns a message as a record to publish.

    Args:
        message: A Suggestions message in JSON.
        origin: The record that the message's batch began with.
    """
    event = Suggestions.model_validate_json(message)
    return output(SUGGESTIONS.name, event.id.encode(), event, event.id, source=CE_SOURCE, origin=origin)


def _rows(begins: Mapping[int, int]) -> list[dict[str, int]]:
    return [{"partition": partition, "first": first} for partition, first in sorted(begins.items())]
