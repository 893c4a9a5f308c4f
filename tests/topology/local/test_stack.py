"""The stack as a whole, with stand-ins for the servers: what is started, and above all what is ended again."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.topology.local.fake_services import Fake
from topology.local import ports
from topology.local.errors import StackError
from topology.local.stack import KEEPER, LocalStack, environment
from topology.settings import Settings

SLEEPS = ["sleep", "600"]


@pytest.fixture
def stack(tmp_path):
    stack = LocalStack(Settings(state=tmp_path / "state", cache=tmp_path / "cache"))
    stack.services = {name: Fake(stack.settings, name) for name in ("kafka", "neo4j", "triton")}
    yield stack
    stack.down()


def nothing_is_left(stack):
    return stack.processes.records() == [] and all(ports.free(service.port) for service in stack.services.values())


def test_up_then_status_then_down(stack):
    up = stack.up()
    assert [(state.name, state.state) for state in up] == [("kafka", "ready"), ("neo4j", "ready"), ("triton", "ready")]
    status = {state.name: state for state in stack.status()}
    assert {name: state.state for name, state in status.items()} == {
        "kafka": "ready",
        "neo4j": "ready",
        "triton": "ready",
        KEEPER: "running",
    }
    assert all(state.pids for state in status.values())
    assert stack.down() == ["kafka", "neo4j", "triton"]
    assert nothing_is_left(stack)
    assert {state.state for state in stack.status()} == {"stopped"}


def test_up_again_starts_nothing_and_repairs(stack):
    before = stack.up(["kafka"])[0].pids
    (state,) = stack.up(["kafka"])
    assert (state.state, state.pids) == ("already running", before)
    assert stack.services["kafka"].repaired == 1


def test_up_starts_only_what_is_missing(stack):
    (kafka,) = stack.up(["kafka"])
    states = {state.name: state for state in stack.up(["kafka", "neo4j"])}
    assert states["kafka"].pids == kafka.pids
    assert states["neo4j"].state == "ready"


def test_taken_ports_are_named_before_anything_is_started(stack):
    service = stack.services["neo4j"]
    with socket.create_server(("127.0.0.1", service.port)), pytest.raises(StackError) as caught:
        stack.up()
    assert f"neo4j's only port {service.port} by {psutil.Process().name()}" in str(caught.value)
    assert "TRIPLEWIRE_PORT_BASE" in str(caught.value)
    assert "kafka" not in str(caught.value)
    assert nothing_is_left(stack)
    assert not stack.processes.log("kafka").exists()


def test_one_that_ends_while_starting_takes_down_what_was_started_with_it(stack):
    script = "echo 'error: no such model'; echo bye; exit 1"
    stack.services["triton"] = Fake(stack.settings, "triton", ["sh", "-c", script])
    with pytest.raises(StackError, match="triton ended while starting: error: no such model"):
        stack.up()
    assert nothing_is_left(stack)


def unlucky(stack, tmp_path, times):
    """Makes Triton end while starting, so many times, with words that speak of bad luck; returns who counts them."""
    counter = tmp_path / "starts"
    lucky = Fake(stack.settings, "triton")
    script = f"echo x >> {counter}; [ $(wc -l < {counter}) -gt {times} ] && exec \"$@\"; echo 'error: bad luck'; exit 1"
    lucky.argv = ["sh", "-c", script, "sh", *lucky.argv]
    lucky.passing = ("bad luck",)
    stack.services["triton"] = lucky
    return counter


def test_one_that_only_chance_keeps_from_starting_is_started_again(stack, tmp_path):
    counter, told = unlucky(stack, tmp_path, 2), []
    (state,) = stack.up(["triton"], report=lambda service, doing, *_: told.append((service, doing)))
    assert state.state == "ready"
    assert counter.read_text().count("x") == 3
    assert told.count(("triton", "starting again")) == 2


def test_one_that_never_has_luck_is_given_up(stack, tmp_path):
    counter = unlucky(stack, tmp_path, 9)
    with pytest.raises(StackError, match="triton ended while starting: error: bad luck"):
        stack.up()
    assert counter.read_text().count("x") == 3
    assert nothing_is_left(stack)


def test_one_that_does_not_get_ready_is_given_up(stack):
    slow = Fake(stack.settings, "neo4j", SLEEPS)
    slow.patience = 0.5
    stack.services["neo4j"] = slow
    with pytest.raises(StackError, match=r"neo4j is not ready after .* does not accept connections"):
        stack.up()
    assert nothing_is_left(stack)


def test_what_ran_before_stays_when_another_fails(stack):
    stack.up(["kafka"])
    stack.services["triton"] = Fake(stack.settings, "triton", ["false"])
    with pytest.raises(StackError):
        stack.up()
    assert stack.processes.alive("kafka")
    assert stack.processes.alive(KEEPER)
    assert not stack.processes.alive("neo4j")


def test_an_interrupt_ends_what_was_started_and_does_not_wait(stack):
    stack.services["neo4j"] = Fake(stack.settings, "neo4j", SLEEPS)  # never ready
    stack.services["neo4j"].patience = 600

    def report(service, doing, _done, _total):
        if (service, doing) == ("triton", "starting"):
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        stack.up(report=report)
    assert time.monotonic() - start < stack.services["neo4j"].patience
    assert nothing_is_left(stack)


def test_a_download_that_fails_starts_nothing(stack):
    def prepare(_progress):
        raise StackError("no network")

    stack.services["kafka"].prepare = prepare
    with pytest.raises(StackError, match="no network"):
        stack.up()
    assert nothing_is_left(stack)


def test_of_many_that_start_one_process_at_once_one_does(stack):
    """The others would run unrecorded, and nothing would ever end them."""

    def start(_):
        try:
            return stack.start_process("worker-news", SLEEPS).pid
        except StackError:
            return None

    with ThreadPoolExecutor(8) as threads:
        started = [pid for pid in threads.map(start, range(8)) if pid]
    assert started == [stack.processes.record("worker-news").pid]


def test_down_ends_workers_and_those_that_died_are_shown(stack):
    stack.up(["kafka"])
    stack.start_process("worker-news", SLEEPS, wanted=False)
    with pytest.raises(StackError, match="worker-news is already running"):
        stack.start_process("worker-news", SLEEPS)
    stack.kill("worker-news")
    stack.start_process("worker-sink", SLEEPS)
    states = {state.name: state.state for state in stack.status()}
    assert states["worker-news"] == "died"
    assert states["worker-sink"] == "running"
    assert stack.down() == ["kafka", "worker-news", "worker-sink"]
    assert nothing_is_left(stack)


def test_down_without_anything_is_fine(stack):
    assert stack.down() == []


def test_restart_gives_a_new_process(stack):
    (before,) = stack.up(["kafka"])
    stack.stop_process("kafka")
    (after,) = stack.up(["kafka"])
    assert after.state == "ready"
    assert not set(before.pids) & set(after.pids)


def test_the_environment_makes_the_same_settings(tmp_path, monkeypatch):
    chosen = Settings(state=tmp_path, port_base=20_000, neo4j_password="secret", batch_size=7)
    monkeypatch.chdir("/")
    for name, value in environment(chosen).items():
        monkeypatch.setenv(name, value)
    same = Settings()
    assert same.model_dump() == chosen.model_copy(update={"cache": same.cache}).model_dump()
    assert same.cache.is_absolute()


def test_up_brings_back_the_workers_that_down_stopped_and_only_those(stack):
    stack.up(["kafka"])
    before = stack.start_process("worker-news", SLEEPS, {"COLOUR": "blue"})
    stack.start_process("once", SLEEPS, wanted=False)
    stack.down()
    assert stack.down() == []  # a second time forgets nothing
    stack.up(["kafka"])
    assert stack.bring_back() == ["worker-news"]
    record = stack.processes.record("worker-news")
    assert (record.argv, record.env["COLOUR"], record.wanted) == (before.argv, "blue", True)
    assert record.pid != before.pid
    assert stack.bring_back() == []


def test_a_restarted_process_has_the_settings_of_now(stack):
    first = stack.start_process("worker-news", SLEEPS, {"TRIPLEWIRE_BATCH_SIZE": "1", "TRIPLEWIRE_KEYWORDS": "3"})
    stack.settings = Settings(state=stack.settings.state, cache=stack.settings.cache, batch_size=7)
    again = stack.restart_process(first)
    assert again.pid != first.pid
    assert (again.env["TRIPLEWIRE_BATCH_SIZE"], again.env["TRIPLEWIRE_KEYWORDS"]) == ("7", "3")
