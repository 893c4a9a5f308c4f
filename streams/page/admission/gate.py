"""What every request to the page passes: its host, its origin, its session, and the headers that keep browsers safe."""

from collections.abc import Callable
from secrets import token_urlsafe
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.api.guard import SAFE_HEADERS, STRICT_TRANSPORT, host_of, is_loopback
from streams.page.admission.sessions import SESSION, Sessions
from streams.page.desk import Desk, Shared

LOGIN, LOGOUT, ASSETS = "/login", "/logout", "/assets"
OPEN = f"{ASSETS}/"
"""What visitors reach before they log in, besides the login form: its stylesheet."""

NO_VIEWS = ("/_nicegui", "/media/", OPEN, LOGIN, LOGOUT)
"""Paths whose answers keep nothing in memory; every other one makes a view, which its browser's tab keeps."""

MOST_VIEWS = 60
"""Views that may be open at a time: a large one takes some megabytes."""

THEME = "triplewire-theme"

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The content-security policy of the views. Decision 0068 says what NiceGUI needs of it and why."""


# With the API's `no-referrer`, browsers send `Origin: null` with the page's own forms.
_HEADERS = SAFE_HEADERS | {"referrer-policy": "same-origin"}


class Gate:
    """Middleware before the page. It puts the visitor's desk and the nonce of scripts into the request's state."""

    def __init__(
        self,
        app: ASGIApp,
        shared: Shared,
        sessions: Sessions,
        *,
        views: Callable[[], int] = lambda: 0,
        strict_transport: bool = False,
    ) -> None:
        """Takes what to guard.

        Args:
            app: The page.
            shared: What all visitors have in common.
            sessions: Who is logged in.
            views: Returns how many views are open.
            strict_transport: Whether browsers are to ask this host by https only.
        """
        self._app = app
        self._views = views
        self._headers = _HEADERS | (STRICT_TRANSPORT if strict_transport else {})
        self._shared = shared
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles a request or a WebSocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        nonce = token_urlsafe(16)

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in (self._headers | {"content-security-policy": POLICY.format(nonce=nonce)}).items():
                    answer.setdefault(name, value)
                # Views have what only this visitor may see; NiceGUI's own files say themselves how long they last.
                answer.setdefault("cache-control", "no-store")
            await send(message)

        refused = self._refusal(scope, headers)
        if refused is not None:
            await _refuse(refused, scope, receive, safely)
            return
        cookies = cookies_of(headers)
        session = cookies.get(SESSION)
        token = self._sessions.token(session)
        if (
            self._shared.tokens is not None
            and token is None
            and scope["path"] != LOGIN
            and not scope["path"].startswith(OPEN)
        ):
            await _refuse(_to_login(scope), scope, receive, safely)
            return
        if scope["type"] == "http" and not scope["path"].startswith(NO_VIEWS) and self._views() >= MOST_VIEWS:
            full = PlainTextResponse("Too many views are open.", status_code=503, headers={"Retry-After": "10"})
            await _refuse(full, scope, receive, safely)
            return
        theme = {"dark": True, "light": False}.get(cookies.get(THEME, ""))
        csrf = self._sessions.form(session) if session and token else ""
        scope.setdefault("state", {}).update(
            desk=Desk(self._shared, token, csrf, theme, lambda: self._sessions.token(session)), nonce=nonce
        )
        await self._app(scope, receive, safely)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Returns the answer to a request that comes by a wrong name or from another site's page; None to others."""
        host = headers.get("host", "")
        if self._shared.tokens is None and not is_loopback(host_of(host)):
            return PlainTextResponse(
                "Without tokens only requests to localhost or 127.0.0.1 are answered.", status_code=421
            )
        origin = headers.get("origin")
        # A browser names the origin of every WebSocket, and of every request that may change something.
        needed = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}
        if (needed or origin) and not _same(origin, host):
            return PlainTextResponse("This page only answers its own forms and scripts.", status_code=403)
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-dest") != "document":
            return PlainTextResponse("This page is not for other sites to load.", status_code=403)
        return None


def _same(origin: str | None, host: str) -> bool:
    """Returns whether an `Origin` is that of this host. The scheme may differ: a proxy may add TLS."""
    try:
        parts = urlsplit(origin or "")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and parts.netloc.lower() == host.lower()


def _to_login(scope: Scope) -> Response:
    """Returns where somebody who is not logged in goes: to the form, and then back."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith("/_nicegui"):
        return PlainTextResponse("Log in first.", status_code=401)
    asked = scope.get("query_string", b"").decode("latin-1")
    wanted = scope["path"] + (f"?{asked}" if asked else "")
    return RedirectResponse(f"{LOGIN}?next={quote(wanted, safe='')}", status_code=303)


async def _refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await answer(scope, receive, send)
        return
    await receive()  # the WebSocket's request to be accepted
    await send({"type": "websocket.close", "code": 1008})


def cookies_of(headers: Headers) -> dict[str, str]:
    """Returns the cookies of a request; those of other applications may be in no good form."""
    return cookie_parser(headers.get("cookie", ""))
