"""The suggestions stage's Cypher about stories: which entities take part in what happened in them.

A report of a happening belongs to the story of the happening that it stands for, so aliases of happenings are resolved
too. What is only planned, possible or denied counts: a denial belongs to the story that it denies.
"""

from streams.suggestions.cypher import MEMBERS, canonical
from topology.graph.names import (
    ALIAS_OF,
    ENTITY,
    HAPPENING,
    PART_OF_STORY,
    PARTS,
    STANDS_FOR,
    STORY,
    SUGGESTED,
    is_named,
    suggestion_open,
)

_REPORTS = f"(h)<-[alias{STANDS_FOR}]-{{0,3}}(report:{HAPPENING})"

# A report that is split off is no longer found by way of the happening, but it has a decision of its own.
READ_PARTICIPANTS = f"""
UNWIND $ids AS id
MATCH (h:{ENTITY} {{id: id}})
MATCH {_REPORTS}
MATCH (report)-[:{PARTS}]->(n:{ENTITY}) WHERE {is_named("n")}
RETURN DISTINCT n.id AS id
"""

# Only the newest reports that name an entity are followed further, however many there are.
READ_STORIES = f"""
UNWIND $ids AS id
MATCH (c:{ENTITY} {{id: id}})
{MEMBERS}
MATCH (m)<-[r:{PARTS}]-(report:{HAPPENING}) WHERE r.retracted_at IS NULL
WITH id, report, max(r.last_seen) AS at ORDER BY at DESC, report.id
WITH id, collect({{report: report, at: at}})[..$reports] AS newest
UNWIND newest AS one
WITH id, one.report AS report, one.at AS at
MATCH (report)-[alias{STANDS_FOR}]->{{0,3}}(h:{HAPPENING})-[:{PART_OF_STORY}]->(s:{STORY})
WITH id, s, max(at) AS at ORDER BY at DESC, s.id
WITH id, collect(s.id)[..$stories] AS stories
RETURN id, stories
"""

READ_STORY_ENTITIES = f"""
UNWIND $ids AS id
MATCH (s:{STORY} {{id: id}})
CALL (s) {{
  MATCH (s)<-[:{PART_OF_STORY}]-(h:{HAPPENING})
  MATCH {_REPORTS}
  MATCH (report)-[r:{PARTS}]->(n:{ENTITY}) WHERE r.retracted_at IS NULL AND {is_named("n")}
  RETURN n, max(r.last_seen) AS at ORDER BY at DESC, n.id LIMIT $most
}}
{canonical("n", "o")}
WITH id, s.title AS title, coalesce(to_o, n) AS o, max(at) AS at ORDER BY at DESC, o.id
RETURN id, title, collect([o.id, o.type]) AS others
"""

# Open suggestions because of a story in which one of the two entities takes no part any more.
READ_LEFT = f"""
UNWIND $ids AS id
MATCH (c:{ENTITY} {{id: id}})-[s:{SUGGESTED}]-() WHERE s.story IS NOT NULL AND {suggestion_open("s")}
WITH id, s.story AS story, collect(DISTINCT s.asked) AS asked
WHERE NOT EXISTS {{
  MATCH (:{STORY} {{id: story}})<-[:{PART_OF_STORY}]-(h:{HAPPENING})
  MATCH {_REPORTS}
  MATCH (report)-[r:{PARTS}]->(n:{ENTITY}) WHERE r.retracted_at IS NULL
    AND (n.id = id OR EXISTS {{ (n)-[of:{ALIAS_OF}]->(:{ENTITY} {{id: id}}) WHERE of.ended_at IS NULL }})
}}
UNWIND asked AS each
RETURN DISTINCT each AS asked
"""
