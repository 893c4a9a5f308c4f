"""Dead letters on a real broker: listed with their reason, and published again once."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from click.testing import Result
from typer.testing import CliRunner

from streams.road import replay
from streams.road.dead_letters import REPLAYED, DeadLetter, dead_letter
from streams.road.publisher import KafkaPublisher
from streams.road.stage import Record
from tests.live.road.checks import articles, nothing_is_lost
from tests.live.road.harness import Lane
from tests.streams import bad_input, hostile
from topology.cli import app
from topology.settings import settings
from topology.topics import RAW_NEWS

pytestmark = pytest.mark.live


@pytest.fixture
async def lane(kafka: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lane]:
    monkeypatch.setenv("TRIPLEWIRE_KAFKA", kafka)
    settings.cache_clear()
    lane = Lane(kafka, tmp_path)
    await lane.open()
    yield lane
    settings.cache_clear()


async def bury(lane: Lane, topic: str, headers: tuple[tuple[str, bytes | None], ...] = ()) -> Record:
    """Puts a record on dead-letters, as a stage would, and returns it."""
    record = Record(topic, 2, 7, 0, lane.topic.encode(), b"not \xff json", headers)
    publisher = KafkaPublisher("test", lane.kafka)
    await publisher.start()
    try:
        letter = dead_letter(record, stage="news", reason=f"odd-{lane.topic}", message="[tried] in a test")
        assert await publisher.publish([letter]) == []
    finally:
        await publisher.stop()
    return record


async def test_a_dead_letter_is_published_again_once_with_all_it_had(lane: Lane) -> None:
    record = await bury(lane, RAW_NEWS.name, (("traceparent", b"00-1"), ("x-\udcff", b"odd"), (REPLAYED, b"1")))
    found = await replay.read_letters(lane.kafka)
    (letter,) = [letter for letter in found.letters if letter.record.key == record.key]
    assert (letter.topic, letter.partition, letter.offset, letter.replays) == (RAW_NEWS.name, "2", "7", 1)
    assert letter in found.waiting(attempts=2)
    # It came back once already.
    assert letter not in found.waiting(attempts=1)

    assert await replay.replay(lane.kafka, [letter]) == 1
    again = await lane.read(RAW_NEWS.name, lambda records: record.key in [r.key for r in records])
    (back,) = [r for r in again if r.key == record.key]
    assert back.value == record.value
    # Also a name that is not UTF-8, byte for byte.
    assert back.headers == (("traceparent", b"00-1"), ("x-\udcff", b"odd"), (REPLAYED, b"2"))
    after = await replay.read_letters(lane.kafka)
    assert letter.record.offset in after.replayed
    assert letter.record.offset not in [waiting.record.offset for waiting in after.waiting(attempts=9)]


async def test_nothing_is_replayed_to_a_topic_no_worker_reads(lane: Lane) -> None:
    await bury(lane, "somebody-elses")
    letters = (await replay.read_letters(lane.kafka)).letters
    ours = [letter for letter in letters if letter.record.key == lane.topic.encode()]
    with pytest.raises(ValueError, match="somebody-elses"):
        await replay.replay(lane.kafka, ours)


async def test_the_command_lists_by_reason_and_replays_one(lane: Lane) -> None:
    await bury(lane, RAW_NEWS.name)

    async def dead_letters(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["dead-letters", *arguments])

    async def listed() -> dict:
        answer = await dead_letters("list", "--json", "--reason", f"odd-{lane.topic}")
        assert answer.exit_code == 0, answer.output
        (line,) = answer.output.splitlines()
        return json.loads(line)

    row = await listed()
    assert row["from"] == {"topic": "raw-news", "partition": "2", "offset": "7"}
    assert (row["value"], row["message"], row["replayed"]) == ("not \\xff json", "[tried] in a test", False)
    assert "odd-" in (await dead_letters("list", "--limit", "1000")).output
    answer = await dead_letters("replay", "--offset", str(row["offset"]))
    assert (answer.exit_code, answer.output) == (0, "1 replayed\n")
    assert (await listed())["replayed"] is True
    refused = await dead_letters("replay")
    assert refused.exit_code == 1
    assert "--all" in refused.output


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
async def test_a_bomb_harms_nobody_and_its_letter_says_what_it_was(lane: Lane, compression: str) -> None:
    values = articles(lane, 3)
    bomb = bad_input.article(f"{lane.topic}-bomb", "a" * 40_000_000)
    larger = b"a" * 200_000_000
    raw: list[hostile.Raw] = [(key.encode(), value, ()) for key, value in values]
    raw.insert(1, (b"bomb", bomb, (("h", b"1"),)))
    await hostile.publish_batch(lane.kafka, lane.topic, 0, raw, compression=compression)
    await hostile.publish_batch(lane.kafka, lane.topic, 0, [(b"large", larger, ())], compression=compression)
    async with lane.worker() as worker:
        await nothing_is_lost(lane, values)
        await lane.until_committed(len(raw) + 1)
        assert worker.peak_mib() < 1024
        assert await worker.terminate() == 0
    cut, unseen = sorted(await lane.letters(2), key=lambda letter: int(letter.offset))
    assert (cut.reason, cut.length, cut.sha256) == ("too-large", str(len(bomb)), hashlib.sha256(bomb).hexdigest())
    assert (cut.partition, cut.offset, cut.record.key, cut.original_headers) == ("0", "1", b"bomb", (("h", b"1"),))
    assert bomb.startswith(cut.record.value or b"-")
    assert (unseen.reason, unseen.length, unseen.offset) == ("too-large", "unknown", "4")


async def test_many_large_records_are_not_held_at_once(lane: Lane) -> None:
    """A gigabyte when it is unpacked, a megabyte on the wire, in records that each are allowed."""
    count = 150
    for _ in range(count):
        await hostile.publish_batch(lane.kafka, lane.topic, 0, [(b"k", b"x" * 7_000_000, ())], compression="gzip")
    async with lane.worker(batch_size="256") as worker:
        await lane.until_committed(count)
        # All of them would be 1,000 MiB beside some 250 of the worker itself. It has 600 to 800, by how fast they come.
        assert worker.peak_mib() < 1000
        assert await worker.terminate() == 0


async def cut_letter(lane: Lane, value: bytes, *, offset: int | None = None, was: bytes | None = None) -> DeadLetter:
    """Publishes a record to raw-news and a cut dead letter of it, or of what it `was`; returns the letter."""
    producer = AIOKafkaProducer(bootstrap_servers=lane.kafka)
    await producer.start()
    try:
        sent = await producer.send_and_wait(RAW_NEWS.name, value, key=lane.topic.encode(), headers=[("h", b"1")])
    finally:
        await producer.stop()
    place = sent.offset if offset is None else offset
    record = Record(RAW_NEWS.name, sent.partition, place, 0, lane.topic.encode(), was or value, (("h", b"1"),))
    publisher = KafkaPublisher("test", lane.kafka)
    await publisher.start()
    try:
        letter = dead_letter(record, stage="news", reason=f"odd-{lane.topic}", message="", limit=60_000)
        assert await publisher.publish([letter]) == []
    finally:
        await publisher.stop()
    letters = (await replay.read_letters(lane.kafka)).letters
    return next(letter for letter in letters if letter.reason == f"odd-{lane.topic}")


async def test_a_cut_letter_is_replayed_from_where_the_original_is(lane: Lane) -> None:
    value = b"not json " * 20_000
    letter = await cut_letter(lane, value)
    assert letter.cut
    assert await replay.replay(lane.kafka, [letter]) == 1

    def ours(records: list[Record]) -> list[Record]:
        return [record for record in records if record.key == lane.topic.encode()]

    _, again = ours(await lane.read(RAW_NEWS.name, lambda records: len(ours(records)) == 2))
    assert (again.value, again.headers) == (value, (("h", b"1"), (REPLAYED, b"1")))


async def test_a_cut_letter_whose_original_is_gone_says_where_it_was(lane: Lane) -> None:
    letter = await cut_letter(lane, b"not json " * 20_000, offset=10_000_000)
    answer = await asyncio.to_thread(CliRunner().invoke, app, ["dead-letters", "replay", str(letter.record.offset)])
    assert answer.exit_code == 1
    for part in ("only a part", "raw-news", f"partition {letter.partition}", "offset 10000000", "0 replayed"):
        assert part in answer.output


async def test_a_cut_letter_is_not_replayed_from_a_place_that_holds_something_else(lane: Lane) -> None:
    letter = await cut_letter(lane, b"not json", was=b"not json " * 20_000)
    with pytest.raises(replay.CutLetterError, match="another record"):
        await replay.replay(lane.kafka, [letter])
