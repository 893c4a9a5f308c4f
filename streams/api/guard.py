"""What every request passes: the check of its host, its token, and the headers that keep browsers safe."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from streams.api.problems import ProblemError
from streams.api.tokens import Scope, TokenFile

SAFE_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

STRICT_TRANSPORT = {"strict-transport-security": "max-age=31536000"}
"""Sent over TLS of our own: for a year, browsers ask this host by https only."""

_bearer = HTTPBearer(auto_error=False, description="Not needed on a loopback address without TRIPLEWIRE_SERVE_TOKENS.")


def is_loopback(host: str) -> bool:
    """Returns whether only programs on this machine reach an address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def admit(scope: Scope) -> Callable[..., Awaitable[None]]:
    """Returns a dependency that admits requests with a token of a scope, and all if the application has no tokens."""

    async def check(
        request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None
    ) -> None:
        tokens: TokenFile | None = request.app.state.tokens
        if tokens is None:
            return
        token = tokens.admitted(given.credentials) if given else None
        if token is None:
            why = "is not known or has expired" if given else "is missing"
            raise ProblemError(
                401,
                "not-admitted",
                "A token is needed",
                f"The bearer token {why}; send `Authorization: Bearer …` with a token from `triplewire serve-token`.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if scope not in token.scopes:
            raise ProblemError(
                403,
                "not-allowed",
                "The token does not allow this",
                f"This needs a token with the scope `{scope}`.",
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
            )
        request.state.token = token

    return check


def still_admitted(request: Request) -> bool:
    """Returns whether a request that was admitted would be now: its token may have expired or been withdrawn."""
    tokens: TokenFile | None = request.app.state.tokens
    return tokens is None or request.state.token in tokens.valid()


class Guard:
    """Middleware: sets the safe headers, and without tokens answers only requests that name this machine.

    Otherwise a web page could have its own name resolved to 127.0.0.1 and read the answers (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, *, only_loopback: bool, strict_transport: bool = False) -> None:
        """Takes what to guard.

        Args:
            app: The application.
            only_loopback: Whether only requests that name this machine are answered.
            strict_transport: Whether browsers are to ask this host by https only.
        """
        self._app = app
        self._only_loopback = only_loopback
        self._headers = SAFE_HEADERS | (STRICT_TRANSPORT if strict_transport else {})

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Handles a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if self._only_loopback and not is_loopback(host_of(Headers(scope=scope).get("host", ""))):
            problem = ProblemError(
                421, "wrong-host", "Wrong host", "Without tokens only requests to localhost or 127.0.0.1 are answered."
            )
            await problem.response()(scope, receive, safely)
            return
        await self._app(scope, receive, safely)


def host_of(header: str) -> str:
    """Returns the host of a `Host` header, without its port."""
    return header.partition("]")[0].strip("[") if header.startswith("[") else header.partition(":")[0]
