import socket

import pytest
from typer.testing import CliRunner

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
