"""Server-sent events over real Kafka and uvicorn: what passes filters, and that nothing is missed between two."""

import asyncio
import contextlib
import json

import httpx
import pytest
import uvicorn

from streams.api.app import create_app
from streams.messages.outputs import output
from streams.road.publisher import KafkaPublisher
from streams.road.stage import Record
from tests.streams.sink.sample import APPLE, CEO, SEAT, TIM, document, triple
from topology.topics import TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


class Started(uvicorn.Server):
    """A server that says when it has started."""

    def __init__(self, config):
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self):
        yield


@pytest.fixture
async def api(neo4j, kafka, driver):
    declared = neo4j.model_copy(update={"kafka": kafka, "serve_streams": 2, "serve_query_seconds": 60.0})
    server = Started(uvicorn.Config(create_app(declared, driver), port=0, log_config=None, timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve())
    await server.ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        yield client
    server.should_exit = True
    await running


@pytest.fixture
async def publish(kafka):
    publisher = KafkaPublisher("test", kafka)
    await publisher.start()

    async def send(*events):
        origin = Record(TRIPLES.name, 0, 0, 0, None, None)
        await publisher.publish(
            [output(TRIPLES.name, b"a", event, event.id, source="test", origin=origin) for event in events]
        )

    yield send
    await publisher.stop()


async def events(answer):
    """Yields (id, event, data) of a stream."""
    found = {}
    async for line in answer.aiter_lines():
        if not line:
            if "id" in found:
                yield found["id"], found.get("event"), json.loads(found["data"]) if "data" in found else None
            found = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            found[name] = value


async def test_a_stream_goes_on_where_the_last_one_ended(api, publish):
    async with api.stream("GET", "/v1/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        coming = events(answer)
        begin, kind, data = await anext(coming)
        assert (kind, data) == (None, None)
        await publish(document("a"), triple("a"))
        first, kind, data = await anext(coming)
        assert (kind, data["id"], first != begin) == ("document", "a", True)
    await publish(triple("a", object_=APPLE))
    async with api.stream("GET", "/v1/stream", headers={"Last-Event-ID": first}) as answer:
        coming = events(answer)
        await anext(coming)
        assert [(await anext(coming))[2]["id"] for _ in range(2)] == [triple("a").id, triple("a", object_=APPLE).id]


async def test_filters_let_only_the_triples_through_that_are_asked_for(api, publish, writer):
    from tests.streams.sink.sample import placed  # noqa: PLC0415

    await writer.write(placed(document("x"), triple("x")))
    async with api.stream("GET", "/v1/stream", params={"entity": "tim cook", "relation": CEO.id}) as answer:
        coming = events(answer)
        await anext(coming)
        wanted = triple("w")
        await publish(document("w"), triple("w", object_=APPLE), triple("w", object_=TIM, predicate=SEAT), wanted)
        assert (await anext(coming))[2]["id"] == wanted.id


async def test_only_so_many_streams_are_open_and_a_closed_one_makes_room(api):
    async with api.stream("GET", "/v1/stream") as one, api.stream("GET", "/v1/stream") as two:
        assert (one.status_code, two.status_code) == (200, 200)
        assert (await api.get("/v1/stream")).json()["type"] == "urn:triplewire:busy"
    assert (await api.get("/v1/stream", headers={"Last-Event-ID": "x"})).json()["type"] in (
        "urn:triplewire:bad-position",
        "urn:triplewire:busy",
    )
