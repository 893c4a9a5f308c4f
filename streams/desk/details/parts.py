"""Who and what takes part in happenings, with ids and places on the map: what `happenings` shows by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from neo4j import AsyncDriver

from streams.desk.rows import rows
from topology.graph.names import ALIAS_OF, CLAIMED, ENTITY, HAPPENING, PARTS, ROLE_TYPES, is_named, shown

MOST = 500
"""Most parts that are read at once."""

_ROLE_OF = {type_: role for role, type_ in ROLE_TYPES.items()}

# As in `happenings`, of what is asserted the parts that somebody only plans or denies do not count.
_TAKING_PART = f"""
UNWIND $ids AS id
MATCH (top:{HAPPENING} {{id: id}})
MATCH (report:{HAPPENING})-[down:{ALIAS_OF} WHERE down.ended_at IS NULL]->{{0,3}}(top)
WITH DISTINCT id, report
MATCH (report)-[r:{PARTS}]->(n:{ENTITY}) WHERE r.retracted_at IS NULL AND {is_named("n")}
OPTIONAL MATCH (n)-[of:{ALIAS_OF}]->(whole:{ENTITY}) WHERE of.ended_at IS NULL
WITH id, coalesce(r.relation, type(r)) AS type, type(r) = '{CLAIMED}' AS claimed, coalesce(whole, n) AS e,
  count(DISTINCT report) AS reports
RETURN id AS happening, type, claimed, e.id AS id, {shown("e")} AS name, e.type AS kind, e.latitude AS latitude,
  e.longitude AS longitude, reports
ORDER BY claimed, reports DESC, name, id LIMIT $limit
"""


@dataclass(frozen=True, slots=True)
class Part:
    """An entity that takes part in a happening.

    Attributes:
        happening: The happening's id.
        role: `who`, `whom`, `what`, `with` or `where`.
        kind: The entity's type.
        latitude: Degrees north; None if it is no place, or not known where it is.
        longitude: Degrees east.
        claimed: Whether somebody only plans, supposes or denies it.
    """

    happening: str
    role: str
    id: str
    name: str
    kind: str
    latitude: float | None
    longitude: float | None
    claimed: bool


async def parts(driver: AsyncDriver, ids: Sequence[str], database: str | None = None) -> list[Part]:
    """Returns who and what takes part in happenings, given by the ids under which `happenings` shows them."""
    found = await rows(driver, database, _TAKING_PART, ids=list(ids), limit=MOST)
    return [
        Part(
            row["happening"],
            _ROLE_OF[row["type"]],
            row["id"],
            row["name"],
            row["kind"],
            row["latitude"],
            row["longitude"],
            row["claimed"],
        )
        for row in found
        if row["type"] in _ROLE_OF
    ]
