"""How much the graph has, and what it says about one entity."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from neo4j import AsyncDriver

from streams.desk.corrections.views import corrected_entity, corrected_fact, native
from streams.desk.history import FAMILY, NOT_HAPPENING, began
from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    CLAIMED,
    ENTITY,
    EVIDENCE,
    FROM,
    HAPPENING,
    HAPPENING_TYPES,
    LITERAL,
    MEDIA,
    MENTIONS,
    OFFSET,
    PART_OF_STORY,
    STORY,
    SUGGESTED,
    any_of,
    fact_held,
    fact_holds,
    is_named,
    shown,
    stated_beginning,
    suggestion_open,
)

_PARTS = any_of(HAPPENING_TYPES.values())
_FACT = f"!({ALIAS_OF}|{SUGGESTED}|{CLAIMED}|{PART_OF_STORY}|{_PARTS})"

_COUNTS = {
    "entities": f"MATCH (n:{ENTITY}) WHERE {is_named('n')} RETURN count(n) AS n",
    "values": f"MATCH (n:{LITERAL}) RETURN count(n) AS n",
    "articles": f"MATCH (n:{ARTICLE}) RETURN count(n) AS n",
    "articles withdrawn": f"MATCH (n:{ARTICLE}) WHERE n.retracted_at IS NOT NULL RETURN count(n) AS n",
    "pictures, videos and sound": f"MATCH (n:{MEDIA}) RETURN count(n) AS n",
    "evidence": f"MATCH (n:{EVIDENCE}) RETURN count(n) AS n",
    "evidence that holds": f"MATCH (n:{EVIDENCE}) WHERE n.retracted_at IS NULL RETURN count(n) AS n",
    "facts": f"MATCH (:{ENTITY})-[r:{_FACT}]->() RETURN count(r) AS n",
    "facts that hold": f"MATCH (:{ENTITY})-[r:{_FACT}]->() WHERE {fact_holds('r')} RETURN count(r) AS n",
    "claims that hold": f"MATCH (n:{ENTITY})-[c:{CLAIMED}]->() WHERE c.retracted_at IS NULL AND NOT n:{HAPPENING} "
    "RETURN count(c) AS n",
    "facts closed by newer ones": f"MATCH (:{ENTITY})-[r]->() WHERE r.invalid_at IS NOT NULL RETURN count(r) AS n",
    "aliases": f"MATCH (n:{ENTITY})-[r:{ALIAS_OF}]->() WHERE r.ended_at IS NULL AND NOT n:{HAPPENING} "
    "RETURN count(r) AS n",
    "happenings": f"MATCH (n:{HAPPENING}) WHERE NOT EXISTS {{ (n)-[a:{ALIAS_OF}]->() WHERE a.ended_at IS NULL }} "
    "RETURN count(n) AS n",
    "reports of happenings": f"MATCH (n:{HAPPENING}) RETURN count(n) AS n",
    "what they say": f"MATCH (:{HAPPENING})-[r:{_PARTS}]->() RETURN count(r) AS n",
    "stories": f"MATCH (n:{STORY}) RETURN count(n) AS n",
    "suggestions": f"MATCH (:{ENTITY})-[r:{SUGGESTED}]->() WHERE {suggestion_open('r')} RETURN count(r) AS n",
    "suggestions confirmed": f"MATCH (:{ENTITY})-[r:{SUGGESTED}]->() WHERE r.confirmed_at IS NOT NULL "
    "RETURN count(r) AS n",
    "mentions": f"MATCH (:{ARTICLE})-[r:{MENTIONS}]->() RETURN count(r) AS n",
}

_BY_TYPE = (
    f"MATCH (:{ENTITY})-[r:{_FACT}]->() RETURN type(r) AS type, count(r) AS facts, sum(r.count) AS evidence "
    "ORDER BY facts DESC, type LIMIT $limit"
)

_OFFSETS = (
    f"MATCH (o:{OFFSET}) RETURN o.group AS group, o.topic AS topic, o.partition AS partition, o.offset AS offset "
    "ORDER BY group, topic, partition"
)


def _facts(current: bool, then: bool, withdrawn: bool) -> str:
    """Returns the statement that reads the facts about an entity.

    Args:
        current: Only what holds.
        then: Whether what holds is what held at the time `$at`.
        withdrawn: Whether also what was withdrawn, unless only what holds is wanted.
    """
    holds = fact_held("r", "$at") if then else fact_holds("r")
    fact = f"AND {holds}" if current else "" if withdrawn else "AND r.retracted_at IS NULL"
    evidence = "WHERE e.retracted_at IS NULL" if current or not withdrawn else ""
    return f"""
{FAMILY}
MATCH (member)-[r:{NOT_HAPPENING}]-(other)
WHERE r.id IS NOT NULL AND ($relation IS NULL OR r.name = $relation OR r.property = $relation) {fact}
WITH DISTINCT r, startNode(r) AS subject, {holds} AS holds
ORDER BY NOT holds, r.retracted_at IS NOT NULL, r.count DESC, r.id SKIP $skip LIMIT $limit
CALL (r) {{
  MATCH (e:{EVIDENCE} {{fact: r.id}})-[:{FROM}]->(a:{ARTICLE}|{MEDIA}) {evidence}
  WITH e, a ORDER BY e.retracted_at IS NOT NULL, e.confidence DESC, e.id LIMIT $sentences
  RETURN collect({{
    sentence: e.sentence, article: a.id, url: a.url, source: a.source, seen_at: e.seen_at,
    retracted_at: e.retracted_at, superseded: a.revision IS NOT NULL AND e.revision <> a.revision,
    headline: CASE WHEN a.revision IS NULL OR e.revision = a.revision THEN coalesce(a.headline, a.caption) END
  }}) AS evidence
}}
RETURN r.id AS id, coalesce(subject.name, subject.headline, subject.id) AS subject, subject.id AS subject_id,
  CASE WHEN endNode(r):{ENTITY} THEN endNode(r).id END AS object_id,
  coalesce(r.valid_from, r.first_seen) AS since, {stated_beginning("r")} AS stated, r.last_seen AS last_seen,
  r.kind AS kind,
  type(r) AS relation, r.name AS name,
  coalesce({shown("endNode(r)")}, endNode(r).value, endNode(r).caption, endNode(r).id) AS object, r.count AS count,
  r.confidence AS confidence,
  r.retracted_at AS retracted_at, r.standing AS standing, r.invalid_at AS invalid_at, r.at_latest AS at_latest, holds,
  head([(subject)-[x {{id: r.closed_by}}]->(by) | coalesce(by.name, by.value)]) AS closed_by,
  {corrected_fact("r")} AS corrected, evidence
ORDER BY NOT holds, retracted_at IS NOT NULL, count DESC, id
"""


_ENTITIES = f"""
{FAMILY}
WITH top, [name IN collect(DISTINCT member.name) WHERE name <> top.name] AS names
RETURN top.id AS id, top.name AS name, top.type AS type, top.wikidata AS wikidata, names,
  {corrected_entity("top")} AS corrected
ORDER BY name, type, id
"""


@dataclass(frozen=True, slots=True)
class EntityView:
    """An entity as it is shown to people.

    Attributes:
        wikidata: Its Wikidata id, if known.
        names: Its aliases.
        corrected: What editors corrected in its name, type, Wikidata id or class: id, kind, by whom, why and when.
    """

    id: str
    name: str
    type: str
    wikidata: str | None
    names: list[str]
    corrected: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Offset:
    """The offset up to which the graph has a partition."""

    group: str
    topic: str
    partition: int
    offset: int


async def counts(driver: AsyncDriver, database: str | None = None) -> dict[str, int]:
    """Returns how many nodes and relationships of each kind the graph has."""
    found = {}
    for name, query in _COUNTS.items():
        result = await driver.execute_query(query, database_=database)
        found[name] = int(result.records[0]["n"])
    return found


async def relations(driver: AsyncDriver, database: str | None = None, limit: int = 15) -> list[tuple[str, int, int]]:
    """Returns relationship types with their number of facts and of evidence, most facts first."""
    result = await driver.execute_query(_BY_TYPE, limit=limit, database_=database)
    return [(row["type"], row["facts"], row["evidence"]) for row in result.records]


async def offsets(driver: AsyncDriver, database: str | None = None) -> list[Offset]:
    """Returns the offset up to which each partition was written."""
    result = await driver.execute_query(_OFFSETS, database_=database)
    return [Offset(**row.data()) for row in result.records]


async def entities(driver: AsyncDriver, entity: str, database: str | None = None) -> list[EntityView]:
    """Returns the entities that a name, id or Wikidata id stands for."""
    result = await driver.execute_query(_ENTITIES, entity=entity, database_=database)
    return [
        EntityView(
            **row.data()
            | {"names": sorted(row["names"]), "corrected": [native(dict(one), "at") for one in row["corrected"]]}
        )
        for row in result.records
    ]


async def facts(
    driver: AsyncDriver,
    entity: str,
    database: str | None = None,
    *,
    limit: int = 20,
    sentences: int = 2,
    current: bool = False,
    withdrawn: bool = True,
    at: datetime | None = None,
    relation: str | None = None,
    skip: int = 0,
) -> list[dict[str, Any]]:
    """Returns the facts about an entity, given by any name or id, with sentences as evidence.

    What holds comes first, and then what has most evidence.

    A sentence of an article's earlier text has no headline: the article's present headline never stood over it. With
    `superseded` it says so, and `retracted_at` says since when a sentence does not count.

    Args:
        driver: The graph's.
        entity: Any of the entity's names or ids.
        database: The database's name; None for the default one.
        limit: Most facts.
        sentences: Most sentences for each.
        current: Whether to leave out facts and sentences that do not hold.
        withdrawn: Whether facts and sentences that were withdrawn are among those that do not hold.
        at: A time: facts hold if they held then, by what is known today; None for now.
        relation: Only facts of this relation, by its name or its id in the ontology.
        skip: How many facts to leave out.
    """
    asked = {"entity": entity, "limit": limit, "sentences": sentences, "at": at, "relation": relation, "skip": skip}
    result = await driver.execute_query(
        _facts(current, at is not None, withdrawn), parameters_=asked, database_=database
    )
    found = [row.data() for row in result.records]
    for fact in found:
        for one in (fact, *fact["evidence"]):
            for name in {"retracted_at", "invalid_at", "seen_at", "since", "last_seen"} & one.keys():
                one[name] = one[name] and one[name].to_native()
        fact["corrected"] = fact["corrected"] and native(fact["corrected"], "at")
        fact["since"] = began(fact["since"], fact.pop("stated"), fact["invalid_at"])
    return found
