"""The time until an article is visible in the graph, measured from outside by polling."""

import asyncio
import math
import time

from neo4j import AsyncDriver

from topology.graph.names import ARTICLE

ASK_EVERY = 0.02
"""Seconds between queries. Measured latencies are too long by at most this plus the time of a query."""

_SEEN = f"UNWIND $ids AS id MATCH (a:{ARTICLE} {{id: id}}) RETURN a.id AS id"


class Watch:
    """Waits for articles to appear in the graph.

    Attributes:
        seconds: Seconds from an article's Kafka timestamp until it was seen, in order of appearance.
    """

    def __init__(self, driver: AsyncDriver, database: str) -> None:
        self._driver = driver
        self._database = database
        self._waiting: dict[str, float] = {}
        self.seconds: list[float] = []

    def expect(self, article: str, published_ms: int) -> None:
        """Starts to wait for an article with this Kafka timestamp."""
        self._waiting[article] = published_ms / 1000

    async def run(self, enough: int) -> None:
        """Polls until `enough` articles have been seen."""
        while len(self.seconds) < enough:
            if self._waiting:
                found = await self._driver.execute_query(_SEEN, ids=list(self._waiting), database_=self._database)
                now = time.time()
                self.seconds += [now - self._waiting.pop(record["id"]) for record in found.records]
            await asyncio.sleep(ASK_EVERY)


def quantile(values: list[float], share: float) -> float:
    """Returns the smallest value that at least `share` of all values do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]
