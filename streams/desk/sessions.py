"""The session of entities that an entity's story is, for the model that says whom the story may name next."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from neo4j import AsyncDriver

from streams.desk.history import FAMILY
from streams.desk.rows import rows
from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    CLAIMED,
    ENTITY,
    EVIDENCE,
    FROM,
    HAPPENING,
    INSTANCE_OF,
    MENTIONS,
    PART_OF_STORY,
    PARTS,
    STANDS_FOR,
    STORY,
    document_holds,
    is_named,
)

Ask = Callable[..., Awaitable[list[dict[str, Any]]]]
"""Asks the graph; see `rows`."""

MOST_REPORTS = 100
"""Reports of happenings in which an entity takes part whose stories are looked up, the newest."""

MOST_HAPPENINGS = 16
"""Happenings of a story whose participants are read, the newest. The model reads the last eight entities."""

_HOLDS = document_holds("a")
_TIME = "coalesce(a.published_at, a.observed_at)"
_NAMED = f"""
MATCH (a)-[m:{MENTIONS}]->(n:{ENTITY})
OPTIONAL MATCH (n)-[of:{ALIAS_OF}]->(whole:{ENTITY}) WHERE of.ended_at IS NULL
WITH a, coalesce(whole, n) AS e, sum(m.count) AS times ORDER BY times DESC, e.id
WITH a, collect(e.id) AS named
RETURN a.id AS article, named ORDER BY {_TIME}, article
"""

_STORY = f"""
{FAMILY}
MATCH (member)<-[r:{PARTS}]-(report:{HAPPENING}) WHERE r.retracted_at IS NULL
WITH report, max(r.last_seen) AS at ORDER BY at DESC, report.id LIMIT $reports
MATCH (report)-[alias{STANDS_FOR}]->{{0,3}}(:{HAPPENING})-[:{PART_OF_STORY}]->(s:{STORY})
RETURN s.id AS id, coalesce(s.title, '') AS title ORDER BY at DESC, id LIMIT 1
"""

_HAPPENINGS = f"""
MATCH (:{STORY} {{id: $story}})<-[:{PART_OF_STORY}]-(h:{HAPPENING})
MATCH (h)<-[alias{STANDS_FOR}]-{{0,3}}(report:{HAPPENING})
MATCH (report)-[r:{PARTS}]->(n:{ENTITY}) WHERE r.retracted_at IS NULL AND {is_named("n")}
OPTIONAL MATCH (n)-[of:{ALIAS_OF}]->(whole:{ENTITY}) WHERE of.ended_at IS NULL
WITH h, coalesce(whole, n) AS e, count(DISTINCT report) AS times, min(r.first_seen) AS at,
  collect(DISTINCT report.id) AS reports ORDER BY times DESC, e.id
WITH h, min(at) AS at, collect(e.id) AS named, collect(reports) AS reports ORDER BY at DESC, h.id LIMIT $happenings
RETURN named, reduce(all = [], some IN reports | all + some) AS reports ORDER BY at, h.id
"""

_OWN = f"""
UNWIND $reports AS id
MATCH (:{ENTITY} {{id: id}})-[is:{INSTANCE_OF}|{CLAIMED}]->()
MATCH (e:{EVIDENCE} {{fact: coalesce(is.id, is.claim)}})-[:{FROM}]->(a:{ARTICLE})
RETURN DISTINCT a.id AS article
"""

_NEWEST = f"""
{FAMILY}
MATCH (member)<-[:{MENTIONS}]-(a:{ARTICLE}) WHERE {_HOLDS}
WITH DISTINCT a ORDER BY {_TIME} DESC, a.id LIMIT $articles
{_NAMED}
"""

_RELATED = f"""
UNWIND $entities AS id
MATCH (c:{ENTITY} {{id: id}})
CALL (c) {{
  RETURN c AS m UNION MATCH (m:{ENTITY})-[al:{ALIAS_OF}]->(c) WHERE al.ended_at IS NULL RETURN m
}}
CALL (m) {{
  MATCH (m)<-[:{MENTIONS}]-(a:{ARTICLE}) WHERE {_HOLDS} AND NOT a.id IN $own
  RETURN a ORDER BY {_TIME} DESC, a.id LIMIT $articles
}}
WITH DISTINCT a
{_NAMED}
"""

_WHO = (
    f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) RETURN id, n.name AS name, n.type AS type, n.articles AS articles"
)


@dataclass(frozen=True, slots=True)
class Session:
    """The entities that a story has named, and those that other articles name with them.

    Attributes:
        current: Ids of the story's entities in order of time; of one happening or article, the most named first.
        related: For each other article the ids that it names, oldest article first.
        names: Name and type by id.
        seen: How many articles name each, by id.
        title: The story's title; empty if the newest articles stand for a story that the graph does not have.
    """

    current: tuple[str, ...]
    related: tuple[tuple[str, ...], ...]
    names: dict[str, tuple[str, str]]
    seen: dict[str, int]
    title: str = ""


async def session(
    driver: AsyncDriver, entity: str, database: str | None = None, *, articles: int = 3, related: int = 32
) -> Session:
    """Returns the session that an entity is in; an empty one if no article names it.

    It is the newest story to which a happening belongs that the entity takes part in: the participants of the story's
    newest happenings. If the entity is in no story, or no other article names these participants, so that nobody could
    be next, it is what the newest articles about the entity name.

    Args:
        driver: The graph's.
        entity: Any of the entity's names or ids.
        database: The database's name; None for the default one.
        articles: How many of the newest articles about the entity stand for a story.
        related: How many other articles to read about each entity of the session, the newest first.
    """
    ask = partial(rows, driver, database)

    async def others(current: Sequence[str], own: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        found = await ask(_RELATED, entities=sorted(set(current)), own=own, articles=related)
        return tuple(tuple(row["named"]) for row in found)

    for story in await ask(_STORY, entity=entity, reports=MOST_REPORTS):
        happenings = await ask(_HAPPENINGS, story=story["id"], happenings=MOST_HAPPENINGS)
        current = tuple(id_ for row in happenings for id_ in row["named"])
        reports = sorted({id_ for row in happenings for id_ in row["reports"]})
        own = [row["article"] for row in await ask(_OWN, reports=reports)]
        around = await others(current, own)
        if any(set(named) - set(current) for named in around):
            return await _known(ask, current, around, story["title"])
    newest = await ask(_NEWEST, entity=entity, articles=articles)
    current = tuple(id_ for row in newest for id_ in row["named"])
    return await _known(ask, current, await others(current, [row["article"] for row in newest]), "")


async def _known(ask: Ask, current: tuple[str, ...], related: tuple[tuple[str, ...], ...], title: str) -> Session:
    """Returns a session with what is known of its entities."""
    ids = sorted({*current, *(id_ for named in related for id_ in named)})
    who = await ask(_WHO, ids=ids)
    return Session(
        current,
        related,
        {row["id"]: (row["name"], row["type"]) for row in who},
        {row["id"]: row["articles"] or 0 for row in who},
        title,
    )
