"""The yardstick of the sink: the plainest statement that keeps the same evidence, with nothing of what makes it right.

It merges articles, entities, mentions, facts with a counter, and evidence with all its properties. It forgets offsets,
withdrawals, aliases, corrections and contradictions, and counts a repeat twice.
"""

from collections.abc import Iterable, Sequence

from neo4j import AsyncDriver

from streams.sink.rows import TripleRow
from topology.graph.names import ARTICLE, ENTITY, EVIDENCE, FROM, MENTIONS

Rows = list[dict[str, object]]

TYPE = "BENCH_FACT"
"""Relationship type of the recipe's facts, which keeps them apart from those of the sink."""

_INDEX = f"CREATE CONSTRAINT bench_fact IF NOT EXISTS FOR ()-[r:{TYPE}]-() REQUIRE r.id IS UNIQUE"

_WRITE = f"""
UNWIND $rows AS row
MERGE (a:{ARTICLE} {{id: row.article}})
MERGE (s:{ENTITY} {{id: row.subject}}) ON CREATE SET s.name = row.subject_name
MERGE (o:{ENTITY} {{id: row.object}}) ON CREATE SET o.name = row.object_name
MERGE (a)-[:{MENTIONS}]->(s)
MERGE (a)-[:{MENTIONS}]->(o)
MERGE (e:{EVIDENCE} {{id: row.id}}) ON CREATE SET e += row.evidence
MERGE (e)-[:{FROM}]->(a)
MERGE (s)-[r:{TYPE} {{id: row.fact}}]->(o) ON CREATE SET r.count = 1 ON MATCH SET r.count = r.count + 1
"""


class Recipe:
    """Writes triples by the recipe, beside those of the sink in one graph."""

    def __init__(self, driver: AsyncDriver, database: str, run: str) -> None:
        """Opens nothing.

        Args:
            driver: The graph's driver.
            database: The database's name.
            run: Goes into every id, so that the recipe's articles, evidence and facts are its own.
        """
        self._driver = driver
        self._database = database
        self._run = run

    async def prepare(self) -> None:
        """Creates the index on its facts."""
        await self._driver.execute_query(_INDEX, database_=self._database)
        await self._driver.execute_query("CALL db.awaitIndexes(60)", database_=self._database)

    def batches(self, triples: Sequence[TripleRow], size: int) -> list[Rows]:
        """Returns the rows of triples, so many a transaction."""
        return [[self._row(triple) for triple in triples[i : i + size]] for i in range(0, len(triples), size)]

    async def write(self, batches: Iterable[Rows]) -> None:
        """Writes rows, each list of them in a transaction."""
        for rows in batches:
            await self._driver.execute_query(_WRITE, rows=rows, database_=self._database)

    def _row(self, triple: TripleRow) -> dict[str, object]:
        fact = f"{self._run}-{triple.fact}"
        return {
            "id": f"{self._run}-{triple.id}",
            "article": f"{self._run}-{triple.article}",
            "subject": triple.subject.id,
            "subject_name": triple.subject.name,
            "object": triple.object.id,
            "object_name": getattr(triple.object, "name", ""),
            "fact": fact,
            "evidence": {name: value for name, value in triple.evidence.items() if name != "id"} | {"fact": fact},
        }
