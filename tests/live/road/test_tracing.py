"""One article is one trace through real processes: published by the command, read by one worker, written by another."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import AsyncDriver
from typer.testing import CliRunner

from tests.helpers.otlp import Receiver, receiving
from tests.live.groups import Reads, all_is_done, working
from topology.cli import app
from topology.settings import Settings
from topology.topics import NEWS_GROUP, RAW_NEWS, SINK_GROUP, TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

WORKER = Path(__file__).parents[1] / "media" / "worker.py"
READS: Reads = {"news": (RAW_NEWS, NEWS_GROUP), "sink": (TRIPLES, SINK_GROUP)}
ID = "traced-article"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint)
        yield receiver


@pytest.mark.usefixtures("live_settings")
async def test_the_trace_goes_from_the_command_to_the_commit(
    receiver: Receiver, kafka: str, neo4j: Settings, neo4j_driver: AsyncDriver, tmp_path: Path
) -> None:
    arguments = {stage: (str(WORKER), stage) for stage in READS}
    async with working(kafka, neo4j, neo4j_driver, folder=tmp_path, reads=READS, arguments=arguments, variables={}):
        command = ["publish", "--id", ID, "--headline", "News", "--body", "Ann met Bob."]
        result = await asyncio.to_thread(CliRunner().invoke, app, command)
        assert result.exit_code == 0, result.output
        await all_is_done(kafka, READS)
        (row,) = (await neo4j_driver.execute_query("MATCH (a:Article {id: $id}) RETURN count(a)", id=ID)).records
        assert row[0] == 1
    # The workers have ended, and with them their last spans have been sent.
    (root,) = [span for span in receiver.spans if span.name == "publish raw-news"]
    trace = [span for span in receiver.spans if span.trace_id == root.trace_id]
    by_id = {span.span_id: span for span in trace}
    sinks = [span for span in trace if span.name == "sink triples"]
    assert {receiver.services[span.span_id.hex()] for span in trace} == {
        "triplewire-publish",
        "triplewire-news",
        "triplewire-sink",
    }
    assert len(sinks) > 1
    for sink in sinks:
        news = by_id[sink.parent_span_id]
        assert news.name == "news raw-news"
        assert by_id[news.parent_span_id] == root
    # The graph's commit is below the batch that links to the article's records.
    linked = {link.span_id for span in receiver.spans if span.name == "sink batch" for link in span.links}
    assert {sink.span_id for sink in sinks} <= linked
    batches = {span.span_id for span in receiver.spans if span.name == "sink batch"}
    assert any(span.name == "write" and span.parent_span_id in batches for span in receiver.spans)
    for name in READS:
        log = (tmp_path / f"{name}.log").read_text(encoding="utf-8")
        assert f"event=tracing.on endpoint={receiver.endpoint}" in log
