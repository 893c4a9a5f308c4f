"""The suggestions stage: refreshes the entities that triples changed, and publishes what is suggested of them."""

from collections.abc import Sequence
from typing import NamedTuple

import structlog
from aiokafka.errors import KafkaError
from neo4j import AsyncDriver

from inference.link_prediction.suggester import Suggester
from inference.triton.connection import InferenceRejected, InferenceUnavailable
from streams.road.retry import forever
from streams.road.stage import Item, Output, Record
from streams.road.topic_ids import topic_id
from streams.sink.faults import GraphAccessError, GraphUnavailableError, translated
from streams.suggestions.changed import Change, combined, read
from streams.suggestions.outbox import Outbox, as_output
from streams.suggestions.refresh import Limits, Refresher
from streams.suggestions.waiting import GraphPosition
from streams.suggestions.writing import BatchStart
from topology.graph.connection import connect
from topology.graph.schema import ensure_schema
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import SUGGESTIONS_GROUP, TRIPLES

log = structlog.get_logger(__name__)


class _Parts(NamedTuple):
    """What the stage works with once it is started."""

    position: GraphPosition
    outbox: Outbox
    refresher: Refresher


class SuggestionsStage:
    """Keeps vectors and suggestions up to date; see `streams.road.stage.Stage`.

    One batch at a time: the next batch only comes once the messages of the one before are published, so those can be
    deleted from the outbox.
    """

    name = "suggestions"
    topic = TRIPLES
    group = SUGGESTIONS_GROUP
    in_flight = 1

    def __init__(self, suggester: Suggester) -> None:
        """Reads the settings; opens nothing.

        Args:
            suggester: Asks the models.
        """
        declared = settings()
        self.batch_size = declared.suggestions_batch
        self._settings = declared
        self._ontology = load_ontology(declared.ontology)
        self._suggester = suggester
        self._driver: AsyncDriver | None = None
        self._parts: _Parts | None = None

    async def start(self) -> None:
        """Waits for Neo4j and Kafka, and creates missing constraints and indexes.

        Raises:
            GraphAccessError: Neo4j refuses the login.
        """
        declared = self._settings
        self._driver = driver = connect(declared)
        database = declared.neo4j_database

        async def prepare() -> None:
            with translated():
                await ensure_schema(driver, self._ontology, database)

        await forever(prepare, step="schema", on=GraphUnavailableError)
        id_ = await forever(lambda: topic_id(declared.kafka, TRIPLES.name), step="topic-id", on=KafkaError)
        self._parts = _Parts(
            GraphPosition(driver, database, declared.kafka, id_),
            Outbox(driver, database),
            Refresher(driver, database, self._suggester, self._ontology, Limits.of(declared)),
        )

    async def stop(self) -> None:
        """Closes the connections."""
        await self._suggester.close()
        if self._driver is not None:
            await self._driver.close()

    async def ready(self) -> str:
        """Returns why nothing can be suggested at the moment, or "" if it can."""
        if self._driver is None or self._parts is None:
            return "waiting for Neo4j"
        try:
            with translated():
                await self._driver.execute_query("RETURN 1", database_=self._settings.neo4j_database)
            await self._suggester.version()
        except (GraphUnavailableError, GraphAccessError) as error:
            return f"Neo4j at {self._settings.neo4j}: {error}"
        except (InferenceUnavailable, InferenceRejected) as error:
            return str(error)
        behind = self._parts.position.behind
        return f"waiting for the sink: {behind}" if behind else ""

    def parse(self, record: Record) -> Change | None:
        """Returns what a record may have changed; never raises PoisonError, since the sink reports bad records."""
        return read(record)

    async def process(self, items: Sequence[Item[Change | None]]) -> list[Output]:
        """Waits for the sink, refreshes the entities that changed, and returns the messages to publish."""
        if self._parts is None:
            raise RuntimeError("the stage was not started")
        position, outbox, refresher = self._parts
        first: dict[int, Record] = {}
        for item in items:
            first.setdefault(item.record.partition, item.record)
        begins = {partition: record.offset for partition, record in first.items()}
        await forever(lambda: outbox.forget_before(begins), step="outbox", on=GraphUnavailableError)
        await position.reached({item.record.partition: item.record.offset for item in items if item.value})
        begin = items[0].record
        start = BatchStart(begin.partition, begin.offset, max(0, begin.timestamp_ms))
        await refresher.refresh(combined(item.value for item in items), start)
        pending = await forever(lambda: outbox.pending(begins), step="outbox", on=GraphUnavailableError)
        return [as_output(message, first[partition]) for partition, message in pending]
