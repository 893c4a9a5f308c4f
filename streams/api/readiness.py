"""Whether the API can answer now: what a load balancer and `docker compose ps` ask."""

import asyncio
import time

from neo4j import READ_ACCESS, AsyncDriver, Query

from streams.api.problems import GRAPH_ERRORS
from streams.api.tokens import TokenFile

ASK_EVERY = 2.0
"""Seconds for which an answer of the graph is kept: nobody needs a token to ask."""

GRAPH_SECONDS = 3.0
"""Seconds within which the graph must answer. It is asked past the limit of queries: a busy server can answer."""


class Readiness:
    """Asks what the API needs. Kafka is not among it: without Kafka all answers but the stream are there."""

    def __init__(self, driver: AsyncDriver, database: str, tokens: TokenFile | None) -> None:
        """Asks nothing yet.

        Args:
            driver: The graph's.
            database: The database's name.
            tokens: Who is admitted; None if nobody needs a token.
        """
        self._driver = driver
        self._database = database
        self._tokens = tokens
        self._one = asyncio.Lock()
        self._asked = -ASK_EVERY
        self._graph_answers = False

    async def reasons(self) -> list[str]:
        """Returns why nothing can be answered now; nothing if it can."""
        reasons = []
        if self._tokens is not None and not self._tokens.valid():
            reasons.append("no token is valid: all have expired, or TRIPLEWIRE_SERVE_TOKENS cannot be read")
        async with self._one:
            if time.monotonic() - self._asked >= ASK_EVERY:
                self._graph_answers = await self._ask()
                self._asked = time.monotonic()
        if not self._graph_answers:
            reasons.append(f"the graph does not answer within {GRAPH_SECONDS:.0f} s")
        return reasons

    async def _ask(self) -> bool:
        try:
            async with (
                asyncio.timeout(GRAPH_SECONDS),
                self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session,
            ):
                await (await session.run(Query("RETURN 1", timeout=GRAPH_SECONDS))).consume()
        except GRAPH_ERRORS:
            return False
        return True
