"""What editors corrected: all of it, and what concerns an entity or fact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j import AsyncDriver

from topology.graph.names import CORRECTION

_LIST = f"""
MATCH (k:{CORRECTION})
WHERE k.kind IS NOT NULL AND ($all OR k.withdrawn_at IS NULL) AND ($id IS NULL OR k.id = $id)
  AND ($entity IS NULL OR k.subject = $entity OR k.object = $entity)
RETURN k.id AS id, k.kind AS kind, k.by AS by, k.why AS why, k.at AS at, k.said AS said, k.fact AS fact,
  k.withdrawn_at AS withdrawn_at, k.withdrawn_by AS withdrawn_by, k.withdrawn_why AS withdrawn_why
ORDER BY k.latest DESC, k.id SKIP $skip LIMIT $limit
"""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction as it is shown to people.

    Attributes:
        said: The message as JSON; see `streams.messages.correction_events.Correction`.
        fact: Id of the fact that it forbids or confirms.
        at: When it reached Kafka.
        withdrawn_at: Since when it no longer holds; None while it does.
    """

    id: str
    kind: str
    by: str
    why: str
    at: datetime
    said: str
    fact: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None


async def corrections(
    driver: AsyncDriver,
    database: str | None = None,
    *,
    entity: str | None = None,
    id_: str | None = None,
    withdrawn: bool = False,
    skip: int = 0,
    limit: int = 100,
) -> list[CorrectionView]:
    """Returns corrections, the latest first.

    Args:
        driver: The graph's.
        database: Its name; None for the default one.
        entity: Only those about the entity with this id, under this very name.
        id_: Only the one with this id.
        withdrawn: Whether to list those too that no longer hold.
        skip: How many to leave out.
        limit: Most corrections.
    """
    asked = {"entity": entity, "id": id_, "all": withdrawn, "skip": skip, "limit": limit}
    found = await driver.execute_query(_LIST, parameters_=asked, database_=database)
    return [CorrectionView(**native(row.data(), "at", "withdrawn_at")) for row in found.records]


def corrected_fact(fact: str) -> str:
    """Returns Cypher's expression for the correction that the fact of this variable is subject to; null if none is."""
    return (
        f"head(COLLECT {{ MATCH (k:{CORRECTION} {{id: coalesce({fact}.forbidden, {fact}.confirmed)}}) "
        "RETURN k {.id, .kind, .by, .why, .at} })"
    )


def corrected_entity(entity: str) -> str:
    """Returns Cypher's expression for the corrections in force of an entity's name, type or Wikidata id."""
    return (
        f"COLLECT {{ MATCH (k:{CORRECTION} {{subject: {entity}.id}}) "
        "WHERE k.withdrawn_at IS NULL AND NOT k.kind IN ['forbid', 'confirm'] "
        "RETURN k {.id, .kind, .by, .why, .at} ORDER BY k.latest }"
    )


def native(row: dict[str, Any], *times: str) -> dict[str, Any]:
    """Returns a row with these times as datetimes."""
    return row | {name: row[name] and row[name].to_native() for name in times}
