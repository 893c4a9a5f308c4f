"""The application: routes, limits and who is admitted, from the settings."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from fastapi import Depends, FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware
from neo4j import AsyncDriver
from pydantic import BaseModel

from streams.api import corrections, entities, happenings, problems, stream
from streams.api.body_limit import BodyLimit
from streams.api.conditional import Conditional
from streams.api.graph import Graph
from streams.api.guard import Guard, admit, is_loopback
from streams.api.readiness import Readiness
from streams.api.reading import BoundedReader
from streams.api.tokens import TokenFile
from topology.access.errors import AccessError
from topology.graph.connection import connect
from topology.settings import Settings

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@A-Z]+")

DESCRIPTION = """\
What Triplewire's graph says: entities, facts and claims as of a time, happenings, stories, and their sentences.
Only editors change anything here, and their corrections go to Kafka first. Lists come in pages: pass `next` of one as
`cursor` of the following request. Answers have an `ETag`. Errors are `application/problem+json` and say what to do."""

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": problems.Problem, "description": what}
    for status, what in (
        (400, "The cursor does not fit"),
        (401, "A token is needed"),
        (403, "The token does not allow this"),
        (404, "The graph has no such thing"),
        (409, "Several entities have this name"),
        (413, "The answer or the request would be too large"),
        (422, "The request is not valid"),
        (500, "An error of ours"),
        (503, "The server is busy, or the graph does not answer"),
        (504, "The query took too long"),
    )
}


class Health(BaseModel):
    """Whether questions can be answered, and if not, why."""

    status: Literal["ok", "unhealthy"]
    reasons: list[str]


def create_app(settings: Settings, driver: AsyncDriver | None = None) -> FastAPI:
    """Returns the application.

    Args:
        settings: The settings.
        driver: The graph's driver; by default one for the settings' reader, which the application closes.

    Raises:
        AccessError: Programs beyond this machine, or every web page, would reach it without tokens; or the settings
            of Kafka or of the origins cannot be used.
        TokenFileError: The file of tokens cannot be used.
    """
    tokens = TokenFile(Path(settings.serve_tokens)) if settings.serve_tokens else None
    if tokens is None and not is_loopback(settings.serve_host):
        raise AccessError(
            f"TRIPLEWIRE_SERVE_HOST is {settings.serve_host}, which other machines reach; name a file of tokens in "
            "TRIPLEWIRE_SERVE_TOKENS (`triplewire serve-token NAME` makes one), or listen on 127.0.0.1"
        )
    origins = _origins(settings, everyone=tokens is not None)
    streams = stream.Streams(settings)
    own = driver is None
    used = driver or connect(settings, reading=True)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            if own:
                await used.close()

    # Without the pages of Swagger and ReDoc, which load scripts from elsewhere.
    app = FastAPI(
        title="Triplewire", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    reader = BoundedReader(used, seconds=settings.serve_query_seconds, queries=settings.serve_queries)
    app.state.reader = reader
    app.state.database = settings.neo4j_database
    app.state.tokens = tokens
    # It counts for many requests, so it does not have the time of one.
    app.state.statistics = happenings.Statistics(Graph(reader.as_driver(), settings.neo4j_database))
    app.state.streams = streams
    app.state.desk = corrections.EditorsDesk(settings)
    problems.install(app)

    @app.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        """Answers as long as the process runs; needs no token."""
        return {"status": "ok"}

    readiness = Readiness(used, settings.neo4j_database, tokens)

    @app.get("/health", tags=["health"], responses={503: {"description": "It cannot, for these reasons"}})
    async def ready(response: Response) -> Health:
        """Says whether questions can be answered now; needs no token."""
        reasons = await readiness.reasons()
        response.status_code = 503 if reasons else 200
        return Health(status="unhealthy" if reasons else "ok", reasons=reasons)

    for router in (entities.router, happenings.router):
        app.include_router(router, prefix="/v1", dependencies=[Depends(admit("read"))], responses=_ERRORS)
    app.include_router(corrections.reading, prefix="/v1", dependencies=[Depends(admit("read"))], responses=_ERRORS)
    app.include_router(
        corrections.editing,
        prefix="/v1",
        dependencies=[Depends(admit("editor")), Depends(corrections.only_json)],
        responses=_ERRORS | corrections.ERRORS,
    )
    app.include_router(stream.router, prefix="/v1", dependencies=[Depends(admit("stream"))], responses=_ERRORS)
    app.add_middleware(Conditional)
    app.add_middleware(BodyLimit)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET"],
            allow_headers=["Authorization", "If-None-Match", "Last-Event-ID"],
            expose_headers=["ETag"],
        )
    # Not on loopback: a browser would then ask whatever listens on this machine by https, on every port.
    strict = bool(settings.serve_certificate) and not is_loopback(settings.serve_host)
    app.add_middleware(Guard, only_loopback=tokens is None, strict_transport=strict)
    return app


def _origins(settings: Settings, *, everyone: bool) -> list[str]:
    """Returns the origins whose pages may read answers.

    Args:
        settings: The settings.
        everyone: Whether `*` may be among them.

    Raises:
        AccessError: One is no origin, or it is `*` and that may not be.
    """
    origins = [origin.strip() for origin in settings.serve_origins.split(",") if origin.strip()]
    for origin in origins:
        if origin == "*" and not everyone:
            raise AccessError(
                "TRIPLEWIRE_SERVE_ORIGINS is *, so that every web page that somebody here opens could read the graph; "
                "name the origins, or a file of tokens in TRIPLEWIRE_SERVE_TOKENS"
            )
        # A browser never sends another form, so such an entry would do nothing.
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise AccessError(f"TRIPLEWIRE_SERVE_ORIGINS has {origin!r}; write https://HOST or https://HOST:PORT")
    return origins
