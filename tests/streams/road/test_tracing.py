"""Traces: one article is one trace, with and without spans, in headers, log lines and dead letters."""

import asyncio
import builtins
import logging
from collections import Counter
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
import structlog

from streams.messages.events import Article
from streams.news.stage import NewsStage
from streams.road import tracing
from streams.road.dead_letters import DeadLetter
from streams.road.logs import configure_logging
from streams.road.replay import READABLE
from streams.road.retry import forever
from streams.road.road import Road
from streams.road.stage import Output, Record
from streams.sources import FeedRecord
from streams.sources.producer import FeedProducer
from tests.helpers.otlp import receiving
from tests.streams.doubles import WordExtractor
from tests.streams.memory import MemoryConsumer, MemoryPublisher
from topology.topics import DEAD_LETTERS, ENTITIES_GROUP, MENTIONS, RAW_MEDIA, RAW_NEWS, SINK_GROUP, TRIPLES

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE_ID}-b7ad6b7169203331-01".encode()


class Stage:
    """Reads and publishes nothing; `act` is done for each batch."""

    batch_size = 100
    in_flight = 1

    def __init__(self, name, topic, group, act=None):
        self.name, self.topic, self.group, self._act = name, topic, group, act

    async def start(self): ...

    async def stop(self): ...

    async def ready(self):
        return ""

    def parse(self, record):
        return record.value

    async def process(self, items):
        if self._act:
            await self._act(items)
        return []


@pytest.fixture
def receiver(monkeypatch):
    with receiving() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint)
        tracing.configure("triplewire-test")
        yield receiver
        tracing.shutdown()


@pytest.fixture
def untraced(monkeypatch):
    for name in tracing.ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    tracing.configure("triplewire-test")
    yield
    tracing.shutdown()


@pytest.fixture
def logged(monkeypatch, capsys):
    """Begins a worker's log, which the test then reads from standard error; it ends with the test."""

    def begin():
        monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest's own
        configure_logging()
        return capsys

    yield begin
    structlog.reset_defaults()


@asynccontextmanager
async def read_all(stage, records):
    consumer, publisher = MemoryConsumer(records, batch_size=100), MemoryPublisher()
    stop = asyncio.Event()
    task = asyncio.create_task(Road(stage, consumer, publisher, on_bug=pytest.fail).run(stop))
    async with asyncio.timeout(30):
        while len(consumer.acknowledged) < len(records):  # noqa: ASYNC110 - the road works meanwhile
            await asyncio.sleep(0.01)
    stop.set()
    await task
    yield publisher.outputs


def article(id_="a", **headers):
    value = Article(id=id_, headline="News", body="Ann met Bob.", media=({"uri": "https://example.org/a.png"},))
    return Record(RAW_NEWS.name, 0, 0, 0, id_.encode(), value.model_dump_json().encode(), tuple(headers.items()))


def read_again(outputs, topic):
    """Returns outputs as the next stage reads them."""
    chosen = [output for output in outputs if output.topic == topic]
    return [Record(topic, 0, n, 0, o.key, o.value, tuple(o.headers)) for n, o in enumerate(chosen)]


async def published(article):
    """Publishes an article as `triplewire publish` does, and returns the record that arrives."""
    sent = []

    async def send(topic, value, key, headers):
        sent.append(Record(topic, 0, 0, 0, key, value, tuple(headers)))
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    producer = FeedProducer("nowhere", RAW_NEWS.name)
    producer._producer = SimpleNamespace(send=send)
    await producer.send(FeedRecord.of(article, "test"))
    await asyncio.sleep(0)
    return sent[0]


async def test_the_spans_of_one_article_form_one_trace_from_publication_to_commit(receiver) -> None:
    record = await published(Article(id="a", body="Ann met Bob.", media=({"uri": "https://example.org/a.png"},)))

    async def commit(_items):
        await forever(lambda: asyncio.sleep(0), step="write", on=OSError)

    async with read_all(NewsStage(WordExtractor()), [record]) as outputs:
        pass
    for stage in (
        Stage("sink", TRIPLES, SINK_GROUP, commit),
        Stage("entities", MENTIONS, ENTITIES_GROUP),
        Stage("media", RAW_MEDIA, "triplewire-media"),
    ):
        records = read_again(outputs, stage.topic.name)
        assert records
        async with read_all(stage, records):
            pass
    tracing.shutdown()

    spans = {span.span_id: span for span in receiver.spans}
    root = next(span for span in spans.values() if span.name == "publish raw-news")
    assert not root.parent_span_id
    trace = Counter(span.name for span in spans.values() if span.trace_id == root.trace_id)
    triples = sum(output.topic == TRIPLES.name for output in outputs)
    assert trace == {
        "publish raw-news": 1,
        "news raw-news": 1,
        "sink triples": triples,
        "entities mentions": 1,
        "media raw-media": 1,
    }
    (news,) = [span for span in spans.values() if span.name == "news raw-news"]
    assert news.parent_span_id == root.span_id
    assert {span.parent_span_id for span in spans.values() if span.name == "sink triples"} == {news.span_id}
    # A batch mixes traces: it has its own, with links to each record's span, and the commit below it.
    (batch,) = [span for span in spans.values() if span.name == "sink batch"]
    assert batch.trace_id != root.trace_id
    assert {link.span_id for link in batch.links} == {s.span_id for s in spans.values() if s.name == "sink triples"}
    (write,) = [span for span in spans.values() if span.name == "write"]
    assert write.parent_span_id == batch.span_id
    (extract,) = [span for span in spans.values() if span.name == "extract"]
    assert spans[extract.parent_span_id].name == "news batch"
    assert set(receiver.services.values()) == {"triplewire-test"}
    ended = {span.name: span.end_time_unix_nano for span in spans.values()}
    assert ended["sink triples"] >= write.end_time_unix_nano


async def test_two_articles_of_a_batch_are_two_traces(receiver) -> None:
    first, second = [await published(Article(id=id_, body="Ann met Bob.")) for id_ in ("a", "b")]
    assert tracing.TraceContext.of(first).trace_id != tracing.TraceContext.of(second).trace_id
    async with read_all(NewsStage(WordExtractor()), [first, second]) as outputs:
        carried = {(output.key, tracing.TraceContext.of(one).trace_id) for output, one in _with_records(outputs)}
    assert carried == {(record.key, tracing.TraceContext.of(record).trace_id) for record in (first, second)}
    tracing.shutdown()
    (batch,) = [span for span in receiver.spans if span.name == "news batch"]
    assert len(batch.links) == 2


@pytest.mark.usefixtures("untraced")
async def test_without_tracing_the_context_is_passed_on() -> None:
    state = b"vendor=1"
    record = article(traceparent=PARENT, tracestate=state)
    async with read_all(NewsStage(WordExtractor()), [record]) as outputs:
        topics = {output.topic for output in outputs}
        assert {TRIPLES.name, MENTIONS.name, RAW_MEDIA.name} <= topics
        for output in outputs:
            assert [v for n, v in output.headers if n == "traceparent"] == [PARENT]
            assert [v for n, v in output.headers if n == "tracestate"] == [state]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    "parent",
    [
        b"",
        b"00-0-0-0",
        b"\xff\xfe",
        PARENT.replace(TRACE_ID.encode(), b"0" * 32),
        PARENT.upper(),
        b"ff" + PARENT[2:],
        PARENT + b"-more",
    ],
)
async def test_a_header_that_does_not_follow_the_standard_is_not_passed_on(parent) -> None:
    async with read_all(NewsStage(WordExtractor()), [article(traceparent=parent)]) as outputs:
        assert outputs
        assert not [name for output in outputs for name, _ in output.headers if name == "traceparent"]


@pytest.mark.usefixtures("untraced")
async def test_without_a_trace_nothing_is_added() -> None:
    async with read_all(NewsStage(WordExtractor()), [article()]) as outputs:
        assert not [name for output in outputs for name, _ in output.headers if name.startswith("trace")]


@pytest.mark.parametrize("spans", [False, True])
async def test_a_dead_letter_and_its_log_line_name_the_trace(spans, monkeypatch, logged) -> None:
    written = logged()
    with receiving() as receiver:
        if spans:
            monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{receiver.endpoint}/v1/traces")
        tracing.configure("triplewire-test")
        bad = Record(RAW_NEWS.name, 0, 7, 0, b"k", b"not json", (("traceparent", PARENT),))
        async with read_all(NewsStage(WordExtractor()), [bad]) as outputs:
            (letter,) = outputs
        tracing.shutdown()
    assert dict(letter.headers)[tracing.TRACE] == TRACE_ID.encode()
    found = DeadLetter.of(Record(DEAD_LETTERS.name, 0, 0, 0, letter.key, letter.value, tuple(letter.headers)))
    # A replay continues the trace, and carries nothing that the dead letter added.
    assert found.original_headers == (("traceparent", PARENT),)
    assert found.topic in READABLE
    (line,) = [line for line in written.readouterr().err.splitlines() if "road.dead_letter" in line]
    assert f"trace_id={TRACE_ID}" in line
    if spans:
        (span,) = [span for span in receiver.spans if span.name == "news raw-news"]
        assert span.trace_id.hex() == TRACE_ID
        assert span.status.message == "not-json"


@pytest.mark.usefixtures("untraced")
async def test_log_lines_of_the_work_on_records_name_their_traces(logged) -> None:
    written = logged()
    parents = [PARENT.replace(b"0af7", f"{n:04x}".encode()) for n in range(1, 21)]
    records = [Record(TRIPLES.name, 0, n, 0, None, b"", (("traceparent", p),)) for n, p in enumerate(parents)]

    async def act(items):
        structlog.get_logger("ours").info("of-the-batch")
        logging.getLogger("theirs").warning("a library's line")
        with tracing.handling(items[3].record):
            structlog.get_logger("ours").info("of-the-record")

    async with read_all(Stage("sink", TRIPLES, SINK_GROUP, act), records):
        structlog.get_logger("ours").info("of-nothing")
    lines = written.readouterr().err.splitlines()
    ids = [parent.decode().split("-")[1] for parent in parents]

    def line(words):
        return next(line for line in lines if words in line)

    assert f"trace_id={','.join(ids[:16])},+4" in line("of-the-batch")
    assert f" trace_id={ids[0]}," in line("a library's line")
    assert line("of-the-record").endswith(f"trace_id={ids[3]}")
    assert "trace_id" not in line("of-nothing")


def test_the_standard_variables_decide() -> None:
    assert not tracing.wanted({})
    assert tracing.wanted({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"})
    assert tracing.wanted({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"})
    assert not tracing.wanted({"OTEL_EXPORTER_OTLP_ENDPOINT": "x", "OTEL_SDK_DISABLED": "true"})
    assert not tracing.wanted({"OTEL_EXPORTER_OTLP_ENDPOINT": "x", "OTEL_TRACES_EXPORTER": "none"})


def test_without_the_extra_the_worker_runs_and_says_what_to_install(monkeypatch, logged) -> None:
    written = logged()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    plain = builtins.__import__

    def missing(name, *rest, **more):
        if name == "streams.road.tracing.spans":
            raise ModuleNotFoundError("No module named 'opentelemetry'", name="opentelemetry")
        return plain(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    tracing.configure("triplewire-test")
    assert tracing._spans is None
    assert "triplewire[tracing]" in written.readouterr().err


def _with_records(outputs: list[Output]):
    for output in outputs:
        if output.topic in {TRIPLES.name, MENTIONS.name}:
            yield output, Record(output.topic, 0, 0, 0, output.key, output.value, tuple(output.headers))
