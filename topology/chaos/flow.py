"""Publishing into a stack that is being struck, and waiting until what was published has arrived."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from aiokafka.errors import KafkaError

from streams.road.lags import Lags, Offsets
from streams.sources import FeedRecord
from streams.sources.producer import FeedProducer, PublishError, PublishReport
from topology.chaos.errors import ChaosError
from topology.topics import (
    ENTITIES_GROUP,
    MEDIA_GROUP,
    MENTIONS,
    NEWS_GROUP,
    RAW_MEDIA,
    RAW_NEWS,
    SINK_GROUP,
    SUGGESTIONS_GROUP,
    TRIPLES,
    Topic,
)

R = TypeVar("R")

LOOK_EVERY = 0.1
ANSWER_WITHIN = 5.0
"""Seconds that a broker has to answer a question before it is asked again over a new connection."""

READS = {
    "news": (NEWS_GROUP, RAW_NEWS),
    "media": (MEDIA_GROUP, RAW_MEDIA),
    "entities": (ENTITIES_GROUP, MENTIONS),
    "sink": (SINK_GROUP, TRIPLES),
    "suggestions": (SUGGESTIONS_GROUP, TRIPLES),
}
"""Group and topic of each stage; a stage only follows the stages before it, except that media feeds news."""


class Flow:
    """What flows through a stack. Every question is repeated until it is answered, and every wait has an end."""

    def __init__(self, bootstrap: str, stages: Sequence[str], patience: float) -> None:
        """Connects to nothing yet.

        Args:
            bootstrap: Kafka's own address.
            stages: The stages that have a worker.
            patience: Seconds after which something that does not arrive ends the run.
        """
        self._bootstrap = bootstrap
        self._stages = [stage for stage in READS if stage in stages]
        self._patience = patience
        self._lags: Lags | None = None

    async def close(self) -> None:
        """Closes the connection."""
        lags, self._lags = self._lags, None
        if lags is not None:
            with suppress(KafkaError, OSError, TimeoutError):
                await asyncio.wait_for(lags.__aexit__(None, None, None), ANSWER_WITHIN)

    async def publish(self, items: Sequence[FeedRecord]) -> PublishReport:
        """Publishes records in order, again and again if the broker does not answer.

        Raises:
            ChaosError: It did not answer for the whole of the patience, or refused a record.
        """
        deadline = time.monotonic() + self._patience
        while True:
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    async with FeedProducer(self._bootstrap, RAW_NEWS.name) as publisher:
                        report = await publisher.publish(items)
            except (PublishError, KafkaError, OSError, TimeoutError) as error:
                if time.monotonic() > deadline:
                    raise ChaosError(f"nothing can be published for {self._patience:.0f} s: {error!r}") from error
                await asyncio.sleep(LOOK_EVERY)
                continue
            if report.refused:
                raise ChaosError(f"the feed has a record that is too large: {report.refused[0]}")
            return report

    async def read(self, published: PublishReport, share: float) -> bool:
        """Waits until the news workers have read a share of what was published.

        Returns:
            Whether some of it is still on its way: not read, or read and not yet in the graph.
        """
        left = published.sent

        async def enough() -> bool:
            nonlocal left
            done = await self._ask(lambda lags: lags.committed(NEWS_GROUP, RAW_NEWS.name))
            left = sum(max(0, last + 1 - done[p]) for p, (_, last) in published.offsets.items())
            return published.sent - left >= share * published.sent

        await self._until(enough, "the slice is not read")
        group, topic = READS["sink"]
        return left > 0 or await self._ask(lambda lags: lags.lag(group, topic.name)) > 0

    async def arrive(self, published: PublishReport, *, media: bool) -> None:
        """Waits until what was published, and all that came of it, has been committed by news, entities and sink.

        Args:
            published: What was published.
            media: Whether the media that wait must be read too; a picture takes seconds, and is ahead of no text.

        Raises:
            ChaosError: It did not arrive.
        """
        wanted = {partition: last + 1 for partition, (_, last) in published.offsets.items()}
        for stage in self._stages:
            group, topic = READS[stage]
            if stage == "suggestions" or (stage == "media" and not media):
                continue
            if stage != "news":
                wanted = await self._ends(topic)
            await self._committed(group, topic, wanted)

    async def quiet(self) -> None:
        """Waits until every stage has committed everything and nothing is added any more.

        Raises:
            ChaosError: That did not happen.
        """

        async def done() -> bool:
            before = [await self._ends(READS[stage][1]) for stage in self._stages]
            for stage, ends in zip(self._stages, before, strict=True):
                group, topic = READS[stage]
                committed = await self._ask(lambda lags, g=group, t=topic: lags.committed(g, t.name))  # type: ignore[misc]
                if any(committed[p] < end for p, end in ends.items()):
                    return False
            return before == [await self._ends(READS[stage][1]) for stage in self._stages]

        await self._until(done, "the stream does not come to rest")

    async def members(self) -> None:
        """Waits until every group has members and all partitions are assigned.

        Raises:
            ChaosError: That did not happen.
        """

        async def stable() -> bool:
            for stage in self._stages:
                group = READS[stage][0]
                if not await self._ask(lambda lags, g=group: lags.stable(g)):  # type: ignore[misc]
                    return False
            return True

        await self._until(stable, "not every worker joined its group")

    async def _committed(self, group: str, topic: Topic, wanted: Offsets) -> None:
        async def reached() -> bool:
            done = await self._ask(lambda lags: lags.committed(group, topic.name))
            return all(done.get(p, 0) >= offset for p, offset in wanted.items())

        await self._until(reached, f"{group} does not catch up on {topic.name}")

    async def _ends(self, topic: Topic) -> Offsets:
        return await self._ask(lambda lags: lags.ends(topic.name))

    async def _until(self, condition: Callable[[], Awaitable[bool]], what: str) -> None:
        deadline = time.monotonic() + self._patience
        while not await condition():
            if time.monotonic() > deadline:
                raise ChaosError(f"{what} within {self._patience:.0f} s")
            await asyncio.sleep(LOOK_EVERY)

    async def _ask(self, question: Callable[[Lags], Awaitable[R]]) -> R:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    if self._lags is None:
                        lags = Lags(self._bootstrap)
                        await lags.__aenter__()
                        self._lags = lags
                    return await question(self._lags)
            except (KafkaError, OSError, TimeoutError, ValueError) as error:
                await self.close()
                if time.monotonic() > deadline:
                    raise ChaosError(f"Kafka does not answer for {self._patience:.0f} s: {error!r}") from error
                await asyncio.sleep(LOOK_EVERY)
