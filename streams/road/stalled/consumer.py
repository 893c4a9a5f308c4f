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

STOOD_STILL = 30.0
"""Seconds between two looks from which on this process, and not the consumer, stood still."""

LOOKS = 3
"""Looks in a row at which the broker answers others, and not this consumer, that prove something."""


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
        settled: Callable[[], Awaitable[bool | None]],
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Looks only in `run`.

        Args:
            measure: Asks over the consumer's connection how many records of each partition are not acknowledged.
            assigned: Returns whether the consumer has partitions.
            activity: As `StallWatch.look` wants it.
            settled: Asks over another connection whether the group is at rest; None if the broker does not answer
                there either.
            patience: Seconds that a consumer may do nothing although it should.
            clock: Returns seconds.
        """
        self._measure = measure
        self._assigned = assigned
        self._activity = activity
        self._settled = settled
        self._patience = patience
        self._clock = clock
        self._stall = StallWatch(patience)
        self._mute_since: float | None = None
        self._answered_others = 0
        self._waits_since: float | None = None
        self._looked_at: float | None = None
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
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at > STOOD_STILL:
            self._forget()
        self._looked_at = now
        if not self._assigned():
            self.trouble = ""
            self._mute_since = None
            await self._outside()
            return
        self._waits_since = None
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

    def _forget(self) -> None:
        self._stall = StallWatch(self._patience)
        self._mute_since = self._waits_since = None

    async def _mute(self) -> None:
        """The consumer's own connection gives no answer: is it the broker, or is it the consumer?"""
        now = self._clock()
        if self._mute_since is None:
            self._mute_since, self._answered_others = now, 0
        silent = now - self._mute_since
        if silent <= self._patience:
            return
        self._answered_others = 0 if await self._settled() is None else self._answered_others + 1
        if self._answered_others >= LOOKS:
            raise StalledConsumerError(f"the broker answers, but not this consumer, for {silent:.0f} s")

    async def _outside(self) -> None:
        """The consumer has no partition: do others have them all, or does the group wait for this one?"""
        if await self._settled() is not False:
            self._waits_since = None
            return
        now = self._clock()
        self._waits_since = now if self._waits_since is None else self._waits_since
        waited = now - self._waits_since
        if waited > self._patience:
            raise StalledConsumerError(f"its group has waited for this consumer for {waited:.0f} s")


async def group_is_settled(bootstrap: str, group: str) -> bool | None:
    """Returns whether no member of a group is joining it or leaving it; None if the broker does not answer."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN), Lags(bootstrap) as lags:
            return await lags.settled(group)
    except (TimeoutError, OSError, KafkaError) as error:
        log.warning("consumer.no_answer", error=repr(error))
        return None
