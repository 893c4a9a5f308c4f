"""Erases an article everywhere: publishes the erasure, waits until the graph has obeyed, and clears compacted topics.

The erasure is a retraction with `erase`, so it takes the article's own way: it arrives behind everything that the
article said, and subscribers of `triples` learn of it like of any other document.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from neo4j import AsyncDriver

from streams.desk.brought import Brought, Remaining, brought, remaining
from streams.messages.events import Article, MediaItem
from streams.messages.outputs import output
from streams.road.stage import Output, Record
from topology.topics import ENTITIES, RAW_MEDIA, RAW_NEWS, SUGGESTIONS

CE_SOURCE = "triplewire/erase"
LOOK_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did.

    Attributes:
        before: What the article had brought; None if the graph did not have it.
        after: What is left; `after.article` says that the sink has not obeyed yet.
    """

    before: Brought | None
    after: Remaining

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the entities that go with the article, or are gone with it."""
        if self.before is None:
            return ()
        if self.after.article:
            return self.before.own
        return tuple(sorted(set(self.before.entities) - set(self.after.entities)))


def erasures(id_: str, before: Brought | None) -> list[Output]:
    """Returns the records that erase an article and the media items that only it has."""
    origin = Record(RAW_NEWS.name, 0, 0, int(datetime.now(UTC).timestamp() * 1000), None, None)
    article = Article(id=id_, op="retract", erase=True)
    items = [MediaItem(id=item, op="retract", erase=True) for item in (before.media if before else ())]
    return [
        output(RAW_NEWS.name, id_.encode(), article, id_, source=CE_SOURCE, origin=origin),
        *(output(RAW_MEDIA.name, item.id.encode(), item, item.id, source=CE_SOURCE, origin=origin) for item in items),
    ]


def tombstones(names: Iterable[str]) -> list[Output]:
    """Returns the records with which Kafka drops what the compacted topics have of these entities."""
    origin = Record(ENTITIES.name, 0, 0, 0, None, None)
    return [
        Output(topic, key.encode(), None, (), origin)
        for name in names
        for topic, key in (
            (ENTITIES.name, name),
            (ENTITIES.name, f"remembered:{name}"),
            (ENTITIES.name, f"story:{name}"),
            (SUGGESTIONS.name, name),
        )
    ]


async def erase(
    driver: AsyncDriver,
    database: str,
    id_: str,
    publish: Callable[[list[Output]], Awaitable[object]],
    *,
    within: float,
) -> Erased:
    """Erases an article.

    Args:
        driver: The graph's.
        database: Its name.
        id_: The article's id.
        publish: Publishes records; its result is awaited.
        within: Seconds to wait until the sink has obeyed.
    """
    before = await brought(driver, id_, database)
    await publish(erasures(id_, before))
    deadline = time.monotonic() + within
    nothing = Brought(0, (), (), (), ())
    while (after := await remaining(driver, id_, before or nothing, database)).article:
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(LOOK_EVERY)
    done = Erased(before, after)
    if done.names:
        await publish(tombstones(done.names))
    return done
