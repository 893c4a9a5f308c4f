"""Waits until the sink has written the records of a batch to the graph."""

import asyncio
from collections.abc import Mapping

from aiokafka.errors import KafkaError
from neo4j import AsyncDriver

from streams.road.lags import Lags
from streams.road.retry import forever
from streams.sink.faults import GraphUnavailableError, translated
from streams.suggestions import cypher
from topology.topics import SINK_GROUP, TRIPLES

READS_PER_CHECK = 5
"""Reads of the graph for each check of the sink's committed offsets, which are seldom further ahead."""

FIRST_WAIT = 0.1
LONGEST_WAIT = 2.0
"""Seconds between two reads of the graph. The sink writes a batch in about one second."""


class GraphPosition:
    """Up to which offsets of `triples` the sink has written the graph."""

    def __init__(self, driver: AsyncDriver, database: str, kafka: str, topic_id: str) -> None:
        """Opens nothing.

        Args:
            driver: The graph's driver; closing it is the caller's business.
            database: The database's name.
            kafka: Kafka's bootstrap servers.
            topic_id: Kafka's id of the topic.
        """
        self._driver, self._database, self._kafka, self._topic_id = driver, database, kafka, topic_id
        self.behind = ""
        """What it is waiting for, or ""."""

    async def reached(self, offsets: Mapping[int, int]) -> None:
        """Waits, for as long as it takes, until the graph has the records up to these offsets, by partition."""
        wait, reads = FIRST_WAIT, 0
        try:
            while missing := await self._missing(offsets, thorough=reads % READS_PER_CHECK == READS_PER_CHECK - 1):
                self.behind = "; ".join(f"partition {p} before {offset}" for p, offset in sorted(missing.items()))
                await asyncio.sleep(wait)
                wait, reads = min(2 * wait, LONGEST_WAIT), reads + 1
        finally:
            self.behind = ""

    async def _missing(self, offsets: Mapping[int, int], *, thorough: bool) -> dict[int, int]:
        """Returns the offsets that the graph does not have yet, by partition; `thorough` also asks the sink's group."""
        written = await forever(self._written, step="offsets", on=GraphUnavailableError)
        missing = {p: offset for p, offset in offsets.items() if written.get(p, -1) < offset}
        if missing and thorough:
            # A dead letter is never written to the graph, but the sink acknowledges it.
            done = await forever(self._acknowledged, step="offsets", on=(KafkaError, OSError))
            missing = {p: offset for p, offset in missing.items() if done.get(p, 0) <= offset}
        return missing

    async def _written(self) -> dict[int, int]:
        with translated():
            found = await self._driver.execute_query(
                cypher.READ_OFFSETS,
                group=SINK_GROUP,
                topic=TRIPLES.name,
                topic_id=self._topic_id,
                database_=self._database,
            )
        return {row["partition"]: int(row["offset"]) for row in found.records}

    async def _acknowledged(self) -> dict[int, int]:
        async with Lags(self._kafka) as lags:
            return await lags.committed(SINK_GROUP, TRIPLES.name)
