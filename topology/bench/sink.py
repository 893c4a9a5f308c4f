"""The speed of the sink: triples per second with all evidence, and a replay of records below the watermark.

For comparison the same run measures a plain counter (UNWIND, MERGE, add one) of the same facts without evidence: on a
shared machine only ratios within one run are meaningful.
"""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import uuid4

from neo4j import AsyncDriver

from streams.messages.events import Document, Entity, EntityMention, Evidence, Predicate, TextSpan, Triple
from streams.sink.contradictions import RelationTypes
from streams.sink.conversion import document_row, triple_row
from streams.sink.rows import DocumentRow, Row, TripleRow
from streams.sink.writer import GraphWriter, Position
from topology.graph.names import ENTITY, fact_types, quoted
from topology.graph.schema import ensure_schema
from topology.ontology import Ontology, load_ontology
from topology.settings import settings

TRIPLES_PER_ARTICLE = 5
MENTIONS_PER_ARTICLE = 6
HOLDERS = 3
WARM_UP = 10_000
"""Triples before the measurement; a JVM runs at half its speed after the start."""

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_SENTENCE = "The company said on Tuesday that it had named a new chief executive officer, who will begin in the spring."


def generated_rows(ontology: Ontology, triples: int, entities: int, seed: int, run: str) -> Iterator[Row]:
    """Yields documents, each followed by its triples, over Zipf-distributed entities and relations.

    Functional relations have `HOLDERS` objects, one after the other.

    Args:
        ontology: Relations and types to use.
        triples: How many triples to make.
        entities: How many entities to draw from.
        seed: Seed of the rows; equal seeds and runs give equal rows.
        run: Part of every article's id, so that runs do not share evidence.
    """
    draw = random.Random(seed)  # noqa: S311 - benchmark data, not a secret
    types = [t.name for t in ontology.entity_types]
    people = [Entity.of(f"Entity number {i}", types[i % len(types)]) for i in range(entities)]
    at_index = {person.id: i for i, person in enumerate(people)}
    popular = list(accumulate(1 / (i + 1) for i in range(entities)))
    frequent = list(accumulate(1 / (i + 1) for i in range(len(ontology.relations))))
    relations = fact_types(ontology)
    for number in range(-(-triples // TRIPLES_PER_ARTICLE)):
        at = _BEGIN + timedelta(seconds=number)
        id_ = f"{run}-{seed}-{number}"
        named = draw.choices(people, cum_weights=popular, k=MENTIONS_PER_ARTICLE)
        mentions = tuple(EntityMention(entity=e) for e in {e.id: e for e in named}.values())
        yield document_row(Document(id=id_, revision="r", headline=_SENTENCE, observed_at=at, mentions=mentions))
        for nth in range(min(TRIPLES_PER_ARTICLE, triples - number * TRIPLES_PER_ARTICLE)):
            spec = draw.choices(ontology.relations, cum_weights=frequent)[0]
            subject, object_ = draw.sample(named, 2)
            if spec.functional:
                # A few holders, one after the other, and not a new one in each article.
                nth_holder = HOLDERS * number * TRIPLES_PER_ARTICLE // triples
                object_ = people[(at_index[subject.id] + 1 + nth_holder) % entities]
            start = nth * len(_SENTENCE)
            evidence = Evidence(
                document=id_,
                revision="r",
                field="body",
                sentence=TextSpan(start=start, end=start + len(_SENTENCE), text=_SENTENCE),
                subject=TextSpan(start=start + 4, end=start + 11, text="company"),
                object=TextSpan(start=start + 50, end=start + 53, text="new"),
                observed_at=at,
                model="bench",
                model_version="1",
            )
            yield triple_row(
                Triple.of(subject, Predicate(id=spec.id, name=spec.name), object_, draw.random(), evidence), relations
            )


def _batches(rows: Sequence[Row], topic: str, size: int, partitions: int = 4) -> list[list[tuple[Position, Row]]]:
    placed: list[tuple[Position, Row]] = []
    offsets = [-1] * partitions
    partition = 0
    for row in rows:
        if isinstance(row, DocumentRow):
            partition = (partition + 1) % partitions
        offsets[partition] += 1
        placed.append(((topic, partition, offsets[partition]), row))
    return [placed[i : i + size] for i in range(0, len(placed), size)]


async def _count_plainly(
    driver: AsyncDriver, database: str, triples: Sequence[TripleRow], size: int, type_: str
) -> float:
    query = (
        f"UNWIND $rows AS row MERGE (s:{ENTITY} {{id: row[0]}}) MERGE (o:{ENTITY} {{id: row[1]}}) "
        f"MERGE (s)-[r:{quoted(type_)}]->(o) ON CREATE SET r.n = 1 ON MATCH SET r.n = r.n + 1"
    )
    begin = time.perf_counter()
    for i in range(0, len(triples), size):
        rows = [[c.subject.id, c.object.id] for c in triples[i : i + size]]
        await driver.execute_query(query, rows=rows, database_=database)
    return len(triples) / (time.perf_counter() - begin)


async def measure(
    driver: AsyncDriver, *, triples: int = 50_000, entities: int = 20_000, seed: int = 0
) -> dict[str, float]:
    """Writes generated articles and measures the rates. Adds to the graph, so use a separate one.

    Args:
        driver: A driver of the graph.
        triples: Triples to measure; each article has five, one document and six mentions.
        entities: Number of different entities.
        seed: Seed of the data.

    Returns:
        `triples_per_second` and `records_per_second` (including documents), with evidence; `replay_per_second`, records
        below the watermark; `republished_per_second`, the same triples at new offsets; `counter_per_second`, a plain
        counter of the same triples without evidence.
    """
    declared = settings()
    database, size = declared.neo4j_database, declared.sink_batch
    ontology = load_ontology(declared.ontology)
    of_texts = ontology.for_language("en")
    await ensure_schema(driver, ontology, database)
    run = uuid4().hex[:8]
    writer = GraphWriter(driver, group=f"bench-{run}", types=RelationTypes.of(ontology), database=database)

    async def write(rows: Sequence[Row], topic: str) -> float:
        batches = _batches(rows, topic, size)
        begin = time.perf_counter()
        for batch in batches:
            await writer.write(batch)
        return time.perf_counter() - begin

    warm = list(generated_rows(of_texts, WARM_UP, entities, seed + 1, run))
    await write(warm, "warm-up")
    await _count_plainly(driver, database, [r for r in warm if isinstance(r, TripleRow)], size, f"BENCH_WARM_{run}")
    rows = list(generated_rows(of_texts, triples, entities, seed, run))
    claims = [row for row in rows if isinstance(row, TripleRow)]
    seconds = await write(rows, "first")
    counter = await _count_plainly(driver, database, claims, size, f"BENCH_{run}")
    replay = await write(rows, "first")
    republished = await write(rows, "again")
    return {
        "triples_per_second": len(claims) / seconds,
        "records_per_second": len(rows) / seconds,
        "replay_per_second": len(rows) / replay,
        "republished_per_second": len(claims) / republished,
        "counter_per_second": counter,
    }
