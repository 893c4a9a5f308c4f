"""A real broker, two workers, and kill -9 in the middle: every article is published, and nothing else."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.feeds.poller import PORTION
from streams.road.dead_letters import DeadLetter
from streams.road.partition import read_partition
from streams.road.stage import Record
from tests.live.one_worker import OneWorker
from tests.streams.feeds.world import Answer, Press, SimulatedClock, rss
from topology.topics import DEAD_LETTERS, FEED_STATE, RAW_NEWS

pytestmark = pytest.mark.live

ARTICLES = 1200
PATIENCE = 120
LOOK_EVERY = 0.1


@pytest.fixture
def press():
    press = Press(SimulatedClock())
    yield press
    press.close()


async def ends(kafka: str) -> dict[int, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        found = await consumer.end_offsets([TopicPartition(RAW_NEWS.name, n) for n in range(RAW_NEWS.partitions)])
        return {place.partition: offset for place, offset in found.items()}
    finally:
        await consumer.stop()


async def published(kafka: str, begin: dict[int, int]) -> list[Record]:
    return [
        record
        for partition in range(RAW_NEWS.partitions)
        async for record in read_partition(kafka, RAW_NEWS.name, partition)
        if record.offset >= begin[partition]
    ]


def started(kafka: str, folder: Path, name: str) -> OneWorker:
    given = {
        "TRIPLEWIRE_KAFKA": kafka,
        "TRIPLEWIRE_FEEDS": str(folder / "feeds.yaml"),
        "TRIPLEWIRE_FEED_INTERVAL": "1",
        "TRIPLEWIRE_FEED_HOST_GAP": "0",
    }
    return OneWorker("feeds", folder, name, **given)


async def until(kafka: str, begin: dict[int, int], enough: int) -> list[Record]:
    """Waits until so many different articles and versions are on the topic."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await published(kafka, begin)
            if len({record.value for record in found}) >= enough:
                return found
            await asyncio.sleep(LOOK_EVERY)


async def test_a_killed_worker_is_taken_over_with_nothing_lost_and_no_version_missed(kafka, press, tmp_path):
    begin = await ends(kafka)
    paths = [f"/{n}" for n in range(6)]
    each = ARTICLES // len(paths)
    for path in paths:
        items = [(f"{path}-{n}", f"Text {n} of {path}.") for n in range(each)]
        press.answers[path] = Answer(rss(*items, title=f"Press {path}"))
    listed = "".join(f"  - {{ address: '{press.url(path)}', private: true }}\n" for path in paths)
    (tmp_path / "feeds.yaml").write_text(f"feeds:\n{listed}", encoding="utf-8")

    async with started(kafka, tmp_path, "first") as first:
        await first.says("feeds.restored")
        await until(kafka, begin, 1)
        await first.kill()
        async with started(kafka, tmp_path, "second") as second, started(kafka, tmp_path, "third") as third:
            found = await until(kafka, begin, ARTICLES)
            # A correction and a withdrawal of nothing: the versions that follow are published by whoever is at work.
            press.answers["/0"] = Answer(rss(("/0-0", "Corrected."), title="Press /0"))
            found = await until(kafka, begin, ARTICLES + 1)
            for worker in (second, third):
                assert worker.health()["status"] == "healthy"
            await second.kill()
            press.answers["/1"] = Answer(rss(("/1-0", "Corrected, too."), title="Press /1"))
            found = await until(kafka, begin, ARTICLES + 2)

    versions = Counter(record.value for record in found)
    bodies = {json.loads(value)["body"] for value in versions}
    wanted = {f"Text {n} of {path}." for path in paths for n in range(each)} | {"Corrected.", "Corrected, too."}
    assert bodies == wanted
    assert len(versions) == len(wanted)
    # Only what was on its way at the two deaths may be there twice: a portion of each feed, of which one is at a time.
    assert sum(versions.values()) - len(versions) <= 2 * PORTION
    states = [record async for record in read_partition(kafka, FEED_STATE.name)]
    assert {record.key.decode() for record in states} >= {press.url(path) for path in paths}


async def test_a_worker_that_stops_in_good_order_repeats_nothing(kafka, press, tmp_path):
    begin = await ends(kafka)
    press.answers["/a"] = Answer(rss(*((str(n), f"Text {n}.") for n in range(300)), title="Orderly"))
    (tmp_path / "feeds.yaml").write_text(
        f"feeds:\n  - {{ address: '{press.url('/a')}', private: true }}\n", encoding="utf-8"
    )
    for name in ("first", "second"):
        async with started(kafka, tmp_path, name) as worker:
            await until(kafka, begin, 300)
            asked = len(press.asked)
            async with asyncio.timeout(PATIENCE):
                while len(press.asked) < asked + 2:  # noqa: ASYNC110 - another process asks
                    await asyncio.sleep(LOOK_EVERY)
        assert worker.process.returncode == 0
    assert len(await published(kafka, begin)) == 300


async def test_an_article_that_is_too_large_is_a_dead_letter_once(kafka, press, tmp_path):
    begin = await ends(kafka)
    press.answers["/a"] = Answer(rss(("1", "é" * 4_500_000), ("2", "Small."), title="Large"))
    (tmp_path / "feeds.yaml").write_text(
        f"feeds:\n  - {{ address: '{press.url('/a')}', private: true }}\n", encoding="utf-8"
    )
    async with started(kafka, tmp_path, "only"):
        (small,) = await until(kafka, begin, 1)
        async with asyncio.timeout(PATIENCE):
            while len(press.asked) < 3:  # noqa: ASYNC110 - another process asks
                await asyncio.sleep(LOOK_EVERY)
    assert json.loads(small.value)["body"] == "Small."
    letters = [DeadLetter.of(r) for r in [r async for r in read_partition(kafka, DEAD_LETTERS.name)]]
    (letter,) = [one for one in letters if one.stage == "feeds"]
    assert (letter.reason, letter.topic) == ("output-too-large", RAW_NEWS.name)


async def test_a_feed_that_kills_its_reader_and_a_list_that_changes_stop_nobody(kafka, press, tmp_path):
    begin = await ends(kafka)
    press.answers["/bomb"] = Answer(b"[" + b"[]," * 6_000_000 + b"[]]", validates=False)
    for path in ("/a", "/b"):
        press.answers[path] = Answer(rss((path, f"Text of {path}."), title="Steady"))
    listed = "feeds:\n" + "".join(
        f"  - {{ address: '{press.url(path)}', private: true }}\n" for path in ("/bomb", "/a")
    )
    (tmp_path / "feeds.yaml").write_text(listed, encoding="utf-8")
    async with started(kafka, tmp_path, "only") as worker:
        await until(kafka, begin, 1)
        await worker.says("feeds.failed")
        (tmp_path / "feeds.yaml").write_text(listed.replace("/a", "/b"), encoding="utf-8")
        found = await until(kafka, begin, 2)
        health = worker.health()
    assert worker.process.returncode == 0
    assert sorted(json.loads(record.value)["body"] for record in found) == ["Text of /a.", "Text of /b."]
    assert health["status"] == "healthy"
    assert any("/bomb" in reason for reason in health["waits"])
