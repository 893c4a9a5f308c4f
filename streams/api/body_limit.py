"""Refuses requests with a body that is larger than any that is wanted here, before it is held in memory."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.api.problems import ProblemError

MOST_BYTES = 32 * 1024
"""Bytes of the largest body: a correction, with names and a reason of the greatest length."""


class BodyLimit:
    """Middleware: answers 413 to a body of more than `MOST_BYTES`, whether its length is declared or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        body = bytearray()
        more = not (declared.isdigit() and int(declared) > MOST_BYTES)
        too_large = not more
        # Read here and not by the route, so that the answer is the same wherever the limit is passed.
        while more and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > MOST_BYTES:
                too_large, more = True, False
        if too_large:
            problem = ProblemError(
                413, "body-too-large", "The request is too large", f"A body has at most {MOST_BYTES} bytes."
            )
            await problem.response()(scope, receive, send)
            return
        passed = False

        async def again() -> Message:
            nonlocal passed
            if passed or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
                return await receive()
            passed = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, again, send)
