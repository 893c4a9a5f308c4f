"""An article kills every worker that touches it, in every way a process can die: it is found and buried by itself.

Real broker and real processes, which share nothing but the broker.
"""

import json
import signal
import time
from pathlib import Path

import pytest

from streams.road.exit_codes import BUG_EXIT
from tests.live.road.checks import articles, nothing_is_lost
from tests.live.road.harness import Lane
from tests.streams import bad_input

pytestmark = pytest.mark.live

DEATHS_AT_MOST = 4
STOPPED_AT_MOST = 60
"""Seconds, on a machine that is busy with other things; alone on one, about 20."""


@pytest.fixture
async def lane(kafka: str, tmp_path: Path) -> Lane:
    lane = Lane(kafka, tmp_path)
    await lane.open()
    return lane


async def publish(lane: Lane, count: int = 300) -> tuple[list[tuple[str, bytes]], bytes]:
    """Publishes articles with a deadly one among them; returns the others, and the deadly one."""
    values = articles(lane, count)
    deadly = bad_input.article(f"{lane.topic}-bug", "Bug met Ann.")
    await lane.publish([*values[: count // 2], (values[count // 2][0], deadly), *values[count // 2 :]])
    return values, deadly


@pytest.mark.parametrize("failure", ["sigkill", "sigsegv", "memory", "blocked"])
async def test_an_article_that_kills_is_buried_and_everything_else_passes(lane: Lane, failure: str) -> None:
    values, deadly = await publish(lane)
    begin = time.monotonic()
    async with lane.worker(failure, supervised=True, stuck_after="3" if failure == "blocked" else "120") as worker:
        (letter,) = await lane.letters(1)
        stood_still = time.monotonic() - begin
        await nothing_is_lost(lane, values)
        await lane.until_committed(len(values) + 1)
        assert await worker.terminate() == 0
    assert (letter.record.value, letter.reason) == (deadly, "killed-worker")
    assert lane.deaths() <= DEATHS_AT_MOST
    assert worker.log.read_text().count("worker ended with status") == lane.deaths()
    assert stood_still < STOPPED_AT_MOST
    # Nothing is suspected any more, and the clean end is no death.
    assert await lane.notes() == []


async def test_no_parent_process_is_needed_and_no_two_workers_need_share_anything(lane: Lane) -> None:
    """As under an orchestrator: each worker is another member of the group, on another host as far as it knows."""
    values, deadly = await publish(lane)
    for number in range(DEATHS_AT_MOST + 1):
        async with lane.worker("sigkill", worker_id=f"pod-{number}", state=str(lane.folder / str(number))) as worker:
            if lane.deaths() == DEATHS_AT_MOST:
                await lane.until_committed(len(values) + 1)
                break
            assert await worker.ended() == -signal.SIGKILL
    (letter,) = await lane.letters(1)
    assert (letter.record.value, letter.reason) == (deadly, "killed-worker")
    await nothing_is_lost(lane, values)


async def test_an_article_that_is_a_bug_costs_no_death_at_all(lane: Lane) -> None:
    values, bug = await publish(lane)
    async with lane.worker("row") as worker:
        await nothing_is_lost(lane, values)
        await lane.until_committed(len(values) + 1)
        assert await worker.terminate() == 0
        assert "ZeroDivisionError: this row, always" in worker.log.read_text()
    (letter,) = await lane.letters(1)
    assert (letter.record.value, letter.reason) == (bug, "bug")
    assert "Traceback" not in letter.message
    assert str(Path(__file__).parents[3]) not in letter.message


async def test_deploys_and_rebalances_are_not_taken_for_deaths(lane: Lane) -> None:
    values = articles(lane, 1000)
    await lane.publish(values)
    for _ in range(3):
        async with lane.worker() as worker:
            await worker.says("consumer.assigned")
            async with lane.worker() as second:
                await second.says("consumer.assigned")
                assert await second.terminate() == 0
            assert await worker.terminate() == 0
        assert await lane.notes() == []
    async with lane.worker() as worker:
        await nothing_is_lost(lane, values)
        assert "consumer.suspicion" not in worker.log.read_text()


async def test_a_death_is_noted_beside_the_offset(lane: Lane) -> None:
    await publish(lane)
    async with lane.worker("bug") as worker:
        assert await worker.ended() == BUG_EXIT
    assert max(json.loads(note)["starts"] for note in await lane.notes()) == 1
