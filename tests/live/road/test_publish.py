"""Publishing to a real broker: what is on the topic afterwards, byte by byte."""

import asyncio
import os
import sys
from uuid import uuid4

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.road.lags import Lags
from streams.sources import FeedRecord, read_source
from streams.sources.producer import FeedProducer, PublishError
from topology.admin.topics import create_topics
from topology.topics import Topic

pytestmark = pytest.mark.live

PARTITIONS = 3


@pytest.fixture
async def topic(kafka):
    """A topic of the test's own."""
    name = f"publish-{uuid4().hex[:8]}"
    await create_topics(kafka, [Topic(name, PARTITIONS, "article id", "an article")])
    yield name
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.delete_topics([name])
    await admin.close()


async def records(kafka: str, topic: str) -> list[ConsumerRecord]:
    """Returns all there is on a topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, p) for p in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        found = []
        while sum(ends.values()) > len(found):
            for batch in (await consumer.getmany(timeout_ms=1000)).values():
                found += batch
        return found
    finally:
        await consumer.stop()


async def run(kafka: str, *arguments: str) -> tuple[int, str]:
    """Runs the command line as a user does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from topology.cli import app; app()",
        *arguments,
        env=os.environ | {"TRIPLEWIRE_KAFKA": kafka},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    return process.returncode, told.decode()


async def test_every_line_is_on_the_topic_good_or_bad(kafka, topic, tmp_path):
    good = {"id": "a-1", "headline": "Cook leads Apple", "body": "Tim Cook leads Apple.", "links": [1]}
    bad = b'{"id": "a-2", "body": 7}'
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(b"\n".join((orjson.dumps(good), bad, b"{no json", orjson.dumps({"id": "a-3", "op": "retract"}))))

    code, told = await run(kafka, "publish", str(feed), "--topic", topic)
    assert code == 0, told
    assert "published 4 articles" in told
    assert "feed.jsonl line 2: body:" in told
    assert "feed.jsonl line 3: not JSON" in told

    found = {r.value: r for r in await records(kafka, topic)}
    assert len(found) == 4
    sent = next(r for r in found.values() if r.key == b"a-1")
    assert orjson.loads(sent.value) == {k: v for k, v in good.items() if k != "links"}
    headers = dict(sent.headers)
    assert headers["ce_type"] == b"triplewire.article"
    assert headers["ce_id"] == b"a-1"
    assert headers["ce_specversion"] == b"1.0"
    assert found[bad].key == b"a-2"
    assert "ce_type" not in dict(found[bad].headers)
    assert b"{no json" in found


async def test_an_article_of_ones_own_and_its_retraction_stay_in_order(kafka, topic):
    code, told = await run(kafka, "publish", "--headline", "H", "--body", "Text.", "--id", "own", "--topic", topic)
    assert code == 0, told
    assert "own" in told
    code, told = await run(kafka, "retract", "own", "--topic", topic)
    assert code == 0, told
    article, retraction = await records(kafka, topic)
    assert article.partition == retraction.partition
    assert orjson.loads(article.value)["body"] == "Text."
    assert orjson.loads(retraction.value) == {"id": "own", "op": "retract"}


async def test_what_the_topic_cannot_carry_is_told_and_the_rest_is_sent(kafka, topic):
    large = FeedRecord.build("large", {"id": "large", "body": "x" * 2_000_000})
    items = [FeedRecord.build("a", {"id": "a", "body": "A."}), large, FeedRecord.build("b", {"id": "b", "body": "B."})]
    async with FeedProducer(kafka, topic) as publisher:
        report = await publisher.publish(items)
    assert report.sent == 2
    assert [where for where, _ in report.refused] == ["large"]
    assert {r.key for r in await records(kafka, topic)} == {b"a", b"b"}


async def test_the_report_names_the_offsets_and_groups_that_read_nothing_lag_by_all(kafka, topic):
    items = [FeedRecord.build(str(n), {"id": f"id-{n}", "body": "Text."}) for n in range(50)]
    told = []
    async with FeedProducer(kafka, topic) as publisher:
        await publisher.publish(items[:20])
        report = await publisher.publish(items[20:], acknowledged=lambda item, _: told.append(item.key))
    assert sum(last - first + 1 for first, last in report.offsets.values()) == report.sent == 30
    assert sorted(told) == sorted(item.key for item in items[20:])
    async with Lags(kafka) as lags:
        ends = await lags.ends(topic)
        assert {p: last + 1 for p, (_, last) in report.offsets.items()}.items() <= ends.items()
        assert sum(ends.values()) == await lags.lag(f"nobody-{topic}", topic) == 50
        assert not await lags.stable(f"nobody-{topic}")


async def test_a_rate_is_kept(kafka, topic):
    items = [FeedRecord.build(str(n), {"id": f"id-{n}", "body": "Text."}) for n in range(11)]
    async with FeedProducer(kafka, topic) as publisher:
        report = await publisher.publish(items, rate=20)
    assert report.sent == 11
    assert report.seconds >= 0.5


async def test_a_missing_topic_is_one_clear_line(kafka):
    with pytest.raises(PublishError, match="triplewire topics create"):
        async with FeedProducer(kafka, "no-such-topic"):
            pass
    code, told = await run(kafka, "publish", "--body", "Text.", "--topic", "no-such-topic")
    assert code == 1
    assert told.strip().count("\n") == 0
    assert "triplewire topics create" in told


async def test_publishing_a_feed_again_repeats_the_same_bytes(kafka, topic, tmp_path):
    (tmp_path / "a.txt").write_text("Cook leads Apple\n\nTim Cook leads Apple.")
    for _ in range(2):
        async with FeedProducer(kafka, topic) as publisher:
            await publisher.publish(read_source(str(tmp_path)))
    first, second = await records(kafka, topic)
    assert (first.key, first.value, first.partition) == (second.key, second.value, second.partition)
