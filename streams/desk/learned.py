"""What was learnt about an entity: suggested links and similar entities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neo4j import AsyncDriver

from streams.desk.history import FAMILY, NOT_HAPPENING
from streams.desk.rows import rows
from topology.graph.names import ALIAS_OF, ENTITY, SUGGESTED, suggestion_open
from topology.graph.schema import CONTEXT_INDEX, VECTOR_INDEX

_OPEN = suggestion_open("s")
_COLUMNS = (
    "RETURN a.name AS subject, s.predicate AS predicate, b.name AS object, s.confidence AS confidence, "
    "s.because AS because, s.suggested_at AS suggested_at, s.confirmed_at AS confirmed_at, "
    "a.id AS subject_id, b.id AS object_id"
)

_SUGGESTED = (
    FAMILY
    + f"""
MATCH (top)-[s:{SUGGESTED}]-() WHERE {_OPEN} OR s.confirmed_at IS NOT NULL
WITH DISTINCT s, startNode(s) AS a, endNode(s) AS b ORDER BY s.confidence DESC, s.suggestion
{_COLUMNS}
"""
)

_LIKELIEST = f"""
MATCH (a:{ENTITY})-[s:{SUGGESTED}]->(b:{ENTITY}) WHERE {_OPEN}
{_COLUMNS} ORDER BY confidence DESC, s.suggestion LIMIT $limit
"""

_LINKED = (
    FAMILY
    + f"""
MATCH (member)-[r:{NOT_HAPPENING}]-(n:{ENTITY}) WHERE r.id IS NOT NULL AND r.retracted_at IS NULL
OPTIONAL MATCH (n)-[of:{ALIAS_OF}]->(whole:{ENTITY}) WHERE of.ended_at IS NULL
WITH top, coalesce(whole, n) AS other, r WHERE other <> top
RETURN other.id AS id, other.name AS name, other.type AS type, collect(DISTINCT r.name) AS relations,
  sum(r.count) AS evidence
ORDER BY evidence DESC, name, id LIMIT $limit
"""
)


def _similar(index: str, vector: str) -> str:
    return (
        FAMILY
        + f"""
WITH DISTINCT top WHERE top.{vector} IS NOT NULL
CALL db.index.vector.queryNodes('{index}', $limit + 1, top.{vector}) YIELD node, score WHERE node <> top
RETURN top.name AS entity, node.name AS name, node.type AS type, score,
  [(node)-[r:{NOT_HAPPENING}]-(x:{ENTITY}) WHERE r.id IS NOT NULL AND r.retracted_at IS NULL
    AND EXISTS {{ (top)-[q:{NOT_HAPPENING}]-(x) WHERE q.id IS NOT NULL AND q.retracted_at IS NULL }} | x.name] AS shared
ORDER BY score DESC, name
"""
    )


_BY_CONTEXT, _BY_NAME = _similar(CONTEXT_INDEX, "context"), _similar(VECTOR_INDEX, "vector")


@dataclass(frozen=True, slots=True)
class SuggestedLink:
    """A link that nobody had reported when it was suggested.

    Attributes:
        because: Its reasons in words: facts, each with its weight, greatest first, and then what was counted.
        subject_id: The subject's id.
        object_id: The object's id.
        confirmed: Whether it has been reported since.
    """

    subject: str
    predicate: str
    object: str
    confidence: float
    because: tuple[str, ...]
    subject_id: str
    object_id: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class LinkedEntity:
    """An entity that facts link with another."""

    id: str
    name: str
    type: str
    relations: tuple[str, ...]
    evidence: int


@dataclass(frozen=True, slots=True)
class SimilarEntity:
    """An entity that is similar to another.

    Attributes:
        score: The vector index's score, (1 + cosine) / 2.
        shared: Names of the entities that both have a fact with.
    """

    name: str
    type: str
    score: float
    shared: tuple[str, ...]


async def suggested(driver: AsyncDriver, entity: str, database: str | None = None) -> list[SuggestedLink]:
    """Returns what is suggested about an entity, given by any of its names or ids: likeliest first, each link once."""
    return _once(await rows(driver, database, _SUGGESTED, entity=entity))


async def likeliest(driver: AsyncDriver, database: str | None = None, limit: int = 5) -> list[SuggestedLink]:
    """Returns the likeliest open suggestions of the whole graph."""
    # The same link may be suggested of both its ends.
    return _once(await rows(driver, database, _LIKELIEST, limit=2 * limit))[:limit]


async def linked(driver: AsyncDriver, entity: str, database: str | None = None, limit: int = 10) -> list[LinkedEntity]:
    """Returns the entities that facts link with an entity, most evidence first. Withdrawn facts do not count."""
    found = await rows(driver, database, _LINKED, entity=entity, limit=limit)
    return [
        LinkedEntity(row["id"], row["name"], row["type"], tuple(sorted(row["relations"])), row["evidence"])
        for row in found
    ]


async def similar(
    driver: AsyncDriver, entity: str, database: str | None = None, *, limit: int = 10, by_name: bool = False
) -> list[SimilarEntity]:
    """Returns the entities with the nearest vectors: of their neighbourhoods, or with `by_name` of their names."""
    found = await rows(driver, database, _BY_NAME if by_name else _BY_CONTEXT, entity=entity, limit=limit)
    return [SimilarEntity(row["name"], row["type"], row["score"], tuple(sorted(set(row["shared"])))) for row in found][
        :limit
    ]


def _once(rows: Sequence[dict[str, Any]]) -> list[SuggestedLink]:
    found: dict[tuple[str, str, str], SuggestedLink] = {}
    for row in rows:
        parts = row["subject"], row["predicate"], row["object"]
        ids = row["subject_id"], row["object_id"]
        one = SuggestedLink(*parts, row["confidence"], tuple(row["because"]), *ids, row["confirmed_at"] is not None)
        found.setdefault((ids[0], row["predicate"], ids[1]), one)
    return list(found.values())
