"""What Kafka says about the health of the stream, asked once for all visitors: lags, rates and dead letters."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiokafka.errors import KafkaError

from streams.road.dead_letters import DeadLetter
from streams.road.lags import Lags
from streams.road.partition import read_record
from streams.road.replay import DeadLetters, read_letters
from streams.road.replay import replay as again
from topology.topics import DEAD_LETTERS, RAW_MEDIA, RAW_NEWS, TOPICS, TRIPLES, group_of, read_by

KEPT = 4.0
"""Seconds for which an answer about lags and rates is kept."""

LETTERS_KEPT = 30.0
"""Seconds for which the dead letters that were read are kept."""

NEWEST = 2000
"""Records of the dead letters' topic that are read, the newest: letters, and marks of replays."""

MOST_LETTERS = 500
"""Dead letters that are kept, without their contents."""

WITHIN = 10.0
"""Seconds that the broker may take to answer."""

MEASURED = (RAW_NEWS.name, RAW_MEDIA.name, TRIPLES.name, DEAD_LETTERS.name)
"""Topics whose rates are shown."""

BROKER_ERRORS = (KafkaError, OSError, TimeoutError)
"""What Kafka's answers may raise."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the stream stands.

    Attributes:
        lags: By stage, how many records it has not finished.
        ends: By topic, how many records were ever written to it.
        rates: By topic, records a second since the answer before; empty at first.
        at: When, by `time.monotonic`.
    """

    lags: Mapping[str, int]
    ends: Mapping[str, int]
    rates: Mapping[str, float]
    at: float


@dataclass
class Broker:
    """Asks the broker, and keeps its answers for a moment."""

    kafka: str
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    _standing: Standing | None = None
    _letters: DeadLetters | None = None
    _read: float = 0.0

    async def standing(self) -> Standing:
        """Returns lags and rates.

        Raises:
            KafkaError: The broker does not answer.
            OSError: As before.
            TimeoutError: As before.
        """
        async with self._one:
            before = self._standing
            if before is not None and time.monotonic() - before.at < KEPT:
                return before
            async with asyncio.timeout(WITHIN), Lags(self.kafka) as lags:
                stages = [group.removeprefix(group_of("")) for topic in TOPICS for group in topic.groups]
                waiting = {stage: await lags.lag(group_of(stage), read_by(stage).name) for stage in stages}
                ends = {topic: sum((await lags.ends(topic)).values()) for topic in MEASURED}
            now = time.monotonic()
            rates = {t: (ends[t] - before.ends[t]) / (now - before.at) for t in MEASURED} if before else {}
            self._standing = Standing(waiting, ends, rates, now)
            return self._standing

    async def letters(self) -> DeadLetters:
        """Returns the newest dead letters, without what they contain.

        Raises:
            KafkaError: The broker does not answer.
            OSError: As before.
            TimeoutError: As before.
        """
        async with self._one:
            if self._letters is None or time.monotonic() - self._read > LETTERS_KEPT:
                self._letters = await self._newest()
                self._read = time.monotonic()
            return self._letters

    async def _newest(self) -> DeadLetters:
        async with asyncio.timeout(WITHIN):
            async with Lags(self.kafka) as lags:
                end = (await lags.ends(DEAD_LETTERS.name))[0]
            begin = max(0, end - NEWEST)
            return await read_letters(self.kafka, begin=begin, most=MOST_LETTERS, contents=False)

    async def replay(self, offset: int) -> str:
        """Publishes a dead letter again; returns what was done, in words.

        Raises:
            KafkaError: The broker does not answer.
            OSError: As before.
            TimeoutError: As before.
        """
        async with self._one:
            self._letters = None
            # Read now, and within the lock: whoever asked before, here or at the command line, may have replayed it.
            found = await self._newest()
            if offset in found.replayed or all(one.record.offset != offset for one in found.letters):
                return "It is not among the dead letters that wait."
            async with asyncio.timeout(WITHIN):
                record = await read_record(self.kafka, DEAD_LETTERS.name, 0, offset)
                if record is None:
                    return "It is gone: its topic keeps dead letters only for a time."
                letter = DeadLetter.of(record)
                try:
                    await again(self.kafka, [letter])
                except ValueError as error:
                    return str(error)
        return f"Dead letter {offset} was published again on {letter.topic}."
