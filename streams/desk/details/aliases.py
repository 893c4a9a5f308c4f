"""The names that are counted to an entity, and which rule decided so."""

from dataclasses import dataclass

from neo4j import AsyncDriver

from streams.desk.history import FAMILY
from streams.desk.rows import rows
from topology.graph.names import ALIAS_OF, ENTITY, MENTIONS

MOST = 100
"""Most aliases of one entity that are listed."""

# Counts of relationships of one type are kept with the node, so `mentions` costs nothing.
_ALIASES = f"""
{FAMILY}
MATCH (member)-[a:{ALIAS_OF} WHERE a.ended_at IS NULL]->(:{ENTITY})
WITH DISTINCT member, a
RETURN member.id AS id, member.name AS name, member.type AS type, coalesce(a.reason, '') AS reason,
  coalesce(a.certain, true) AS certain, COUNT {{ (member)<-[:{MENTIONS}]-() }} AS mentions
ORDER BY mentions DESC, name, id LIMIT {MOST}
"""


@dataclass(frozen=True, slots=True)
class AliasView:
    """A name that is counted to an entity.

    Attributes:
        id: The alias's own entity, with which its facts stay.
        type: Its type; another than the entity's if the rule is `type`.
        reason: The registry's rule: `surname`, `spelling`, `wikidata` and so on.
        certain: False if the name may also mean another entity.
        mentions: In how many articles and media items it occurs.
    """

    id: str
    name: str
    type: str
    reason: str
    certain: bool
    mentions: int


async def aliases(driver: AsyncDriver, entity: str, database: str | None = None) -> list[AliasView]:
    """Returns the aliases of an entity, given by any of its names or ids, the most mentioned first."""
    return [AliasView(**row) for row in await rows(driver, database, _ALIASES, entity=entity)]
