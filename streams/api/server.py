"""The API as a process, with the page if it is wanted: uvicorn, with its limits."""

import socket
import ssl
import sys

import structlog
import uvicorn
from starlette.types import ASGIApp

from streams.api.app import create_app
from streams.road.logs import configure_logging
from topology.access.errors import AccessError
from topology.access.secret_settings import secret
from topology.access.tls import server_context
from topology.settings import Settings, settings

CONNECTIONS = 512
"""Connections beyond which uvicorn answers 503 at once."""

LARGEST_MESSAGE = 256 * 1024
"""Bytes of a message that a browser may send over its WebSocket: what somebody typed or chose."""

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """Says where it listens: a port of 0 is only known then."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens the port."""
        await super().startup(sockets)
        for server in self.servers if self.started else ():
            for opened in server.sockets:
                log.info("serving", host=opened.getsockname()[0], port=opened.getsockname()[1])


def serve(declared: Settings) -> bool:
    """Answers requests until the process is asked to stop; returns whether it could begin.

    Raises:
        AccessError: Programs beyond this machine would reach it without tokens, or its certificate cannot be used.
        TokenFileError: The file of tokens cannot be used.
    """
    context = tls_of(declared)
    api = create_app(declared)
    served: ASGIApp = api
    if declared.serve_page:
        from streams.page.site import with_page  # noqa: PLC0415  # only then: NiceGUI takes a second to import

        served = with_page(api, declared)
    server = _Server(
        uvicorn.Config(
            served,
            host=declared.serve_host.strip("[]"),
            port=declared.serve_port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=CONNECTIONS,
            ssl_context_factory=(lambda *_: context) if context else None,
            ws_max_size=LARGEST_MESSAGE,
            timeout_graceful_shutdown=int(declared.stop_within),
        )
    )
    server.run()
    return server.started


def tls_of(declared: Settings) -> ssl.SSLContext | None:
    """Returns what the server needs for TLS; None if it speaks HTTP.

    Raises:
        AccessError: Certificate and key cannot be used.
    """
    if not declared.serve_certificate:
        if declared.serve_key:
            raise AccessError("TRIPLEWIRE_SERVE_KEY needs TRIPLEWIRE_SERVE_CERTIFICATE, the certificate of that key")
        return None
    password = secret(declared, "serve_key_password")
    return server_context("serve", certificate=declared.serve_certificate, key=declared.serve_key, password=password)


if __name__ == "__main__":
    configure_logging()
    sys.exit(not serve(settings()))
