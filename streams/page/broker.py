"""What Kafka says about the health of the stream, asked once for all visitors: lags, rates and dead letters."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiokafka.errors import KafkaError

from streams.road.lags import Lags
from streams.road.replay import DeadLetters, read_letters, replay
from topology.topics import DEAD_LETTERS, RAW_MEDIA, RAW_NEWS, TOPICS, TRIPLES, group_of, read_by

KEPT = 4.0
"""Seconds for which an answer about lags and rates is kept."""

LETTERS_KEPT = 30.0
"""Seconds for which the dead letters that were read are kept: the topic is read whole."""

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
        """Returns the dead letters.

        Raises:
            KafkaError: The broker does not answer.
            OSError: As before.
            TimeoutError: As before.
        """
        async with self._one:
            if self._letters is None or time.monotonic() - self._read > LETTERS_KEPT:
                async with asyncio.timeout(WITHIN):
                    self._letters = await read_letters(self.kafka)
                self._read = time.monotonic()
            return self._letters

    async def replay(self, offset: int) -> str:
        """Publishes a dead letter again; returns what was done, in words.

        Raises:
            KafkaError: The broker does not answer.
            OSError: As before.
            TimeoutError: As before.
        """
        found = await self.letters()
        chosen = [letter for letter in found.letters if letter.record.offset == offset]
        if not chosen or offset in found.replayed:
            return "It is not among the dead letters that wait."
        async with self._one:
            try:
                async with asyncio.timeout(WITHIN):
                    await replay(self.kafka, chosen)
            except ValueError as error:
                return str(error)
            finally:
                self._letters = None
        return f"Dead letter {offset} was published again on {chosen[0].topic}."
