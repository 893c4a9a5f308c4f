"""Looks names up beside the stream, and publishes what it finds as claims that the registry reads like any record.

A name that is not answered in time is not waited for: it is asked about again when the wire next uses it. So what is
lost in a crash or while the address is away is found later, and the stream never notices.
"""

import asyncio
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import structlog

from streams.entities.answer_cache import AnswerCache
from streams.entities.sparql import LookupFailedError
from streams.messages.events import Entity, Identity
from streams.messages.outputs import output
from streams.road.metrics import LOOKUPS
from streams.road.publisher import Publisher
from streams.road.stage import Output, Record
from topology.topics import MENTIONS

log = structlog.get_logger(__name__)

CE_SOURCE = "triplewire/wikidata"
AT_ONCE = 20
"""Names in a request: a query stays well below the minute that Wikidata gives it."""

WAITING = 10_000
"""Names that wait at most; what comes then is asked about when it is met again."""

LEAVE_ALONE = 60.0
"""Seconds for which an address that failed is left alone."""

LONGEST = 200
"""Characters of a name that is looked up; what is longer is no name that Wikidata has."""

_TELLING = re.compile("[\u3400-\u9fff]{3}|[^\\W\u3400-\u9fff].*\\s")
"""What a person's name needs to mean one person: two words, or three Chinese characters."""


class Asked(Protocol):
    """Who is asked."""

    async def ask(self, names: Sequence[tuple[str, Sequence[str]]]) -> list[str | None]:
        """Returns the id of each name, given the classes of its items; see `streams.entities.sparql.Sparql`."""

    async def close(self) -> None:
        """Closes it."""


class Linker:
    """Keeps the names that are to be looked up, and looks them up, one request at a time."""

    def __init__(
        self,
        asked: Asked,
        cache: AnswerCache,
        publisher: Publisher,
        classes: Mapping[str, Sequence[str]],
        *,
        interval: float,
    ) -> None:
        """Starts nothing.

        Args:
            asked: Who is asked.
            cache: What was answered before.
            publisher: Where claims are published; started and stopped here.
            classes: Wikidata's classes of each entity type; names of other types are not looked up.
            interval: Seconds from one request to the next, at least.
        """
        self._asked, self._cache, self._publisher = asked, cache, publisher
        self._classes, self._interval = classes, interval
        self._waiting: dict[str, tuple[Entity, str | None]] = {}
        self._some = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._warned = False

    async def start(self) -> None:
        """Begins to look up."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(_ended)

    async def stop(self) -> None:
        """Ends at once; what waits is forgotten."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._publisher.stop()
        await self._asked.close()
        self._cache.close()

    def want(self, entity: Entity, claimed: str | None) -> None:
        """Asks for an entity's id, some time.

        Args:
            entity: The entity, by one name.
            claimed: What the registry knows from before: nothing is published if that is still so.
        """
        if self.fit(entity) and (entity.id in self._waiting or len(self._waiting) < WAITING):
            answer = self._cache.get(entity.name, entity.type)
            if answer is None or answer.id != claimed:
                self._waiting[entity.id] = entity, claimed
                self._some.set()

    def fit(self, entity: Entity) -> bool:
        """Returns whether a name can tell which item it means: a lone first name or surname cannot."""
        if entity.type not in self._classes or len(entity.name) > LONGEST:
            return False
        return entity.type != "person" or _TELLING.search(entity.name) is not None

    async def _run(self) -> None:
        await self._publisher.start()
        while True:
            await self._some.wait()
            batch = [self._waiting.pop(id_) for id_ in list(self._waiting)[:AT_ONCE]]
            if not self._waiting:
                self._some.clear()
            await asyncio.sleep(await self._look_up(batch))

    async def _look_up(self, batch: Iterable[tuple[Entity, str | None]]) -> float:
        """Looks names up and publishes what is new; returns the seconds to wait before the next request."""
        known: list[tuple[Entity, str | None, str | None]] = []
        unknown: list[tuple[Entity, str | None]] = []
        for entity, claimed in batch:
            if answer := self._cache.get(entity.name, entity.type):
                known.append((entity, claimed, answer.id))
            else:
                unknown.append((entity, claimed))
        try:
            ids = await self._asked.ask([(e.name, self._classes[e.type]) for e, _ in unknown]) if unknown else []
        except LookupFailedError as error:
            LOOKUPS.labels("failed").inc(len(unknown))
            if not self._warned:
                log.warning("Wikidata ids are not looked up for now", error=str(error))
            self._warned = True
            await self._publish(known)
            return max(LEAVE_ALONE, error.wait)
        self._warned = False
        self._cache.put((e.name, e.type, id_) for (e, _), id_ in zip(unknown, ids, strict=True))
        for id_ in ids:
            LOOKUPS.labels("found" if id_ else "none").inc()
        known += [(e, claimed, id_) for (e, claimed), id_ in zip(unknown, ids, strict=True)]
        await self._publish(known)
        return self._interval if unknown else 0.0

    async def _publish(self, answers: Iterable[tuple[Entity, str | None, str | None]]) -> None:
        outputs = [_claim(entity, id_) for entity, claimed, id_ in answers if id_ != claimed]
        if outputs:
            await self._publisher.publish(outputs)


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("no Wikidata id is looked up any more", exc_info=error)


def _claim(entity: Entity, wikidata: str | None) -> Output:
    claim = Identity(id=entity.id, entity=entity, wikidata=wikidata)
    origin = Record(MENTIONS.name, 0, 0, time.time_ns() // 1_000_000, None, None)
    return output(MENTIONS.name, claim.id.encode(), claim, claim.id, source=CE_SOURCE, origin=origin)
