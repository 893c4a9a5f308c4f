"""The embedded stack with its real servers: what it offers, what it repairs, and that it leaves nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from neo4j import AsyncGraphDatabase
from neo4j.exceptions import AuthError
from tritonclient.grpc import InferenceServerClient
from tritonclient.utils import InferenceServerException

from tests.helpers.embedded import CACHE, free_port_base
from tests.live.waiting import until
from topology.local import ports
from topology.local.stack import KEEPER, LocalStack, environment
from topology.settings import REPOSITORY, Settings
from topology.topics import ENTITIES

pytestmark = pytest.mark.live

TRIPLEWIRE = [sys.executable, "-c", "from topology.cli import app; app()"]


@pytest.fixture
def own(tmp_path):
    """A stack of this test's own, which is driven by the command line."""
    models = tmp_path / "models"
    shutil.copytree(REPOSITORY / "triton_models" / "text_extraction", models / "text_extraction")
    settings = Settings(
        state=tmp_path / "state",
        cache=CACHE,
        port_base=free_port_base(),
        models=models,
        neo4j_password="-looks-like-an-option",
    )
    stack = LocalStack(settings)
    yield stack
    stack.down()


def triplewire(stack, *arguments):
    command = [*TRIPLEWIRE, *arguments]
    env = os.environ | environment(stack.settings) | {"COLUMNS": "160"}
    return subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, check=False)


def started_from(state: Path):
    """Every process whose command or environment names the state folder."""
    found = []
    for process in psutil.process_iter():
        try:
            named = f"{process.cmdline()}{process.environ()}"
        except psutil.Error:
            continue
        if str(state) in named and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def nothing_is_left(stack):
    assert started_from(stack.settings.state) == []
    assert all(ports.free(port) for service in stack.services.values() for port in service.ports.values())
    assert stack.processes.records() == []


def test_up_status_and_down_leave_no_process_and_no_port(own):
    up = triplewire(own, "up", "triton")
    assert up.returncode == 0, up.stderr
    assert f"{own.services['triton'].address}" in up.stdout
    assert started_from(own.settings.state)
    again = triplewire(own, "up", "triton")
    assert "already running" in again.stdout
    status = triplewire(own, "status")
    assert status.returncode == 0
    assert status.stdout.count("stopped") == 2
    down = triplewire(own, "down")
    assert down.stdout == "stopped triton\n"
    nothing_is_left(own)
    assert [path for path in Path("/dev/shm").iterdir() if path.name.startswith(own.services["triton"].memory)] == []  # noqa: S108


def test_a_broken_model_is_said_and_nothing_is_left(own):
    (own.settings.models / "text_extraction" / "1" / "model.py").write_text("raise ValueError('broken on purpose')\n")
    up = triplewire(own, "up", "triton")
    assert up.returncode == 1
    assert "triton ended while starting" in up.stderr
    assert "Traceback" not in up.stderr
    nothing_is_left(own)


def test_an_interrupted_up_leaves_nothing(own):
    env = os.environ | environment(own.settings)
    with subprocess.Popen([*TRIPLEWIRE, "up", "kafka"], env=env, cwd="/", stderr=subprocess.PIPE, text=True) as up:
        until(lambda: own.processes.alive("kafka"))
        up.send_signal(signal.SIGINT)
        assert "what had been started was stopped" in up.stderr.read()
    assert up.returncode == 1
    nothing_is_left(own)


def test_a_password_may_look_like_an_option(own):
    up = triplewire(own, "up", "neo4j")
    assert up.returncode == 0, up.stderr
    assert own.services["neo4j"].problem() == ""


@pytest.mark.parametrize("name", ["neo4j", "kafka"])
def test_a_frozen_server_is_said_within_seconds_and_started_again(own, name):
    quick = own.settings.model_copy(update={"restart_after": 5.0})
    stack = LocalStack(quick)
    assert triplewire(stack, "up", name).returncode == 0
    frozen = stack.processes.record(name).pid
    os.kill(frozen, signal.SIGSTOP)
    start = time.monotonic()
    status = triplewire(stack, "status")
    assert time.monotonic() - start < 15  # Python's own start takes some of it on a busy machine
    assert status.returncode == 1
    assert "does not answer" in status.stdout
    until(lambda: stack.processes.record(name).pid != frozen and not stack.services[name].check())
    assert not psutil.pid_exists(frozen)
    assert "hangs" in stack.processes.log(KEEPER).read_text()


def stubs(stack):
    server = stack.processes.record("triton").pid
    return [pid for pid in stack.pids("triton") if pid != server]


def model_of(stub):
    """Returns the file of the model that a stub runs; none while it only starts, and once it has ended."""
    try:
        return psutil.Process(stub).cmdline()[1:2]
    except psutil.NoSuchProcess:
        return []


@pytest.mark.usefixtures("triton")
def test_the_keeper_repairs_a_dead_stub(stack):
    before = set(stubs(stack))
    victim = min(before)
    lost = model_of(victim)
    instances = [model_of(stub) for stub in before].count(lost)
    os.kill(victim, signal.SIGKILL)
    # Only the model that lost it is loaded again. The dead one may stay on the list, as a zombie.
    until(lambda: [model_of(stub) for stub in set(stubs(stack)) - before] == [lost] * instances)
    until(lambda: not any(stack.services["triton"].problem() for _ in range(4)))


@pytest.mark.usefixtures("triton")
def test_up_repairs_a_dead_stub(stack):
    stack.stop_process(KEEPER)
    for stub in stubs(stack):
        os.kill(stub, signal.SIGKILL)
    assert "not healthy" in until(stack.services["triton"].problem)
    (state,) = stack.up(["triton"])
    assert state.state == "already running"
    assert stack.services["triton"].problem() == ""
    assert stack.processes.alive(KEEPER)


@pytest.mark.usefixtures("triton")
def test_a_killed_triton_comes_back(stack):
    before = stack.processes.record("triton").pid
    stack.kill("triton")
    until(lambda: stack.processes.record("triton").pid != before and not stack.services["triton"].problem())


def test_models_are_loaded_only_by_who_has_the_key(stack, triton):
    http = f"http://127.0.0.1:{stack.services['triton'].ports['HTTP']}/v2/repository/models/text_extraction"
    for action in ("load", "unload"):
        assert httpx.post(f"{http}/{action}", json={}).status_code == 403
    with InferenceServerClient(triton) as client, pytest.raises(InferenceServerException, match="triplewire-key"):
        client.unload_model("text_extraction")
    assert stack.services["triton"].problem() == ""


async def test_a_killed_broker_comes_back_with_its_data(stack, kafka):
    value = os.urandom(16)
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all") as producer:
        there = await producer.send_and_wait(ENTITIES.name, value, b"key", partition=0)
    before = stack.processes.record("kafka").pid
    stack.kill("kafka")
    until(lambda: stack.processes.record("kafka").pid != before and not stack.services["kafka"].problem())
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    async with consumer:
        partition = TopicPartition(ENTITIES.name, 0)
        consumer.assign([partition])
        consumer.seek(partition, there.offset)
        assert (await consumer.getone()).value == value


async def test_a_killed_neo4j_comes_back_with_its_data(stack, neo4j_driver):
    await neo4j_driver.execute_query("CREATE (:Survivor {n: 42})")
    before = stack.processes.record("neo4j").pid
    stack.kill("neo4j")
    until(lambda: stack.processes.record("neo4j").pid != before and not stack.services["neo4j"].problem(), 300)
    found, *_ = await neo4j_driver.execute_query("MATCH (s:Survivor) WITH s, s.n AS n DELETE s RETURN n")
    assert [record["n"] for record in found] == [42]


def test_the_browser_page_is_there_and_knows_where_bolt_is(stack, neo4j):
    page = httpx.get(stack.services["neo4j"].browser)
    assert page.status_code == 200
    assert "neo4j" in page.text.lower()
    root = httpx.get(f"http://127.0.0.1:{stack.services['neo4j'].ports['HTTP']}/", headers={"Origin": "http://evil"})
    assert root.json()["bolt_direct"] == neo4j.neo4j
    assert root.headers.get("Access-Control-Allow-Origin") not in {"*", "http://evil"}


async def test_neo4j_wants_its_password(neo4j):
    async with AsyncGraphDatabase.driver(neo4j.neo4j, auth=None) as driver:
        with pytest.raises(AuthError):
            await driver.verify_connectivity()


async def test_neosemantics_exports_the_graph_as_rdf(neo4j_driver):
    await neo4j_driver.execute_query(
        "CREATE CONSTRAINT n10s_unique_uri IF NOT EXISTS FOR (r:Resource) REQUIRE r.uri IS UNIQUE"
    )
    await neo4j_driver.execute_query("CALL n10s.graphconfig.init({handleVocabUris: 'IGNORE'})")
    turtle = "<http://example.org/a> <http://example.org/knows> <http://example.org/b> ."
    records, *_ = await neo4j_driver.execute_query("CALL n10s.rdf.import.inline($rdf, 'Turtle')", rdf=turtle)
    assert records[0]["triplesLoaded"] == 1
    await neo4j_driver.execute_query("MATCH (n) WHERE n:Resource OR n:_GraphConfig DETACH DELETE n")
    await neo4j_driver.execute_query("DROP CONSTRAINT n10s_unique_uri")
