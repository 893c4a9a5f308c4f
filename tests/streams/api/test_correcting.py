"""Who may correct, what a request may be, and what is not sent, without a graph or a broker behind it."""

import pytest

from streams.api.body_limit import MOST_BYTES
from streams.api.tokens import entry, new_token
from tests.streams.api.asking import EVERYWHERE, bearer, client

FORBID = {"kind": "forbid", "fact": "f-1", "why": "known"}
PATHS = ("/v1/corrections", "/v1/corrections/k-1/withdrawal")


@pytest.mark.parametrize("path", PATHS)
async def test_only_a_token_with_the_scope_editor_corrects(tmp_path, path):
    file = tmp_path / "tokens.yaml"
    made = {scope: new_token(scope, frozenset({scope})) for scope in ("read", "stream", "editor")}
    file.write_text("".join(entry(token) for _, token in made.values()))
    body = FORBID if path == PATHS[0] else {"why": "no"}
    async with client("desk.example.org", serve_host=EVERYWHERE, serve_tokens=str(file)) as api:
        assert (await api.post(path, json=body)).status_code == 401
        for scope, status in (("read", 403), ("stream", 403), ("editor", 503)):
            answer = await api.post(path, json=body, headers=bearer(made[scope][0]))
            assert (scope, answer.status_code) == (scope, status)
        assert (await api.get("/v1/corrections", headers=bearer(made["editor"][0]))).status_code == 403


@pytest.mark.parametrize("path", PATHS)
async def test_no_page_can_make_a_browser_correct_anything(path):
    async with client() as api:
        for headers in ({"content-type": "text/plain"}, {"content-type": "application/x-www-form-urlencoded"}, {}):
            answer = await api.post(path, content=b'{"why": "x"}', headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (415, "urn:triplewire:not-json")
        json = {"content-type": "application/json"}
        for origin in ("https://evil.example", "http://127.0.0.1.evil.example", "null"):
            answer = await api.post(path, json=FORBID, headers=json | {"origin": origin})
            assert answer.status_code == 403, origin
        ours = await api.post(PATHS[0], json=FORBID, headers={"origin": "http://127.0.0.1:17080"})
        assert ours.status_code == 503
        asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
        assert "access-control-allow-origin" not in (await api.options(path, headers=asked)).headers


async def test_a_body_is_bounded_whether_its_length_is_declared_or_not():
    async def parts():
        for _ in range(MOST_BYTES // 1024 + 1):
            yield b"x" * 1024

    async with client() as api:
        for body in (b"x" * (MOST_BYTES + 1), parts()):
            answer = await api.post(PATHS[0], content=body, headers={"content-type": "application/json"})
            assert (answer.status_code, answer.json()["type"]) == (413, "urn:triplewire:body-too-large")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "forbid", "why": "known"},
        {"kind": "forbid", "fact": "f-1"},
        {"kind": "forbid", "fact": "f-1", "why": ""},
        {"kind": "erase", "fact": "f-1", "why": "known"},
        {"kind": "forbid", "fact": "f-1", "why": "known", "cypher": "MATCH (n) DELETE n"},
        {"kind": "forbid", "fact": "f" * 400, "why": "known"},
    ],
)
async def test_a_correction_that_is_not_whole_is_refused(body):
    async with client() as api:
        answer = await api.post(PATHS[0], json=body)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:triplewire:invalid-request")
