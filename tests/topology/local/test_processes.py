"""Background processes: found again, ended with all they started, and never confused with somebody else's."""

import json
import os
import stat
import subprocess

import psutil
import pytest

from topology.local.processes import TOKEN, Processes, members

FOREVER = ["sleep", "600"]


@pytest.fixture
def processes(tmp_path):
    processes = Processes(tmp_path)
    yield processes
    for record in processes.records():
        processes.stop(record.name, grace=0)


@pytest.fixture
def stranger():
    """A process that is none of ours, on no record."""
    with subprocess.Popen(FOREVER, env={k: v for k, v in os.environ.items() if k != TOKEN}) as process:
        yield process
        process.kill()


def wait_for_log(processes, name, text):
    """Waits for a line in the log by reading it through `tail`, which wakes on every write."""
    log = processes.log(name)
    with subprocess.Popen(["tail", "-n", "+1", "-f", log], stdout=subprocess.PIPE, text=True) as tail:
        assert any(text in line for line in tail.stdout)
        tail.kill()


def test_another_instance_finds_the_process(processes, tmp_path):
    record = processes.start("one", FOREVER)
    again = Processes(tmp_path)
    assert again.alive("one")
    assert again.record("one") == record
    again.stop("one", grace=5)
    assert not processes.alive("one")
    assert not psutil.pid_exists(record.pid) or psutil.Process(record.pid).status() == psutil.STATUS_ZOMBIE
    assert processes.records() == []


def test_it_runs_in_a_session_of_its_own_so_that_the_terminal_does_not_end_it(processes):
    record = processes.start("one", FOREVER)
    assert os.getsid(record.pid) == record.pid != os.getsid(0)


def test_a_process_that_does_not_listen_is_killed_after_the_grace(processes):
    record = processes.start("deaf", ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 600; done"])
    wait_for_log(processes, "deaf", "deaf")
    processes.stop("deaf", grace=0.1)
    assert members(record) == []


def test_it_is_asked_first(processes):
    argv = ["sh", "-c", "trap 'echo asked; exit' TERM; echo up; while :; do sleep 600 & wait; done"]
    processes.start("polite", argv)
    wait_for_log(processes, "polite", "up")
    processes.stop("polite", grace=10)
    assert "asked" in processes.log("polite").read_text()


def test_children_that_outlive_their_parent_are_ended_too(processes):
    record = processes.start("parent", ["sh", "-c", "setsid sleep 600 & echo started; exec sleep 600"])
    wait_for_log(processes, "parent", "started")
    processes.kill("parent")
    assert not processes.alive("parent")
    assert len(members(record)) == 1
    processes.stop("parent", grace=1)
    assert members(record) == []


def test_a_pid_that_the_system_gave_to_somebody_else_is_left_alone(processes, stranger, tmp_path):
    processes.start("ours", FOREVER)
    processes.kill("ours")
    file = tmp_path / "run" / "ours.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"pid": stranger.pid}))
    assert not processes.alive("ours")
    processes.kill("ours")
    processes.stop("ours", grace=0)
    assert stranger.poll() is None
    assert processes.records() == []


def test_the_environment_is_for_the_owners_eyes_only(processes, tmp_path):
    processes.start("one", FOREVER, {"PASSWORD": "x"})
    mode = (tmp_path / "run" / "one.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_its_output_goes_to_its_log(processes):
    processes.start("echo", ["sh", "-c", 'echo "$WORD"; echo worse >&2'], {"WORD": "hello"})
    wait_for_log(processes, "echo", "hello")
    wait_for_log(processes, "echo", "worse")


def test_a_large_log_makes_room(processes, monkeypatch):
    monkeypatch.setattr("topology.local.processes.MAX_LOG", 3)
    processes.start("echo", ["echo", "first"])
    wait_for_log(processes, "echo", "first")
    processes.stop("echo")
    processes.start("echo", ["echo", "second"])
    wait_for_log(processes, "echo", "second")
    assert "first" not in processes.log("echo").read_text()
    assert "first" in processes.log("echo").with_suffix(".log.1").read_text()
