"""What an article brought into the graph, and what only it supports: what an erasure removes."""

from dataclasses import dataclass

from neo4j import AsyncDriver

from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    CLAIMED,
    DERIVED_FROM,
    ENTITY,
    EVIDENCE,
    FROM,
    ILLUSTRATES,
    MEDIA,
    MENTIONS,
)

_BROUGHT = f"""
MATCH (a:{ARTICLE} {{id: $id}})
WITH a, [(a)<-[:{ILLUSTRATES}]-(m:{MEDIA})
  WHERE NOT EXISTS {{ (m)-[:{ILLUSTRATES}]->(p) WHERE p <> a }} | m] AS media
WITH a, media, COLLECT {{
  UNWIND media AS m MATCH (m)<-[:{DERIVED_FROM}]-(d:{ARTICLE}) RETURN DISTINCT d
}} AS derived
WITH media, derived, [a] + media + derived AS nodes
CALL (nodes) {{
  UNWIND nodes AS n MATCH (n)<-[:{FROM}]-(e:{EVIDENCE}) RETURN count(e) AS evidence, collect(DISTINCT e.fact) AS facts
}}
CALL (nodes) {{
  UNWIND nodes AS n MATCH (n)-[:{MENTIONS}]->(e:{ENTITY}) RETURN collect(DISTINCT e.id) AS mentioned
}}
CALL (nodes) {{
  UNWIND nodes AS n MATCH (n)<-[:{FROM}]-(e:{EVIDENCE})
  CALL (e) {{
    MATCH (s)-[r {{id: e.fact}}]->(o) WHERE type(r) = e.relation RETURN s, o
    UNION
    MATCH (s)-[:{CLAIMED} {{claim: e.fact}}]->(o) RETURN s, o
  }}
  UNWIND [s, o] AS end WITH end WHERE end:{ENTITY} RETURN collect(DISTINCT end.id) AS ends
}}
WITH nodes, media, derived, evidence, facts, COLLECT {{
  UNWIND mentioned + ends AS id MATCH (n:{ENTITY} {{id: id}})-[:{ALIAS_OF}]-{{0,2}}(e:{ENTITY}) RETURN DISTINCT e
}} AS entities
RETURN [m IN media | m.id] AS media, [d IN derived | d.id] AS derived, evidence, facts,
  [e IN entities | e.id] AS entities, COLLECT {{
    UNWIND entities AS e WITH e
    WHERE NOT EXISTS {{ (e)<-[:{MENTIONS}]-(x) WHERE NOT x IN nodes }} AND NOT EXISTS {{
      MATCH (e)-[r]-() WHERE coalesce(r.id, r.claim) IS NOT NULL
      MATCH (v:{EVIDENCE} {{fact: coalesce(r.id, r.claim)}})-[:{FROM}]->(y) WHERE NOT y IN nodes
    }}
    RETURN e.id
  }} AS own
"""

_WORDS = f"""
MATCH (a:{ARTICLE} {{id: $id}})
RETURN [a.id, a.headline, a.url] + COLLECT {{ MATCH (a)<-[:{FROM}]-(e:{EVIDENCE}) RETURN DISTINCT e.sentence }} AS words
"""

_STILL = f"""
RETURN EXISTS {{ MATCH (:{ARTICLE} {{id: $id}}) }} AS article,
  COLLECT {{ UNWIND $entities AS id MATCH (:{ENTITY} {{id: id}}) RETURN id }} AS entities,
  COLLECT {{ UNWIND $facts AS fact MATCH (:{EVIDENCE} {{fact: fact}}) RETURN DISTINCT fact }} AS facts
"""


@dataclass(frozen=True, slots=True)
class Brought:
    """What the graph has because of an article.

    Attributes:
        evidence: Number of sentences and spots that support facts.
        facts: Ids of those facts, which others may support as well.
        media: Ids of its pictures, videos and sounds that no other article has.
        derived: Ids of the articles that were derived from these.
        entities: Ids of the entities that it names, and of their aliases; others may name them too.
        own: Those of them that nothing else names.
    """

    evidence: int
    facts: tuple[str, ...]
    media: tuple[str, ...]
    derived: tuple[str, ...]
    entities: tuple[str, ...]
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remaining:
    """What of it is in the graph now: whether the article is, and those of the entities and facts that are."""

    article: bool
    entities: tuple[str, ...]
    facts: tuple[str, ...]


async def brought(driver: AsyncDriver, id_: str, database: str | None = None) -> Brought | None:
    """Returns what an article brought into the graph; None if the graph does not have it."""
    found = (await driver.execute_query(_BROUGHT, id=id_, database_=database)).records
    if not found:
        return None
    row = found[0].data()
    lists = {name: tuple(sorted(row[name])) for name in ("facts", "media", "derived", "entities", "own")}
    return Brought(evidence=row["evidence"], **lists)


async def words(driver: AsyncDriver, id_: str, database: str | None = None) -> list[str | None]:
    """Returns by what an editor may have named an article: its id, headline, address and sentences."""
    found = (await driver.execute_query(_WORDS, id=id_, database_=database)).records
    return list(found[0]["words"]) if found else [id_]


async def remaining(driver: AsyncDriver, id_: str, before: Brought, database: str | None = None) -> Remaining:
    """Returns what is left in the graph of what an article brought."""
    asked = {"id": id_, "entities": list(before.entities), "facts": list(before.facts)}
    row = (await driver.execute_query(_STILL, parameters_=asked, database_=database)).records[0]
    return Remaining(row["article"], tuple(row["entities"]), tuple(row["facts"]))
