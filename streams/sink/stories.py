"""Stories in the graph: which story a happening belongs to, by the last decision on it.

A story's title is said with each of its happenings, and decisions on different happenings arrive in any order. So each
`PART_OF_STORY` keeps the title that came with it, and the story has the smallest of them, as an entity has the smallest
of its names. A story without happenings is deleted.
"""

from collections.abc import Collection, Mapping

from neo4j import AsyncTransaction

from streams.sink.reading import fetch
from streams.sink.rows import StoryRow
from topology.graph.names import ENTITY, PART_OF_STORY, STORY

_LEAVE = f"""
UNWIND $rows AS row
MATCH (:{ENTITY} {{id: row.id}})-[m:{PART_OF_STORY}]->(s:{STORY})
WHERE row.story IS NULL OR s.id <> row.story OR m.title <> row.title
DELETE m
RETURN DISTINCT s.id AS id
"""

# Sets the id to itself for the write lock: whoever wants to delete the story as empty waits, and then sees our member.
_CREATE = f"UNWIND $ids AS id MERGE (s:{STORY} {{id: id}}) SET s.id = s.id"

_JOIN = f"""
UNWIND $rows AS row
MATCH (h:{ENTITY} {{id: row.id}})
MATCH (s:{STORY} {{id: row.story}})
MERGE (h)-[m:{PART_OF_STORY}]->(s)
  ON CREATE SET m.title = row.title
SET s.title = CASE WHEN row.title <> '' AND (s.title IS NULL OR row.title < s.title) THEN row.title ELSE s.title END
"""

# Only if no happening says the title any more, all of them are read.
_SETTLE = f"""
UNWIND $ids AS id
MATCH (s:{STORY} {{id: id}})
SET s.id = s.id
WITH s WHERE NOT EXISTS {{ (s)<-[m:{PART_OF_STORY}]-() WHERE m.title = s.title }}
CALL (s) {{
  OPTIONAL MATCH (s)<-[m:{PART_OF_STORY}]-()
  RETURN count(m) AS happenings, min(CASE WHEN m.title <> '' THEN m.title END) AS title
}}
SET s.title = title
WITH s WHERE happenings = 0
DELETE s
"""


async def write_stories(transaction: AsyncTransaction, decisions: Mapping[str, StoryRow]) -> None:
    """Writes decisions on stories.

    Args:
        transaction: An open transaction in which the happenings have been written.
        decisions: The last decision on each happening, by the happening's id.
    """
    if not decisions:
        return
    rows = [{"id": id_, "story": row.story, "title": row.title} for id_, row in sorted(decisions.items())]
    joining = [row for row in rows if row["story"]]
    if joining:
        await fetch(transaction, _CREATE, ids=sorted({row["story"] for row in joining if row["story"]}))
    left = {row["id"] for row in await fetch(transaction, _LEAVE, rows=rows)}
    if joining:
        await fetch(transaction, _JOIN, rows=joining)
    await settle(transaction, left)


async def settle(transaction: AsyncTransaction, ids: Collection[str]) -> None:
    """Gives stories that have lost happenings or titles the title that is left, and deletes those that are empty."""
    if ids:
        await fetch(transaction, _SETTLE, ids=sorted(ids))
