"""A worker's `/health` and `/metrics` over HTTP.

Faust's own page always reports "healthy". This one checks whether the worker is a member of its consumer group, whether
a batch hangs, and whether the model (or the database) answers.
"""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.road.retry import waits

log = structlog.get_logger(__name__)


class HealthServer:
    """Serves `/health` (200 or 503, in JSON why, and what the worker waits for) and `/metrics` (Prometheus text)."""

    def __init__(self, host: str, port: int, *, stage: str, trouble: Callable[[], Awaitable[list[str]]]) -> None:
        """Opens nothing yet.

        Args:
            host: The address to listen on.
            port: The port; 0 picks a free one.
            stage: The stage's name, shown in the response.
            trouble: Returns the reasons why the worker is unhealthy; empty if it is healthy.
        """
        self._host = host
        self._port = port
        self._stage = stage
        self._trouble = trouble
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """Starts listening and returns the port.

        Raises:
            OSError: The port is in use.
        """
        app = web.Application()
        app.router.add_get("/health", self._health)
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
                "waiting_for": waits(),
            },
            status=503 if reasons else 200,
        )

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
