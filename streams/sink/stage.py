"""The sink as a stage of the road."""

from collections.abc import Sequence

import structlog
from aiokafka.errors import KafkaError
from neo4j import AsyncDriver

from streams.road.metrics import observe_end_to_end
from streams.road.retry import forever
from streams.road.stage import Item, Output, PoisonError, Record
from streams.road.topic_ids import topic_id
from streams.sink.decode import decode
from streams.sink.faults import ConflictError, GraphAccessError, GraphUnavailableError, translated
from streams.sink.judging.contradictions import RelationTypes
from streams.sink.rows import DocumentRow, Row, TripleRow
from streams.sink.writer import GraphWriter, Written
from topology.graph.connection import connect
from topology.graph.names import fact_types
from topology.graph.schema import ensure_schema
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import SINK_GROUP, TRIPLES

log = structlog.get_logger(__name__)

CONFLICTS = 5
"""How often a refused write is repeated. By then a race with another sink is over: the batch contradicts the graph."""

_STEP = "write"


class SinkStage:
    """Writes triples, documents, aliases and identities; see `streams.road.stage.Stage`.

    One batch at a time: offsets in the graph only rise, so a later batch must not be committed before an earlier one.
    """

    name = "sink"
    topic = TRIPLES
    group = SINK_GROUP
    in_flight = 1

    def __init__(self) -> None:
        """Reads the settings; opens nothing."""
        declared = settings()
        self.batch_size = declared.sink_batch
        self._settings = declared
        self._ontology = load_ontology(declared.ontology)
        self._relations = fact_types(self._ontology)
        self._driver: AsyncDriver | None = None
        self._writer: GraphWriter | None = None

    async def start(self) -> None:
        """Waits for Neo4j, creates missing constraints and indexes, and reads the offsets that the graph has.

        Raises:
            GraphAccessError: Neo4j refuses the login.
        """
        self._driver = driver = connect(self._settings)
        database = self._settings.neo4j_database

        async def prepare() -> None:
            with translated():
                if created := await ensure_schema(driver, self._ontology, database):
                    log.info("created constraints and indexes", count=len(created))

        await forever(prepare, step="schema", on=GraphUnavailableError)
        id_ = await forever(lambda: topic_id(self._settings.kafka, TRIPLES.name), step="topic-id", on=KafkaError)
        types, topics = RelationTypes.of(self._ontology), {TRIPLES.name: id_}
        writer = GraphWriter(driver, group=self.group, types=types, topic_ids=topics, database=database)
        offsets = await forever(
            lambda: writer.offsets(TRIPLES.name, range(TRIPLES.partitions)), step="offsets", on=GraphUnavailableError
        )
        log.info("the graph has these offsets", topic=TRIPLES.name, topic_id=id_, offsets=offsets)
        self._writer = writer

    async def stop(self) -> None:
        """Closes the connection."""
        if self._driver is not None:
            await self._driver.close()

    async def ready(self) -> str:
        """Returns why the graph cannot be written at the moment, or "" if it can."""
        if self._driver is None or self._writer is None:
            return "waiting for Neo4j"
        try:
            with translated():
                await self._driver.execute_query("RETURN 1", database_=self._settings.neo4j_database)
        except (GraphUnavailableError, GraphAccessError) as error:
            return f"Neo4j at {self._settings.neo4j}: {error}"
        return ""

    def parse(self, record: Record) -> Row | None:
        """Reads a record; returns None, unread, if the graph has it already.

        Raises:
            PoisonError: It can never be read; see `streams.sink.decode`.
        """
        if self._writer and self._writer.behind(record.topic, record.partition, record.offset):
            return None
        return decode(record, self._relations)

    async def process(self, items: Sequence[Item[Row | None]]) -> Sequence[Output]:
        """Writes a batch in one transaction.

        Raises:
            PoisonError: conflict or refused-by-graph: some row contradicts the graph, or the graph cannot hold it.
        """
        writer = self._writer
        if writer is None:
            raise RuntimeError("the sink was not started")
        records = [((i.record.topic, i.record.partition, i.record.offset), i.value) for i in items]
        conflicts = 0

        async def write() -> Written:
            nonlocal conflicts
            try:
                return await writer.write(records)
            except ConflictError as error:
                conflicts += 1
                if conflicts > CONFLICTS:
                    raise PoisonError("conflict", f"the graph refuses it: {error}") from error
                raise

        written = await forever(write, step=_STEP, on=GraphUnavailableError)
        for row in written.applied:
            if isinstance(row, TripleRow | DocumentRow):
                observe_end_to_end(row.observed_at)
        return ()
