"""The graph's constraints and indexes, declared once and created idempotently.

The uniqueness constraints keep the graph right while two sinks write at once; the index on `Evidence.fact` finds the
evidence of a fact. Neo4j Community has both kinds.
"""

from dataclasses import dataclass

from neo4j import AsyncDriver, AsyncManagedTransaction, Query

from topology.graph.names import (
    ARTICLE,
    CLAIMED,
    CORRECTION,
    ENTITY,
    ERASED,
    EVIDENCE,
    HAPPENING,
    HAPPENING_TYPES,
    INSTANCE_OF,
    LITERAL,
    MEDIA,
    OFFSET,
    OUTBOX,
    STATED,
    STORY,
    SUGGESTED,
    fact_types,
    quoted,
)
from topology.graph.vectors import CONTEXT_WIDTH, OWN_WIDTH
from topology.ontology import Ontology

VECTOR_INDEX = "triplewire_entity_vector"
"""Entities by their own vectors, which stand for name and type."""

CONTEXT_INDEX = "triplewire_entity_context"
"""Entities by their context vectors, which stand for their neighbourhood."""

NAME_INDEX = "triplewire_entity_names"
"""Entities, aliases among them, by the words of their names."""

AWAIT_SECONDS = 300
"""How long we wait for a new index over an existing graph to fill."""


@dataclass(frozen=True, slots=True)
class SchemaItem:
    """A constraint or an index.

    Attributes:
        name: Its name in the database.
        statement: The Cypher that creates it if it is missing.
    """

    name: str
    statement: str


def _unique_node(label: str, *properties: str) -> SchemaItem:
    name = f"triplewire_{label.lower()}"
    keys = ", ".join(f"n.{p}" for p in properties)
    return SchemaItem(name, f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE ({keys}) IS UNIQUE")


def _unique_fact(type_: str) -> SchemaItem:
    name = quoted(f"triplewire_fact_{type_.lower()}")
    return SchemaItem(
        f"triplewire_fact_{type_.lower()}",
        f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR ()-[r:{quoted(type_)}]-() REQUIRE r.id IS UNIQUE",
    )


def _vectors(name: str, property_: str, width: int) -> SchemaItem:
    return SchemaItem(
        name,
        f"CREATE VECTOR INDEX {name} IF NOT EXISTS FOR (n:{ENTITY}) ON (n.{property_}) OPTIONS {{indexConfig: {{"
        f"`vector.dimensions`: {width}, `vector.similarity_function`: 'cosine'}}}}",
    )


def _words(name: str, property_: str) -> SchemaItem:
    # Brought up to date behind the transaction, within milliseconds: the sink does not wait for it.
    return SchemaItem(
        name,
        f"CREATE FULLTEXT INDEX {name} IF NOT EXISTS FOR (n:{ENTITY}) ON EACH [n.{property_}] OPTIONS {{indexConfig: {{"
        "`fulltext.analyzer`: 'standard-folding', `fulltext.eventually_consistent`: true}}",
    )


def schema(ontology: Ontology) -> tuple[SchemaItem, ...]:
    """Returns every constraint and index that the graph of this ontology needs."""
    return (
        _unique_node(ENTITY, "id"),
        _unique_node(LITERAL, "id"),
        _unique_node(ARTICLE, "id"),
        _unique_node(MEDIA, "id"),
        _unique_node(EVIDENCE, "id"),
        _unique_node(STORY, "id"),
        _unique_node(OFFSET, "key"),
        _unique_node(ERASED, "key"),
        _unique_node(CORRECTION, "id"),
        SchemaItem(
            "triplewire_correction_subject",
            f"CREATE INDEX triplewire_correction_subject IF NOT EXISTS FOR (n:{CORRECTION}) ON (n.subject)",
        ),
        SchemaItem(
            "triplewire_correction_object",
            f"CREATE INDEX triplewire_correction_object IF NOT EXISTS FOR (n:{CORRECTION}) ON (n.object)",
        ),
        # Those that the sink has to uphold, by the relation of the forbidden fact.
        SchemaItem(
            "triplewire_correction_upheld",
            f"CREATE INDEX triplewire_correction_upheld IF NOT EXISTS FOR (n:{CORRECTION}) ON (n.upheld, n.subject)",
        ),
        SchemaItem(
            "triplewire_evidence_fact",
            f"CREATE INDEX triplewire_evidence_fact IF NOT EXISTS FOR (n:{EVIDENCE}) ON (n.fact)",
        ),
        # Only evidence that speaks of a former holder has `past`, so the index holds no other.
        SchemaItem(
            "triplewire_evidence_past",
            f"CREATE INDEX triplewire_evidence_past IF NOT EXISTS FOR (n:{EVIDENCE}) ON (n.fact, n.past)",
        ),
        SchemaItem(
            "triplewire_entity_name",
            f"CREATE INDEX triplewire_entity_name IF NOT EXISTS FOR (n:{ENTITY}) ON (n.name)",
        ),
        SchemaItem(
            "triplewire_entity_wikidata",
            f"CREATE INDEX triplewire_entity_wikidata IF NOT EXISTS FOR (n:{ENTITY}) ON (n.wikidata)",
        ),
        SchemaItem(
            "triplewire_article_published",
            f"CREATE INDEX triplewire_article_published IF NOT EXISTS FOR (n:{ARTICLE}) ON (n.published_at)",
        ),
        SchemaItem(
            "triplewire_happening_class",
            f"CREATE INDEX triplewire_happening_class IF NOT EXISTS FOR (n:{HAPPENING}) ON (n.class)",
        ),
        # Reports of happenings by time: what answers about all happenings begin with.
        SchemaItem(
            "triplewire_happening_reported",
            f"CREATE INDEX triplewire_happening_reported IF NOT EXISTS FOR ()-[r:{INSTANCE_OF}]-() ON (r.last_seen)",
        ),
        SchemaItem(
            "triplewire_claim_reported",
            f"CREATE INDEX triplewire_claim_reported IF NOT EXISTS FOR ()-[c:{CLAIMED}]-() "
            "ON (c.relation, c.last_seen)",
        ),
        SchemaItem(
            "triplewire_entity_country",
            f"CREATE INDEX triplewire_entity_country IF NOT EXISTS FOR (n:{ENTITY}) ON (n.country_code)",
        ),
        _unique_node(OUTBOX, "id"),
        SchemaItem(
            "triplewire_suggested",
            f"CREATE CONSTRAINT triplewire_suggested IF NOT EXISTS FOR ()-[r:{SUGGESTED}]-() "
            "REQUIRE r.suggestion IS UNIQUE",
        ),
        SchemaItem(
            "triplewire_suggested_story",
            f"CREATE INDEX triplewire_suggested_story IF NOT EXISTS FOR ()-[r:{SUGGESTED}]-() ON (r.story)",
        ),
        SchemaItem(
            "triplewire_claimed",
            f"CREATE CONSTRAINT triplewire_claimed IF NOT EXISTS FOR ()-[c:{CLAIMED}]-() REQUIRE c.claim IS UNIQUE",
        ),
        _vectors(VECTOR_INDEX, "vector", OWN_WIDTH),
        _vectors(CONTEXT_INDEX, "context", CONTEXT_WIDTH),
        _words(NAME_INDEX, "name"),
        *(_unique_fact(t) for t in sorted({STATED, *HAPPENING_TYPES.values(), *fact_types(ontology).values()})),
    )


async def existing(driver: AsyncDriver, database: str | None = None) -> set[str]:
    """Returns the names of the constraints and indexes that the database has."""
    names: set[str] = set()
    for what in ("CONSTRAINTS", "INDEXES"):
        rows = await driver.execute_query(f"SHOW {what} YIELD name", database_=database)
        names.update(row["name"] for row in rows.records)
    return names


async def _online(driver: AsyncDriver, database: str | None) -> bool:
    """Returns whether every index can be used: another worker may have created one a moment ago."""
    rows = await driver.execute_query("SHOW INDEXES YIELD state WHERE state <> 'ONLINE' RETURN 1", database_=database)
    return not rows.records


async def ensure_schema(driver: AsyncDriver, ontology: Ontology, database: str | None = None) -> list[str]:
    """Creates what is missing, waits until its indexes are online, and returns the names of what was created."""
    present = await existing(driver, database)
    missing = [item for item in schema(ontology) if item.name not in present]
    if missing:

        async def create(transaction: AsyncManagedTransaction) -> None:
            for item in missing:
                await (await transaction.run(item.statement)).consume()

        async with driver.session(database=database) as session:
            await session.execute_write(create)
    if missing or not await _online(driver, database):
        waiting = Query("CALL db.awaitIndexes($seconds)", timeout=AWAIT_SECONDS + 10)
        await driver.execute_query(waiting, seconds=AWAIT_SECONDS, database_=database)
    return [item.name for item in missing]
