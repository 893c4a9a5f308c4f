"""Everything anew: vectors of all entities, and then what is suggested. What is reported needs none of it."""

from collections.abc import AsyncIterator, Callable

from streams.road.publisher import Publisher
from streams.road.retry import forever
from streams.road.stage import Record
from streams.suggestions import cypher
from streams.suggestions.changed import Change
from streams.suggestions.outbox import Outbox, published
from streams.suggestions.reading import GraphReader
from streams.suggestions.refresh import PASSING, Refresher
from streams.suggestions.writing import Origin

PAGE = 1024
"""Entities between two reports."""

NO_RECORD = -1
"""Stands for the partition of what no record brought about."""


async def rebuild(
    refresher: Refresher, outbox: Outbox, publisher: Publisher, tell: Callable[[str, int], None] = lambda *_: None
) -> int:
    """Looks anew at every entity, and publishes what has changed. May be stopped and begun again at any time.

    Args:
        refresher: Looks at them.
        outbox: What is not told yet; also that of a rebuild that was stopped.
        publisher: Connected.
        tell: Told what is going on and how many entities are done.

    Returns:
        How many entities there are that stand for themselves.
    """
    reader = refresher.reader
    newest = await forever(reader.newest, step="suggest", on=PASSING)
    origin = Origin(NO_RECORD, 0, newest)
    # Who is alike is told by the vectors of all, so they come first.
    for doing, links in (("vectors", False), ("suggestions", True)):
        done = 0
        async for page in _pages(reader):
            touched = await reader.touched(Change(entities=frozenset(page)))
            ids = sorted(touched.canonical & set(page))
            await refresher.all(ids, origin, links=links)
            await _tell(outbox, publisher)
            done += len(ids)
            tell(doing, done)
    return done


async def _tell(outbox: Outbox, publisher: Publisher) -> None:
    begins = {NO_RECORD: 0}
    nowhere = Record("", NO_RECORD, 0, 0, None, None)
    outputs = [published(message, nowhere) for _, message in await outbox.untold(begins)]
    if outputs:
        await publisher.publish(outputs)
        await outbox.told_before({NO_RECORD: 1})


async def _pages(reader: GraphReader) -> AsyncIterator[list[str]]:
    after = ""
    while rows := await reader.rows(cypher.READ_ALL, after=after, most=PAGE):
        yield [row["id"] for row in rows]
        after = rows[-1]["id"]
