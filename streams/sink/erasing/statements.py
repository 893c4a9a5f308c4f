"""The Cypher of erasures; see `streams.sink.cypher` for the rules."""

from streams.sink.cypher import time_of
from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    DERIVED_FROM,
    ENTITY,
    ERASED,
    EVIDENCE,
    FROM,
    ILLUSTRATES,
    LITERAL,
    MEDIA,
    MENTIONS,
    PART_OF_STORY,
    STORY,
    SUGGESTED,
)

READ_MARKS = (
    f"UNWIND $keys AS key MATCH (x:{ERASED} {{key: key}}) "
    "RETURN collect({key: key, at: x.at.epochMillis, until: x.until.epochMillis}) AS gathered"
)

WRITE_MARKS = f"""
UNWIND $rows AS row
MERGE (x:{ERASED} {{key: row.key}})
SET x.at = CASE WHEN x.at.epochMillis > row.at THEN x.at ELSE {time_of("row.at")} END,
  x.until = CASE WHEN x.until.epochMillis > row.until THEN x.until ELSE {time_of("row.until")} END
"""

READ_OWN_MEDIA = f"""
UNWIND $ids AS id
MATCH (:{ARTICLE} {{id: id}})<-[:{ILLUSTRATES}]-(m:{MEDIA})
WHERE NOT EXISTS {{ (m)-[:{ILLUSTRATES}]->(p:{ARTICLE}) WHERE NOT p.id IN $ids }}
RETURN DISTINCT m.id AS id ORDER BY id
"""

READ_OWN_DERIVED = f"""
UNWIND $ids AS id
MATCH (:{MEDIA} {{id: id}})<-[:{DERIVED_FROM}]-(d:{ARTICLE})
WHERE NOT EXISTS {{ (d)-[:{DERIVED_FROM}]->(p:{MEDIA}) WHERE NOT p.id IN $ids }}
RETURN DISTINCT d.id AS id ORDER BY id
"""

READ_ENTITIES = f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) RETURN id"


def read_brought(label: str) -> str:
    """Returns the statement that reads headlines, facts of which these nodes are evidence, and what they mention.

    And, as `words`, by what else an editor may have named them: addresses, captions and sentences.
    """
    return f"""
UNWIND $ids AS id
MATCH (n:{label} {{id: id}})
RETURN n.headline AS headline,
  [n.url, n.uri, n.caption] + COLLECT {{ MATCH (n)<-[:{FROM}]-(e:{EVIDENCE}) RETURN DISTINCT e.sentence }} AS words,
  [(n)<-[:{FROM}]-(e:{EVIDENCE}) | {{fact: e.fact, relation: e.relation}}] AS facts,
  [(n)-[:{MENTIONS}]->(m) | m.id] AS entities
"""


def read_alive(label: str) -> str:
    """Returns the statement that finds the nodes of this label of which a document arrived, and no retraction last."""
    return f"""
UNWIND $ids AS id
MATCH (n:{label} {{id: id}}) WHERE n.observed_at IS NOT NULL AND n.retracted_at IS NULL
RETURN id
"""


def delete_evidence(label: str) -> str:
    """Returns the statement that deletes all evidence from nodes of this label."""
    return f"UNWIND $ids AS id MATCH (:{label} {{id: id}})<-[:{FROM}]-(e:{EVIDENCE}) DETACH DELETE e"


def delete_nodes(label: str) -> str:
    """Returns the statement that deletes nodes of this label with all their relationships."""
    return f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) DETACH DELETE n"


# All are found before the first is deleted: Neo4j 5.26 sometimes misses one that was created in the same transaction if
# others are deleted while it looks.
DELETE_FACTS = "MATCH ()-[r]->() WHERE elementId(r) IN $elements WITH collect(r) AS found UNWIND found AS r DELETE r"

# A suggestion gives its reasons in words, so it would repeat a fact that is gone.
DELETE_SUGGESTIONS = f"""
UNWIND $ids AS id
MATCH (:{ENTITY} {{id: id}})-[s:{SUGGESTED}]-() WHERE any(fact IN s.reasons WHERE fact IN $facts)
DELETE s
"""

# Suggestions give the title as it was when they were computed. The story stays a reason, and gets its title from the
# next computation.
FORGET_SUGGESTED_TITLES = f"""
UNWIND $ids AS id
MATCH ()-[s:{SUGGESTED} {{story: id}}]->() WHERE s.story_title IN $titles
SET s.because = [words IN s.because WHERE NOT words ENDS WITH s.story_title], s.story_title = ''
"""

# Only facts have an id. Aliases, suggestions and stories support nothing.
READ_UNSUPPORTED = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})
WHERE NOT EXISTS {{ (n)<-[:{MENTIONS}]-() }} AND NOT EXISTS {{
  (n)-[r:!({ALIAS_OF}|{SUGGESTED}|{MENTIONS}|{PART_OF_STORY})]-()
}}
RETURN id, [(n)<-[a:{ALIAS_OF}]-(m) | m.id] AS aliases, [(n)-[a:{ALIAS_OF}]->(m) | m.id] AS stood_for,
  [(n)-[:{PART_OF_STORY}]->(s) | s.id] AS stories
"""

DELETE_ENTITIES = f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) DETACH DELETE n"

DELETE_VALUES = f"UNWIND $ids AS id MATCH (n:{LITERAL} {{id: id}}) WHERE NOT EXISTS {{ (n)--() }} DELETE n"

ISOLATED = 50_000
"""Most entities without any relationship that one erasure deletes; each needs about one kilobyte of the transaction."""

# One with a Wikidata id may only have been identified before the article arrived that names it.
DELETE_ISOLATED = f"""
MATCH (n:{ENTITY}) WHERE n.wikidata IS NULL AND NOT EXISTS {{ (n)--() }}
WITH n, n.id AS id LIMIT {ISOLATED}
DELETE n
RETURN id
"""

# Other happenings of the story may have been published with the erased headline as its title.
FORGET_TITLES = f"""
UNWIND $ids AS id
MATCH (s:{STORY} {{id: id}})<-[m:{PART_OF_STORY}]-() WHERE m.title IN $titles
SET m.title = ''
"""
