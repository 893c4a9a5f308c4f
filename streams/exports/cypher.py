"""The Cypher of exports. Every statement reads the page that follows a key, in the order of that key's index.

So neither we nor Neo4j hold more than a page, and no page costs more because many come before it. `$after` is the last
key of the page before, "" at first, and `$limit` is how many rows a page has.
"""

from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    CLAIMED,
    CORRECTION,
    DERIVED_FROM,
    ENTITY,
    EVIDENCE,
    FROM,
    HAPPENING,
    ILLUSTRATES,
    INSTANCE_OF,
    LITERAL,
    MEDIA,
    MEDIA_KINDS,
    MENTIONS,
    PART_OF_STORY,
    STORY,
    SUGGESTED,
    document_holds,
    fact_held,
    fact_holds,
    quoted,
    shown,
)

NO_FACTS = frozenset(
    {FROM, MENTIONS, ALIAS_OF, ILLUSTRATES, DERIVED_FROM, SUGGESTED, PART_OF_STORY, CLAIMED}
)  # fmt: skip
"""Relationship types that are no facts."""

TYPES = "CALL db.relationshipTypes() YIELD relationshipType AS type RETURN type ORDER BY type"


def count_nodes(label: str) -> str:
    """Returns the statement that counts the nodes of a label, which Neo4j knows without looking."""
    return f"MATCH (n:{label}) RETURN count(n) AS n"


def count_facts(type_: str) -> str:
    """Returns the statement that counts the relationships of a type, which Neo4j knows without looking."""
    return f"MATCH ()-[r:{quoted(type_)}]->() RETURN count(r) AS n"


def _after(label: str) -> str:
    """Returns Cypher that finds what follows the key, in order. What comes after it cannot be planned before it."""
    return f"MATCH (n:{label}) USING INDEX SEEK n:{label}(id) WHERE n.id > $after WITH n ORDER BY n.id"


def _stands_for(name: str, shows: str = "top.id") -> str:
    """Returns the expression for what the entity of this variable stands for.

    Args:
        name: The variable.
        shows: What is wanted of that entity, `top`.
    """
    return (
        f"head(COLLECT {{ MATCH ({name})-[up:{ALIAS_OF} WHERE up.ended_at IS NULL]->{{1,3}}(top:{ENTITY}) "
        f"WHERE NOT EXISTS {{ (top)-[on:{ALIAS_OF} WHERE on.ended_at IS NULL]->() }} "
        f"RETURN {shows} ORDER BY top.id LIMIT 1 }})"
    )


def _happened(name: str) -> str:
    """Returns the condition for a happening to be reported, claimed or denied, by the time `$at` if there is one.

    A report of it may stand for it that was withdrawn itself.
    """
    return (
        f"EXISTS {{ MATCH (report)-[down:{ALIAS_OF} WHERE down.ended_at IS NULL]->{{0,3}}({name}) "
        f"MATCH (report)-[i:{INSTANCE_OF}|{CLAIMED}]->() WHERE i.retracted_at IS NULL "
        "AND ($at IS NULL OR i.first_seen <= $at) }"
    )


# Names that nothing but a decision that has ended brought into the graph depend on when that decision was made.
ENTITIES = f"""
{_after(ENTITY)}
WHERE (NOT n:{HAPPENING} OR {_happened("n")}) AND (n.wikidata IS NOT NULL
  OR EXISTS {{ (n)-[r:!{SUGGESTED}]-() WHERE NOT (r:{ALIAS_OF} AND r.ended_at IS NOT NULL) }})
WITH n LIMIT $limit
RETURN n.id AS id, {shown("n")} AS name, n.type AS type, {_stands_for("n")} AS canonical,
  n.wikidata AS wikidata, n.role AS role, n.class AS class_, n.country_code AS country, n.latitude AS latitude,
  n.longitude AS longitude,
  COLLECT {{ MATCH (n)-[:{PART_OF_STORY}]->(s:{STORY}) RETURN s.id ORDER BY s.id }} AS stories
ORDER BY id
"""

VALUES = f"""
{_after(LITERAL)}
WHERE EXISTS {{ (n)<-[r]-() WHERE r.retracted_at IS NULL }}
WITH n LIMIT $limit
RETURN n.id AS id, n.value AS value, n.datatype AS datatype, coalesce(n.unit, '') AS unit ORDER BY id
"""

_MENTIONS = (
    f"COLLECT {{ MATCH (n)-[m:{MENTIONS}]->(e:{ENTITY}) "
    f"WITH coalesce({_stands_for('e')}, e.id) AS entity, m.count AS c "
    "WITH entity, sum(c) AS count ORDER BY entity RETURN [entity, count] }"
)

ARTICLES = f"""
{_after(ARTICLE)}
WHERE {document_holds("n")}
WITH n LIMIT $limit
RETURN n.id AS id, n.headline AS headline, n.url AS url, n.source AS source, n.language AS language,
  n.published_at AS published_at, coalesce(n.keywords, []) AS keywords, {_MENTIONS} AS mentions,
  COLLECT {{ MATCH (n)-[:{DERIVED_FROM}]->(m:{MEDIA}) WHERE {document_holds("m")} RETURN m.id ORDER BY m.id }}
    AS derived_from
ORDER BY id
"""

ITEMS = f"""
{_after(MEDIA)}
WHERE {document_holds("n")}
WITH n LIMIT $limit
RETURN n.id AS id, coalesce(head([l IN labels(n) WHERE l IN {sorted(MEDIA_KINDS.values())}]), '') AS kind, n.uri AS uri,
  n.caption AS caption, n.format AS format, n.sha256 AS sha256, n.source AS source, n.published_at AS published_at,
  {_MENTIONS} AS mentions,
  COLLECT {{ MATCH (n)-[:{ILLUSTRATES}]->(a:{ARTICLE}) WHERE {document_holds("a")} RETURN a.id ORDER BY a.id }}
    AS illustrates
ORDER BY id
"""

STORIES = f"""
{_after(STORY)}
WHERE EXISTS {{ MATCH (n)<-[:{PART_OF_STORY}]-(h) WHERE {_happened("h")} }}
WITH n LIMIT $limit
RETURN n.id AS id, coalesce(n.title, '') AS title ORDER BY id
"""


def _end(name: str) -> str:
    of_top = f"{{id: top.id, name: {shown('top')}}}"
    return (
        f"{{labels: labels({name}), id: {name}.id, "
        f"name: coalesce({shown(name)}, {name}.value, {name}.headline, {name}.caption, {name}.id), "
        f"value: {name}.value, datatype: {name}.datatype, unit: {name}.unit, "
        f"whole: CASE WHEN {name}:{ENTITY} THEN {_stands_for(name, of_top)} END}}"
    )


def facts(type_: str, *, then: bool, ended: bool) -> str:
    """Returns the statement that finds the facts of a type, a page of them.

    It is short because every type needs a plan of its own; `DETAILS` has one plan for all.

    Args:
        type_: The relationship type.
        then: Whether what holds is what held at the time `$at`.
        ended: Whether to find also what does not hold, unless it was withdrawn.
    """
    holds = fact_held("r", "$at") if then else fact_holds("r")
    return f"""
MATCH ()-[r:{quoted(type_)}]->() USING INDEX SEEK r:{quoted(type_)}(id) WHERE r.id > $after
WITH r ORDER BY r.id
WHERE {"r.retracted_at IS NULL" if ended else holds}
WITH r LIMIT $limit
RETURN r.id AS id, elementId(r) AS element, {holds} AS holds
"""


CLAIMS = f"""
MATCH ()-[r:{CLAIMED}]->() USING INDEX SEEK r:{CLAIMED}(claim) WHERE r.claim > $after
WITH r ORDER BY r.claim
WHERE r.retracted_at IS NULL AND ($at IS NULL OR r.first_seen <= $at)
WITH r LIMIT $limit
RETURN r.claim AS id, elementId(r) AS element, false AS holds
"""

_PIECE = f"""
e {{.id, .fact, .sentence, .field, .kind, .confidence, .seen_at, .model, .model_version, .since, .until, .qualifier,
  .speaker, .media, .begin, .end, .box, span: e.sentence_span, past: e.past IS NOT NULL,
  attributed_to: CASE WHEN e.attributed_to IS NOT NULL THEN
    head(COLLECT {{ MATCH (q:{ENTITY} {{id: e.attributed_to}}) RETURN coalesce({_stands_for("q")}, q.id) }}) END,
  origin: CASE WHEN a:{ARTICLE} THEN 'article' ELSE 'media' END, document: a.id}}
"""

_COUNTS = "e.retracted_at IS NULL AND ($by IS NULL OR e.seen_at <= $by)"

DETAILS = f"""
MATCH (s)-[r]->(o) WHERE elementId(r) IN $elements
WITH s, r, o, coalesce(r.id, r.claim) AS id
RETURN id, properties(r) AS r, type(r) AS type, {_end("s")} AS subject, {_end("o")} AS object,
  head(COLLECT {{ MATCH (k:{CORRECTION} {{id: r.confirmed}}) RETURN k {{.id, .by, .why, .at}} }}) AS confirmed,
  COLLECT {{
    MATCH (said:{EVIDENCE} {{fact: id}})
    WHERE said.retracted_at IS NULL AND said.past IS NULL AND said.since IS NOT NULL
    RETURN DISTINCT said.since AS day ORDER BY day
  }} AS begins,
  COLLECT {{
    MATCH (said:{EVIDENCE} {{fact: id}})
    WHERE said.retracted_at IS NULL AND said.past IS NOT NULL AND said.until IS NOT NULL
    RETURN DISTINCT said.until AS day ORDER BY day
  }} AS ends,
  COLLECT {{
    MATCH (e:{EVIDENCE} {{fact: id}})-[:{FROM}]->(a:{ARTICLE}|{MEDIA}) WHERE {_COUNTS}
    WITH e, a ORDER BY e.id LIMIT $pieces
    RETURN {_PIECE} AS piece
  }} AS evidence
ORDER BY id
"""
"""Reads facts or claims, each with its first `$pieces` pieces of evidence, of claims those by the time `$by`."""

MORE_EVIDENCE = f"""
MATCH (e:{EVIDENCE} {{fact: $fact}})-[:{FROM}]->(a:{ARTICLE}|{MEDIA}) WHERE e.id > $after AND {_COUNTS}
WITH e, a ORDER BY e.id LIMIT $pieces
RETURN {_PIECE} AS piece
"""
"""Reads further evidence of one fact or claim."""
