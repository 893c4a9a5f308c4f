"""Computes the vectors and suggestions of every entity again. What was reported stays as it is."""

from collections.abc import AsyncIterator, Callable

from streams.road.publisher import Publisher
from streams.road.retry import forever
from streams.road.stage import Record
from streams.suggestions import cypher
from streams.suggestions.changed import Change
from streams.suggestions.outbox import Outbox, as_output
from streams.suggestions.reading import GraphReader
from streams.suggestions.refresh import TRANSIENT, Refresher
from streams.suggestions.writing import BatchStart

PAGE = 1024
"""Entities between two progress reports."""

NO_RECORD = -1
"""Partition that messages of a rebuild have in the outbox, since no record caused them."""


async def rebuild(
    refresher: Refresher, outbox: Outbox, publisher: Publisher, report: Callable[[str, int], None] = lambda *_: None
) -> int:
    """Refreshes every entity and publishes what changed. It may be stopped and started again at any time.

    Args:
        refresher: Refreshes entities.
        outbox: The outbox, which may still have messages of a rebuild that was stopped.
        publisher: A connected publisher.
        report: Called with what is being computed and how many entities are done.

    Returns:
        How many entities there are, aliases not counted.
    """
    reader = refresher.reader
    newest = await forever(reader.newest_article, step="suggest", on=TRANSIENT)
    start = BatchStart(NO_RECORD, 0, newest)
    # Suggestions use the nearest vectors of all entities, so all vectors come first.
    for doing, links in (("vectors", False), ("suggestions", True)):
        done = 0
        async for page in _pages(reader):
            affected = await reader.affected(Change(entities=frozenset(page)))
            ids = sorted(affected.canonical & set(page))
            await refresher.force(ids, start, links=links)
            await _publish(outbox, publisher)
            done += len(ids)
            report(doing, done)
    return done


async def _publish(outbox: Outbox, publisher: Publisher) -> None:
    begins = {NO_RECORD: 0}
    nowhere = Record("", NO_RECORD, 0, 0, None, None)
    outputs = [as_output(message, nowhere) for _, message in await outbox.pending(begins)]
    if outputs:
        await publisher.publish(outputs)
        await outbox.forget_before({NO_RECORD: 1})


async def _pages(reader: GraphReader) -> AsyncIterator[list[str]]:
    after = ""
    while rows := await reader.rows(cypher.READ_ENTITY_IDS, after=after, most=PAGE):
        yield [row["id"] for row in rows]
        after = rows[-1]["id"]
