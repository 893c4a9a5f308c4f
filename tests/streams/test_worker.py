import asyncio
import logging
import sys
from pathlib import Path

import httpx
import pytest
import stamina

from streams import worker
from streams.news.articles import parse_article
from streams.road import retry
from streams.road.exit_codes import CONFIGURATION_EXIT
from streams.road.health import HealthServer
from streams.road.logs import RepeatFilter
from streams.road.metrics import RETRIES, UNKNOWN_FIELDS
from streams.road.retry import forever
from streams.road.stage import LATEST_MS, Record
from tests.streams.bad_input import article
from topology.settings import settings


async def test_health_is_200_without_and_503_with_reasons() -> None:
    reasons: list[str] = []

    async def trouble() -> list[str]:
        return reasons

    server = HealthServer("127.0.0.1", 0, stage="news", trouble=trouble)
    port = await server.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            healthy = await client.get("/health")
            reasons.append("no model")
            unhealthy = await client.get("/health")
            metrics = await client.get("/metrics")
    finally:
        await server.stop()
    assert (healthy.status_code, healthy.json()["status"]) == (200, "healthy")
    assert (unhealthy.status_code, unhealthy.json()["reasons"]) == (503, ["no model"])
    assert "triplewire_dead_letter_events" in metrics.text


async def test_health_says_what_the_worker_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "SHOWN_AFTER", 0.0)
    answered, asked = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        if not asked.is_set():
            asked.set()
            raise TimeoutError("no answer from the graph")
        await answered.wait()

    async def no_trouble() -> list[str]:
        return []

    server = HealthServer("127.0.0.1", 0, stage="sink", trouble=no_trouble)
    port = await server.start()
    waiting = asyncio.create_task(forever(slow, step="write", on=TimeoutError))
    try:
        await asked.wait()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            (wait,) = (await client.get("/health")).json()["waiting_for"]
            answered.set()
            await waiting
            after = (await client.get("/health")).json()["waiting_for"]
    finally:
        await server.stop()
    assert wait.startswith("write: for 0 s")
    assert "TimeoutError: no answer from the graph" in wait
    assert after == []


def test_unknown_fields_are_counted_and_do_no_harm() -> None:
    before = UNKNOWN_FIELDS.labels("test")._value.get()
    record = Record("raw-news", 0, 0, 0, None, article("a", invented=1, more={"b": []}))
    assert parse_article(record, stage="test", max_text=100).id == "a"
    assert UNKNOWN_FIELDS.labels("test")._value.get() == before + 2


@pytest.mark.parametrize("timestamp", [-(2**63), -1, LATEST_MS + 1, 2**63 - 1])
def test_any_timestamp_a_publisher_may_claim_is_a_time(timestamp: int) -> None:
    assert 1970 <= Record("t", 0, 0, timestamp, None, None).time.year <= 9999


async def test_transient_trouble_is_tried_again_and_counted() -> None:
    calls = 0

    async def third_time_lucky() -> int:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise TimeoutError
        return calls

    before = RETRIES.labels("test", "TimeoutError")._value.get()
    with stamina.set_testing(True, attempts=10):
        assert await forever(third_time_lucky, step="test", on=TimeoutError) == 3
    assert RETRIES.labels("test", "TimeoutError")._value.get() == before + 2


async def test_what_time_does_not_heal_is_raised_at_once() -> None:
    calls = 0

    async def broken() -> None:
        nonlocal calls
        calls += 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(forever(broken, step="test", on=TimeoutError), 10)
    assert calls == 1


def test_a_library_that_repeats_itself_is_heard_once() -> None:
    once = RepeatFilter()

    def said(message: str) -> bool:
        return once.filter(logging.LogRecord("aiokafka", logging.ERROR, "", 0, message, (), None))

    assert [said("away"), said("away"), said("other"), said("away")] == [True, False, True, False]


def test_a_media_worker_without_its_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "inference.media.senses", None)
    assert worker.main("media") == CONFIGURATION_EXIT
    assert "pip install 'triplewire[media]'" in capsys.readouterr().err


def test_a_broken_ontology_is_said_and_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "ontology.yaml"
    broken.write_text("relations: 5")
    monkeypatch.setenv("TRIPLEWIRE_ONTOLOGY", str(broken))
    settings.cache_clear()
    try:
        assert worker.main("news") == CONFIGURATION_EXIT
    finally:
        settings.cache_clear()
    assert str(broken) in capfd.readouterr().err
