"""What the graph has learnt of an entity, for people: suggested links, likeness, and the story that it is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neo4j import AsyncDriver

from streams.desk.history import FAMILY
from topology.graph.names import ALIAS_OF, ARTICLE, ENTITY, MENTIONS, SUGGESTED
from topology.graph.schema import CONTEXT_INDEX, VECTOR_INDEX

_OPEN = "s.closed_at IS NULL AND s.confirmed_at IS NULL"
_COLUMNS = (
    "RETURN a.name AS subject, s.predicate AS predicate, b.name AS object, s.confidence AS confidence, "
    "s.because AS because, s.suggested_at AS suggested_at, s.confirmed_at AS confirmed_at"
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

_BESIDE = (
    FAMILY
    + f"""
MATCH (member)-[r]-(n:{ENTITY}) WHERE r.id IS NOT NULL AND r.retracted_at IS NULL
OPTIONAL MATCH (n)-[of:{ALIAS_OF}]->(whole:{ENTITY}) WHERE of.ended_at IS NULL
WITH top, coalesce(whole, n) AS other, r WHERE other <> top
RETURN other.name AS name, other.type AS type, collect(DISTINCT r.name) AS relations, sum(r.count) AS evidence
ORDER BY evidence DESC, name LIMIT $limit
"""
)


def _similar(index: str, vector: str) -> str:
    return (
        FAMILY
        + f"""
WITH DISTINCT top WHERE top.{vector} IS NOT NULL
CALL db.index.vector.queryNodes('{index}', $limit + 1, top.{vector}) YIELD node, score WHERE node <> top
RETURN top.name AS entity, node.name AS name, node.type AS type, score,
  [(node)-[r]-(x:{ENTITY}) WHERE r.id IS NOT NULL AND r.retracted_at IS NULL
    AND EXISTS {{ (top)-[q]-(x) WHERE q.id IS NOT NULL AND q.retracted_at IS NULL }} | x.name] AS shared
ORDER BY score DESC, name
"""
    )


_BY_CONTEXT, _BY_NAME = _similar(CONTEXT_INDEX, "context"), _similar(VECTOR_INDEX, "vector")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link that nobody reported, or not when it was suggested.

    Attributes:
        because: What speaks for it: facts, each with its weight, the weightiest first, and what was counted.
        confirmed: Whether it has been reported since.
    """

    subject: str
    predicate: str
    object: str
    confidence: float
    because: tuple[str, ...]
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """Whom facts link with an entity, most evidence first."""

    name: str
    type: str
    relations: tuple[str, ...]
    evidence: int


@dataclass(frozen=True, slots=True)
class Alike:
    """An entity that is like another.

    Attributes:
        score: Of the vector index: (1 + cosine) / 2.
        shared: Whom both have a fact with.
    """

    name: str
    type: str
    score: float
    shared: tuple[str, ...]


async def _rows(driver: AsyncDriver, query: str, database: str | None, **parameters: Any) -> list[dict[str, Any]]:
    found = await driver.execute_query(query, parameters_=parameters, database_=database)
    return [row.data() for row in found.records]


async def suggested(driver: AsyncDriver, entity: str, database: str | None = None) -> list[Suggestion]:
    """Returns what is suggested about an entity, given by any of its names or ids: the likeliest first, each once."""
    return _once(await _rows(driver, _SUGGESTED, database, entity=entity))


async def likeliest(driver: AsyncDriver, database: str | None = None, limit: int = 5) -> list[Suggestion]:
    """Returns the likeliest of all that is suggested."""
    # Both ends may have asked for the same.
    return _once(await _rows(driver, _LIKELIEST, database, limit=2 * limit))[:limit]


async def beside(driver: AsyncDriver, entity: str, database: str | None = None, limit: int = 10) -> list[Beside]:
    """Returns whom facts that are not withdrawn link with an entity."""
    rows = await _rows(driver, _BESIDE, database, entity=entity, limit=limit)
    return [Beside(row["name"], row["type"], tuple(sorted(row["relations"])), row["evidence"]) for row in rows]


async def similar(
    driver: AsyncDriver, entity: str, database: str | None = None, *, limit: int = 10, by_name: bool = False
) -> list[Alike]:
    """Returns the entities with the nearest vectors: by what surrounds them, or by what they are called."""
    rows = await _rows(driver, _BY_NAME if by_name else _BY_CONTEXT, database, entity=entity, limit=limit)
    return [Alike(row["name"], row["type"], row["score"], tuple(sorted(set(row["shared"])))) for row in rows][:limit]


def _once(rows: Sequence[dict[str, Any]]) -> list[Suggestion]:
    found: dict[tuple[str, str, str], Suggestion] = {}
    for row in rows:
        parts = row["subject"], row["predicate"], row["object"]
        one = Suggestion(*parts, row["confidence"], tuple(row["because"]), row["confirmed_at"] is not None)
        found.setdefault(parts, one)
    return list(found.values())


_HOLDS = "a.retracted_at IS NULL AND a.withdrawn_at IS NULL"
_NAMED = f"""
MATCH (a)-[m:{MENTIONS}]->(n:{ENTITY})
OPTIONAL MATCH (n)-[of:{ALIAS_OF}]->(whole:{ENTITY}) WHERE of.ended_at IS NULL
WITH a, coalesce(whole, n) AS e, sum(m.count) AS times ORDER BY times DESC, e.id
WITH a, collect(e.id) AS named
RETURN a.id AS article, named ORDER BY coalesce(a.published_at, a.observed_at), article
"""
_STORY = (
    FAMILY
    + f"""
MATCH (member)<-[:{MENTIONS}]-(a:{ARTICLE}) WHERE {_HOLDS}
WITH DISTINCT a ORDER BY coalesce(a.published_at, a.observed_at) DESC, a.id LIMIT $articles
{_NAMED}
"""
)
_RELATED = f"""
UNWIND $entities AS id
MATCH (c:{ENTITY} {{id: id}})
CALL (c) {{
  RETURN c AS m UNION MATCH (m:{ENTITY})-[al:{ALIAS_OF}]->(c) WHERE al.ended_at IS NULL RETURN m
}}
CALL (m) {{
  MATCH (m)<-[:{MENTIONS}]-(a:{ARTICLE}) WHERE {_HOLDS} AND NOT a.id IN $besides
  RETURN a ORDER BY coalesce(a.published_at, a.observed_at) DESC, a.id LIMIT $articles
}}
WITH DISTINCT a
{_NAMED}
"""
_WHO = (
    f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) RETURN id, n.name AS name, n.type AS type, n.articles AS articles"
)


@dataclass(frozen=True, slots=True)
class Story:
    """What the newest articles about an entity name, and what earlier articles about those name.

    Attributes:
        current: Ids, in order of the articles' time; within an article what it names most comes first.
        related: Of each earlier article its ids, in order of time.
        names: Name and type by id.
        seen: How many articles name each.
    """

    current: tuple[str, ...]
    related: tuple[tuple[str, ...], ...]
    names: dict[str, tuple[str, str]]
    seen: dict[str, int]


async def story(
    driver: AsyncDriver, entity: str, database: str | None = None, *, articles: int = 3, related: int = 32
) -> Story:
    """Returns the story that an entity is in; an empty one if no article names it.

    Args:
        driver: The graph's.
        entity: Any of its names or ids.
        database: The database's name; None for the default one.
        articles: How many of the newest articles that name it are the story.
        related: Earlier articles read of each entity of the story: the newest.
    """
    newest = await _rows(driver, _STORY, database, entity=entity, articles=articles)
    current = tuple(id_ for row in newest for id_ in row["named"])
    besides = [row["article"] for row in newest]
    distinct = sorted(set(current))
    earlier = await _rows(driver, _RELATED, database, entities=distinct, besides=besides, articles=related)
    others = tuple(tuple(row["named"]) for row in earlier)
    ids = sorted({*current, *(id_ for named in others for id_ in named)})
    who = await _rows(driver, _WHO, database, ids=ids)
    return Story(
        current,
        others,
        {row["id"]: (row["name"], row["type"]) for row in who},
        {row["id"]: row["articles"] or 0 for row in who},
    )
