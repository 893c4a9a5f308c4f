"""Who is admitted, what a request may ask for, and what no request gets, without a graph behind it."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from neo4j.exceptions import ServiceUnavailable

from streams.api.app import create_app
from streams.api.paging import DEEPEST, Paging, decoded, encoded
from streams.api.problems import ProblemError
from streams.api.tokens import TokenFile, TokenFileError, entry, new_token
from streams.desk import views
from tests.streams.api.asking import EVERYWHERE, NOWHERE, bearer, client
from topology.access.errors import AccessError
from topology.graph.connection import connect
from topology.settings import Settings

READ = frozenset({"read"})


@pytest.fixture
def tokens(tmp_path):
    """A file with a valid token, an expired one, and one for another scope; and these tokens."""
    today = datetime.now(UTC).date()
    made = [
        new_token("reader", READ, today),
        new_token("late", READ, today - timedelta(days=1)),
        new_token("streamer", frozenset({"stream"})),
    ]
    file = tmp_path / "tokens.yaml"
    file.write_text("".join(entry(token) for _, token in made))
    return file, [secret for secret, _ in made]


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.7", "example.org"])
def test_nothing_listens_beyond_this_machine_without_tokens(host):
    with pytest.raises(AccessError, match="TRIPLEWIRE_SERVE_TOKENS"):
        create_app(Settings(serve_host=host))


async def test_with_tokens_only_a_valid_one_of_the_scope_is_admitted(tokens):
    file, (reader, late, streamer) = tokens
    async with client("desk.example.org", serve_host=EVERYWHERE, serve_tokens=str(file)) as api:
        for headers, status in (
            ({}, 401),
            (bearer("tw_wrong"), 401),
            (bearer(late), 401),
            (bearer(streamer), 403),
            (bearer(reader), 503),
        ):
            answer = await api.get("/v1/search?q=x", headers=headers)
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
        assert (await api.get("/health/live")).status_code == 200
        assert "strict-transport-security" not in (await api.get("/health/live")).headers


async def test_it_is_ready_only_while_the_graph_answers_and_a_token_is_valid(tokens):
    file, _ = tokens
    async with client(serve_tokens=str(file)) as api:
        answer = await api.get("/health")
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["the graph does not answer within 3 s"])
        file.write_text("- name: [")
        assert "no token" in (await api.get("/health")).json()["reasons"][0]


async def test_only_over_tls_beyond_this_machine_browsers_are_bound_to_https(tokens):
    file, _ = tokens
    for host, sent in ((EVERYWHERE, True), ("127.0.0.1", False)):
        async with client(serve_host=host, serve_tokens=str(file), serve_certificate="its.pem") as api:
            assert ("strict-transport-security" in (await api.get("/health/live")).headers) == sent


async def test_every_path_needs_a_token_of_its_own_scope(tokens):
    file, (reader, _, streamer) = tokens
    async with client(serve_tokens=str(file)) as api:
        paths = (await api.get("/openapi.json")).json()["paths"]
        asked = [
            (method, path.replace("{", "").replace("}", ""))
            for path, methods in paths.items()
            if not path.startswith("/health")
            for method in methods
        ]
        assert {method for method, _ in asked} == {"get", "post"}
        for method, path in asked:
            assert (await api.request(method, path)).status_code == 401, path
            other = reader if path == "/v1/stream" or method == "post" else streamer
            refused = await api.request(method, path, headers=bearer(other))
            assert (refused.status_code, refused.json()["type"]) == (403, "urn:triplewire:not-allowed"), path
            assert "insufficient_scope" in refused.headers["www-authenticate"]


def test_a_changed_file_counts_at_once_and_an_unreadable_one_admits_nobody(tokens):
    file, (reader, *_) = tokens
    admitting = TokenFile(file)
    assert admitting.admitted(reader).name == "reader"
    secret, token = new_token("newer one", READ)
    file.write_text(entry(token))
    assert admitting.admitted(reader) is None
    assert admitting.admitted(secret).name == "newer one"
    file.write_text("- name: [")
    assert admitting.admitted(secret) is None
    file.write_text(entry(token))
    assert admitting.admitted(secret) is not None


def test_a_withdrawn_or_changed_token_is_no_longer_valid(tokens):
    file, (reader, *_) = tokens
    admitting = TokenFile(file)
    token = admitting.admitted(reader)
    assert token in admitting.valid()
    file.write_text(entry(token.model_copy(update={"scopes": frozenset({"stream"})})))
    assert token not in admitting.valid()


@pytest.mark.parametrize(
    "content", ["", "[]", "- {name: a}", "a: !!python/object/apply:os.getcwd []", "- secret-in-clear"]
)
def test_a_file_that_is_wrong_is_refused_without_repeating_it(tmp_path, content):
    file = tmp_path / "tokens.yaml"
    file.write_text(content)
    with pytest.raises(TokenFileError) as caught:
        TokenFile(file)
    assert "secret-in-clear" not in str(caught.value)


async def test_without_tokens_another_name_for_this_machine_is_not_answered():
    async with client("rebound.example.org") as api:
        answer = await api.get("/v1/search?q=x")
        assert (answer.status_code, answer.json()["type"]) == (421, "urn:triplewire:wrong-host")
    for host in ("localhost:17080", "127.0.0.1", "[::1]:17080"):
        async with client(host) as api:
            assert (await api.get("/health/live")).status_code == 200


async def test_browsers_get_safe_headers_and_no_other_origin_is_allowed():
    async with client() as api:
        answer = await api.get("/health/live", headers={"Origin": "https://elsewhere.example"})
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers
    async with client(serve_origins="https://desk.example") as api:
        for origin, allowed in (("https://desk.example", True), ("https://elsewhere.example", False)):
            answer = await api.get("/health/live", headers={"Origin": origin})
            assert ("access-control-allow-origin" in answer.headers) == allowed


@pytest.mark.parametrize("origins", ["desk.example", "https://desk.example/", "https://desk.example/page", "null"])
def test_what_no_browser_sends_as_its_origin_is_refused(origins):
    with pytest.raises(AccessError, match="TRIPLEWIRE_SERVE_ORIGINS"):
        create_app(Settings(serve_origins=f"https://fine.example:8443, {origins}"))


async def test_every_origin_is_allowed_only_with_tokens(tokens):
    file, _ = tokens
    async with client(serve_origins="*", serve_tokens=str(file)) as api:
        answer = await api.get("/health/live", headers={"Origin": "https://any.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
    with pytest.raises(AccessError, match="every web page"):
        create_app(Settings(serve_origins="*"))


@pytest.mark.parametrize(
    "asked",
    [
        "search?q=",
        f"search?q={'x' * 301}",
        "search?q=x&limit=0",
        "search?q=x&limit=101",
        "search?q=x&limit=many",
        "happenings?since=yesterday",
        "happenings?order=random",
        "happenings?entity=",
        "happenings?place=",
        "entities/Apple/facts?at=soon",
        "entities/Apple/facts?at=0001-01-01T00:00:00%2B14:00",
        "entities/Apple/claims?at=9999-12-31T23:00:00-14:00",
        "entities/Apple/facts?sentences=11",
        f"entities/{'x' * 301}",
        f"evidence/{'x' * 301}",
    ],
)
async def test_what_is_beyond_the_limits_is_refused_before_the_graph_is_asked(asked):
    async with client() as api:
        answer = await api.get(f"/v1/{asked}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:triplewire:invalid-request")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nothing_can_be_changed(method):
    async with client() as api:
        assert (await api.request(method, "/v1/search?q=x", content=b"MATCH (n) DELETE n")).status_code == 405


async def test_without_a_graph_the_answer_says_so():
    async with client() as api:
        answer = await api.get("/v1/statistics")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:triplewire:no-graph")
    assert answer.headers["retry-after"]


async def test_what_failed_is_not_counted_again_for_everybody_who_waits(monkeypatch):
    asked = []

    async def counts(*_):
        asked.append(1)
        raise ServiceUnavailable

    monkeypatch.setattr(views, "counts", counts)
    async with client() as api:
        answers = await asyncio.gather(*(api.get("/v1/statistics") for _ in range(5)))
    assert [answer.status_code for answer in answers] == [503] * 5
    assert len(asked) == 1


async def test_an_error_of_ours_is_a_problem_that_gives_nothing_away(monkeypatch):
    async def counts(*_):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(views, "counts", counts)
    declared = Settings(neo4j=NOWHERE, neo4j_password="x")
    async with connect(declared) as driver:
        transport = httpx.ASGITransport(create_app(declared, driver), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as api:
            answer = await api.get("/v1/statistics")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text


def test_a_cursor_leads_to_the_next_page_of_its_own_question_only():
    items, following = Paging(2, 4, "question").cut(["a", "b", "c"])
    assert items == ["a", "b"]
    assert decoded(following, "question") == 6
    assert Paging(2, 4, "question").cut(["a", "b"])[1] is None
    assert Paging(2, DEEPEST, "question").cut(["a", "b", "c"])[1] is None
    for wrong in (following[:-3], "", "%%%", "bnVsbA", encoded(-1, "question"), encoded(DEEPEST + 1, "question"), "ÿ"):
        with pytest.raises(ProblemError):
            decoded(wrong, "question")
    with pytest.raises(ProblemError):
        decoded(following, "another question")
