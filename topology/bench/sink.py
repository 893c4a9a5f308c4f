"""The speed of the sink: triples per second with all evidence, and a replay of records below the watermark.

The recipe writes the same triples in turn with the sink: on a shared machine only ratios within one run are meaningful.
"""

import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import uuid4

from neo4j import AsyncDriver

from streams.messages.events import Document, Entity, EntityMention, Evidence, Predicate, TextSpan, Triple
from streams.sink.conversion import document_row, triple_row
from streams.sink.judging.contradictions import RelationTypes
from streams.sink.rows import DocumentRow, Row, TripleRow
from streams.sink.writer import GraphWriter, Position
from topology.bench.cpu import cpu_seconds
from topology.bench.recipe import Recipe
from topology.graph.names import fact_types
from topology.graph.schema import ensure_schema
from topology.ontology import Ontology, load_ontology
from topology.settings import settings

TRIPLES_PER_ARTICLE = 5
MENTIONS_PER_ARTICLE = 6
HOLDERS = 3
TURNS = 4
"""Turns that count."""

SMALL = 40
"""Records in a batch while little arrives."""

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


@dataclass(frozen=True, slots=True)
class SinkSpeed:
    """How fast the sink is at one size of batches, and the recipe next to it.

    Attributes:
        batch: Records in a batch at most; triples in one of the recipe's.
        triples: Triples a second, with all their evidence.
        recipe: Triples a second by the recipe.
        cost: Processor seconds of server and client for a triple, over the recipe's.
    """

    batch: int
    triples: float
    recipe: float
    cost: float

    @property
    def share(self) -> float:
        """The sink's speed as a share of the recipe's."""
        return self.triples / self.recipe


@dataclass(frozen=True, slots=True)
class SinkResult:
    """The speed of the sink by itself.

    Attributes:
        sizes: At several sizes of batches.
        replay_per_second: Records below the offsets that the graph has.
        republished_per_second: The same triples at new offsets.
    """

    sizes: tuple[SinkSpeed, ...]
    replay_per_second: float
    republished_per_second: float


@dataclass(slots=True)
class _Spent:
    """Seconds that passed, and seconds of the processor."""

    seconds: float = 0.0
    cpu: float = 0.0


class _Bench:
    """A writer and a recipe in one graph, which take turns."""

    def __init__(self, driver: AsyncDriver, server: Sequence[int], sizes: "SinkSizes") -> None:
        self._declared = declared = settings()
        self._driver = driver
        self._server = [*server, os.getpid()]
        self._sizes = sizes
        self._ontology = load_ontology(declared.ontology)
        self._of_texts = self._ontology.for_language("en")
        self._run = uuid4().hex[:8]
        types = RelationTypes.of(self._ontology)
        self._writer = GraphWriter(driver, group=f"bench-{self._run}", types=types, database=declared.neo4j_database)
        self._recipe = Recipe(driver, declared.neo4j_database, self._run)
        self._seed = sizes.seed

    async def prepare(self) -> None:
        await ensure_schema(self._driver, self._ontology, self._declared.neo4j_database)
        await self._recipe.prepare()

    def rows(self, triples: int) -> list[Row]:
        """Returns rows that no call returned before."""
        self._seed += 1
        return list(generated_rows(self._of_texts, triples, self._sizes.entities, self._seed, self._run))

    async def write(self, rows: Sequence[Row], topic: str, size: int) -> _Spent:
        batches = _batches(rows, topic, size)
        before = self._cpu()
        began = time.perf_counter()
        for batch in batches:
            await self._writer.write(batch)
        return _Spent(time.perf_counter() - began, self._cpu() - before)

    async def by_recipe(self, rows: Sequence[Row], size: int) -> _Spent:
        batches = self._recipe.batches([row for row in rows if isinstance(row, TripleRow)], size)
        before = self._cpu()
        began = time.perf_counter()
        await self._recipe.write(batches)
        return _Spent(time.perf_counter() - began, self._cpu() - before)

    async def speed(self, size: int, triples: int) -> SinkSpeed:
        """Measures in turns; the first, in which the server compiles what it runs, does not count."""
        ours, recipes = _Spent(), _Spent()
        for turn in range(TURNS + 1):
            rows = self.rows(triples)
            # Neither has the other's entities for it already more often.
            if turn % 2:
                first = await self.write(rows, f"{size}-{turn}", size)
                second = await self.by_recipe(rows, size)
            else:
                second = await self.by_recipe(rows, size)
                first = await self.write(rows, f"{size}-{turn}", size)
            if turn:
                for total, one in ((ours, first), (recipes, second)):
                    total.seconds += one.seconds
                    total.cpu += one.cpu
        all_ = triples * TURNS
        return SinkSpeed(size, all_ / ours.seconds, all_ / recipes.seconds, ours.cpu / recipes.cpu)

    def _cpu(self) -> float:
        return sum(cpu_seconds({"": self._server}).values())


@dataclass(frozen=True, slots=True)
class SinkSizes:
    """How much to measure.

    Attributes:
        triples: Triples of a turn at the setting's size of batches; each article has five, one document and six
            mentions.
        small: Triples of a turn at `SMALL`.
        entities: Number of different entities.
        seed: Seed of the data.
    """

    triples: int = 20_000
    small: int = 6_000
    entities: int = 20_000
    seed: int = 0


async def measure(driver: AsyncDriver, server: Sequence[int], sizes: SinkSizes) -> SinkResult:
    """Writes generated articles and measures the rates. Adds to the graph, so use a separate one.

    Args:
        driver: A driver of the graph.
        server: Ids of the graph's processes.
        sizes: How much to measure.
    """
    bench = _Bench(driver, server, sizes)
    await bench.prepare()
    full = settings().sink_batch
    speeds = [await bench.speed(full, sizes.triples), await bench.speed(SMALL, sizes.small)]
    rows = bench.rows(sizes.triples)
    await bench.write(rows, "first", full)
    replay = await bench.write(rows, "first", full)
    republished = await bench.write(rows, "again", full)
    return SinkResult(tuple(speeds), len(rows) / replay.seconds, sizes.triples / republished.seconds)
