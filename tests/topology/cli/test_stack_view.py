"""What the stack's commands print while servers start, and what `status` shows."""

import pytest

from streams.presence import claim
from topology.cli.stack import status_table as stack_status
from topology.cli.stack.view import Lines, amount
from topology.local.stack import LocalStack, ServiceState
from topology.settings import Settings


def test_without_a_terminal_a_download_is_reported_now_and_then():
    clock, said = [100.0], []
    lines = Lines(said.append, lambda: clock[0])
    for done in range(0, 100, 10):
        lines("neo4j", "downloading", done * 1_000_000, 100_000_000)
        clock[0] += 1
    lines("neo4j", "starting", 0, 0)
    assert said == [
        "neo4j: downloading 0 of 100 MB",
        "neo4j: downloading 50 of 100 MB",
        "neo4j: starting",
    ]
    assert amount(0, 0) == ""


@pytest.mark.parametrize("columns", ["80", ""])
def test_status_shows_ports_lags_and_logs(tmp_path, monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(stack_status, "_lags", lambda _: {"news": "1,234", "sink": "0"})
    stack = LocalStack(Settings(state=tmp_path))
    states = [
        ServiceState("kafka", "127.0.0.1:19092", "ready", 0.1, (11, 14, 15)),
        ServiceState("neo4j", "bolt://127.0.0.1:17687", "does not answer: no answer within 5 s", 5.0, (12,)),
        ServiceState("triton", "127.0.0.1:18001", "stopped", 0),
        ServiceState("worker-sink", "", "running", 0, (13,)),
    ]
    stack.processes.log("kafka").parent.mkdir(parents=True)
    stack.processes.log("kafka").touch()
    with claim("news", tmp_path) as mine:
        mine.announce("127.0.0.1", 9464)
        stack_status.print_status(stack, states)
    text = capsys.readouterr().out
    assert " 127.0.0.1:9464/health " in text
    assert "11 +2" in text
    assert "1,234" in text
    assert "no answer" in text
    assert "logs/{kafka}.log" in text
    if columns:
        assert all(len(line) <= 80 for line in text.splitlines() if "Logs:" not in line)
