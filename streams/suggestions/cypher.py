"""The suggestions stage's Cypher. Every value is a parameter; names in a statement come only from the ontology file.

Aliases are resolved while reading: the facts and mentions of an alias count as those of the entity that it stands for.
"""

from collections.abc import Sequence

from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    CORRECTION,
    DERIVED_FROM,
    ENTITY,
    EVIDENCE,
    FROM,
    ILLUSTRATES,
    MEDIA,
    MENTIONS,
    OFFSET,
    OUTBOX,
    SUGGESTED,
    any_of,
    document_holds,
    fact_holds,
    is_named,
    suggestion_open,
)
from topology.graph.schema import CONTEXT_INDEX

MEMBERS = f"""CALL (c) {{
  RETURN c AS m
  UNION
  MATCH (m:{ENTITY})-[alias:{ALIAS_OF}]->(c) WHERE alias.ended_at IS NULL RETURN m
}}"""
_HOLDS = document_holds("a")
_WHEN = "coalesce(a.published_at, a.observed_at).epochMillis"


def canonical(name: str, as_: str) -> str:
    """Returns the clause that binds `to_<as_>` to the entity that a node stands for; to null if it is no alias."""
    return f"OPTIONAL MATCH ({name})-[of_{as_}:{ALIAS_OF}]->(to_{as_}:{ENTITY}) WHERE of_{as_}.ended_at IS NULL"


READ_OFFSETS = f"""
MATCH (o:{OFFSET}) WHERE o.group = $group AND o.topic = $topic AND o.topic_id = $topic_id
RETURN o.partition AS partition, o.offset AS offset
"""

# The facts that a document may end or reinstate: its own, and those of its attachments.
READ_DOCUMENT_FACTS = f"""
UNWIND $ids AS id
CALL (id) {{
  MATCH (d:{ARTICLE} {{id: id}}) RETURN d
  UNION MATCH (d:{MEDIA} {{id: id}}) RETURN d
  UNION MATCH (:{ARTICLE} {{id: id}})<-[:{ILLUSTRATES}]-(d:{MEDIA}) RETURN d
  UNION MATCH (:{ARTICLE} {{id: id}})<-[:{ILLUSTRATES}]-(:{MEDIA})<-[:{DERIVED_FROM}]-(d:{ARTICLE}) RETURN d
  UNION MATCH (:{MEDIA} {{id: id}})<-[:{DERIVED_FROM}]-(d:{ARTICLE}) RETURN d
}}
MATCH (d)<-[:{FROM}]-(e:{EVIDENCE})
RETURN DISTINCT e.fact AS fact, e.relation AS relation
"""

READ_MENTIONED = (
    f"UNWIND $ids AS id MATCH (:{ARTICLE} {{id: id}})-[:{MENTIONS}]->(n:{ENTITY}) RETURN DISTINCT n.id AS id"
)

# Every entity that an alias ever stood for: the message of a split does not name the last one.
READ_ALL_CANONICAL = f"""
UNWIND $ids AS id MATCH (:{ENTITY} {{id: id}})-[:{ALIAS_OF}]->(c:{ENTITY}) RETURN DISTINCT c.id AS id
"""

READ_CANONICAL = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}}) WHERE {is_named("n")}
{canonical("n", "c")}
RETURN id, to_c.id AS canonical
"""

READ_ENTITIES = f"""
UNWIND $ids AS id
MATCH (c:{ENTITY} {{id: id}})
{MEMBERS}
OPTIONAL MATCH (m)<-[:{MENTIONS}]-(a:{ARTICLE}) WHERE {_HOLDS}
WITH c, count(DISTINCT a) AS articles, max({_WHEN}) AS at
RETURN c.id AS id, c.name AS name, c.type AS type, articles, at, c.neighbourhood AS neighbourhood,
  c.described AS described, c.articles AS counted
"""


def _forbidden(end: str) -> str:
    return (
        f"MATCH (k:{CORRECTION}) USING INDEX SEEK k:{CORRECTION}({end}) "
        f"WHERE k.{end} = m.id AND k.upheld IS NOT NULL AND k.kind = 'forbid' RETURN k"
    )


# The facts about entities that editors forbid, with what the names stand for; no look at any if there is none.
READ_FORBIDDEN = f"""
MATCH (any:{CORRECTION}) WITH any LIMIT 1
UNWIND $ids AS id
MATCH (c:{ENTITY} {{id: id}})
{MEMBERS}
CALL (m) {{ {_forbidden("subject")} UNION {_forbidden("object")} }}
OPTIONAL MATCH (s:{ENTITY} {{id: k.subject}})
OPTIONAL MATCH (o:{ENTITY} {{id: k.object}})
{canonical("s", "s")}
{canonical("o", "o")}
RETURN DISTINCT id, coalesce(to_s.id, k.subject) AS subject, k.property AS relation,
  coalesce(to_o.id, k.object) AS object
"""

# An article dated in the future would make all others look older than they are, so it does not count.
READ_NEWEST = f"""
MATCH (a:{ARTICLE}) WHERE a.published_at <= a.observed_at
RETURN a.published_at.epochMillis AS at ORDER BY a.published_at DESC LIMIT 1
"""

READ_PROFILES = f"""
UNWIND $ids AS id
MATCH (c:{ENTITY} {{id: id}}) WHERE c.neighbourhood IS NOT NULL
RETURN c.id AS id, c.name AS name, c.type AS type, c.roles AS roles, c.articles AS articles,
  c.named_at.epochMillis AS at
"""

READ_NAMED_TOGETHER = f"""
UNWIND $ids AS id
MATCH (c:{ENTITY} {{id: id}})
{MEMBERS}
MATCH (m)<-[:{MENTIONS}]-(a:{ARTICLE}) WHERE {_HOLDS}
WITH DISTINCT id, a ORDER BY {_WHEN} DESC, a.id
WITH id, collect(a)[..$most] AS named
UNWIND named AS a
MATCH (a)-[:{MENTIONS}]->(n:{ENTITY}) WHERE {is_named("n")} {canonical("n", "o")}
WITH id, coalesce(to_o.id, n.id) AS other, coalesce(to_o.type, n.type) AS type,
  count(DISTINCT a) AS articles, max({_WHEN}) AS at WHERE other <> id
RETURN id, other, type, articles, at
"""

READ_NEAREST = f"""
UNWIND $rows AS row
CALL db.index.vector.queryNodes('{CONTEXT_INDEX}', $most, row.vector) YIELD node
RETURN row.id AS id, node.id AS other, node.type AS type
"""

READ_PENDING = f"""
UNWIND $rows AS row
MATCH (u:{OUTBOX} {{partition: row.partition}}) WHERE u.offset >= row.first
RETURN u.id AS id, u.partition AS partition, u.message AS message ORDER BY id
"""

# The batch begins at `first`: everything before it is acknowledged, and is acknowledged only once it is published.
DELETE_PUBLISHED = (
    f"UNWIND $rows AS row MATCH (u:{OUTBOX} {{partition: row.partition}}) WHERE u.offset < row.first DELETE u"
)

LOCK_ENTITIES = (
    f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) SET n.type = n.type RETURN id, n.neighbourhood AS neighbourhood"
)

WRITE_PROFILES = f"""
UNWIND $rows AS row
MATCH (n:{ENTITY} {{id: row.id}})
SET n.neighbourhood = row.digest, n.roles = row.roles, n.articles = row.articles,
  n.named_at = CASE WHEN row.at IS NULL THEN null ELSE datetime({{epochMillis: row.at}}) END
WITH n, row
CALL db.create.setNodeVectorProperty(n, 'context', row.context)
"""

WRITE_VECTORS = f"""
UNWIND $rows AS row
MATCH (n:{ENTITY} {{id: row.id}})
SET n.described = row.text
WITH n, row
CALL db.create.setNodeVectorProperty(n, 'vector', row.vector)
"""

SET_ARTICLE_COUNTS = f"""
UNWIND $rows AS row
MATCH (n:{ENTITY} {{id: row.id}})
SET n.articles = row.articles, n.named_at = datetime({{epochMillis: row.at}})
"""

# An alias has no neighbourhood of its own: its facts count for the entity that it stands for.
CLEAR_PROFILES = f"""
UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}})
SET n.neighbourhood = null, n.roles = null, n.articles = null, n.named_at = null, n.context = null, n.vector = null,
  n.described = null
"""

_SUGGESTION = """s.suggestion AS id, s.asked AS asked, startNode(s).id AS subject, s.property AS relation,
  endNode(s).id AS object, s.confidence AS confidence, s.reasons AS reasons, s.weights AS weights,
  s.together AS together, s.together_at.epochMillis AS together_at, s.shared AS shared, s.through AS through,
  s.story AS story, s.story_title AS story_title,
  s.model_version AS version, s.closed_at IS NOT NULL AS closed, s.confirmed_at.epochMillis AS confirmed"""

READ_SUGGESTIONS = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})-[s:{SUGGESTED}]-() WHERE s.asked = id
RETURN {_SUGGESTION}
"""

# Open suggestions that other entities have about these, with the facts by which each was found.
READ_DEPENDENTS = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})-[s:{SUGGESTED}]-()
WHERE s.asked <> id AND {suggestion_open("s")}
RETURN DISTINCT id, s.asked AS asked, s.through AS through
"""

_TOGETHER_AT = "CASE WHEN row.together_at IS NULL THEN null ELSE datetime({epochMillis: row.together_at}) END"

CREATE_SUGGESTIONS = f"""
UNWIND $rows AS row
MATCH (s:{ENTITY} {{id: row.subject}})
MATCH (o:{ENTITY} {{id: row.object}})
CREATE (s)-[:{SUGGESTED} {{
  suggestion: row.id, asked: row.asked, property: row.relation, predicate: row.name, kind: 'inferred',
  confidence: row.confidence, reasons: row.reasons, weights: row.weights, because: row.because,
  together: row.together, together_at: {_TOGETHER_AT}, shared: row.shared, through: row.through,
  story: row.story, story_title: row.story_title,
  model: row.model, model_version: row.version, suggested_at: datetime({{epochMillis: row.now}})
}}]->(o)
"""

SET_SUGGESTIONS = f"""
UNWIND $rows AS row
MATCH ()-[s:{SUGGESTED} {{suggestion: row.id}}]->()
SET s.suggested_at = CASE WHEN {suggestion_open("s")} THEN s.suggested_at
    ELSE datetime({{epochMillis: row.now}}) END,
  s.confidence = row.confidence, s.reasons = row.reasons, s.weights = row.weights, s.because = row.because,
  s.together = row.together, s.together_at = {_TOGETHER_AT}, s.shared = row.shared, s.through = row.through,
  s.story = row.story, s.story_title = row.story_title,
  s.model = row.model, s.model_version = row.version, s.closed_at = null, s.confirmed_at = null
"""

CLOSE_SUGGESTIONS = f"""
UNWIND $rows AS row
MATCH ()-[s:{SUGGESTED} {{suggestion: row.id}}]->()
SET s.closed_at = datetime({{epochMillis: row.now}}), s.confirmed_at = null
"""

CONFIRM_SUGGESTIONS = f"""
UNWIND $rows AS row
MATCH ()-[s:{SUGGESTED} {{suggestion: row.id}}]->()
SET s.confirmed_at = datetime({{epochMillis: row.since}}), s.closed_at = null
"""

WRITE_PENDING = f"""
UNWIND $rows AS row
MERGE (u:{OUTBOX} {{id: row.id}})
SET u.partition = row.partition, u.offset = row.offset, u.message = row.message
"""

READ_ENTITY_IDS = (
    f"MATCH (n:{ENTITY}) WHERE n.id > $after AND {is_named('n')} RETURN n.id AS id ORDER BY id LIMIT $most"
)


def read_links(types: Sequence[str]) -> str:
    """Returns the statement that reads the facts of these types that hold between given entities and others."""
    return f"""
UNWIND $ids AS id
MATCH (c:{ENTITY} {{id: id}})
{MEMBERS}
MATCH (m)-[r:{any_of(types)}]-(n:{ENTITY}) WHERE {fact_holds("r")}
{canonical("n", "o")}
WITH id, r, startNode(r) = m AS outgoing, coalesce(to_o, n) AS o WHERE o.id <> id
RETURN id, o.id AS other, o.name AS name, o.type AS type, r.property AS relation, outgoing,
  min(r.first_seen).epochMillis AS since, max(r.last_seen).epochMillis AS at, collect(DISTINCT r.id) AS facts
"""


def read_steps(types: Sequence[str]) -> str:
    """Returns the statement that reads the neighbours of entities, by their newest facts of these types that hold."""
    return f"""
UNWIND $ids AS id
MATCH (c:{ENTITY} {{id: id}})
{MEMBERS}
MATCH (m)-[r:{any_of(types)}]-(n:{ENTITY}) WHERE {fact_holds("r")}
WITH id, r, n ORDER BY r.last_seen DESC, r.id
WITH id, collect({{node: n, fact: r.id}}) AS steps
WITH id, size(steps) AS facts, steps[..$most] AS steps
UNWIND steps AS step
WITH id, facts, step.fact AS fact, step.node AS n {canonical("n", "o")}
RETURN id, facts, coalesce(to_o.id, n.id) AS other, coalesce(to_o.type, n.type) AS type,
  collect(DISTINCT fact) AS through
"""


def read_objects(types: Sequence[str]) -> str:
    """Returns the statement that finds the objects of the facts of these types about given entities."""
    return f"""
UNWIND $ids AS id
MATCH (c:{ENTITY} {{id: id}})
{MEMBERS}
MATCH (m)-[:{any_of(types)}]->(o:{ENTITY})
RETURN DISTINCT o.id AS id
"""
