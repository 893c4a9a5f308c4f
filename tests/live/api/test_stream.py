"""Server-sent events over real Kafka and uvicorn: what passes filters, and that nothing is missed between two."""

import asyncio
import contextlib
import json

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from streams.api.app import create_app
from streams.api.tokens import entry, new_token
from streams.messages.events import Entity, Predicate
from streams.messages.outputs import output
from streams.road.publisher import KafkaPublisher
from streams.road.stage import Record
from tests.helpers.serving import served
from tests.streams.sink.happening_sample import KYIV, ODESA, RUSSIA, happening, told
from tests.streams.sink.sample import APPLE, CEO, SEAT, TIM, document, triple
from topology.access.kafka import client_options
from topology.topics import TRIPLES

BUSY = "urn:triplewire:busy"
PODIL = Entity.of("Podil", "location")

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


@contextlib.asynccontextmanager
async def serving(neo4j, kafka, driver, **settings):
    declared = neo4j.model_copy(update={"kafka": kafka, "serve_streams": 2, "serve_query_seconds": 60.0, **settings})
    async with (
        served(create_app(declared, driver)) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        yield client


@pytest.fixture
async def api(neo4j, kafka, driver):
    async with serving(neo4j, kafka, driver) as client:
        yield client


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


async def test_what_does_not_pass_a_filter_sends_nothing_however_much_it_is(api, publish):
    async with api.stream("GET", "/v1/stream", params={"relation": CEO.id}) as answer:
        coming = events(answer)
        await anext(coming)
        for n in range(20):
            await publish(triple(f"o{n}", predicate=SEAT))
        wanted = triple("w")
        await publish(wanted)
        _, kind, data = await anext(coming)
        assert (kind, data["id"]) == ("triple", wanted.id)


async def test_a_stream_about_a_place_has_its_facts_and_all_of_what_happens_in_it(api, publish, writer):
    from tests.streams.sink.sample import placed  # noqa: PLC0415

    territory = Predicate(id="P131", name="located in the administrative territorial entity")
    await writer.write(placed(document("x"), triple("x", subject=PODIL, predicate=territory, object_=KYIV)))
    strike = told(happening("s"), "s", roles={"who": RUSSIA, "where": PODIL})
    rally = told(happening("r"), "r", roles={"who": RUSSIA, "where": ODESA})
    async with api.stream("GET", "/v1/stream", params={"place": "Kyiv"}) as answer:
        coming = events(answer)
        await anext(coming)
        seat = triple("f", subject=APPLE, predicate=SEAT, object_=KYIV)
        await publish(*rally, *strike, triple("w"), seat)
        wanted = [one.id for one in (*strike[1:], seat)]
        received = [await anext(coming) for _ in wanted]
        assert [data["id"] for _, _, data in received] == wanted
    # Cut off after the first event: the rest of the happening comes, although its place was said by what comes first.
    async with api.stream("GET", "/v1/stream", params={"place": "Kyiv", "position": received[2][0]}) as answer:
        coming = events(answer)
        await anext(coming)
        assert (await anext(coming))[2]["id"] == seat.id


async def test_a_client_that_does_not_read_stops_nobody_and_misses_nothing(api, kafka):
    """20 MB are more than the sockets between them hold."""
    async with (
        AIOKafkaProducer(**client_options(kafka)) as producer,
        api.stream("GET", "/v1/stream") as asleep,
        api.stream("GET", "/v1/stream") as awake,
    ):
        reading, late = events(awake), events(asleep)
        await anext(reading)
        for n in range(40):
            body = json.dumps({"id": n, "text": "x" * 500_000}).encode()
            await producer.send_and_wait(TRIPLES.name, body, partition=0)
        assert [(await anext(reading))[2]["id"] for _ in range(40)] == list(range(40))
        assert (await api.get("/v1/search", params={"q": "x"})).status_code == 200
        await anext(late)
        assert [(await anext(late))[2]["id"] for _ in range(40)] == list(range(40))


async def test_a_message_without_a_plain_kind_comes_all_the_same(api, kafka):
    async with AIOKafkaProducer(**client_options(kafka)) as producer, api.stream("GET", "/v1/stream") as answer:
        coming = events(answer)
        await anext(coming)
        for headers in ([], [("ce_type", b"org.triplewire.a\nb")]):
            await producer.send_and_wait(TRIPLES.name, b'{"id": "raw"}', headers=headers)
            assert (await anext(coming))[1:] == (None, {"id": "raw"})


async def test_a_stream_ends_when_its_token_is_withdrawn(neo4j, kafka, driver, publish, tmp_path):
    file = tmp_path / "tokens.yaml"
    (secret, mine), (_, other) = (new_token(name, frozenset({"stream"})) for name in ("mine", "other"))
    file.write_text(entry(mine) + entry(other))
    bearer = {"Authorization": f"Bearer {secret}"}
    async with (
        serving(neo4j, kafka, driver, serve_tokens=str(file)) as api,
        api.stream("GET", "/v1/stream", headers=bearer) as answer,
    ):
        coming = events(answer)
        await anext(coming)
        await publish(triple("a"))
        assert (await anext(coming))[2]["id"] == triple("a").id
        file.write_text(entry(other))
        await publish(triple("b"))
        assert [one async for one in coming] == []


async def test_only_so_many_streams_are_open_and_a_closed_one_makes_room(api):
    async with api.stream("GET", "/v1/stream") as one, api.stream("GET", "/v1/stream") as two:
        assert (one.status_code, two.status_code) == (200, 200)
        assert (await api.get("/v1/stream")).json()["type"] == BUSY
    async with asyncio.timeout(60):
        # The server learns a moment later that the clients are gone.
        while (refused := (await api.get("/v1/stream", params={"position": "x"})).json()["type"]) == BUSY:
            pass
    assert refused == "urn:triplewire:bad-position"
    async with api.stream("GET", "/v1/stream") as one:
        assert one.status_code == 200
