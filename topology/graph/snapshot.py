"""The whole graph in a canonical form, so that two graphs can be compared node by node."""

from collections.abc import AsyncIterator, Collection, Iterable
from hashlib import sha256
from typing import Any

import orjson
from neo4j import AsyncDriver, Query

from topology.graph.names import (
    ALIAS_OF,
    COMPUTED_PROPERTIES,
    CORRECTION,
    ENTITY,
    ERASED,
    LAST_BATCH,
    OFFSET,
    OUTBOX,
    SUGGESTED,
)

CLOCK = ("observed_at", "retracted_at", "withdrawn_at", "brings_since", "dropped_at")
"""Properties that come from Kafka's clock. Ignore their values to compare runs at different times."""

WITHIN = 3600
"""Seconds that reading the whole graph may take, whatever the server's own limit for a transaction."""

_HIDDEN = "".join(f", {name}: null" for name in COMPUTED_PROPERTIES)
_NODES = (
    # Ended aliases are left out: the decisions before the last one depend on what was known at the time. So are names
    # that nothing but such a decision has brought into the graph.
    f"MATCH (n) WHERE NOT n:{OFFSET} AND NOT n:{OUTBOX} AND NOT n:{ERASED} "
    f"AND NOT (n:{CORRECTION} AND n.withdrawn_at IS NOT NULL) "
    f"AND (NOT n:{ENTITY} OR n.wikidata IS NOT NULL "
    f"OR EXISTS {{ (n)-[r:!{SUGGESTED}]-() WHERE NOT (r:{ALIAS_OF} AND r.ended_at IS NOT NULL) }}) "
    f"RETURN labels(n) AS labels, n {{.*{_HIDDEN}}} AS properties"
)
_RELATIONSHIPS = (
    f"MATCH (s)-[r:!{SUGGESTED}]->(o) WHERE NOT s:{OFFSET} AND NOT (r:{ALIAS_OF} AND r.ended_at IS NOT NULL) "
    "RETURN s.id AS s, labels(s) AS s_labels, type(r) AS type, properties(r) AS properties, "
    "o.id AS o, labels(o) AS o_labels"
)


def _plain(value: Any) -> Any:
    return value.iso_format() if hasattr(value, "iso_format") else str(value)


def _line(row: dict[str, Any], ignore: Collection[str]) -> str:
    row["properties"] = {k: k in ignore or v for k, v in row["properties"].items() if v is not None and k != LAST_BATCH}
    for key in ("labels", "s_labels", "o_labels"):
        if key in row:
            row[key] = sorted(row[key])
    return orjson.dumps(row, default=_plain, option=orjson.OPT_SORT_KEYS).decode()


async def _lines(driver: AsyncDriver, database: str | None, ignore: Collection[str]) -> AsyncIterator[str]:
    async with driver.session(database=database) as session:
        for query in (_NODES, _RELATIONSHIPS):
            async for record in await session.run(Query(query, timeout=WITHIN)):
                yield _line(record.data(), ignore)


async def snapshot(driver: AsyncDriver, database: str | None = None, ignore: Collection[str] = ()) -> list[str]:
    """Returns every node and relationship with labels and properties, one JSON text each, sorted.

    The sink's offsets, the numbers of its batches and its marks of what was erased are left out, because they say
    nothing about the news. So are corrections that were withdrawn, suggestions and the properties that they are
    computed from, because they depend on when they were computed, and aliases that have ended, with names that only
    such an alias brought.

    Args:
        driver: The graph's.
        database: Its name; None for the default one.
        ignore: Property names whose values do not count, only their presence (see `CLOCK`).
    """
    return sorted([line async for line in _lines(driver, database, ignore)])


async def digest(driver: AsyncDriver, database: str | None = None, ignore: Collection[str] = ()) -> str:
    """Returns a SHA-256 over the snapshot: equal graphs have equal digests."""
    return summed(await snapshot(driver, database, ignore))


def summed(lines: Iterable[str]) -> str:
    """Returns the SHA-256 of a snapshot's lines."""
    return sha256("\n".join(lines).encode()).hexdigest()
