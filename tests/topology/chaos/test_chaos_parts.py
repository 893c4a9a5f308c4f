import asyncio
import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import islice

import pytest

from streams.messages.events import Article
from topology.chaos.audit import Audit, follows
from topology.chaos.feed import slices, source_articles
from topology.chaos.page import page
from topology.chaos.plan import CUT, DECODER, FILL, FREEZE, JOIN, KILL, LEAVE, SILENCE, STUB, Blow, plan
from topology.chaos.proxy import Proxies
from topology.chaos.result import Ran, Struck, Trial, Verdict, compare
from topology.chaos.stack import ChaosStack, own_settings
from topology.cli.trials import _earlier, _write
from topology.demo.feed import SAMPLE

STAGES = ("news", "entities", "sink", "media")
PROCESSES = {"kafka", "neo4j", "triton", STUB, "worker-news", "worker-entities", "worker-sink", "worker-media", DECODER}


def test_the_same_seed_gives_the_same_blows_and_another_seed_others():
    assert plan(200, 7, STAGES) == plan(200, 7, STAGES)
    assert plan(200, 7, STAGES) != plan(200, 8, STAGES)


def test_a_barrage_strikes_the_same_as_single_blows_and_only_its_last_blow_lets_the_stream_recover():
    single, together = plan(100, 7, STAGES), plan(100, 7, STAGES, 12)
    assert [(blow.kind, blow.target) for blow in together] == [(blow.kind, blow.target) for blow in single]
    assert [number for number, blow in enumerate(together, 1) if blow.alone] == [*range(12, 97, 12), 100]
    assert {blow.wait for blow in single} == {0.0}
    assert 1 < sum(blow.wait for blow in together) / 100 < 2
    assert together == plan(100, 7, STAGES, 12)


@pytest.mark.parametrize("seed", range(5))
def test_every_process_is_killed_in_turn_and_then_everything_else_happens_once(seed):
    blows = plan(40, seed, STAGES)
    assert len(blows) == 40
    assert {(b.kind, b.target) for b in blows[:9]} == {(KILL, target) for target in PROCESSES}
    rest = Counter((b.kind, b.target) for b in blows[9:31])
    assert {target for kind, target in rest if kind == FREEZE} == PROCESSES
    for kind in (CUT, SILENCE):
        assert {target for k, target in rest if k == kind} == {"kafka", "neo4j", "triton"}
    assert rest[FILL, "kafka"] == 1
    assert {(k, t) for k, t in rest if k in {JOIN, LEAVE}} == {
        (k, t) for k in (JOIN, LEAVE) for t in ("news", "sink", "entities")
    }


def test_only_a_worker_that_has_joined_leaves():
    there = set()
    for blow in plan(500, 3, STAGES):
        if blow.kind == JOIN:
            assert blow.target not in there
            there.add(blow.target)
        elif blow.kind == LEAVE:
            there.remove(blow.target)


def test_the_feed_is_the_same_every_time_and_has_everything():
    articles = source_articles(SAMPLE)
    found = list(islice(slices(articles, 50, 1, ["file:///a.png"]), 20))
    assert found == list(islice(slices(articles, 50, 1, ["file:///a.png"]), 20))
    items = [item for part in found for item in part.items]
    assert sum(part.poison for part in found) == sum(item.article is None for item in items) > 20
    good = [item.article for item in items if item.article]
    assert sum(article.op == "retract" for article in good) > 20
    assert sum(bool(article.media) for article in good) > 5
    versions = Counter(article.id for article in good if article.op == "upsert")
    assert max(versions.values()) > 1
    addresses = [article.url for article in good if article.op == "upsert"]
    assert len(set(addresses)) == len(addresses)


def test_poison_is_refused_by_the_article_itself():
    for part in islice(slices(source_articles(SAMPLE), 50, 2), 10):
        for item in part.items:
            if item.article is None:
                with pytest.raises(ValueError):  # noqa: PT011 - JSON, UTF-8 or validation
                    Article.model_validate(json.loads(item.value))


@pytest.mark.parametrize(
    ("seen", "allowed"),
    [
        ("abc", True),
        ("aabbcc", True),
        ("abcabc", True),
        ("ababc", True),
        ("abcbc", True),
        ("", False),
        ("ab", False),
        ("ac", False),
        ("bc", False),
        ("abca", False),
        ("abcb", False),
        ("acbc", False),
        ("abxc", False),
    ],
)
def test_versions_may_repeat_but_not_be_left_out_or_end_early(seen, allowed):
    assert follows("abc", seen) is allowed


def ran(graph=("a", "b", "b"), letters=1, poison=1, out_of_order=()):
    places = {("raw-news", "0", str(n)): "not-json" for n in range(letters)}
    return Ran([], [1.0], list(graph), Audit(3, 3, list(out_of_order), places, 0), poison, 10.0)


def test_equal_graphs_are_clean():
    assert compare(ran(), ran()) == Verdict(0, 0, 0, [])


@pytest.mark.parametrize(
    ("disturbed", "verdict"),
    [
        (ran(graph=("a", "b")), (1, 0, 0)),
        (ran(graph=("a", "b", "b", "b")), (0, 1, 0)),
        (ran(graph=("a", "b", "c")), (1, 1, 0)),
        (ran(letters=0), (1, 0, 0)),
        (ran(letters=3), (0, 2, 0)),
        (ran(out_of_order=["x"]), (0, 0, 1)),
    ],
)
def test_whatever_differs_is_counted(disturbed, verdict):
    found = compare(ran(), disturbed)
    assert (found.lost, found.double, found.out_of_order) == verdict
    assert not found.clean
    assert found.examples


def test_the_page_says_what_was_struck_and_how_long_recovery_took():
    blows = [Struck(Blow(KILL, "kafka", 0.1, 0), True, True, 0.0, float(n)) for n in range(1, 101)]
    missed = Struck(Blow(KILL, DECODER, 0.1, 0), False, False, 0.0, 1.0)
    trial = Trial.of(ran(), replace(ran(), struck=[*blows, missed]), {"cores": "2"}, {"seed": 7})
    text = page([trial])
    assert "100 of 101 blows found something to strike: 100 kill. 101 fell one by one: 100 of them" in text
    assert "and 0 were followed by the next one at once" in text
    assert "barrage" not in text
    assert "| kill kafka | 100 | 50.0 s | 99.0 s | 100.0 s |" in text
    assert "| lost | 0 | 0 |" in text
    assert "- seed: 7" in text
    lossy = Trial.of(ran(), ran(graph=("a",)), {}, {})
    assert "| lost | 0 | 4 |" in page([lossy, trial, lossy])


def test_the_page_has_what_barrages_found_apart_from_single_blows():
    fallen = [Struck(Blow(KILL, "kafka", 0.1, 0), number > 1, None, 0.0, None, 3) for number in range(3)]
    together = [*fallen[:2], replace(fallen[2], recovery=30.0)]
    one = Struck(Blow(KILL, "kafka", 0.1, 0), True, True, 0.0, 5.0)
    text = page([Trial.of(ran(), replace(ran(), struck=[*together, *together, one]), {}, {})])
    assert "3 of 7 blows found something to strike: 3 kill. 1 fell one by one: 1 of them" in text
    assert "6 fell in 2 barrages" in text
    assert "| kill kafka | 1 | 5.0 s | 5.0 s | 5.0 s |" in text
    assert "| barrage of 3 | 2 | 30.0 s | 30.0 s | 30.0 s |" in text
    assert "| every kill | 1 | 5.0 s" in text


def test_a_run_is_added_to_the_earlier_ones(tmp_path):
    trial = Trial.of(ran(), replace(ran(), struck=[Struck(Blow(KILL, "kafka", 0.1, 0), True, True, 0.0, None)]), {}, {})
    assert _earlier(tmp_path) == []
    _write(tmp_path, "chaos", page([trial]), {"trials": [trial]})
    assert _earlier(tmp_path) == [trial]


@pytest.fixture
async def echo():
    answering = set()

    async def answer(reader, writer):
        answering.add(asyncio.current_task())
        with suppress(ConnectionError):
            while data := await reader.read(100):
                writer.write(data)
                await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        # The proxies are gone, so every connection has ended.
        await asyncio.wait_for(asyncio.gather(*answering), 10)


async def test_a_proxy_passes_on_falls_silent_cuts_and_restores(echo, unused_tcp_port):
    async def asked(connection, words):
        connection[1].write(words)
        return await connection[0].readexactly(len(words))

    with Proxies({"echo": (unused_tcp_port, echo)}) as proxies:
        connection = await asyncio.open_connection("127.0.0.1", unused_tcp_port)
        assert await asked(connection, b"hello") == b"hello"
        await asyncio.to_thread(proxies.silence, "echo")
        answer = asyncio.create_task(asked(connection, b"later"))
        _, waiting = await asyncio.wait([answer], timeout=0.3)
        assert waiting
        await asyncio.to_thread(proxies.restore, "echo")
        assert await asyncio.wait_for(answer, 10) == b"later"
        await asyncio.to_thread(proxies.cut, "echo")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(asked(connection, b"lost"), 10)
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", unused_tcp_port)
        await asyncio.to_thread(proxies.restore, "echo")
        again = await asyncio.open_connection("127.0.0.1", unused_tcp_port)
        assert await asked(again, b"back") == b"back"
        for _, writer in (connection, again):
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


def test_workers_reach_every_server_through_a_proxy(tmp_path):
    stack = ChaosStack(own_settings(tmp_path, tmp_path, 20_000))
    variables = stack.worker_variables
    for name, (port, behind) in stack.routes.items():
        assert str(port) in variables[f"TRIPLEWIRE_{name.upper()}"]
        assert behind in stack.services[name].ports.values()
    properties = stack.services["kafka"]._properties()
    assert str(stack.routes["kafka"][0]) in properties["advertised.listeners"]
    assert str(stack.routes["kafka"][0]) not in properties["listeners"]
    assert str(stack.routes["kafka"][1]) in properties["listeners"]
