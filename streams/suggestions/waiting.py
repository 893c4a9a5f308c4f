"""Waiting until the graph has what a batch says."""

import asyncio
from collections.abc import Mapping

from aiokafka.errors import KafkaError
from neo4j import AsyncDriver

from streams.road.lags import Lags
from streams.road.retry import forever
from streams.sink.faults import GraphUnavailableError, translated
from streams.suggestions import cypher
from topology.topics import SINK_GROUP, TRIPLES

LOOKS = 5
"""The sink's group is asked each time the graph has been looked at so often: it seldom knows more."""


FIRST_WAIT = 0.1
LONGEST_WAIT = 2.0
"""Seconds between two looks: the sink writes a batch in about one."""


class GraphPosition:
    """How far the graph has come with `triples`."""

    def __init__(self, driver: AsyncDriver, database: str, kafka: str, topic_id: str) -> None:
        """Asks nothing yet.

        Args:
            driver: Of the graph; stays the caller's.
            database: Its name.
            kafka: Kafka's bootstrap servers.
            topic_id: Kafka's id of the topic.
        """
        self._driver, self._database, self._kafka, self._topic_id = driver, database, kafka, topic_id
        self.behind = ""
        """What is waited for at the moment, or ""."""

    async def reached(self, offsets: Mapping[int, int]) -> None:
        """Returns once the graph has what stands at these offsets, by partition, and all before.

        It looks again and again, for as long as that takes, at longer and longer intervals up to some seconds.
        """
        wait, looks = FIRST_WAIT, 0
        try:
            while late := await self._late(offsets, thorough=looks % LOOKS == LOOKS - 1):
                self.behind = "; ".join(f"partition {p} before {offset}" for p, offset in sorted(late.items()))
                await asyncio.sleep(wait)
                wait, looks = min(2 * wait, LONGEST_WAIT), looks + 1
        finally:
            self.behind = ""

    async def _late(self, offsets: Mapping[int, int], *, thorough: bool) -> dict[int, int]:
        """Returns what the graph has not yet, by partition."""
        written = await forever(self._written, step="offsets", on=GraphUnavailableError)
        late = {p: offset for p, offset in offsets.items() if written.get(p, -1) < offset}
        if late and thorough:
            # What the sink buried is never written, but it is acknowledged.
            done = await forever(self._done, step="offsets", on=(KafkaError, OSError))
            late = {p: offset for p, offset in late.items() if done.get(p, 0) <= offset}
        return late

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

    async def _done(self) -> dict[int, int]:
        async with Lags(self._kafka) as lags:
            return await lags.committed(SINK_GROUP, TRIPLES.name)
