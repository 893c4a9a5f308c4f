"""The demo as a user runs it: a command, its words, and nothing left behind."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from tests.helpers.embedded import CACHE, free_port_base
from topology.demo.feed import SAMPLE
from topology.demo.sample_pictures import write
from topology.local import ports
from topology.settings import EmbeddedPorts

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]


STARTED = "ready after"

# A shell that runs the tests in the background has children ignore Ctrl-C, and they would inherit that.
_AS_IN_A_TERMINAL = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from topology.cli import app; app()"
)
ARTICLES = len({json.loads(line)["id"] for line in SAMPLE.read_text().splitlines()})


class Machine:
    """A state folder and ports of the test's own, and the command line that uses them."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.base = free_port_base()
        self.ports = EmbeddedPorts(self.base)
        own = {"STATE": state, "PORT_BASE": self.base, "CACHE": CACHE}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("TRIPLEWIRE_")}
        self.env = kept | {f"TRIPLEWIRE_{name}": str(value) for name, value in own.items()}

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _AS_IN_A_TERMINAL,
            *arguments,
            env=self.env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def run(self, *arguments: str) -> str:
        process = await self.start(*arguments)
        told = (await process.communicate())[0].decode()
        assert process.returncode == 0, told
        return told

    def left_behind(self) -> list[str]:
        """Returns the processes and ports of this machine that are still there."""
        found = [f"port {port}" for port in self.ports.all if not ports.free(port)]
        for process in psutil.process_iter():
            try:
                if process.pid != os.getpid() and process.environ().get("TRIPLEWIRE_STATE") == str(self.state):
                    found.append(f"{process.pid} {process.name()}")
            except psutil.Error:
                continue
        return found


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "state")
    yield machine
    for process in psutil.process_iter():
        try:
            if process.environ().get("TRIPLEWIRE_STATE") == str(machine.state):
                process.kill()
        except psutil.Error:
            continue


async def wait_for(process: asyncio.subprocess.Process, words: str) -> None:
    """Reads what a process says until it says `words`."""
    told = ""
    while words not in told:
        line = (await process.stdout.readline()).decode()
        assert line, f"it ended without saying {words!r}: {told}"
        told += line


def totals(told: str) -> tuple[int, int]:
    """Returns how many entities and facts the table says there are."""
    entities, facts = re.search(r"│ all\s+│\s+(\d+) │ all\s+│\s+(\d+) │", told).groups()
    return int(entities), int(facts)


async def test_the_demo_fills_a_graph_and_down_leaves_nothing(machine, tmp_path):
    illustrated = write(tmp_path / "pictures")
    illustrated.write_text(illustrated.read_text() + SAMPLE.read_text())
    feed = illustrated.read_text()
    articles = ARTICLES + 3
    first = await machine.run("demo", str(illustrated))
    assert f"{len(feed.splitlines())} records: {articles} articles, " in first
    assert f"{articles} articles in the graph and 0 in the dead letters" in first
    entities, facts = totals(first)
    assert entities > 100
    assert facts > 10
    sentences = re.findall(r"^  “(.+)”$", first, re.MULTILINE)
    assert len(sentences) == 3
    assert all(sentence in feed for sentence in sentences), "the pictures say what their articles say"
    assert f"http://127.0.0.1:{machine.ports.neo4j['HTTP']}/browser/" in first

    # The figure detector may take a post for a person.
    assert re.search(r"3 pictures in the graph: 2 x face[^;]*; text in 3 of them", first)
    assert "says “Neil Armstrong was born / in Wapakoneta, Ohio.”" in first
    assert "linked to " in first
    with Image.open(machine.state / "demo-pictures.png") as overlay:
        assert overlay.width > 800
        assert overlay.height > 1000

    again = await machine.run("demo", str(illustrated))
    assert f"{articles} articles in the graph and 0 in the dead letters" in again
    assert totals(again) == (entities, facts), "publishing everything again changes no count"

    assert machine.left_behind()
    await machine.run("down")
    assert machine.left_behind() == []


@pytest.mark.parametrize(("number", "moment"), [(signal.SIGINT, "starting"), (signal.SIGTERM, STARTED)])
async def test_an_interrupted_demo_leaves_nothing(machine, number, moment):
    process = await machine.start("demo", str(SAMPLE))
    await wait_for(process, moment)
    if moment != STARTED:
        while not any((machine.state / "run").glob("*.json")):
            assert process.returncode is None
            await asyncio.sleep(0)
    process.send_signal(number)
    told = (await process.communicate())[0].decode()
    assert process.returncode == 1, told
    assert "interrupted" in told
    assert "Traceback" not in told
    assert machine.left_behind() == []


async def test_what_ran_before_survives_an_interrupted_demo(machine):
    """Ctrl-C ends what the demo started, and only that."""
    await machine.run("up", "kafka")
    process = await machine.start("demo", str(SAMPLE))
    await wait_for(process, "starting")
    while not (machine.state / "run" / "neo4j.json").exists():
        assert process.returncode is None
        await asyncio.sleep(0)
    process.send_signal(signal.SIGINT)
    await process.communicate()
    assert ports.answers(machine.ports.kafka["broker"])
    assert ports.free(machine.ports.neo4j["Bolt"])
    await machine.run("down")
    assert machine.left_behind() == []


async def test_a_feed_that_is_not_there_costs_no_minutes(machine):
    process = await machine.start("demo", "no-such-feed.jsonl")
    told = (await process.communicate())[0].decode()
    assert process.returncode == 1
    assert "no such file" in told
    assert not machine.state.exists()


async def test_the_demo_does_not_publish_on_somebody_elses_kafka(machine):
    machine.env["TRIPLEWIRE_KAFKA"] = "kafka.example:9092"
    process = await machine.start("demo", str(SAMPLE))
    told = (await process.communicate())[0].decode()
    assert process.returncode == 1
    assert "TRIPLEWIRE_KAFKA" in told
    assert machine.left_behind() == []
