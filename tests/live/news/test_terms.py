"""Counts of terms on a real broker: snapshots are published, found again, and a fresh worker says the same."""

import uuid

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from inference.text.keywords.weigh import TermTable
from streams.messages.events import Article, Document
from streams.news.stage import NewsStage
from streams.news.terms import counting
from streams.news.terms.counting import DAY_MS, GRACE_MS, PartitionCount, Terms
from streams.news.terms.kafka_log import KafkaTermLog
from streams.news.terms.keywords import counting_chooser
from streams.news.terms.statistics import TermStatistics
from streams.road.stage import Item, Record
from tests.streams.doubles import WordExtractor
from topology.settings import Settings
from topology.topics import RAW_NEWS, TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

DAY = 20_000


def read(record: Record) -> Terms:
    return Terms("en", orjson.loads(record.value or b"[]"))


async def test_a_fresh_worker_finds_what_another_counted(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "CHECKPOINT", 16)
    topic = f"counted-{uuid.uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        # Days that a test can set: on raw-news itself the broker's clock tells them. Kept although they are long past:
        # the broker looks every few minutes for what is older than a week.
        configs = {"message.timestamp.type": "CreateTime", "retention.ms": "-1"}
        await admin.create_topics([NewTopic(topic, 2, 1, topic_configs=configs)])
    finally:
        await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        for day in range(3):
            for n in range(100):
                when = (DAY + day) * DAY_MS + n * 60_000
                value = orjson.dumps([f"day{day}", f"n{n}"])
                await producer.send(topic, value, partition=n % 2, timestamp_ms=when)
        await producer.flush()

        log = KafkaTermLog(kafka, topic)
        await log.start()
        assert await log.partitions() == 2
        worker = TermStatistics(log, {"en": TermTable(5, {"day0": 1})}, read, 1000)
        kept = []

        def keep(count: PartitionCount, origin: Record) -> None:
            kept.append(log.snapshot(count, origin))

        for partition in range(2):
            async for records in log.read(partition, 0):
                await worker.count([(r, read(r)) for r in records], keep)
        for output in kept:
            await producer.send(output.topic, output.value, key=output.key, headers=list(output.headers))
        await producer.flush()
    finally:
        await producer.stop()

    fresh = KafkaTermLog(kafka, topic)
    await fresh.start()
    found = await fresh.snapshots()
    assert {p: count.day for p, count in found.items()} == {0: DAY + 2, 1: DAY + 2}
    assert {p: count.day for p, count in (await fresh.snapshots(before=DAY + 1)).items()} == {0: DAY, 1: DAY}
    for day, documents in ((0, 5), (1, 105), (2, 205), (3, 305)):
        asker = Record(topic, 0, 10_000, (DAY + day) * DAY_MS + GRACE_MS, None, None)
        tables = [
            (await TermStatistics(which, {"en": TermTable(5, {"day0": 1})}, read, 1000).tables(asker))["en"]
            for which in (fresh, log)
        ]
        assert tables[0] == tables[1]
        assert tables[0].documents == documents
        assert tables[0].counts.get("day0", 0) == 1 + (100 if day else 0)


async def test_the_news_stage_gives_the_same_keywords_after_a_restart(kafka: str, live_settings: Settings) -> None:
    assert live_settings.kafka == kafka
    value = Article(id="a", body="The council of Springfield met. The council voted on the bridge.").model_dump_json()
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        places = [await producer.send_and_wait(RAW_NEWS.name, value.encode(), partition=0) for _ in range(5)]
    finally:
        await producer.stop()
    said = []
    # As if nothing had been counted, then as if the first four had been read by a worker that died.
    for first in (0, 4):
        stage = NewsStage(WordExtractor(), counting_chooser(live_settings, RAW_NEWS.name))
        await stage.start()
        records = [Record(p.topic, p.partition, p.offset, p.timestamp, b"a", value.encode()) for p in places[first:]]
        outputs = await stage.process([Item(record, stage.parse(record)) for record in records])
        said.append([o.value for o in outputs if o.origin is records[-1] and o.topic == TRIPLES.name])
        await stage.stop()
    assert said[0] == said[1]
    document = Document.model_validate_json(said[0][0] or b"")
    assert document.keywords[0].term == "council"
