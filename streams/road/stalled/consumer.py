"""Watches a consumer: how far it lags behind, and whether it still reads.

A consumer can hang while its process is well: Faust delivers nothing after a rebalance, its client never finds the
group's coordinator again, or it never joins the group again. Nothing but a new consumer helps then. What tells each of
them from an idle or a waiting one is asked over a connection of its own.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiokafka.errors import KafkaError
from faust.exceptions import FaustError

from streams.road.lags import Lags
from streams.road.road import ConsumerError
from streams.road.stalled.records import StallWatch

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks."""

ANSWER_WITHIN = 5.0
"""Seconds that the broker may take to answer."""


class StalledConsumerError(ConsumerError):
    """The consumer hangs: only a new one helps."""


class ConsumerWatch:
    """Looks at one consumer again and again.

    Attributes:
        trouble: Why nothing can be read at the moment; "" if it can.
    """

    def __init__(
        self,
        *,
        measure: Callable[[], Awaitable[Mapping[int, int]]],
        assigned: Callable[[], bool],
        activity: Callable[[], object],
        answered: Callable[[], Awaitable[bool | None]],
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Looks only in `run`.

        Args:
            measure: Asks over the consumer's connection how many records of each partition are not acknowledged.
            assigned: Returns whether the consumer has partitions.
            activity: As `StallWatch.look` wants it.
            answered: Asks over another connection whether every partition of the group has its reader; None if the
                broker does not answer there either.
            patience: Seconds that a consumer may do nothing although it should.
            clock: Returns seconds.
        """
        self._measure = measure
        self._assigned = assigned
        self._activity = activity
        self._answered = answered
        self._patience = patience
        self._clock = clock
        self._stall = StallWatch(patience)
        self._mute_since: float | None = None
        self._outside_since: float | None = None
        self.trouble = ""

    async def run(self) -> None:
        """Looks until the consumer hangs.

        Raises:
            StalledConsumerError: It hangs.
        """
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.look()

    async def look(self) -> None:
        """Looks once.

        Raises:
            StalledConsumerError: The consumer hangs.
        """
        if not self._assigned():
            self._mute_since = None
            await self._outside()
            return
        self._outside_since = None
        try:
            lag = await asyncio.wait_for(self._measure(), ANSWER_WITHIN)
        except (TimeoutError, OSError, KafkaError, FaustError) as error:
            self.trouble = f"the broker does not answer: {error!r}"
            await self._mute()
            return
        self._mute_since = None
        self.trouble = ""
        if stalled := self._stall.look(self._clock(), waiting=lag, activity=self._activity()):
            raise StalledConsumerError(stalled)

    async def _mute(self) -> None:
        """The consumer's own connection gives no answer: is it the broker, or is it the consumer?"""
        now = self._clock()
        self._mute_since = now if self._mute_since is None else self._mute_since
        silent = now - self._mute_since
        if silent <= self._patience:
            return
        if await self._answered() is not None:
            raise StalledConsumerError(f"the broker answers, but not this consumer, for {silent:.0f} s")
        self._mute_since = self._clock()

    async def _outside(self) -> None:
        """The consumer has no partition: do others have them all, or does the group wait for this one?"""
        now = self._clock()
        self._outside_since = now if self._outside_since is None else self._outside_since
        waited = now - self._outside_since
        if waited <= self._patience:
            return
        if await self._answered() is False:
            raise StalledConsumerError(f"this consumer has not joined its group for {waited:.0f} s")
        self._outside_since = self._clock()


async def group_is_served(bootstrap: str, group: str) -> bool | None:
    """Returns whether every partition of a group has its reader; None if the broker does not answer."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN), Lags(bootstrap) as lags:
            return await lags.stable(group)
    except (TimeoutError, OSError, KafkaError) as error:
        log.warning("consumer.no_answer", error=repr(error))
        return None
