"""A helper process: it keeps what it loads, dies alone, and lets the event loop go on."""

import asyncio
import os
import signal
import time

import pytest

from inference.media.helpers import Helper
from inference.media.types import UnreadableError


@pytest.fixture
def helper():
    helper = Helper()
    yield helper
    helper.close()


def spin(seconds: float) -> float:
    """Computes without letting go of the interpreter for long."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))
    return seconds


async def test_work_is_done_in_one_process_that_is_not_ours(helper):
    pids = {helper.ask_now(os.getpid), await helper.ask(os.getpid), await helper.ask(os.getpid)}
    assert len(pids) == 1
    assert os.getpid() not in pids


async def test_the_loop_goes_on_while_it_computes(helper):
    working = asyncio.create_task(helper.ask(spin, 0.2))
    turns = 0
    while not working.done():
        await asyncio.sleep(0)
        turns += 1
    assert await working == 0.2
    assert turns > 100


async def test_what_ends_two_processes_is_refused_and_the_next_work_is_done(helper):
    before = await helper.ask(os.getpid)
    with pytest.raises(UnreadableError, match="helper-died"):
        await helper.ask(os._exit, 1)
    assert await helper.ask(os.getpid) != before


async def test_a_process_that_was_killed_is_replaced(helper):
    before = await helper.ask(os.getpid)
    os.kill(before, signal.SIGKILL)
    assert await helper.ask(os.getpid) != before
