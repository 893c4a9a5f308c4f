"""A record that could not be read is shown, repaired and published in its place; publishing says who reads."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from typer.testing import CliRunner

from streams.road.dead_letters import REPLAYED, dead_letter
from streams.road.publisher import KafkaPublisher
from streams.road.replay import read_letters
from streams.road.stage import Record
from tests.live.road.harness import Lane
from topology.cli import app
from topology.settings import settings
from topology.topics import RAW_NEWS

pytestmark = pytest.mark.live

BROKEN = b'{"id": "\xff broken'


@pytest.fixture
async def lane(kafka: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lane]:
    monkeypatch.setenv("TRIPLEWIRE_KAFKA", kafka)
    settings.cache_clear()
    lane = Lane(kafka, tmp_path)
    await lane.open()
    yield lane
    settings.cache_clear()


async def bury(lane: Lane, key: str) -> int:
    """Puts a record on dead-letters, as the news stage would, and returns the letter's offset."""
    record = Record(RAW_NEWS.name, 2, 7, 0, key.encode(), BROKEN, (("traceparent", b"00-1"),))
    publisher = KafkaPublisher("test", lane.kafka)
    await publisher.start()
    try:
        letter = dead_letter(record, stage="news", reason="not-json", message="a quote is missing " * 30)
        assert await publisher.publish([letter]) == []
    finally:
        await publisher.stop()
    return max(one.record.offset for one in (await read_letters(lane.kafka)).letters if one.record.key == key.encode())


async def command(*arguments: str, given: str | None = None) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, arguments, given)


async def test_the_original_bytes_and_nothing_else_are_on_standard_output(lane: Lane) -> None:
    offset = await bury(lane, f"k-{uuid4().hex}")
    shown = await command("dead-letters", "show", str(offset))
    assert shown.exit_code == 0
    assert shown.stdout_bytes == BROKEN
    assert "a quote is missing" in shown.stderr
    missing = await command("dead-letters", "show", "999999999")
    assert missing.exit_code == 1
    assert "no dead letter at offset 999999999" in missing.stderr


async def test_a_repaired_record_takes_the_place_of_the_broken_one(lane: Lane, tmp_path: Path) -> None:
    key = f"k-{uuid4().hex}"
    offset = await bury(lane, key)
    file = tmp_path / "record.json"
    value = json.dumps({"id": key, "body": "Repaired."}).encode()

    for wrong, why in ((BROKEN, "still not valid"), (json.dumps({"id": "other", "body": "B."}).encode(), "its id is")):
        file.write_bytes(wrong)
        refused = await command("dead-letters", "repair", str(offset), str(file))
        assert refused.exit_code == 1
        assert why in refused.stderr

    file.write_bytes(value)
    answer = await command("dead-letters", "repair", str(offset), str(file))
    assert answer.exit_code == 0, answer.output
    assert f"under the key {key}" in answer.stdout
    found = await lane.read(RAW_NEWS.name, lambda records: key.encode() in [r.key for r in records])
    (record,) = [r for r in found if r.key == key.encode()]
    assert record.value == value
    assert record.headers == (("traceparent", b"00-1"), (REPLAYED, b"1"))
    assert offset in (await read_letters(lane.kafka)).replayed
    again = await command("dead-letters", "repair", str(offset), str(file))
    assert again.exit_code == 1
    assert "replayed already" in again.stderr


async def test_a_record_whose_id_could_not_be_read_gets_the_key_that_it_has_now(lane: Lane) -> None:
    offset = await bury(lane, f"bad-{uuid4().hex}")
    id_ = f"k-{uuid4().hex}"
    answer = await command(
        "dead-letters", "repair", str(offset), "-", given=json.dumps({"id": id_, "body": "Repaired."})
    )
    assert answer.exit_code == 0, answer.output
    assert f"under the key {id_}" in answer.stdout


async def test_letters_are_listed_by_stage_and_fit_eighty_columns(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    offset = await bury(lane, f"k-{uuid4().hex}")
    listed = await command("dead-letters", "list", "--stage", "news", "--reason", "not-json", "--limit", "1")
    assert listed.stdout.split()[0] == str(offset)
    assert all(len(line) <= 80 for line in listed.stdout.splitlines())
    assert "0 of 0 that fit" in (await command("dead-letters", "list", "--stage", "nobody")).stdout


@pytest.mark.usefixtures("lane")
async def test_publishing_says_that_nobody_reads() -> None:
    answer = await command("publish", "--body", "Text.", "--id", f"k-{uuid4().hex}")
    assert answer.exit_code == 0, answer.output
    assert "no worker of the group triplewire-news reads raw-news now" in answer.stderr
    assert "triplewire worker news" in answer.stderr
    machine = await command("publish", "--json", "--body", "Text.", "--id", "own")
    sent, summary = map(json.loads, machine.stdout.splitlines())
    assert (sent["status"], sent["id"]) == ("sent", "own")
    assert {"partition", "offset"} <= sent.keys()
    assert len(summary["warnings"]) == 1
