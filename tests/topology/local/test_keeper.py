"""The keeper, one look at a time."""

import os
import signal
import socket
import sys
import threading
import time

import pytest

from tests.live.waiting import until
from tests.topology.local.fake_services import Fake
from topology.local import keeper
from topology.local.stack import KEEPER, LocalStack
from topology.settings import Settings

SLEEPS = ["sleep", "600"]


@pytest.fixture
def stack(tmp_path):
    stack = LocalStack(Settings(state=tmp_path))
    stack.services = {"triton": Fake(stack.settings, "triton", SLEEPS)}
    yield stack
    stack.down()


def test_what_died_is_started_again_with_its_environment(stack):
    record = stack.start_process("worker", SLEEPS, {"COLOUR": "blue"})
    watch = keeper.Keeper(stack)
    watch.tick()
    assert stack.processes.record("worker") == record
    stack.kill("worker")
    watch.tick()
    again = stack.processes.record("worker")
    assert stack.processes.alive("worker")
    assert again.pid != record.pid
    assert again.env["COLOUR"] == "blue"


def test_a_server_is_launched_anew_as_up_would(stack):
    stack.services["triton"].launch(stack.processes)
    stack.kill("triton")
    keeper.Keeper(stack).tick()
    assert stack.processes.alive("triton")


def test_what_is_not_wanted_stays_dead(stack):
    stack.start_process("once", SLEEPS, wanted=False)
    stack.kill("once")
    keeper.Keeper(stack).tick()
    assert not stack.processes.alive("once")


def test_what_was_stopped_stays_so(stack):
    stack.start_process("worker", SLEEPS)
    stack.stop_process("worker")
    keeper.Keeper(stack).tick()
    assert not stack.processes.alive("worker")


def test_one_that_dies_at_once_is_tried_less_and_less_often(stack):
    stack.start_process("worker", SLEEPS)
    clock = [1000.0]
    watch = keeper.Keeper(stack, lambda: clock[0])
    waits = []
    for _ in range(4):
        stack.kill("worker")
        start = clock[0]
        while not stack.processes.alive("worker"):
            watch.tick()
            clock[0] += 1
        waits.append(clock[0] - start)
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    clock[0] += 1000  # it ran well for long
    stack.kill("worker")
    watch.tick()
    assert stack.processes.alive("worker")


def test_a_running_triton_is_looked_after(stack):
    watch = keeper.Keeper(stack)
    watch.tick()
    assert stack.services["triton"].repaired == 0
    stack.services["triton"].launch(stack.processes)
    stack.services["triton"].check = lambda: ""
    watch.tick()
    assert stack.services["triton"].repaired == 1


ANSWERS = """\
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection = server.accept()[0]
    connection.sendall(b"here")
    connection.close()
"""


class Answering(Fake):
    """A stand-in that is asked a real question: a frozen process still accepts connections, but answers nothing."""

    patience = 5

    def __init__(self, settings, name):
        super().__init__(settings, name)
        self.argv = [sys.executable, "-c", ANSWERS, str(self.port)]

    def problem(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                return "" if connection.recv(4) == b"here" else "answers something else"
        except OSError as error:
            return str(error)


@pytest.fixture
def answering(tmp_path):
    """A stack of servers that may answer nothing for no longer than ten seconds."""
    stack = LocalStack(Settings(state=tmp_path, restart_after=10))
    stack.services = {name: Answering(stack.settings, name) for name in ("kafka", "neo4j")}
    for service in stack.services.values():
        service.launch(stack.processes)
    until(lambda: not any(service.problem() for service in stack.services.values()))
    yield stack
    stack.down()


def test_a_frozen_server_is_started_again_and_its_neighbour_is_not(answering):
    clock = [1000.0]
    watch = keeper.Keeper(answering, lambda: clock[0])
    watch.tick()
    before = {name: answering.processes.record(name).pid for name in answering.services}
    os.kill(before["neo4j"], signal.SIGSTOP)
    answering.services["neo4j"].check = lambda: "does not answer"  # the looks themselves take seconds
    for _ in range(4):
        clock[0] += 2
        watch.tick()
    assert answering.processes.record("neo4j").pid == before["neo4j"]  # not yet
    clock[0] += 3
    watch.tick()
    after = {name: answering.processes.record(name).pid for name in answering.services}
    assert after["kafka"] == before["kafka"]
    assert after["neo4j"] != before["neo4j"]
    until(lambda: answering.services["neo4j"].problem() == "")


def test_one_failed_look_after_a_pause_of_the_machine_proves_nothing(answering):
    clock = [1000.0]
    watch = keeper.Keeper(answering, lambda: clock[0])
    watch.tick()
    before = answering.processes.record("neo4j").pid
    answering.services["neo4j"].check = lambda: "does not answer"
    clock[0] += 3600
    watch.tick()
    assert answering.processes.record("neo4j").pid == before


def test_a_server_that_starts_has_its_patience(answering):
    clock = [1000.0]
    answering.services["neo4j"].patience = 100
    answering.services["neo4j"].check = lambda: "does not answer"
    watch = keeper.Keeper(answering, lambda: clock[0])
    answering.kill("neo4j")
    watch.tick()
    before = answering.processes.record("neo4j").pid
    for _ in range(9):
        clock[0] += 10
        watch.tick()
    assert answering.processes.record("neo4j").pid == before
    for _ in range(3):
        clock[0] += 10
        watch.tick()
    assert answering.processes.record("neo4j").pid != before


def test_a_server_that_froze_before_the_keeper_looked_has_no_patience_left(answering):
    clock = [1000.0]
    answering.services["neo4j"].patience = 1000
    answering.services["neo4j"].check = lambda: "does not answer"
    before = answering.processes.record("neo4j").pid
    watch = keeper.Keeper(answering, lambda: clock[0])
    for _ in range(4):
        clock[0] += 4
        watch.tick()
    assert answering.processes.record("neo4j").pid != before


def test_status_and_up_do_not_wait_for_a_frozen_server(tmp_path):
    stack = LocalStack(Settings(state=tmp_path, restart_after=0.5))
    stack.services = {name: Answering(stack.settings, name) for name in ("kafka", "neo4j", "triton")}
    try:
        stack.up(["neo4j"])
        stack.stop_process(KEEPER)
        frozen = stack.processes.record("neo4j").pid
        os.kill(frozen, signal.SIGSTOP)
        stack.services["neo4j"].problem = lambda: threading.Event().wait() or ""  # as a driver without a deadline
        start = time.monotonic()
        (state,) = (state for state in stack.status() if state.name == "neo4j")
        assert time.monotonic() - start < 8
        assert state.state == "does not answer: no answer within 5 s"
        del stack.services["neo4j"].problem
        (state,) = stack.up(["neo4j"])
        assert state.state == "ready"
        assert state.pids != (frozen,)
    finally:
        stack.down()
