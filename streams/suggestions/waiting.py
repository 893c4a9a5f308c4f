"""Waiting until the graph has what a batch says."""

from collections.abc import Mapping

from aiokafka.errors import KafkaError
from neo4j import AsyncDriver

from streams.lags import Lags
from streams.retry import forever
from streams.sink.faults import GraphUnavailableError, translated
from streams.suggestions import cypher
from topology.topics import SINK_GROUP, TRIPLES

LOOKS = 5
"""The sink's group is asked each time the graph has been looked at so often: it seldom knows more."""


class BehindError(Exception):
    """The sink has not written these records yet."""


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

        It asks again and again, at longer and longer intervals up to a few seconds.
        """
        looks = 0

        async def check() -> None:
            nonlocal looks
            looks += 1
            await self._check(offsets, thorough=looks % LOOKS == 0)

        try:
            on = (BehindError, GraphUnavailableError, KafkaError, OSError)
            await forever(check, step="sink", on=on)
        finally:
            self.behind = ""

    async def _check(self, offsets: Mapping[int, int], *, thorough: bool) -> None:
        with translated():
            found = await self._driver.execute_query(
                cypher.READ_OFFSETS,
                group=SINK_GROUP,
                topic=TRIPLES.name,
                topic_id=self._topic_id,
                database_=self._database,
            )
        written = {row["partition"]: int(row["offset"]) for row in found.records}
        late = {p: offset for p, offset in offsets.items() if written.get(p, -1) < offset}
        if late and thorough:
            # What the sink buried is never written, but it is acknowledged.
            async with Lags(self._kafka) as lags:
                done = await lags.committed(SINK_GROUP, TRIPLES.name)
            late = {p: offset for p, offset in late.items() if done.get(p, 0) <= offset}
        if late:
            self.behind = "; ".join(f"partition {p} at {written.get(p, -1)} of {late[p]}" for p in sorted(late))
            raise BehindError(self.behind)
