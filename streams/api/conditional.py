"""Entity tags: an answer that the client has already is not sent again."""

from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Conditional:
    """Middleware: gives JSON answers an `ETag`, and answers 304 if `If-None-Match` has it. Streams pass unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles a request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        known = {tag.strip().removeprefix("W/") for tag in Headers(scope=scope).get("if-none-match", "").split(",")}
        start: Message | None = None
        body = bytearray()

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if message["status"] == 200 and kind.startswith("application/json"):  # noqa: PLR2004
                    start = message
                    return
            elif start is not None:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                message = {"type": "http.response.body", "body": _finish(start, body, known)}
                first, start = start, None
                await send(first)
            await send(message)

        await self._app(scope, receive, tagged)


def _finish(start: Message, body: bytearray, known: set[str]) -> bytes:
    """Sets the headers of an answer, and returns its body; empty if the client has it."""
    headers = MutableHeaders(scope=start)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers["etag"] = tag
    headers["cache-control"] = "private, no-cache"
    if not known & {tag, "*"}:
        return bytes(body)
    start["status"] = 304
    for name in ("content-length", "content-type"):
        if name in headers:
            del headers[name]
    return b""
