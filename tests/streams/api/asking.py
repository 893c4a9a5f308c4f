"""Asks the API without a graph behind it."""

from contextlib import asynccontextmanager

import httpx

from streams.api.app import create_app
from topology.graph.connection import connect
from topology.settings import Settings

EVERYWHERE = "0.0.0.0"  # noqa: S104  # that it is refused is the point
NOWHERE = "bolt://127.0.0.1:9"
"""Nothing listens there: a request that is let through is answered with 503."""


@asynccontextmanager
async def client(host="127.0.0.1", **settings):
    declared = Settings(neo4j=NOWHERE, neo4j_password="x", **settings)
    async with connect(declared) as driver:
        transport = httpx.ASGITransport(create_app(declared, driver))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as api:
            yield api


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}
