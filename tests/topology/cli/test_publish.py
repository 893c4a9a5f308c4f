import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from streams import sources
from streams.sources import FeedRecord, read_source
from topology.cli import app
from topology.settings import settings


@pytest.fixture
def no_broker(monkeypatch):
    """An address on which certainly nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("TRIPLEWIRE_KAFKA", f"127.0.0.1:{taken.getsockname()[1]}")
        settings.cache_clear()
        yield
    settings.cache_clear()


pytestmark = pytest.mark.usefixtures("no_broker")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    "command", [["publish", "--body", "Tim Cook leads Apple."], ["retract", "a-1"]], ids=["publish", "retract"]
)
def test_a_missing_broker_is_one_clear_line(command):
    code, told = run(*command)
    assert code == 1
    assert len(told.strip().splitlines()) == 1
    assert "triplewire up" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "give a source"),
        (["feed.jsonl", "--body", "text"], "give a source"),
        (["--headline", "A headline alone"], "give a source"),
        (["--body", " "], "body is empty"),
        (["--body", "text", "--id", "x" * 600], "id:"),
    ],
)
def test_what_cannot_be_published_is_said_before_anything_is_sent(arguments, told):
    code, said = run("publish", *arguments)
    assert code == 1
    assert told in said


def test_an_article_without_an_id_is_refused():
    code, said = run("retract", "")
    assert code == 1
    assert "id:" in said


FEED = """<rss><channel><title>Coast</title><link>https://coast.example/</link>
<item><title>Ida Holm leads Lund Oil, the largest of the three companies that fish for oil off the coast</title>
<guid isPermaLink="false">7</guid><description>Text.</description>
<enclosure url="https://coast.example/report.pdf" type="application/pdf"/></item></channel></rss>"""


def dry(*arguments: str) -> Result:
    result = CliRunner().invoke(app, ["publish", "--dry-run", *arguments], env={"COLUMNS": "80"})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    (tmp_path / "good.xml").write_text(FEED)
    (tmp_path / "page.xml").write_text("<html></html>")
    (tmp_path / "quiet.xml").write_text("<rss><channel><title>Quiet</title></channel></rss>")
    return tmp_path


def test_a_dry_run_needs_no_kafka_and_shows_ids_and_what_is_left_out(feeds: Path) -> None:
    result = dry(str(feeds / "good.xml"))
    assert result.exit_code == 0
    (record,) = read_source(str(feeds / "good.xml"))
    assert record.key in result.stdout
    assert "would publish 1 article on raw-news" in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
    assert "https://coast.example/report.pdf: application/pdf is neither a picture nor a video" in result.stderr


def test_one_source_that_cannot_be_read_does_not_cost_the_others(feeds: Path) -> None:
    result = dry(str(feeds / "page.xml"), str(feeds / "nowhere.xml"), str(feeds / "good.xml"))
    assert result.exit_code == 1
    assert "would publish 1 article" in result.stdout
    assert "page.xml is not an RSS or Atom feed" in result.stderr
    assert "no such file" in result.stderr


def test_a_fault_of_ours_in_one_source_does_not_cost_the_others(feeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sources.read_source

    def faulty(source: str, **options: Any) -> Iterator[FeedRecord]:
        if source == "faulty":
            raise ZeroDivisionError("oh")
        return real(source, **options)

    monkeypatch.setattr(sources, "read_source", faulty)
    result = dry("faulty", str(feeds / "good.xml"))
    assert result.exit_code == 1
    assert "would publish 1 article" in result.stdout
    assert "faulty: cannot be read (ZeroDivisionError: oh)" in result.stderr


def test_a_quiet_feed_is_no_failure(feeds: Path) -> None:
    result = dry(str(feeds / "quiet.xml"))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "would publish 0 articles" in result.stdout


def test_machines_get_a_line_for_each_record_and_each_thing_left_out(feeds: Path) -> None:
    (feeds / "own.jsonl").write_text('{"id": "a", "body": "A."}\n{"id": "b", "op": "retract"}\nno json\n')
    result = dry("--json", str(feeds / "good.xml"), str(feeds / "own.jsonl"), str(feeds / "page.xml"))
    *lines, summary = map(json.loads, result.stdout.splitlines())
    assert [(line["status"], line.get("id", "")[:4], line["where"]) for line in lines] == [
        ("left out", "", "good.xml entry 1"),
        ("would send", "feed", "good.xml entry 1"),
        ("would send", "a", "own.jsonl line 1"),
        ("would send", "b", "own.jsonl line 2"),
        ("would send", "bad-", "own.jsonl line 3"),
        ("unreadable", "", str(feeds / "page.xml")),
    ]
    counts = {key: summary[key] for key in ("would_send", "invalid", "refused", "left_out", "unreadable")}
    assert counts == {"would_send": 4, "invalid": 1, "refused": 0, "left_out": 1, "unreadable": 1}


def test_control_characters_of_a_source_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_text(json.dumps({"id": "a\x1b[2J", "headline": "\x1b]0;x\x07 red", "body": "B."}))
    assert "\x1b" not in dry(str(tmp_path / "f.jsonl")).output


def test_an_article_that_the_topic_cannot_carry_fails(tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_text(json.dumps({"id": "a", "body": "x" * 9_000_000}))
    result = dry(str(tmp_path / "f.jsonl"))
    assert result.exit_code == 1
    assert "too large for the topic" in result.stderr
