"""The stall watch with a clock of its own."""

import asyncio

from streams.road.road import Road
from streams.road.stage import Record
from streams.road.stalled.records import StallWatch
from tests.streams.memory import MemoryConsumer, MemoryPublisher
from tests.streams.road.deadly import Deadly
from topology.topics import RAW_NEWS


async def test_a_burst_after_a_long_silence_is_no_stall() -> None:
    """The watch looks while the burst waits and before any of it is delivered, then while it is worked on."""
    watch = StallWatch(120)
    now = 0.0
    consumer = MemoryConsumer([Record(RAW_NEWS.name, 0, n, 0, None, b"x") for n in range(20)], batch_size=4)

    def look(waiting: int) -> str:
        return watch.look(now, waiting={0: waiting}, activity=len(consumer.acknowledged))

    for _ in range(100):
        now += 60
        assert look(0) == ""
    now += 2
    assert look(20) == ""
    stop = asyncio.Event()
    task = asyncio.create_task(Road(Deadly(), consumer, MemoryPublisher()).run(stop))
    async with asyncio.timeout(20):
        while len(consumer.acknowledged) < 20:
            now += 100
            assert look(20 - len(consumer.acknowledged)) == ""
            watch.look(now, waiting={0: 1}, activity=None)
            await asyncio.sleep(0)
    stop.set()
    await task


def test_records_that_nobody_delivers_are_a_stall() -> None:
    watch = StallWatch(120)
    assert watch.look(1000, waiting={0: 0, 1: 5}, activity=7) == ""
    assert watch.look(1120, waiting={0: 0, 1: 5}, activity=7) == ""
    assert (
        watch.look(1121, waiting={0: 0, 1: 6}, activity=7) == "6 records have waited for 121 s, and none was delivered"
    )


def test_waiting_begins_again_with_each_delivery() -> None:
    watch = StallWatch(120)
    for number in range(50):
        assert watch.look(100.0 * number, waiting={0: 5}, activity=number) == ""


def test_a_long_batch_is_no_stall() -> None:
    watch = StallWatch(120)
    for number in range(50):
        assert watch.look(100.0 * number, waiting={0: 5}, activity=None) == ""
    assert watch.look(5000, waiting={0: 5}, activity=1) == ""
