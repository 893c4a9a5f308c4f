"""The supervisor with real processes."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.road.exit_codes import BUG_EXIT, CONFIGURATION_EXIT

SUPERVISE = "import sys; from streams.road.supervisor import Supervisor; sys.exit(Supervisor(sys.argv[1:]).run())"

# Each start adds a line to the file; the first ones end as told, the next waits for SIGTERM or the pipe's end.
CHILD = """
import os, select, signal, sys
starts, statuses, pipe = open(sys.argv[1], "a"), sys.argv[2].split(","), int(sys.argv[3])
def stop(*_):
    print("stopped", file=starts, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("started", file=starts, flush=True)
so_far = open(sys.argv[1]).read().count("started")
if so_far <= len(statuses) and statuses[so_far - 1]:
    sys.exit(int(statuses[so_far - 1]))
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


@pytest.mark.parametrize("family", [str(CONFIGURATION_EXIT)], indirect=True)
def test_what_only_a_person_can_repair_is_not_tried_again(family: Family) -> None:
    assert family.end() == (CONFIGURATION_EXIT, "")
    assert family.book.read_text().split() == ["started"]


@pytest.mark.parametrize("family", [""], indirect=True)
def test_a_child_outlives_no_killed_supervisor(family: Family) -> None:
    family.until("started")
    family.parent.kill()
    family.until("orphaned")
