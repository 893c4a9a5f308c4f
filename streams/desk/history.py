"""What was reported about an entity over time, and which fact closed which, as the sink resolved contradictions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from neo4j import AsyncDriver

from streams.desk.corrections.views import corrected_fact, native
from streams.messages.voices import keys_of, voices
from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    ENTITY,
    EVIDENCE,
    FROM,
    HAPPENING_TYPES,
    any_of,
    is_named,
    shown,
    stated_beginning,
)


def called(variable: str) -> str:
    """Returns Cypher's condition for the entity of this variable to have the name, id or Wikidata id `$entity`."""
    return (
        f"({variable}.id = $entity OR {variable}.name = $entity OR {variable}.wikidata = $entity) "
        f"AND ({variable}.id = $entity OR {is_named(variable)})"
    )


MOST_COMPARED = 200
"""Articles with a fact, the first ones, that are compared with each other."""

FAMILY = f"""
MATCH (named:{ENTITY}) WHERE {called("named")}
MATCH (named)-[up:{ALIAS_OF} WHERE up.ended_at IS NULL]->{{0,3}}(top:{ENTITY})
WHERE NOT EXISTS {{ (top)-[on:{ALIAS_OF} WHERE on.ended_at IS NULL]->() }}
MATCH (member:{ENTITY})-[down:{ALIAS_OF} WHERE down.ended_at IS NULL]->{{0,3}}(top)
WITH DISTINCT top, member
"""
"""Cypher that finds the entity that `$entity`, a name, id or Wikidata id, stands for.

Binds it as `top`, and itself and each of its aliases in turn as `member`. A happening is found by its id only, because
many have the same name.
"""

NOT_HAPPENING = f"!({any_of(HAPPENING_TYPES.values())})"
"""Cypher's expression for a relationship of any type but those of happenings, which have lists of their own."""

_EVENTS = (
    FAMILY
    + f"""
MATCH (member)-[r:{NOT_HAPPENING}]-(other)
WHERE r.id IS NOT NULL AND ($relation IS NULL OR r.name = $relation OR r.property = $relation)
WITH top, r, startNode(r) AS subject, collect(DISTINCT other) AS others
WITH top, r, subject, CASE WHEN endNode(r) IN others THEN endNode(r) ELSE subject END AS object
ORDER BY r.name, coalesce(r.valid_from, r.first_seen), r.id SKIP $skip LIMIT $limit
OPTIONAL MATCH (object)-[a:{ALIAS_OF} WHERE a.ended_at IS NULL]->(canonical)
CALL (r) {{
  MATCH (e:{EVIDENCE} {{fact: r.id}})-[:{FROM}]->(a:{ARTICLE}) WHERE e.retracted_at IS NULL
  RETURN count(DISTINCT a) AS articles
}}
CALL (r) {{
  MATCH (e:{EVIDENCE} {{fact: r.id}})-[:{FROM}]->(a:{ARTICLE}) WHERE e.retracted_at IS NULL
  WITH a, min(e.seen_at) AS at, min(e.sentence) AS sentence ORDER BY at, a.id LIMIT {MOST_COMPARED}
  RETURN collect({{article: a.id, source: a.source, likeness: a.likeness, sentence: sentence}}) AS reports
}}
RETURN top.name AS entity, r.id AS fact, r.name + CASE WHEN object = subject THEN ' of' ELSE '' END AS relation,
  coalesce({shown("canonical")}, {shown("object")}, object.value, object.headline, object.id) AS object,
  head([(subject)-[x {{id: r.closed_by}}]->(by) | coalesce(by.name, by.value)]) AS closer, r.standing AS standing,
  coalesce(r.valid_from, r.first_seen) AS since, {stated_beginning("r")} AS stated, r.invalid_at AS until,
  r.closed_by AS closed_by,
  coalesce(r.at_latest, false) AS at_latest, {corrected_fact("r")} AS corrected,
  r.last_seen AS last_seen, r.held_before AS before, r.retracted_at AS retracted_at, r.count AS evidence,
  r.confidence AS confidence, articles, reports
"""
)

_CONTRADICTIONS = f"""
MATCH (s:{ENTITY})-[old]->(was) WHERE old.closed_by IS NOT NULL AND old.invalid_at IS NOT NULL
MATCH (s)-[new {{id: old.closed_by}}]->(now)
WITH s, old, was, new, now ORDER BY new.count + old.count DESC, old.id LIMIT $limit
CALL (old) {{
  MATCH (e:{EVIDENCE} {{fact: old.id}})-[:{FROM}]->(a) WHERE e.retracted_at IS NULL
  RETURN {{sentence: e.sentence, headline: a.headline, url: a.url, seen_at: e.seen_at}} AS before
  ORDER BY e.past IS NOT NULL, e.confidence DESC, e.id LIMIT 1
}}
CALL (new) {{
  MATCH (e:{EVIDENCE} {{fact: new.id}})-[:{FROM}]->(a) WHERE e.retracted_at IS NULL
  RETURN {{sentence: e.sentence, headline: a.headline, url: a.url, seen_at: e.seen_at}} AS after
  ORDER BY e.past IS NOT NULL, e.confidence DESC, e.id LIMIT 1
}}
RETURN s.name AS subject, old.name AS relation, was.name AS was, now.name AS now, old.invalid_at AS at, before, after
"""


@dataclass(frozen=True, slots=True)
class Episode:
    """A period in which a fact about an entity held, as far as the news reported.

    Attributes:
        relation: The relation; followed by " of" where the entity is its object.
        fact: The fact's id.
        standing: `current`, `closed`, `disputed`, `contradicted`, `withdrawn` or `forbidden`; None if nothing
            contradicts it.
        until: When it stopped holding, because another fact closed it or all its evidence was withdrawn.
        closed_by: The object of the fact that closed it.
        articles: How many articles state it.
        voices: How many of them are no copies of another one; of more than `MOST_COMPARED`, each later one counts.
        sources: The sources of the first of those that are none.
        at_latest: Whether it may have stopped holding earlier than `until`: no article reported the end.
        corrected: What an editor says of the fact: the correction's id, kind, by whom, why and when; None if nothing.
    """

    entity: str
    relation: str
    object: str
    fact: str
    standing: str | None
    since: datetime
    until: datetime | None
    last_seen: datetime
    closed_by: str | None
    evidence: int
    articles: int
    voices: int
    confidence: float
    sources: Sequence[str]
    at_latest: bool = False
    corrected: dict[str, Any] | None = None

    def held(self, at: datetime) -> bool:
        """Returns whether the fact held at a time, by what is known today."""
        doubted = self.standing in ("disputed", "contradicted", "withdrawn", "forbidden")
        return not doubted and self.since <= at and (self.until is None or at < self.until)


MOST = 10_000
"""Most facts whose history is read at once."""


async def history(
    driver: AsyncDriver,
    entity: str,
    database: str | None = None,
    *,
    relation: str | None = None,
    skip: int = 0,
    limit: int = MOST,
) -> list[Episode]:
    """Returns the facts about an entity over time, by relation and then by time.

    Args:
        driver: The graph's.
        entity: Any of the entity's names or ids.
        database: The database's name; None for the default one.
        relation: Only facts of this relation, by its name or its id in the ontology.
        skip: How many facts to leave out.
        limit: Most facts; one that held several times is several episodes.
    """
    asked = {"entity": entity, "relation": relation, "skip": skip, "limit": limit}
    rows = [row.data() for row in (await driver.execute_query(_EVENTS, parameters_=asked, database_=database)).records]
    objects = {row["fact"]: row["object"] for row in rows}
    episodes = []
    for row in rows:
        times = [t.to_native() for t in row["before"] or ()]
        closer = objects.get(row["closed_by"], row["closer"])
        for since, until in zip(times[::2], times[1::2], strict=True):
            episodes.append(_episode(row, since, until, "closed", None))
        until = row["until"] or row["retracted_at"]
        since = began(row["since"].to_native(), row["stated"], _native(row["until"]))
        episodes.append(_episode(row, since, _native(until), row["standing"], closer))
    return sorted(episodes, key=lambda e: (e.relation, e.since, e.fact))


def _episode(
    row: dict[str, Any], since: datetime, until: datetime | None, standing: str | None, closer: str | None
) -> Episode:
    corrected = row["corrected"] and native(row["corrected"], "at")
    ended = "forbidden" if corrected and corrected["kind"] == "forbid" else "withdrawn"
    first = set(voices([*map(keys_of, row["reports"])]))
    return Episode(
        entity=row["entity"],
        relation=row["relation"],
        object=row["object"],
        fact=row["fact"],
        standing=ended if row["retracted_at"] else standing,
        since=since,
        until=until,
        last_seen=row["last_seen"].to_native(),
        closed_by=closer,
        evidence=row["evidence"],
        articles=row["articles"],
        voices=row["articles"] - len(row["reports"]) + len(first),
        confidence=row["confidence"],
        sources=sorted({source for place in first if (source := row["reports"][place]["source"])}),
        at_latest=row["at_latest"] and standing == "closed" and until == _native(row["until"]),
        corrected=corrected,
    )


def began(reported: datetime, stated: str | None, until: datetime | None) -> datetime:
    """Returns when a fact began: when a text says, or else when it was reported, and not after its end.

    Args:
        reported: When it began by what the graph has concluded, or else its first report.
        stated: The day, month or year that a text states; None if none does.
        until: Its end, which may lie before its first report.
    """
    try:
        said = datetime.fromisoformat(f"{stated}-01-01"[:10]).replace(tzinfo=UTC) if stated else reported
    except ValueError:  # no such day
        said = reported
    return min(time for time in (reported, said, until) if time)


def _native(time: Any) -> datetime | None:
    return time.to_native() if time else None


async def contradictions(driver: AsyncDriver, database: str | None = None, limit: int = 10) -> list[dict[str, Any]]:
    """Returns facts that other facts closed, most evidence first, each with the best sentence for both."""
    result = await driver.execute_query(_CONTRADICTIONS, limit=limit, database_=database)
    return [row.data() for row in result.records]
