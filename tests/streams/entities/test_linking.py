"""Looking names up, against an HTTP server that speaks SPARQL results in JSON."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import stamina

from streams.entities import linker as linking
from streams.entities.answer_cache import DAY, FOUND_FOR, AnswerCache, CachedAnswer
from streams.entities.linker import Linker
from streams.entities.sparql import ATTEMPTS, LARGEST, LookupFailedError, Sparql, chosen, query
from streams.messages.events import Entity, Identity
from streams.road.metrics import LOOKUPS
from streams.road.stage import Output
from topology.topics import MENTIONS

ITEM = "http://www.wikidata.org/entity/"
CLASSES = {"person": ("Q5",), "organization": ("Q43229", "Q4830453")}
LABELS = {
    ("Apple", "en", "Q43229"): {"Q312": 260, "Q213710": 40},
    ("Waverley Group", "mul", "Q43229"): {"Q5000": None},
    ("苹果公司", "zh", "Q43229"): {"Q312": 260},
    ("Ada Lane", "en", "Q5"): {"Q71": 3, "Q72": 2},
    ('Q"\\\nB', "en", "Q43229"): {"Q9": 1},
}
"""What the server knows: name, language and class → items with their sitelinks."""

_PAIR = re.compile(r'\("((?:[^"\\]|\\.)*)"@([a-z-]+) wd:(Q\d+)\)')
_UNESCAPED = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\r": "\r"}


class Server(ThreadingHTTPServer):
    """A SPARQL address: reads the names from the query, as a server would, and answers from `LABELS`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[dict[str, str], str]] = []
        self.answers: list[Callable[[Handler], None]] = []
        self.hold = threading.Event()
        self.emptied = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        text = parse_qs(body.decode())["query"][0]
        self.server.requests.append((dict(self.headers), text))
        answer = self.server.answers.pop(0) if self.server.answers else Handler.found
        if not self.server.answers:
            self.server.emptied.set()
        answer(self)

    def found(self) -> None:
        rows = []
        for escaped, language, class_ in _PAIR.findall(self.server.requests[-1][1]):
            name = re.sub(r"\\.", lambda m: _UNESCAPED[m[0]], escaped)
            for item, links in LABELS.get((name, language, class_), {}).items():
                row: dict[str, Any] = {
                    "name": {"type": "literal", "xml:lang": language, "value": name},
                    "class": {"type": "uri", "value": ITEM + class_},
                    "item": {"type": "uri", "value": ITEM + item},
                }
                rows.append(row | ({} if links is None else {"links": {"type": "literal", "value": str(links)}}))
        self.send(200, json.dumps({"head": {"vars": []}, "results": {"bindings": rows}}).encode())

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def status(code: int, body: bytes = b"", **headers: str) -> Callable[[Handler], None]:
    return lambda handler: handler.send(code, body, **headers)


def silent(handler: Handler) -> None:
    handler.server.hold.wait(60)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.hold.set()
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    stamina.set_testing(True, attempts=ATTEMPTS)
    yield
    stamina.set_testing(False)


@pytest.fixture
async def sparql(server: Server) -> AsyncIterator[Sparql]:
    client = Sparql(server.url, agent="triplewire/test (desk@example.org)", timeout=20)
    yield client
    await client.close()


async def test_names_are_found_by_label_and_class(server: Server, sparql: Sparql) -> None:
    names = [("Apple", CLASSES["organization"]), ("苹果公司", CLASSES["organization"]), ("Apple", CLASSES["person"])]
    names += [("Waverley Group", CLASSES["organization"]), ("Ada Lane", CLASSES["person"])]
    # Apple is far better known than its namesake, the two Ada Lanes are not.
    assert await sparql.ask(names) == ["Q312", "Q312", None, "Q5000", None]
    ((headers, _),) = server.requests
    assert headers["User-Agent"] == "triplewire/test (desk@example.org)"
    assert headers["Accept"] == "application/sparql-results+json"


async def test_a_name_cannot_leave_its_literal(server: Server, sparql: Sparql) -> None:
    evil = [('Q"\\\nB', CLASSES["organization"]), ('x"@en wd:Q5) } # ', CLASSES["organization"])]
    assert await sparql.ask(evil) == ["Q9", None]
    braces = re.sub(r'"(?:[^"\\]|\\.)*"', "", server.requests[0][1])
    assert braces.count("{") == braces.count("}") == 3


def test_the_query_asks_for_each_name_in_its_languages() -> None:
    assert '("Apple"@en wd:Q43229) ("Apple"@en wd:Q4830453) ("Apple"@mul' in query([("Apple", CLASSES["organization"])])
    assert '("苹果"@zh wd:Q5) ("苹果"@zh-hans wd:Q5)' in query([("苹果", ("Q5",))])


@pytest.mark.parametrize(
    "items,id_",
    [({}, None), ({"Q1": 0}, "Q1"), ({"Q1": 8, "Q2": 2}, "Q1"), ({"Q1": 7, "Q2": 2}, None), ({"Q1": 0, "Q2": 0}, None)],
)
def test_the_far_better_known_item_is_chosen_or_none(items: dict[str, int], id_: str | None) -> None:
    assert chosen(items) == id_


async def test_a_busy_server_is_asked_again(server: Server, sparql: Sparql) -> None:
    server.answers = [status(503), lambda handler: handler.connection.close()]
    assert await sparql.ask([("Apple", CLASSES["organization"])]) == ["Q312"]
    assert len(server.requests) == ATTEMPTS


@pytest.mark.parametrize(
    "answer,wait,requests",
    [
        (status(503), 0, ATTEMPTS),
        (status(400), 0, 1),
        (status(302, Location="http://127.0.0.1:1/"), 0, 1),
        (status(429, Retry_After="120"), 120, 1),
        (status(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), 60, 1),
        (status(200, b"<html>"), 0, 1),
        (status(200, b'{"results": {"bindings": [{}]}}'), 0, 1),
        (status(200, b" " * (LARGEST + 1)), 0, 1),
    ],
)
async def test_no_answer_is_said_with_how_long_to_wait(
    server: Server, sparql: Sparql, answer: Callable[[Handler], None], wait: float, requests: int
) -> None:
    server.answers = [answer] * requests
    with pytest.raises(LookupFailedError) as failed:
        await sparql.ask([("Apple", CLASSES["organization"])])
    assert failed.value.wait == wait
    assert len(server.requests) == requests


async def test_a_silent_server_is_given_up(server: Server) -> None:
    server.answers = [silent] * ATTEMPTS
    client = Sparql(server.url, agent="test", timeout=0.05)
    with pytest.raises(LookupFailedError):
        await client.ask([("Apple", CLASSES["organization"])])
    await client.close()


def test_answers_are_kept_and_grow_old(tmp_path: Path) -> None:
    now = [0.0]
    path = tmp_path / "new" / "answers.sqlite"
    cache = AnswerCache(path, ask_again=2, clock=lambda: now[0])
    cache.put([("Apple", "organization", "Q312"), ("Nobody", "person", None)])
    cache.close()
    cache = AnswerCache(path, ask_again=2, clock=lambda: now[0])
    assert cache.get("Apple", "organization") == CachedAnswer("Q312")
    assert cache.get("Apple", "person") is None
    assert cache.get("Nobody", "person") == CachedAnswer(None)
    now[0] = 2 * DAY
    assert cache.get("Nobody", "person") is None
    assert cache.get("Apple", "organization") == CachedAnswer("Q312")
    now[0] = FOUND_FOR * DAY
    assert cache.get("Apple", "organization") is None
    cache.close()


def test_a_file_that_cannot_be_used_costs_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"no database" * 1000)
    for path in (tmp_path / "broken", tmp_path / "broken" / "below"):
        cache = AnswerCache(path, ask_again=2)
        cache.put([("Apple", "organization", "Q312")])
        assert cache.get("Apple", "organization") == CachedAnswer("Q312")
        cache.close()


class Wire:
    """What the linker publishes."""

    def __init__(self) -> None:
        self.claims: dict[str, str | None] = {}
        self.some = asyncio.Event()

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def publish(self, outputs: Sequence[Output]) -> list[Any]:
        for output in outputs:
            assert (output.topic, dict(output.headers)["ce_type"]) == (MENTIONS.name, b"triplewire.identity")
            claim = Identity.model_validate_json(output.value or b"")
            assert output.key == claim.id.encode()
            self.claims[claim.entity.name] = claim.wikidata
        self.some.set()
        return []

    async def until(self, *names: str) -> None:
        async with asyncio.timeout(60):
            while not set(names) <= set(self.claims):
                self.some.clear()
                await self.some.wait()


def organization(name: str) -> Entity:
    return Entity.of(name, "organization")


@pytest.fixture
async def wire() -> Wire:
    return Wire()


@pytest.fixture
async def linker(sparql: Sparql, wire: Wire, tmp_path: Path) -> AsyncIterator[Linker]:
    made = Linker(sparql, AnswerCache(tmp_path / "answers", ask_again=1), wire, CLASSES, interval=0)
    await made.start()
    yield made
    await made.stop()


async def test_what_is_found_is_claimed_and_asked_only_once(server: Server, linker: Linker, wire: Wire) -> None:
    for name in ("Apple", "苹果公司", "Waverley Group", "Nobody Knows Inc"):
        linker.request(organization(name), None)
    await wire.until("Apple", "苹果公司", "Waverley Group")
    assert wire.claims == {"Apple": "Q312", "苹果公司": "Q312", "Waverley Group": "Q5000"}
    linker.request(organization("Nobody Knows Inc"), None)
    linker.request(organization("Apple"), "Q312")
    # A claim that was lost on its way is made again, from memory.
    wire.claims.clear()
    linker.request(organization("Waverley Group"), None)
    await wire.until("Waverley Group")
    assert wire.claims == {"Waverley Group": "Q5000"}
    assert len(server.requests) == 1


async def test_an_id_that_is_another_now_is_claimed_anew(linker: Linker, wire: Wire) -> None:
    linker.request(organization("Apple"), "Q1")
    linker.request(organization("Gone Inc"), "Q2")
    await wire.until("Apple", "Gone Inc")
    assert wire.claims == {"Apple": "Q312", "Gone Inc": None}


async def test_while_the_address_fails_nothing_else_does(
    server: Server, linker: Linker, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "PAUSE_AFTER_FAILURE", 0.0)
    before = LOOKUPS.labels("failed")._value.get()
    for name, answers in (("Foo Inc", [status(400)]), ("Bar Inc", [status(500)] * ATTEMPTS)):
        server.answers = answers
        linker.request(organization(name), None)
        await asyncio.to_thread(server.emptied.wait, 60)
        server.emptied.clear()
    linker.request(organization("Apple"), None)
    await wire.until("Apple")
    # The others are wanted again when they are met again.
    assert wire.claims == {"Apple": "Q312"}
    assert LOOKUPS.labels("failed")._value.get() == before + 2


@pytest.mark.parametrize(
    "name,type_,fit",
    [
        ("Ada Lane", "person", True),
        ("Lane", "person", False),
        ("高市早苗", "person", True),
        ("高市", "person", False),
        ("Apple", "organization", True),
        ("Apple" * 100, "organization", False),
        ("Apple", "misc", False),
    ],
)
async def test_only_names_that_can_tell_are_looked_up(linker: Linker, name: str, type_: str, *, fit: bool) -> None:
    assert linker.can_look_up(Entity.of(name, type_)) is fit
