import asyncio
import logging
import os
import socket
import sys
from pathlib import Path

import httpx
import pytest
import stamina

from streams import worker
from streams.news.articles import parse_article
from streams.road.exit_codes import CONFIGURATION_EXIT
from streams.road.health import HealthServer
from streams.road.logs import RepeatFilter
from streams.road.metrics import RETRIES, UNKNOWN_FIELDS
from streams.road.retry import forever, waits
from streams.road.stage import LATEST_MS, Record
from tests.streams.bad_input import article
from topology.settings import settings


async def test_health_is_200_without_and_503_with_reasons() -> None:
    reasons: list[str] = []

    async def trouble() -> list[str]:
        return reasons

    server = HealthServer("127.0.0.1", 0, stage="news", trouble=trouble, waits=lambda: ["repeats connect"])
    port = await server.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            healthy = await client.get("/health")
            reasons.append("no model")
            unhealthy = await client.get("/health")
            live = await client.get("/health/live")
            metrics = await client.get("/metrics")
    finally:
        await server.stop()
    assert (healthy.status_code, healthy.json()["status"]) == (200, "healthy")
    assert (unhealthy.status_code, unhealthy.json()["reasons"]) == (503, ["no model"])
    # What it waits for is said while it is healthy, too.
    assert healthy.json()["waits"] == ["repeats connect"]
    # What it waits for does not make it dead: nobody may restart it for that.
    assert (live.status_code, live.json()) == (200, {"status": "alive", "stage": "news"})
    assert "triplewire_dead_letter_events" in metrics.text


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


async def test_a_wait_says_what_it_repeats_and_why_until_it_is_over() -> None:
    said: list[list[str]] = []

    async def second_time() -> None:
        said.append(waits())
        if len(said) < 2:
            raise TimeoutError("no answer")

    with stamina.set_testing(True, attempts=10):
        await forever(second_time, step="extract", on=TimeoutError)
    assert said == [[], ["repeats extract since 0 s: TimeoutError: no answer"]]
    assert waits() == []


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


async def test_a_worker_that_waits_for_kafka_is_alive_and_not_ready(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nobody = {"TRIPLEWIRE_KAFKA": "127.0.0.1:1", "TRIPLEWIRE_STATE": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streams.worker", "entities"),
        env=os.environ | nobody | {"TRIPLEWIRE_METRICS_PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            async for attempt in stamina.retry_context(httpx.TransportError, attempts=None, timeout=60, wait_max=0.2):
                with attempt:
                    live = await client.get("/health/live")
            ready = await client.get("/health")
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert live.status_code == 200
    assert (ready.status_code, ready.json()["reasons"]) == (503, ["not yet a member of the consumer group"])
