"""A worker's `/health`, `/health/live` and `/metrics` over HTTP.

Faust's own page always reports "healthy". `/health` checks whether the worker is in its consumer group, whether
a batch hangs, and whether the model (or the database) answers: whether it can do its work now.

`/health/live` answers as soon as the process runs and for as long as its event loop turns, and asks nobody else. Only
that may decide whether an orchestrator restarts a worker: a worker that waits for Kafka, Triton or Neo4j is sound, and
a restart would make it read its batch again and wait once more.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

log = structlog.get_logger(__name__)


class HealthServer:
    """Serves `/health` (200, or 503 with reasons in a JSON body), `/health/live` (200) and `/metrics` (Prometheus)."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        stage: str,
        trouble: Callable[[], Awaitable[list[str]]],
        waits: Callable[[], Sequence[str]] = list,
    ) -> None:
        """Opens nothing yet.

        Args:
            host: The address to listen on.
            port: The port; 0 picks a free one.
            stage: The stage's name, shown in the response.
            trouble: Returns the reasons why the worker is unhealthy; empty if it is healthy.
            waits: Returns what the worker waits for, which by itself does not make it unhealthy.
        """
        self._host = host
        self._port = port
        self._stage = stage
        self._trouble = trouble
        self._waits = waits
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """Starts listening and returns the port.

        Raises:
            OSError: The port is in use.
        """
        app = web.Application()
        app.router.add_get("/health", self._health)
        app.router.add_get("/health/live", self._live)
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        port = int(self._runner.addresses[0][1])
        log.info("health.listening", stage=self._stage, host=self._host, port=port)
        return port

    async def stop(self) -> None:
        """Stops listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        reasons = await self._trouble()
        return web.json_response(
            {
                "status": "unhealthy" if reasons else "healthy",
                "stage": self._stage,
                "reasons": reasons,
                "waits": list(self._waits()),
            },
            status=503 if reasons else 200,
        )

    async def _live(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "alive", "stage": self._stage})

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
