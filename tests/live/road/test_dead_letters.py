"""Dead letters on a real broker: listed with their reason, and published again once."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from streams.road import replay
from streams.road.dead_letters import REPLAYED, dead_letter
from streams.road.publisher import KafkaPublisher
from streams.road.stage import Record
from tests.live.road.harness import Lane
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
    record = await bury(lane, RAW_NEWS.name, (("traceparent", b"00-1"), (REPLAYED, b"1")))
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
    assert back.headers == (("traceparent", b"00-1"), (REPLAYED, b"2"))
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
