"""The supervisor with real processes."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from streams.road.exit_codes import BUG_EXIT, CONFIGURATION_EXIT

SUPERVISE = """
import ctypes, sys
from streams.road import supervisor
ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: as the first process of a container
supervisor.LONGEST_SUSPECTED = 0.6
sys.exit(supervisor.Supervisor(sys.argv[1:]).run())
"""

# Each start adds a line to the file; the first ones end as told, the next waits for SIGTERM or the pipe's end.
CHILD = """
import os, select, signal, sys, time
starts, statuses, pipe = open(sys.argv[1], "a"), sys.argv[2].split(","), int(sys.argv[3])
if statuses[0] == "suspected":
    os.write(int(sys.argv[4]), b"01")
    del statuses[0]
if statuses[0] == "orphan":
    parent = os.getpid()
    if os.fork() == 0:
        while os.getppid() == parent:
            time.sleep(0.01)
        os._exit(0)
    del statuses[0]
def stop(*_):
    print("stopped", file=starts, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("started", file=starts, flush=True)
so_far = open(sys.argv[1]).read().count("started")
if so_far <= len(statuses) and statuses[so_far - 1]:
    status = int(statuses[so_far - 1])
    if status < 0:
        os.kill(os.getpid(), -status)
    sys.exit(status)
select.select([pipe], [], [])
print("orphaned", file=starts, flush=True)
"""


class Family:
    """A supervisor, its child, and what the child wrote."""

    def __init__(self, folder: Path, statuses: str) -> None:
        self.book = folder / "book"
        self.book.touch()
        child = [sys.executable, "-c", CHILD, str(self.book), statuses]
        self.parent = subprocess.Popen([sys.executable, "-c", SUPERVISE, *child], stderr=subprocess.PIPE, text=True)

    def until(self, line: str, times: int = 1) -> None:
        deadline = time.monotonic() + 60
        while self.book.read_text().split().count(line) < times:
            assert time.monotonic() < deadline, self.book.read_text()
            time.sleep(0.01)

    def end(self) -> tuple[int, str]:
        _, said = self.parent.communicate(timeout=60)
        return self.parent.returncode, said


@pytest.fixture
def family(tmp_path: Path, request: pytest.FixtureRequest):
    family = Family(tmp_path, request.param)
    yield family
    family.parent.kill()
    family.parent.communicate()


@pytest.mark.parametrize("family", [f"{BUG_EXIT},{BUG_EXIT}"], indirect=True)
def test_a_worker_that_dies_is_started_again_and_stopped_in_good_order(family: Family) -> None:
    family.until("started", 3)
    family.parent.send_signal(signal.SIGTERM)
    status, said = family.end()
    assert status == 0
    assert said.count(f"worker ended with status {BUG_EXIT}") == 2
    assert family.book.read_text().split() == ["started", "started", "started", "stopped"]


@pytest.mark.parametrize("family", ["suspected,-9,70,70,70"], indirect=True)
def test_a_worker_is_started_again_sooner_while_a_record_is_suspected(family: Family) -> None:
    family.until("started", 5)
    family.parent.send_signal(signal.SIGTERM)
    _, said = family.end()
    waits = [line.rsplit("again in ")[1] for line in said.splitlines() if "again in" in line]
    # Doubled each time, but never more than is allowed while a record is suspected.
    assert waits == ["0.5 s", "0.6 s", "0.6 s", "0.6 s"]


@pytest.mark.parametrize("family", [f"{BUG_EXIT},{BUG_EXIT},{BUG_EXIT}"], indirect=True)
def test_the_wait_doubles_while_none_is(family: Family) -> None:
    family.until("started", 4)
    family.parent.send_signal(signal.SIGTERM)
    _, said = family.end()
    assert [line.rsplit("again in ")[1] for line in said.splitlines() if "again in" in line] == ["0.5 s", "1 s", "2 s"]


@pytest.mark.parametrize("family", [f"orphan,{BUG_EXIT}"], indirect=True)
def test_what_a_dead_worker_leaves_behind_is_reaped(family: Family) -> None:
    family.until("started", 2)
    deadline = time.monotonic() + 60
    while len(children := psutil.Process(family.parent.pid).children()) > 1 or not children:
        assert time.monotonic() < deadline, children
        time.sleep(0.01)
    assert children[0].status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("family", [str(CONFIGURATION_EXIT)], indirect=True)
def test_what_only_a_person_can_repair_is_not_tried_again(family: Family) -> None:
    assert family.end() == (CONFIGURATION_EXIT, "")
    assert family.book.read_text().split() == ["started"]


@pytest.mark.parametrize("family", [""], indirect=True)
def test_a_child_outlives_no_killed_supervisor(family: Family) -> None:
    family.until("started")
    family.parent.kill()
    family.until("orphaned")
