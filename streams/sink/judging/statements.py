"""The Cypher of verdicts; see `streams.sink.cypher` for the rules."""

from collections.abc import Sequence

from streams.sink.cypher import LOCATE, gathered, time_of, time_or_null
from topology.graph.names import ALIAS_OF, ARTICLE, CLAIMED, CORRECTION, ENTITY, EVIDENCE, FROM, LAST_BATCH, any_of

# A claim counts for the relation that it is about. Only a fact about an entity has a `property`.
READ_ENDS = f"""
MATCH (s)-[r]->(o) WHERE elementId(r) IN $elements
RETURN collect({{
  subject: s.id, type: coalesce(r.relation, type(r)), object: o.id,
  property: CASE WHEN r.claim IS NULL AND s:{ENTITY} THEN r.property END
}}) AS gathered
"""

READ_PROOFS = gathered(
    f"""
UNWIND $facts AS fact
MATCH (e:{EVIDENCE} {{fact: fact}})-[:{FROM}]->(a:{ARTICLE}) WHERE e.retracted_at IS NULL
RETURN fact, e.past IS NOT NULL AS past, a.id AS article, a.likeness AS likeness, e.sentence AS sentence,
  e.seen_at.epochMillis AS at, e.confidence AS confidence, e.change AS change, e.since AS since, e.until AS until
""",
    "fact", "past", "article", "likeness", "sentence", "at", "confidence", "change", "since", "until",
)  # fmt: skip

MARK = f"MATCH ()-[r]->() WHERE elementId(r) IN $elements SET r.{LAST_BATCH} = $batch"

SET_VERDICTS = f"""
{LOCATE}
SET r.standing = row.standing, r.valid_from = {time_or_null("row.since")}, r.invalid_at = {time_or_null("row.until")},
  r.closed_by = row.by, r.at_latest = row.at_latest,
  r.held_before = [t IN row.before | {time_of("t")}]
"""


def read_uses(types: Sequence[str]) -> str:
    """Returns the statement that finds the subjects and types of facts that have an entity as subject or object."""
    return f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})-[r:{any_of([*types, CLAIMED])}]-(other)
WITH startNode(r).id AS subject, coalesce(r.relation, type(r)) AS type WHERE type IN $types
RETURN DISTINCT subject, type
"""


def read_rivals(types: Sequence[str]) -> str:
    """Returns the statement that reads the facts of these types about entities and all their aliases, and denials.

    Objects are replaced by the entities that they stand for. `$rows` holds canonical ids, each with the types to read.
    Of each fact, `batch` is the number of the last batch that added evidence to it, and `over` is whether any evidence,
    even one that does not hold, speaks of a former holder.
    """
    return f"""
UNWIND $rows AS row
MATCH (c:{ENTITY} {{id: row.id}})
CALL (c) {{
  RETURN c AS s
  UNION ALL
  MATCH (s)-[a:{ALIAS_OF}]->(c) WHERE a.ended_at IS NULL RETURN s
}}
MATCH (s)-[r:{any_of([*types, CLAIMED])}]->(o)
WHERE CASE type(r) WHEN '{CLAIMED}' THEN r.modality = 'denied' AND r.relation IN row.types ELSE type(r) IN row.types END
OPTIONAL MATCH (o)-[b:{ALIAS_OF}]->(canonical) WHERE b.ended_at IS NULL
WITH row, r, coalesce(canonical, o) AS o
RETURN collect({{
  subject: row.id, type: coalesce(r.relation, type(r)), fact: coalesce(r.id, r.claim),
  denied: r.claim IS NOT NULL, element: elementId(r), value: o.id, batch: r.{LAST_BATCH},
  name: coalesce(o.name, o.value), standing: r.standing, since: r.valid_from.epochMillis,
  until: r.invalid_at.epochMillis, by: r.closed_by, at_latest: coalesce(r.at_latest, false),
  before: [t IN coalesce(r.held_before, []) | t.epochMillis], forbidden: r.forbidden IS NOT NULL,
  over: EXISTS {{
    MATCH (e:{EVIDENCE}) USING INDEX SEEK e:{EVIDENCE}(fact, past)
    WHERE e.fact = coalesce(r.id, r.claim) AND e.past IS NOT NULL
  }},
  confirmed_at: CASE WHEN r.confirmed IS NOT NULL
    THEN head(COLLECT {{ MATCH (k:{CORRECTION} {{id: r.confirmed}}) RETURN k.at.epochMillis }}) END
}}) AS gathered
"""
