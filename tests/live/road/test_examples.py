"""The two examples, run as a user would run them, against a real broker, worker and model."""

import asyncio
import contextlib
import json
import os
import sys
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from jsonschema import Draft202012Validator, FormatChecker

from topology import contract
from topology.admin.topics import create_topics
from topology.settings import REPOSITORY
from topology.topics import TRIPLES

pytestmark = pytest.mark.live

EXAMPLES = REPOSITORY / "docs" / "examples"
PATIENCE = 120


@contextlib.asynccontextmanager
async def process(*argv: str, **environment: str):
    """Runs a Python program; yields it with its output piped, and ends it afterwards."""
    env = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
    running = await asyncio.create_subprocess_exec(sys.executable, *argv, stdout=asyncio.subprocess.PIPE, env=env)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.terminate()
        await running.communicate()


@pytest.fixture
async def worker(kafka: str, triton: str, tmp_path):
    """A news worker of the public group; a test that runs beside it may have others, which is as good."""
    await create_topics(kafka)
    async with process(
        "-m",
        "streams.worker",
        "news",
        TRIPLEWIRE_KAFKA=kafka,
        TRIPLEWIRE_TRITON=triton,
        TRIPLEWIRE_STATE=str(tmp_path),
        TRIPLEWIRE_WORKER_ID=f"examples-{uuid4().hex[:8]}",
    ) as running:
        yield running


def article() -> tuple[str, str]:
    """Returns an id of its own and a text whose every sentence carries it."""
    id_ = f"example{uuid4().hex[:8]}"
    facts = (
        "Satya Nadella, chief executive officer of Microsoft, is a citizen of the United States",
        "Paris is the capital of France",
        "Angela Merkel was born in Hamburg, Germany",
        "Microsoft has its headquarters in Redmond, Washington",
    )
    return id_, " ".join(f"{fact}, {id_} reported." for fact in facts)


async def lines(output: asyncio.StreamReader, id_: str):
    """Yields the subscriber's lines that belong to an article."""
    async for line in output:
        text = line.decode().strip()
        if id_ in text:
            yield text


@pytest.mark.usefixtures("worker")
async def test_a_published_article_comes_back_among_what_others_wrote(kafka):
    id_, body = article()
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.send_and_wait(TRIPLES.name, b"no event of ours")
        await producer.send_and_wait(TRIPLES.name, None, key=b"gone")
    async with process(str(EXAMPLES / "subscribe.py"), kafka) as subscriber, asyncio.timeout(PATIENCE):
        async with process(str(EXAMPLES / "publish.py"), id_, "A headline", body, kafka) as publisher:
            assert await publisher.wait() == 0
        own = lines(subscriber.stdout, id_)
        assert await anext(own) == f"# {id_}: A headline"
        subject, predicate, obj, sentence = (await anext(own)).split(" | ")
    assert all((subject, predicate, obj))
    assert sentence in body


@pytest.mark.usefixtures("worker")
async def test_a_subscriber_may_begin_at_the_end(kafka):
    old, body = article()
    async with process(str(EXAMPLES / "subscribe.py"), kafka) as all_, asyncio.timeout(PATIENCE):
        async with process(str(EXAMPLES / "publish.py"), old, "Old", body, kafka) as publisher:
            assert await publisher.wait() == 0
        await anext(lines(all_.stdout, old))  # it is on the topic
    async with process(str(EXAMPLES / "subscribe.py"), kafka, "latest") as subscriber, asyncio.timeout(PATIENCE):
        first = asyncio.create_task(subscriber.stdout.readline())
        while not first.done():  # nothing says when it is at the end: publish until it reads something
            new, body = article()
            async with process(str(EXAMPLES / "publish.py"), new, "New", body, kafka) as publisher:
                assert await publisher.wait() == 0
            await asyncio.wait([first], timeout=5)
        assert ": New" in (await first).decode()


@pytest.mark.usefixtures("worker")
async def test_what_stands_on_the_topic_is_what_the_schemas_promise(kafka):
    id_, body = article()
    schemas = {
        f"triplewire.{name}".encode(): Draft202012Validator(contract.schema(name), format_checker=FormatChecker())
        for name in ("document", "triple")
    }
    async with process(str(EXAMPLES / "publish.py"), id_, "A headline", body, kafka) as publisher:
        assert await publisher.wait() == 0
    records = []
    async with (
        AIOKafkaConsumer(TRIPLES.name, bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer,
        asyncio.timeout(PATIENCE),
    ):
        async for record in consumer:
            if record.key == id_.encode():
                records.append((dict(record.headers), json.loads(record.value)))
                if len(records) > records[0][1]["triples"]:
                    break
    assert [headers["ce_type"] for headers, _ in records] == [
        b"triplewire.document",
        *[b"triplewire.triple"] * records[0][1]["triples"],
    ]
    for headers, value in records:
        schemas[headers["ce_type"]].validate(value)
        assert {"ce_specversion", "ce_id", "ce_source", "ce_time", "content-type"} <= set(headers)
