"""The parts of the benchmark of the API: what it asks, how clients ask it, and how the page tells what came of it."""

import asyncio
import sys
from itertools import islice

import orjson
from fastapi import FastAPI, HTTPException

from tests.helpers.serving import served
from topology.bench.load import FAILED, Orders, ask
from topology.bench.questions import MIX, Subjects, questions
from topology.bench.run import Flow
from topology.bench.serve import FULL, NOBODY, PACED, PEOPLE, PROGRAMS, Answers, Asked, ServeResult, Turn, summary
from topology.bench.serve_page import page

ABOUT = Subjects([("e-1", "Tim Cook"), ("e-2", "Apple")], ["f-1"])


def test_questions_are_of_every_kind_as_often_as_declared_and_the_same_for_a_seed():
    asked = list(islice(questions(ABOUT, 3), 2000))
    assert asked == list(islice(questions(ABOUT, 3), 2000))
    kinds = [kind for kind, _ in asked]
    assert sum(MIX.values()) == 100
    for kind, share in MIX.items():
        assert abs(kinds.count(kind) / 20 - share) < 4
    without = Subjects(ABOUT.entities, [])
    assert "evidence" not in {kind for kind, _ in islice(questions(without, 3), 2000)}


async def counting(most):
    """An application that counts whom it answers at a time, and knows no facts; and the event that so many came."""
    app, came, state = FastAPI(), asyncio.Event(), {"now": 0, "most": 0}

    @app.get("/v1/evidence/{fact}")
    async def unknown(fact: str):
        raise HTTPException(404, fact)

    @app.get("/{path:path}")
    async def answer(path: str):
        state["now"] += 1
        state["most"] = max(state["most"], state["now"])
        await asyncio.sleep(0)
        if state["now"] >= most:
            came.set()
        await came.wait()
        state["now"] -= 1
        return {"path": path}

    return app, came, state


async def test_each_client_has_one_request_at_a_time_until_they_are_stopped():
    app, came, state = await counting(5)
    async with served(app) as port:
        stop = asyncio.Event()
        asking = asyncio.create_task(ask(Orders(f"http://127.0.0.1:{port}", 5, 0.0, ABOUT, 1), stop))
        await came.wait()
        assert state["most"] == 5
        async with asyncio.timeout(60):
            while not asking.done():
                await asyncio.sleep(0.05)
                stop.set()
        assert state["most"] == 5
        taken = await asking
    assert sum(len(many) for kind, many in taken.items() if kind != FAILED) >= 1
    assert set(taken) <= {*MIX, FAILED}


async def test_as_a_process_it_stops_with_its_input_and_prints_what_it_got():
    app, came, _ = await counting(2)
    async with served(app) as port:
        clients = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "topology.bench.load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        clients.stdin.write(Orders(f"http://127.0.0.1:{port}", 2, 0.001, ABOUT, 1).line())
        await came.wait()
        out, _ = await clients.communicate(b"")
    assert clients.returncode == 0
    assert set(orjson.loads(out)) <= {*MIX, FAILED}


def flowed(p50):
    return Flow(36, 3.0, 12.0, 40.0, p50, 2 * p50, 36, 9)


def asked(seconds, count=100, failed=0):
    return Asked({"search": [seconds] * count, FAILED: [1.0] * failed}, 10.0, 2.0)


def result(people):
    turns = [
        Turn(PACED, NOBODY, flowed(0.4), None),
        Turn(PACED, PEOPLE, flowed(people), asked(0.01)),
        Turn(PACED, PROGRAMS, flowed(0.8), asked(0.5, failed=3)),
        Turn(FULL, NOBODY, flowed(1.0), None),
        Turn(FULL, PROGRAMS, flowed(3.0), asked(1.0)),
    ]
    return ServeResult({"cores": "2"}, {"clients": 50, "seed": 0}, turns)


def cells(text, *begins):
    (line,) = [line for line in text.splitlines() if line.startswith("| " + " | ".join(begins) + " |")]
    return [cell.strip() for cell in line.split("|")[1 + len(begins) : -1]]


def test_the_page_has_rates_latencies_and_what_they_cost_the_stream():
    text = page(result(0.41))
    assert cells(text, "50 programs", PACED) == ["10.0", "500 ms", "500 ms", "3", "20.00"]
    assert cells(text, PACED, PEOPLE)[-1:] == ["1.02"]
    assert cells(text, FULL, PROGRAMS)[-3:] == ["1.00", "3.00", "3.00"]
    assert cells(text, "search") == ["100", "500 ms", "500 ms"]
    assert "- seed: 0" in text
    assert "`triplewire bench serve`" in text


def test_an_aim_that_is_missed_says_so():
    assert cells(page(result(0.41)), "p50 publish → graph while people ask, as a multiple")[-1] == "yes"
    assert cells(page(result(0.44)), "p50 publish → graph while people ask, as a multiple")[-1] == "no"


def test_the_numbers_are_kept_without_each_single_answer():
    kept = orjson.loads(orjson.dumps(summary(result(0.4))))
    assert kept["turns"][2]["answers"]["failed"] == 3
    assert "answers" not in kept["turns"][0]
    assert len(orjson.dumps(kept)) < 5000
    assert Answers.of([asked(0.2), asked(0.4)]).per_second == 10
