"""Every process is killed, frozen and cut off in mid-stream: nothing is lost or double, and the graph is the same.

Real broker, real Triton with the shipped models, real Neo4j, real workers, the keeper as in any embedded stack. The
short form of `triplewire chaos`; docs/evaluation/chaos.md has a long one.
"""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.helpers.embedded import CACHE
from topology.chaos.plan import CUT, FREEZE, JOIN, KILL, LEAVE, targets
from topology.chaos.result import compare
from topology.chaos.run import ChaosPlan, run
from topology.chaos.stack import ChaosStack, own_settings
from topology.demo.feed import SAMPLE
from topology.demo.sample_pictures import write
from topology.local import ports

pytestmark = [pytest.mark.live, pytest.mark.chaos, pytest.mark.timeout(2700)]

BLOWS = 30
SEED = 14
STAGES = ("news", "entities", "sink", "media")


def own_stack(folder: Path, **others: object) -> ChaosStack:
    """Returns a stack on ports of its own: what dies here must not disturb other tests."""
    bases = list(range(18_000, 30_000, 10))  # below the ports that the system gives to clients
    random.shuffle(bases)
    for base in bases:
        stack = ChaosStack(own_settings(folder / "state", CACHE, base, **others))
        taken = {port for service in stack.services.values() for port in service.ports.values()}
        if all(map(ports.free, taken | {port for port, _ in stack.routes.values()})):
            return stack
    raise AssertionError("no free ports")


async def test_the_graph_after_thirty_blows_equals_that_of_an_undisturbed_run(tmp_path: Path) -> None:
    pictures = write(tmp_path / "pictures").parent
    stack = own_stack(tmp_path, session_timeout=4, media_roots=str(pictures))
    wanted = ChaosPlan(BLOWS, SEED, (SAMPLE,), size=32, stages=STAGES, pictures=pictures)
    undisturbed, disturbed = await run(stack, wanted, print, lambda *_: None)

    verdict = compare(undisturbed, disturbed)
    assert verdict.examples == []
    assert verdict.clean
    # The rest makes sure that the comparison says something.
    hit = Counter((one.blow.kind, one.blow.target) for one in disturbed.struck if one.hit)
    assert len(disturbed.struck) == BLOWS
    assert sum(hit.values()) >= BLOWS - 3, "a decoder may not be running when its turn comes"
    processes = set(targets(STAGES))
    assert {target for kind, target in hit if kind == KILL} >= processes - {"media decoder"}
    assert {kind for kind, _ in hit} >= {KILL, FREEZE, CUT, JOIN, LEAVE}
    assert sum(one.in_midstream for one in disturbed.struck) > BLOWS // 2
    assert disturbed.poison > 10
    assert len([line for line in undisturbed.graph if '"property":"P' in line]) > 20, "the model must find facts"
    assert any('"Picture"' in line for line in undisturbed.graph)
    assert await asyncio.to_thread(stack.down) == []
