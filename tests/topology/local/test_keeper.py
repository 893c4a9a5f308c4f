"""The keeper, one look at a time."""

import pytest

from tests.topology.local.fake_services import Fake
from topology.local import keeper
from topology.local.stack import LocalStack
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
    watch.tick()
    assert stack.services["triton"].repaired == 1
