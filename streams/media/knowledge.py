"""Reads from our own graph what was known of the names in a caption when the item's day began.

The sink writes while the media stage reads, so "now" would give another answer each time an item is read. What the
graph knew at the start of the item's day (UTC, by the broker's clock) no longer changes when the item is read.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from neo4j import READ_ACCESS, AsyncDriver, AsyncManagedTransaction, unit_of_work

from inference.knowledge.base import KnownFact, choose
from streams.sink.faults import translated
from topology.graph.names import ARTICLE, ATTRIBUTES, ENTITY, EVIDENCE, FROM, STATED, fact_types, quoted
from topology.ontology import Ontology

LOOKED_AT = 20_000
"""Most facts of one name that are examined. It bounds the work for a country that many articles mention."""

SECONDS = 60.0
"""Time limit of a query. Most take milliseconds, but a server that has just started plans the first one slowly."""


class GraphKnowledge:
    """Facts that articles reported about each name; see `inference.knowledge.base.KnowledgeBase`.

    It never writes, so a read-only account is enough. A name is looked up by an index, as it is written and in four
    usual spellings: lower case, upper case, first letter capitalised, and each word capitalised.
    """

    def __init__(self, driver: AsyncDriver, ontology: Ontology, database: str, size: int = 10_000) -> None:
        """Sends no query yet.

        Args:
            driver: The graph's driver; the caller closes it.
            ontology: Defines the relations.
            database: Name of the database.
            size: Most answers that are cached.
        """
        self._driver, self._database, self._size = driver, database, size
        self._kept: OrderedDict[tuple[tuple[str, ...], int, datetime], tuple[KnownFact, ...]] = OrderedDict()
        self._query = _query(sorted({STATED, *fact_types(ontology).values()} - set(ATTRIBUTES.values())))

    async def neighbourhood(self, names: Sequence[str], limit: int = 16, *, before: datetime) -> tuple[KnownFact, ...]:
        """Returns the facts about some names, the most relevant first.

        Args:
            names: The names.
            limit: Facts at most.
            before: Only facts that had been received, and not withdrawn, by then; timezone-aware.

        Raises:
            GraphUnavailableError: A transient error; see `streams.sink.faults`.
            GraphAccessError: The graph refuses the login.
        """
        wanted = tuple(sorted({" ".join(name.split()) for name in names} - {""}))
        if not wanted or limit < 1:
            return ()
        question = wanted, limit, before
        if question not in self._kept:
            asked = [_spellings(name) for name in wanted]
            parameters = {"names": asked, "all": [*chain(*asked)], "before": before, "limit": limit, "most": LOOKED_AT}
            async with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
                with translated():
                    rows = await session.execute_read(_read, self._query, parameters)
            self._kept[question] = tuple(KnownFact(*row) for row in rows)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        self._kept.move_to_end(question)
        return choose(names, self._kept[question], limit)


def _spellings(name: str) -> list[str]:
    return [name, name.lower(), name.upper(), name.capitalize(), name.title()]


@unit_of_work(timeout=SECONDS)
async def _read(transaction: AsyncManagedTransaction, query: str, parameters: dict[str, Any]) -> list[list[Any]]:
    result = await transaction.run(query, parameters)
    return [row.values() async for row in result]


def _query(types: Sequence[str]) -> str:
    """Returns the Cypher statement. Input goes into parameters only; the relationship types come from the ontology.

    Each name yields up to the whole limit of facts, those that link it to another of the names first.
    """
    any_type = "|".join(quoted(type_) for type_ in types)
    return f"""
UNWIND $names AS spellings
CALL (spellings) {{
  MATCH (n:{ENTITY}) WHERE n.name IN spellings
  MATCH (n)-[r:{any_type}]-(o)
  WITH r, o.name IN $all AS joins LIMIT $most
  WHERE EXISTS {{
    MATCH (e:{EVIDENCE} {{fact: r.id}})-[:{FROM}]->(:{ARTICLE})
    WHERE e.observed_at < $before AND (e.retracted_at IS NULL OR e.retracted_at >= $before)
  }}
  WITH joins, startNode(r).name AS subject, r.name AS predicate, coalesce(endNode(r).name, endNode(r).value) AS object
  WHERE object IS NOT NULL
  RETURN DISTINCT joins, subject, predicate, object ORDER BY joins DESC, subject, predicate, object LIMIT $limit
}}
RETURN DISTINCT subject, predicate, object
"""
