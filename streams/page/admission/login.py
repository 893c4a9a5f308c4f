"""The login form: it takes a token of the file of tokens, and gives a session for it. It needs no script."""

from html import escape
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from streams.page.admission.gate import ASSETS, LOGIN, LOGOUT
from streams.page.admission.sessions import FORM, LASTS, SESSION, Sessions, new_visitor

LARGEST_FORM = 8192
"""Bytes of a form."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · Triplewire</title>
<link rel="stylesheet" href="{assets}/page.css">
<link rel="icon" href="{assets}/icon.svg">
</head>
<body class="tw-login">
<main>
<h1>Triplewire</h1>
<form method="post" action="{login}">
<input type="hidden" name="form" value="{form}">
<input type="hidden" name="next" value="{next}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus
  aria-describedby="how"{invalid}>
{problem}
<p id="how">Your administrator makes one with <code>triplewire serve-token</code>.</p>
<button type="submit">Log in</button>
</form>
</main>
</body>
</html>
"""


def routes(sessions: Sessions) -> APIRouter:
    """Returns the routes that begin and end sessions."""
    router = APIRouter()

    @router.get(LOGIN)
    async def form(request: Request) -> Response:
        return _form(request, sessions, request.query_params.get("next", "/"))

    @router.post(LOGIN)
    async def begin(request: Request) -> Response:
        sent = await _sent(request)
        wanted = sent.get("next", "/")
        if not sessions.sent_by(request.cookies.get(FORM), sent.get("form", "")):
            return _form(request, sessions, wanted, "The form was too old. Try again.", 403)
        cookie = sessions.begin(sent.get("token", "").strip())
        if cookie is None:
            return _form(request, sessions, wanted, "This token is not known, or has expired.", 401)
        answer = RedirectResponse(_inside(wanted), status_code=303)
        _set(answer, request, SESSION, cookie)
        answer.delete_cookie(FORM)
        return answer

    @router.post(LOGOUT)
    async def end(request: Request) -> Response:
        sent = await _sent(request)
        if not sessions.sent_by(request.cookies.get(SESSION), sent.get("form", "")):
            return RedirectResponse("/", status_code=303)
        sessions.end(request.cookies[SESSION])
        answer = RedirectResponse(LOGIN, status_code=303)
        answer.delete_cookie(SESSION)
        return answer

    return router


async def _sent(request: Request) -> dict[str, str]:
    """Returns the fields of a form; none if it is too large."""
    body = bytearray()
    async for part in request.stream():
        body.extend(part)
        if len(body) > LARGEST_FORM:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _form(request: Request, sessions: Sessions, wanted: str, problem: str = "", status: int = 200) -> Response:
    visitor = request.cookies.get(FORM) or new_visitor()
    page = _HTML.format(
        assets=ASSETS,
        login=LOGIN,
        form=escape(sessions.form(visitor)),
        next=escape(_inside(wanted)),
        problem=f'<p class="tw-problem" role="alert">{escape(problem)}</p>' if problem else "",
        invalid=' aria-invalid="true"' if problem else "",
    )
    answer = HTMLResponse(page, status, headers={"Content-Security-Policy": POLICY})
    _set(answer, request, FORM, visitor)
    return answer


def _set(answer: Response, request: Request, name: str, value: str) -> None:
    # What a proxy says of TLS is only believed to the visitor's own harm: a false word makes the cookie stricter.
    secure = "https" in {request.url.scheme, request.headers.get("x-forwarded-proto", "")}
    answer.set_cookie(name, value, max_age=LASTS, httponly=True, secure=secure, samesite="strict")


def _inside(target: str) -> str:
    """Returns a path of this page; that of the first view if the target leads elsewhere."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if plain and "\\" not in target else "/"
