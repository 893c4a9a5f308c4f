"""Queries with limits: read-only, a few at a time, each for a few seconds and with a bounded number of rows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakValueDictionary

from neo4j import READ_ACCESS, AsyncDriver, EagerResult, Query

from streams.api.problems import ProblemError, busy

MOST_ROWS = 20_000
"""Rows of one query; a statement that returns more is not read to the end."""

QUERIES_OF_REQUEST = 3
"""A request, which may have many queries, has time for so many of the longest."""

GRACE_SECONDS = 2.0
"""Seconds beyond a query's own that its answer may take on the way."""


class BoundedReader:
    """Runs queries like a driver's `execute_query`, within limits.

    Neo4j refuses a write in a transaction of read access, whatever the account may do. A query is not tried again.
    """

    def __init__(self, driver: AsyncDriver, *, seconds: float, queries: int) -> None:
        """Connects to nothing yet.

        Args:
            driver: The graph's, preferably of an account that only reads.
            seconds: After how many seconds Neo4j ends a query.
            queries: Most queries at a time.
        """
        self._driver = driver
        self._seconds = seconds
        self._slots = asyncio.Semaphore(queries)
        self._share = max(1, queries // 2)
        # One for each client that is asking now.
        self._shares: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def as_driver(self) -> AsyncDriver:
        """Returns this reader where a driver is wanted: the desk only calls `execute_query`."""
        return cast("AsyncDriver", self)

    def for_request(self, client: str | None = None) -> AsyncDriver:
        """Returns this reader for a request that begins now, whose queries have a time in common.

        Args:
            client: Who asks: has at most half of all queries at a time, so that others get theirs. None for whoever
                is alone.
        """
        ends = asyncio.get_running_loop().time() + QUERIES_OF_REQUEST * self._seconds
        return cast("AsyncDriver", _RequestReader(self, ends, client))

    async def execute_query(
        self,
        query_: str,
        parameters_: dict[str, Any] | None = None,
        *,
        database_: str | None = None,
        client_: str | None = None,
        **more: Any,
    ) -> EagerResult:
        """Returns the result of a query.

        Raises:
            ProblemError: Too many queries are running, or the result is too large.
            Neo4jError: Neo4j ended the query, or refused it.
        """
        async with (
            self._slot(client_),
            asyncio.timeout(self._seconds + GRACE_SECONDS),
            self._driver.session(database=database_, default_access_mode=READ_ACCESS) as session,
        ):
            query = Query(cast("Any", query_), timeout=self._seconds)
            result = await session.run(query, (parameters_ or {}) | more)
            records = await result.fetch(MOST_ROWS + 1)
            if len(records) > MOST_ROWS:
                raise ProblemError(
                    413, "too-large", "The answer is too large", "Ask for less: a smaller limit, or one relation."
                )
            return EagerResult(records, await result.consume(), list(result.keys()))

    @asynccontextmanager
    async def _slot(self, client: str | None) -> AsyncIterator[None]:
        share = self._share_of(client)
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(self._seconds):
                    # Its own first: who waits for that holds nothing that others wait for.
                    await held.enter_async_context(share)
                    await held.enter_async_context(self._slots)
            except TimeoutError:
                raise busy("Too many queries are running (TRIPLEWIRE_SERVE_QUERIES); try again in a moment.") from None
            yield

    def _share_of(self, client: str | None) -> AbstractAsyncContextManager[None]:
        if client is None:
            return nullcontext()
        share = self._shares.get(client)
        if share is None:
            share = self._shares[client] = asyncio.Semaphore(self._share)
        return share


@dataclass(frozen=True, slots=True)
class _RequestReader:
    """The reader for one request. `ends` is a time of the event loop's clock."""

    reader: BoundedReader
    ends: float
    client: str | None

    async def execute_query(self, query_: str, **asked: Any) -> EagerResult:
        """Returns the result of a query.

        Raises:
            TimeoutError: The request's time is over.
        """
        async with asyncio.timeout_at(self.ends):
            return await self.reader.execute_query(query_, client_=self.client, **asked)
