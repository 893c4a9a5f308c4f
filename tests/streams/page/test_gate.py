"""Who passes the gate of the page: its host, its origin, its session, its forms, and the headers of each answer."""

import re
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI, Request, WebSocket
from starlette.responses import PlainTextResponse

from streams.api.tokens import TokenFile, entry, new_token
from streams.page.admission.gate import MOST_VIEWS, Gate
from streams.page.admission.login import LARGEST_FORM, routes
from streams.page.admission.sessions import FORM, SESSION, Sessions
from streams.page.desk import Desk, Shared, desk_of
from streams.page.site import Site
from topology.settings import Settings

FIELD = re.compile(r'name="form" value="([^"]+)"')


def site(tokens=None, **more):
    """The gate before an application that says who came."""
    sessions = Sessions(tokens)
    inner = FastAPI()
    inner.include_router(routes(sessions))

    @inner.api_route("/entity/{name}", methods=["GET", "POST"])
    async def entity(request: Request, name: str):
        desk = desk_of(request)
        may = [scope for scope in ("read", "stream", "operate") if desk.may(scope)]
        return PlainTextResponse(f"{name} {desk.token.name if desk.token else 'anybody'} {' '.join(may)} {desk.dark}")

    @inner.websocket("/_nicegui_ws/socket.io")
    async def socket(websocket: WebSocket):
        await websocket.accept()
        await websocket.close()

    shared = Shared(Settings(), None, None, tokens, None, None, {})
    return Gate(inner, shared, sessions, **more)


@asynccontextmanager
async def visitor(tokens=None, host="127.0.0.1:17080", **more):
    transport = httpx.ASGITransport(site(tokens, **more))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        yield client


@pytest.fixture
def tokens(tmp_path):
    file = tmp_path / "tokens.yaml"
    secrets = {}
    lines = []
    for name, scopes in (("reader", {"read"}), ("operator", {"read", "stream", "operate"})):
        secrets[name], token = new_token(name, frozenset(scopes))
        lines.append(entry(token))
    file.write_text("".join(lines))
    return file, TokenFile(file), secrets


async def logged_in(client, secret, target="/entity/x"):
    form = await client.get("/login", params={"next": target})
    sent = {"form": FIELD.search(form.text)[1], "token": secret, "next": target}
    return await client.post("/login", data=sent, headers={"Origin": str(client.base_url)})


async def test_without_tokens_everybody_on_this_machine_reads_and_nobody_changes():
    async with visitor() as client:
        assert (await client.get("/entity/x")).text == "x anybody read stream None"
    async with visitor(host="rebound.example.org") as client:
        assert (await client.get("/entity/x")).status_code == 421


async def test_whoever_is_not_logged_in_is_sent_to_the_form_and_then_back(tokens):
    _, file, secrets = tokens
    async with visitor(file, "desk.example.org") as client:
        sent = await client.get("/entity/x?at=2025-05-04")
        assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Fentity%2Fx%3Fat%3D2025-05-04")
        assert (await client.get("/_nicegui/static/x.js")).status_code == 401
        answer = await logged_in(client, secrets["reader"], "/entity/x?at=2025-05-04")
        assert (answer.status_code, answer.headers["location"]) == (303, "/entity/x?at=2025-05-04")
        assert (await client.get("/entity/x")).text == "x reader read None"


async def test_the_session_cookie_is_only_for_this_site_and_never_for_scripts(tokens):
    _, file, secrets = tokens
    async with visitor(file) as client:
        cookie = (await logged_in(client, secrets["reader"])).headers["set-cookie"]
        assert all(word in cookie for word in (SESSION, "HttpOnly", "SameSite=strict", "Path=/"))
        assert "Secure" not in cookie
        assert secrets["reader"] not in cookie
    async with visitor(file) as client:
        client.headers["X-Forwarded-Proto"] = "https"
        assert "Secure" in (await client.get("/login")).headers["set-cookie"]


@pytest.mark.parametrize("secret", ["", "tw_wrong", "x" * LARGEST_FORM])
async def test_a_wrong_token_gets_no_session(tokens, secret):
    async with visitor(tokens[1]) as client:
        answer = await logged_in(client, secret)
        assert answer.status_code in {401, 403}
        assert SESSION not in client.cookies


async def test_a_form_of_another_visitor_is_refused(tokens):
    _, file, secrets = tokens
    gate = site(file)
    clients = [
        httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://127.0.0.1:17080") for _ in range(2)
    ]
    forms = [FIELD.search((await client.get("/login")).text)[1] for client in clients]
    headers = {"Origin": "http://127.0.0.1:17080"}
    stolen = {"form": forms[0], "token": secrets["reader"]}
    assert (await clients[1].post("/login", data=stolen, headers=headers)).status_code == 403
    clients[0].cookies.delete(FORM)
    assert (await clients[0].post("/login", data=stolen, headers=headers)).status_code == 403
    for client in clients:
        await client.aclose()


async def test_withdrawing_a_token_ends_its_sessions(tokens):
    path, file, secrets = tokens
    async with visitor(file) as client:
        await logged_in(client, secrets["reader"])
        assert (await client.get("/entity/x")).status_code == 200
        path.write_text(entry(new_token("another", frozenset({"read"}))[1]))
        assert (await client.get("/entity/x")).status_code == 303


async def test_a_changed_cookie_is_no_session(tokens):
    _, file, secrets = tokens
    async with visitor(file) as client:
        good = client._transport.app._sessions.begin(secrets["reader"])
        other = "A" if good[-9] != "A" else "B"
        for cookie, status in ((good, 200), (good[:-9] + other + good[-8:], 303), (good[1:], 303), ("a.b.c", 303)):
            answer = await client.get("/entity/x", headers={"Cookie": f"{SESSION}={cookie}"})
            assert answer.status_code == status


async def test_logging_out_needs_the_form_of_the_session(tokens):
    _, file, secrets = tokens
    gate = site(file)
    headers = {"Origin": "http://127.0.0.1:17080"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://127.0.0.1:17080") as client:
        await logged_in(client, secrets["reader"])
        await client.post("/logout", data={"form": "made up"}, headers=headers)
        assert (await client.get("/entity/x")).status_code == 200
        form = gate._sessions.form(client.cookies[SESSION])
        await client.post("/logout", data={"form": form}, headers=headers)
        assert (await client.get("/entity/x")).status_code == 303


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example", "http://127.0.0.1:9", "http://"])
async def test_what_another_sites_page_sends_is_refused(origin):
    headers = {"Origin": origin} if origin else {}
    async with visitor() as client:
        assert (await client.post("/entity/x", headers=headers)).status_code == 403
        own = {"Origin": "http://127.0.0.1:17080"}
        assert (await client.post("/entity/x", headers=own)).status_code == 200


async def opened(gate, origin, host="127.0.0.1:17080", cookie=""):
    """Returns the first answer to a WebSocket: `websocket.accept` or `websocket.close`."""
    headers = [(b"host", host.encode()), (b"cookie", cookie.encode())]
    headers += [(b"origin", origin.encode())] if origin else []
    scope = {
        "type": "websocket", "path": "/_nicegui_ws/socket.io", "raw_path": b"", "query_string": b"",
        "headers": headers, "scheme": "ws", "subprotocols": [], "client": ("127.0.0.1", 1), "server": ("x", 1),
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message["type"])

    await gate(scope, receive, send)
    return sent[0]


async def test_a_websocket_needs_the_origin_the_host_and_the_session(tokens):
    own = "http://127.0.0.1:17080"
    assert await opened(site(), own) == "websocket.accept"
    for origin in (None, "https://elsewhere.example"):
        assert await opened(site(), origin) == "websocket.close"
    assert await opened(site(), "http://rebound.example", "rebound.example") == "websocket.close"
    gate = site(tokens[1])
    assert await opened(gate, own) == "websocket.close"
    session = gate._sessions.begin(tokens[2]["reader"])
    assert await opened(gate, own, cookie=f"{SESSION}={session}") == "websocket.accept"


async def test_each_answer_has_a_policy_of_its_own_that_lets_nothing_in_from_elsewhere():
    async with visitor() as client:
        policies = [(await client.get("/entity/x")).headers["content-security-policy"] for _ in range(2)]
        assert policies[0] != policies[1]
        for policy in policies:
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            script = policy.partition("script-src ")[2].partition(";")[0]
            assert "unsafe-inline" not in script
            assert "http" not in policy.replace("'nonce", "")
    async with visitor() as client:
        # With `no-referrer`, a browser would not say that our own form is ours.
        assert (await client.get("/login")).headers["referrer-policy"] == "same-origin"
        assert "script" not in (await client.get("/login")).headers["content-security-policy"]


@pytest.mark.parametrize("target", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "x", "/\n//x"])
async def test_the_form_never_leads_to_another_site(tokens, target):
    _, file, secrets = tokens
    async with visitor(file) as client:
        assert (await logged_in(client, secrets["reader"], target)).headers["location"] == "/"


async def test_what_an_address_asks_for_is_only_text_in_the_form(tokens):
    async with visitor(tokens[1]) as client:
        form = await client.get("/login", params={"next": '/"><script>alert(1)</script>'})
        assert "<script" not in form.text


async def test_no_view_is_made_for_strangers_for_other_sites_or_beyond_the_limit(tokens):
    async with visitor(tokens[1]) as client:
        for near in ("/loginx", "/login/x", "/assetsx"):
            assert (await client.get(near)).status_code == 303
    async with visitor() as client:
        loaded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
        assert (await client.get("/entity/x", headers=loaded)).status_code == 403
        followed = loaded | {"Sec-Fetch-Dest": "document"}
        assert (await client.get("/entity/x", headers=followed)).status_code == 200
    for views, status in ((MOST_VIEWS - 1, 200), (MOST_VIEWS, 503)):
        async with visitor(views=lambda views=views: views) as client:
            assert (await client.get("/entity/x")).status_code == status


async def test_a_session_that_has_ended_is_none_for_a_copied_cookie_or_an_open_view(tokens):
    _, file, secrets = tokens
    sessions = Sessions(file)
    cookie = sessions.begin(secrets["operator"])
    token = sessions.token(cookie)
    view = Desk(Shared(Settings(), None, None, file, None, None, {}), token, "", None, lambda: sessions.token(cookie))
    assert view.may("operate")
    sessions.end(cookie)
    assert sessions.token(cookie) is None
    assert not view.may("operate")
    assert not view.may("read")


@pytest.mark.parametrize("others", ['prefs={"a": 1}', "foo", "a[b]=1", "a=b c"])
async def test_cookies_of_other_applications_lock_nobody_out(tokens, others):
    _, file, secrets = tokens
    async with visitor(file) as client:
        good = client._transport.app._sessions.begin(secrets["reader"])
        answer = await client.get("/entity/x", headers={"Cookie": f"{others}; {SESSION}={good}"})
        assert answer.status_code == 200


async def test_browsers_are_to_keep_to_https_only_over_tls_of_our_own():
    for own in (False, True):
        async with visitor(strict_transport=own) as client:
            assert ("strict-transport-security" in (await client.get("/entity/x")).headers) is own


@pytest.mark.parametrize(
    ("path", "server"), [("/health", "api"), ("/health/live", "api"), ("/v1/x", "api"), ("/status", "page")]
)
async def test_probes_reach_the_api_and_people_the_page(path, server):
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Site(PlainTextResponse("api"), PlainTextResponse("page"))), base_url="http://x"
    ) as client:
        assert (await client.get(path)).text == server
