"""The watch of a consumer, with a clock of its own: which silences end it, and which do not."""

import asyncio
from collections.abc import Mapping

import pytest

from streams.road.stalled.consumer import ConsumerWatch, StalledConsumerError

PATIENCE = 45.0


class Watched:
    """A consumer in any condition, and its watch."""

    def __init__(self) -> None:
        self.now = 0.0
        self.assigned = True
        self.activity: object = 0
        self.waiting: Mapping[int, int] | Exception = {0: 0}
        self.settled: bool | None = True
        self.watch = ConsumerWatch(
            measure=self._measure,
            assigned=lambda: self.assigned,
            activity=lambda: self.activity,
            settled=self._settled,
            patience=PATIENCE,
            clock=lambda: self.now,
        )

    async def _measure(self) -> Mapping[int, int]:
        if isinstance(self.waiting, Exception):
            raise self.waiting
        return self.waiting

    async def _settled(self) -> bool | None:
        return self.settled

    def look_for(self, seconds: float) -> None:
        """Looks every two seconds."""

        async def looks() -> None:
            end = self.now + seconds
            while self.now < end:
                await self.watch.look()
                self.now += 2

        asyncio.run(looks())


def test_a_consumer_that_delivers_nothing_although_records_wait_is_replaced() -> None:
    watched = Watched()
    watched.waiting = {0: 0, 1: 7}
    watched.look_for(PATIENCE)
    with pytest.raises(StalledConsumerError, match="7 records have waited for 46 s"):
        watched.look_for(10)


def test_records_that_wait_for_those_that_are_worked_on_are_no_stall() -> None:
    watched = Watched()
    watched.waiting, watched.activity = {0: 7}, None
    watched.look_for(20 * PATIENCE)


def test_a_consumer_whose_connection_is_dead_is_replaced_once_the_broker_answers_others() -> None:
    watched = Watched()
    watched.waiting, watched.settled = TimeoutError(), None
    watched.look_for(10 * PATIENCE)
    assert watched.watch.trouble == "the broker does not answer: TimeoutError()"
    watched.settled = False
    watched.look_for(4)  # it may have found the broker again first
    with pytest.raises(StalledConsumerError, match="answers, but not this consumer"):
        watched.look_for(4)


def test_a_connection_that_is_mute_now_and_then_is_kept() -> None:
    watched = Watched()
    for _ in range(10):
        watched.waiting = OSError("reset")
        watched.look_for(PATIENCE)
        watched.waiting = {0: 0}
        watched.look_for(2)
    assert watched.watch.trouble == ""


def test_a_consumer_that_its_group_waits_for_is_replaced() -> None:
    watched = Watched()
    watched.assigned, watched.settled = False, False
    watched.look_for(PATIENCE)
    with pytest.raises(StalledConsumerError, match="waited for this consumer for 46 s"):
        watched.look_for(10)


def test_a_consumer_that_stands_by_is_kept_whatever_its_group_does() -> None:
    watched = Watched()
    watched.assigned = False
    for _ in range(10):
        watched.settled = True
        watched.look_for(2 * PATIENCE)
        watched.settled = False  # others join and leave
        watched.look_for(PATIENCE - 2)
    watched.settled = None
    watched.look_for(20 * PATIENCE)


def test_a_process_that_stood_still_proves_nothing() -> None:
    watched = Watched()
    watched.waiting = {0: 7}
    for _ in range(10):
        watched.look_for(PATIENCE - 5)
        watched.now += 600
    watched.waiting = TimeoutError()
    watched.look_for(4)
    watched.now += 600
    watched.look_for(PATIENCE)


def test_what_was_wrong_with_partitions_that_are_gone_is_no_trouble() -> None:
    watched = Watched()
    watched.waiting = OSError("reset")
    watched.look_for(2)
    watched.assigned = False
    watched.look_for(2)
    assert watched.watch.trouble == ""
