"""The API as a process: uvicorn, with its limits."""

import socket
import ssl

import structlog
import uvicorn

from streams.api.app import create_app
from topology.access.errors import AccessError
from topology.access.secret_settings import secret
from topology.access.tls import server_context
from topology.settings import Settings

CONNECTIONS = 512
"""Connections beyond which uvicorn answers 503 at once."""

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """Says where it listens: a port of 0 is only known then."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens the port."""
        await super().startup(sockets)
        for server in self.servers if self.started else ():
            for opened in server.sockets:
                log.info("serving", host=opened.getsockname()[0], port=opened.getsockname()[1])


def serve(settings: Settings) -> bool:
    """Answers requests until the process is asked to stop; returns whether it could begin.

    Raises:
        AccessError: Programs beyond this machine would reach it without tokens, or its certificate cannot be used.
        TokenFileError: The file of tokens cannot be used.
    """
    context = tls_of(settings)
    server = _Server(
        uvicorn.Config(
            create_app(settings),
            host=settings.serve_host.strip("[]"),
            port=settings.serve_port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=CONNECTIONS,
            ssl_context_factory=(lambda *_: context) if context else None,
            timeout_graceful_shutdown=int(settings.stop_within),
        )
    )
    server.run()
    return server.started


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """Returns what the server needs for TLS; None if it speaks HTTP.

    Raises:
        AccessError: Certificate and key cannot be used.
    """
    if not settings.serve_certificate:
        if settings.serve_key:
            raise AccessError("TRIPLEWIRE_SERVE_KEY needs TRIPLEWIRE_SERVE_CERTIFICATE, the certificate of that key")
        return None
    password = secret(settings, "serve_key_password")
    return server_context("serve", certificate=settings.serve_certificate, key=settings.serve_key, password=password)
