"""Finds the entity that a person means: by an id, by its name in any case, or by a name that is close to it."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from neo4j import AsyncDriver

from streams.desk.history import FAMILY, called
from topology.graph.names import ENTITY, is_named

NEAR = 5
"""Most names that are suggested for one that the graph does not have."""

CANDIDATES = 5000
LEAST_SIMILAR = 0.6
LONG_WORD = 4

_EXACT = f"MATCH (n:{ENTITY}) WHERE {called('n')} RETURN n.id AS id LIMIT 1"

# A scan of all entities, for people who wait for it: half a second for a million names.
_ANY_CASE = f"""
MATCH (n:{ENTITY}) WHERE (toLower(n.name) = $folded OR toLower(n.wikidata) = $folded) AND {is_named("n")}
RETURN n.name AS name ORDER BY COUNT {{ (n)--() }} DESC, name LIMIT 1
"""

_NEAR = f"""
MATCH (n:{ENTITY}) WHERE {is_named("n")} WITH DISTINCT n.name AS name WITH name, toLower(name) AS lower
WHERE lower CONTAINS $folded OR any(word IN $words WHERE lower CONTAINS word)
  OR (abs(size(lower) - size($folded)) <= 3
    AND (left(lower, 2) = left($folded, 2) OR right(lower, 3) = right($folded, 3)))
RETURN name ORDER BY lower CONTAINS $folded DESC, size(name), name LIMIT {CANDIDATES}
"""


class UnknownNameError(Exception):
    """The graph has no entity of this name or id.

    Attributes:
        near: Names that the graph has and that are close to it, the closest first.
    """

    def __init__(self, name: str, near: list[str]) -> None:
        hint = f"did you mean {', '.join(map(repr, near))}?" if near else "`triplewire graph stats` counts what it has"
        super().__init__(f"the graph has no entity {name!r}; {hint}")
        self.near = near


_MEMBERS = f"{FAMILY} RETURN collect(DISTINCT member.id) AS ids"


async def members(driver: AsyncDriver, entity: str, database: str | None = None) -> list[str]:
    """Returns the ids of the entity of a name or id and of all its aliases; none if the graph has no such entity."""
    found = await driver.execute_query(_MEMBERS, entity=entity, database_=database)
    return list(found.records[0]["ids"])


async def meant(driver: AsyncDriver, entity: str, database: str | None = None) -> str:
    """Returns the name or id under which the graph has an entity.

    Args:
        driver: The graph's.
        entity: An id, a Wikidata id or a name; a name in any case.
        database: The database's name; None for the default one.

    Raises:
        UnknownNameError: The graph has nothing of that name; the error names what is close.
    """
    if (await driver.execute_query(_EXACT, entity=entity, database_=database)).records:
        return entity
    folded = " ".join(entity.lower().split())
    found = (await driver.execute_query(_ANY_CASE, folded=folded, database_=database)).records
    if found:
        return str(found[0]["name"] if folded == str(found[0]["name"]).lower() else entity.strip().upper())
    words = [word for word in folded.split() if len(word) >= LONG_WORD]
    names = (await driver.execute_query(_NEAR, folded=folded, words=words, database_=database)).records
    raise UnknownNameError(entity, closest(entity, (row["name"] for row in names)))


def closest(name: str, names: Iterable[str]) -> list[str]:
    """Returns the names that are most like one, the most similar first."""
    wanted = name.lower()
    scored = [(_similarity(wanted, other.lower()), other) for other in names]
    return [other for score, other in sorted(scored, key=lambda s: (-s[0], s[1])) if score >= LEAST_SIMILAR][:NEAR]


def _similarity(wanted: str, other: str) -> float:
    if wanted in other.split() or other in wanted.split():
        return 0.9  # one is a word of the other: "Cook" of "Tim Cook"
    return SequenceMatcher(None, wanted, other).ratio()
