"""Erasures, and the graph that events leave."""

import json
from typing import Any

from neo4j import AsyncDriver

from streams.messages.events import Document
from streams.sink.faults import ConflictError
from streams.sink.writer import GraphWriter
from tests.live.sink.media_sample import ask
from tests.streams.sink.sample import at, new_writer, placed
from topology.graph.snapshot import snapshot


def erasure(id_: str = "a", *, observed: float) -> Document:
    return Document(id=id_, op="retract", erase=True, observed_at=at(observed))


async def written(writer: GraphWriter, some: Any) -> None:
    """Writes as the road does: Neo4j may still know a relationship that was deleted a moment ago."""
    for again in (True, True, False):
        try:
            await writer.write(some)
        except ConflictError:
            if not again:
                raise
        else:
            return


async def graph_of(driver: AsyncDriver, *events: Any, batch: int = 7) -> list[str]:
    """Returns the graph that events leave, without entities that nothing is linked with."""
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    writer = new_writer(driver)
    for first in range(0, len(events), batch):
        await written(writer, placed(*events[first : first + batch], first=first))
    return await linked(driver)


async def linked(driver: AsyncDriver) -> list[str]:
    isolated = {id_ for (id_,) in await ask(driver, "MATCH (n:Entity) WHERE NOT (n)--() RETURN n.id")}
    lines = await snapshot(driver)
    return [line for line in lines if json.loads(line)["properties"].get("id") not in isolated]
