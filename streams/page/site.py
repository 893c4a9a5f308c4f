"""The page and the API on one port: the API's paths go to the API, all others to the page."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from jinja2 import BaseLoader, Environment
from nicegui import app as nicegui_app
from nicegui import client as nicegui_client
from nicegui import ui
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from streams.api.guard import is_loopback
from streams.api.reading import QUERIES_OF_REQUEST
from streams.page import entity, evidence, frame, happenings, health, media, stories, wire_view
from streams.page.admission import login
from streams.page.admission.gate import ASSETS, Gate
from streams.page.admission.sessions import Sessions
from streams.page.broker import Broker
from streams.page.desk import Shared
from streams.page.wire import Wire
from topology.ontology import load_ontology
from topology.settings import Settings

HERE = Path(__file__).parent

_OF_API = ("/v1/", "/health", "/openapi.json")

_SPARE_SECONDS = 15.0
"""Seconds that a view may take beyond the time of its questions to the graph: Kafka is asked too."""

_RECONNECT_SECONDS = 10.0
"""For how long the server keeps what a browser shows that has lost the connection."""


class Site:
    """The application that uvicorn serves."""

    def __init__(self, api: FastAPI, page: ASGIApp) -> None:
        self._api = api
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles a request, a WebSocket, or the beginning and end of the process."""
        ours = scope["type"] != "lifespan" and not scope["path"].startswith(_OF_API)
        await (self._page if ours else self._api)(scope, receive, send)


def with_page(api: FastAPI, settings: Settings) -> Site:
    """Returns an API and the page together. NiceGUI has one page in a process, so call it once.

    Args:
        api: What `streams.api.app.create_app` returns for the same settings.
        settings: The settings.
    """
    shared = Shared(
        settings=settings,
        reader=api.state.reader,
        statistics=api.state.statistics,
        tokens=api.state.tokens,
        wire=Wire(settings),
        broker=Broker(settings.kafka),
        classes={one.id: one.title for one in load_ontology(settings.ontology).happenings},
    )
    sessions = Sessions(shared.tokens)
    own = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    own.mount(ASSETS, StaticFiles(directory=HERE / "static"))
    own.include_router(login.routes(sessions))
    own.include_router(media.router)
    for views in (frame, wire_view, entity, evidence, happenings, stories, health):
        views.register(QUERIES_OF_REQUEST * settings.serve_query_seconds + _SPARE_SECONDS)
    nicegui_client.templates.env.loader = _WithNonce(nicegui_client.templates.env.loader)
    # Long polling is NiceGUI's second way beside WebSockets; what is not offered needs no check.
    nicegui_app.config.socket_io_js_transports = ["websocket"]
    ui.run_with(
        own,
        title="Triplewire",
        favicon=HERE / "static" / "icon.svg",
        dark=None,
        language="en-US",
        tailwind=False,
        reconnect_timeout=_RECONNECT_SECONDS,
        show_welcome_message=False,
    )
    of_api, of_page = api.router.lifespan_context, own.router.lifespan_context

    @asynccontextmanager
    async def both(_: FastAPI) -> AsyncIterator[None]:
        async with of_page(own), of_api(api):
            try:
                yield
            finally:
                await shared.wire.close()

    api.router.lifespan_context = both
    gate = Gate(
        own,
        shared,
        sessions,
        views=lambda: len(nicegui_client.Client.instances),
        strict_transport=bool(settings.serve_certificate) and not is_loopback(settings.serve_host),
    )
    return Site(api, gate)


class _WithNonce(BaseLoader):
    """Loads NiceGUI's template with the request's nonce in each script element of the template itself.

    The source is changed, before anything is put into it, so that nothing from the graph could get a nonce.
    """

    def __init__(self, loader: BaseLoader | None) -> None:
        assert loader is not None  # noqa: S101  # for the type checker
        self._loader = loader

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Returns the changed source, its file, and whether it is still the same."""
        source, file, same = self._loader.get_source(environment, template)
        return source.replace("<script", '<script nonce="{{ request.state.nonce }}"'), file, same
