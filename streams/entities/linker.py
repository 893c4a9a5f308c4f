"""Looks up Wikidata ids in the background, and publishes them as claims that the registry reads like any record.

The stream never waits for a look-up. An id that is lost in a crash, or while the endpoint is down, is looked up when
the news uses the name again.
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
NAMES_PER_REQUEST = 20
"""Names in one request, so that the query stays well below Wikidata's limit of a minute."""

MAX_WAITING = 10_000
"""Most names that wait for a look-up. Further names are dropped, and requested when they occur again."""

PAUSE_AFTER_FAILURE = 60.0
"""Seconds without a request after the endpoint failed."""

MAX_NAME_LENGTH = 200
"""Characters of the longest name that is looked up; Wikidata has none that is longer."""

_FULL_NAME = re.compile("[\u3400-\u9fff]{3}|[^\\W\u3400-\u9fff].*\\s")
"""A person's name that can identify one person: two words, or three Chinese characters."""


class IdLookup(Protocol):
    """A service that knows Wikidata ids."""

    async def ask(self, names: Sequence[tuple[str, Sequence[str]]]) -> list[str | None]:
        """Returns the id of each name, given the classes of its item; see `streams.entities.sparql.Sparql`."""

    async def close(self) -> None:
        """Closes the connection."""


class Linker:
    """Queues names, and looks them up, one request at a time."""

    def __init__(
        self,
        lookup: IdLookup,
        cache: AnswerCache,
        publisher: Publisher,
        classes: Mapping[str, Sequence[str]],
        *,
        interval: float,
    ) -> None:
        """Starts nothing yet.

        Args:
            lookup: The service to ask; closed here.
            cache: Earlier answers; closed here.
            publisher: Publishes the claims; started and stopped here.
            classes: The Wikidata classes of each entity type. Names of other types are not looked up.
            interval: Least number of seconds between two requests.
        """
        self._lookup, self._cache, self._publisher = lookup, cache, publisher
        self._classes, self._interval = classes, interval
        self._waiting: dict[str, tuple[Entity, str | None]] = {}
        self._some = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._warned = False

    async def start(self) -> None:
        """Starts the look-ups."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(_ended)

    async def stop(self) -> None:
        """Stops at once and forgets the queue."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._publisher.stop()
        await self._lookup.close()
        self._cache.close()

    def request(self, entity: Entity, claimed: str | None) -> None:
        """Requests the Wikidata id of an entity, to be looked up later.

        Args:
            entity: The entity, under one of its names.
            claimed: The id that the registry has from the last look-up; if it is unchanged, nothing is published.
        """
        if self.can_look_up(entity) and (entity.id in self._waiting or len(self._waiting) < MAX_WAITING):
            answer = self._cache.get(entity.name, entity.type)
            if answer is None or answer.id != claimed:
                self._waiting[entity.id] = entity, claimed
                self._some.set()

    def can_look_up(self, entity: Entity) -> bool:
        """Returns whether a name can identify an item: a first name or surname alone cannot."""
        if entity.type not in self._classes or len(entity.name) > MAX_NAME_LENGTH:
            return False
        return entity.type != "person" or _FULL_NAME.search(entity.name) is not None

    async def _run(self) -> None:
        await self._publisher.start()
        while True:
            await self._some.wait()
            batch = [self._waiting.pop(id_) for id_ in list(self._waiting)[:NAMES_PER_REQUEST]]
            if not self._waiting:
                self._some.clear()
            await asyncio.sleep(await self._look_up(batch))

    async def _look_up(self, batch: Iterable[tuple[Entity, str | None]]) -> float:
        """Looks up names and publishes new ids; returns the seconds to wait before the next request."""
        known: list[tuple[Entity, str | None, str | None]] = []
        unknown: list[tuple[Entity, str | None]] = []
        for entity, claimed in batch:
            if answer := self._cache.get(entity.name, entity.type):
                known.append((entity, claimed, answer.id))
            else:
                unknown.append((entity, claimed))
        try:
            ids = await self._lookup.ask([(e.name, self._classes[e.type]) for e, _ in unknown]) if unknown else []
        except LookupFailedError as error:
            LOOKUPS.labels("failed").inc(len(unknown))
            if not self._warned:
                log.warning("linker.paused", error=str(error))
            self._warned = True
            await self._publish(known)
            return max(PAUSE_AFTER_FAILURE, error.wait)
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
        log.error("linker.stopped", exc_info=error)


def _claim(entity: Entity, wikidata: str | None) -> Output:
    claim = Identity(id=entity.id, entity=entity, wikidata=wikidata)
    origin = Record(MENTIONS.name, 0, 0, time.time_ns() // 1_000_000, None, None)
    return output(MENTIONS.name, claim.id.encode(), claim, claim.id, source=CE_SOURCE, origin=origin)
