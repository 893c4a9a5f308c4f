"""The Cypher of corrections; see `streams.sink.cypher` for the rules."""

from streams.sink.cypher import LOCATE, time_of
from topology.graph.names import ALIAS_OF, CORRECTION, ENTITY, EVIDENCE, FROM, LITERAL

READ_STORED = f"""
UNWIND $ids AS id
MATCH (k:{CORRECTION} {{id: id}})
RETURN id, k.kind AS kind, k.latest AS latest, k.withdrawn_at IS NOT NULL AS withdrawn, k.fact AS fact,
  k.relation AS relation, k.marks AS marks, k.subject AS subject, k.property AS property, k.object AS object
"""

# A withdrawal says nothing of what was corrected, so that stays.
WRITE = f"""
UNWIND $rows AS row
MERGE (k:{CORRECTION} {{id: row.id}})
SET k += row.content, k.latest = row.at
SET k.at = CASE WHEN row.withdrawn THEN k.at ELSE {time_of("row.at")} END,
  k.withdrawn_at = CASE WHEN row.withdrawn THEN {time_of("row.at")} END,
  k.withdrawn_by = CASE WHEN row.withdrawn THEN row.by END,
  k.withdrawn_why = CASE WHEN row.withdrawn THEN row.why END
"""

READ_CONFIRMED = f"""
UNWIND $facts AS fact
MATCH (e:{EVIDENCE} {{fact: fact}})-[:{FROM}]->(k:{CORRECTION})
RETURN fact, k.id AS id, k.latest AS at
"""

DELETE_EVIDENCE = f"UNWIND $ids AS id MATCH (e:{EVIDENCE} {{id: id}}) DETACH DELETE e"

CREATE_EVIDENCE = f"""
UNWIND $rows AS row
MATCH (k:{CORRECTION} {{id: row.id}})
CREATE (e:{EVIDENCE} {{
  id: row.id, fact: row.fact, relation: row.relation, kind: row.kind, confidence: row.confidence,
  sentence: row.sentence, seen_at: {time_of("row.seen_at")}, observed_at: {time_of("row.observed_at")}
}})-[:{FROM}]->(k)
"""

_FAMILY = f"""
CALL (top) {{
  RETURN top AS s
  UNION ALL
  MATCH (s:{ENTITY})-[a:{ALIAS_OF}]->(top) WHERE a.ended_at IS NULL RETURN s
}}"""

# No row if there is no correction at all, which is found out without a look at any.
READ_UPHELD = f"""
MATCH (any:{CORRECTION}) WITH any LIMIT 1
RETURN COLLECT {{
  UNWIND $upheld AS upheld
  WITH upheld WHERE EXISTS {{ MATCH (k:{CORRECTION}) WHERE k.upheld = upheld AND k.subject IS NOT NULL }}
  RETURN upheld
}} AS upheld
"""

# Each lookup is told its index: a plan that was made while there were few corrections must do for thousands.
READ_CONCERNED = f"""
CALL () {{
  UNWIND $links AS row
  MATCH (top:{ENTITY} {{id: row.subject}}) {_FAMILY}
  WITH row, s.id AS subject
  MATCH (k:{CORRECTION}) USING INDEX SEEK k:{CORRECTION}(upheld, subject)
  WHERE k.upheld = row.property AND k.subject = subject AND (k.object = row.object OR EXISTS {{
    (:{ENTITY} {{id: k.object}})-[b:{ALIAS_OF}]->(:{ENTITY} {{id: row.object}}) WHERE b.ended_at IS NULL
  }})
  RETURN k
  UNION
  UNWIND $moved AS id
  MATCH (top:{ENTITY} {{id: id}}) {_FAMILY}
  WITH s.id AS subject
  MATCH (k:{CORRECTION}) USING INDEX SEEK k:{CORRECTION}(subject)
  WHERE k.subject = subject AND k.upheld IS NOT NULL
  RETURN k
  UNION
  UNWIND $moved AS id
  MATCH (top:{ENTITY} {{id: id}}) {_FAMILY}
  WITH s.id AS object
  MATCH (k:{CORRECTION}) USING INDEX SEEK k:{CORRECTION}(object)
  WHERE k.object = object AND k.upheld IS NOT NULL
  RETURN k
  UNION
  UNWIND $happenings AS id
  MATCH (k:{CORRECTION}) USING INDEX SEEK k:{CORRECTION}(upheld, subject)
  WHERE k.upheld = $class_ AND k.subject = id
  RETURN k
  UNION
  UNWIND $changed AS id
  MATCH (k:{CORRECTION} {{id: id}}) WHERE k.upheld IS NOT NULL
  RETURN k
}}
RETURN k.id AS id, k.kind AS kind, k.subject AS subject, k.object AS object, k.property AS property,
  k.class AS class, coalesce(k.marks, []) AS marks, k.latest AS at
"""

# The facts that say the same under any name of the two ends.
FIND_FACTS = f"""
UNWIND $rows AS row
MATCH (top:{ENTITY} {{id: row.subject}}) {_FAMILY}
MATCH (s)-[r]->(o:{ENTITY}|{LITERAL})
WHERE r.id IS NOT NULL AND r.property = row.property AND (o.id = row.object OR EXISTS {{
  (o)-[b:{ALIAS_OF}]->(:{ENTITY} {{id: row.object}}) WHERE b.ended_at IS NULL
}})
RETURN row.id AS id, r.id AS fact, type(r) AS relation
"""

FIND_REPORTS = f"""
UNWIND $rows AS row
MATCH (top:{ENTITY} {{id: row.subject}}) {_FAMILY}
RETURN row.id AS id, s.id AS report
"""

SET_MARKS = f"UNWIND $rows AS row MATCH (k:{CORRECTION} {{id: row.id}}) SET k.marks = row.marks"

SET_FACTS = f"""
{LOCATE}
SET r.forbidden = row.forbidden, r.confirmed = row.confirmed,
  r.retracted_at = CASE WHEN row.forbidden IS NULL THEN r.retracted_at ELSE {time_of("row.at")} END
"""

READ_REASONS = f"""
MATCH (k:{CORRECTION})
RETURN k.id AS id, k.why AS why, k.withdrawn_why AS withdrawn_why, k.said AS said
"""

# The reason is also the sentence of a confirmation's evidence.
SET_REASONS = f"""
UNWIND $rows AS row
MATCH (k:{CORRECTION} {{id: row.id}})
SET k.why = row.why, k.withdrawn_why = row.withdrawn_why, k.said = row.said
WITH row
MATCH (e:{EVIDENCE} {{id: row.id}})
SET e.sentence = row.why
"""

SET_CLASSES = f"""
UNWIND $rows AS row
MATCH (n:{ENTITY} {{id: row.id}})
SET n.read_class = coalesce(n.read_class, n.class)
SET n.class = coalesce(row.class, n.read_class)
SET n.read_class = CASE WHEN row.class IS NULL THEN null ELSE n.read_class END
"""

DELETE_UNUSED = (
    f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) WHERE n.wikidata IS NULL AND NOT EXISTS {{ (n)--() }} DELETE n"
)
