"""Makes the relation model's client and its knowledge source as the settings say."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from neo4j import AsyncDriver

from inference.knowledge.base import KnownFact
from inference.knowledge.cache import CachedKnowledge
from inference.knowledge.memory import KnowledgeError
from inference.knowledge.sparql import SparqlKnowledge
from inference.object_relations.client import RELATION_MODEL, RelationClient
from inference.text.language.words import WordTokenizer
from inference.triton.connection import InferenceUnavailable
from streams.media.knowledge import GraphKnowledge
from streams.media.relations import Knowledge, Relations
from streams.sink.faults import GraphUnavailableError
from topology.graph.connection import connect
from topology.ontology import Ontology, load_ontology
from topology.settings import Settings


def relations(settings: Settings) -> Relations | None:
    """Returns the relation extractor; None if the model repository has no relation model.

    Raises:
        OSError: The address of the knowledge source is invalid, or the tokenizer is missing.
    """
    if not (settings.models / RELATION_MODEL).is_dir():
        return None
    ontology = load_ontology(settings.ontology)
    client = RelationClient(
        settings.triton,
        WordTokenizer(settings.models / "text_extraction" / "1" / "tokenizer.json"),
        requests=settings.inference_requests,
        timeout=settings.inference_timeout,
    )
    return Relations(
        client,
        ontology,
        least=settings.relation_threshold,
        most=settings.media_pairs,
        knowledge=_knowledge(settings, ontology),
    )


def _knowledge(settings: Settings, ontology: Ontology) -> Knowledge | None:
    if settings.media_knowledge == "none":
        return None
    if settings.media_knowledge == "graph":
        return OwnGraph(settings, ontology)
    try:
        return Endpoint(SparqlKnowledge(settings.media_knowledge), settings.media_knowledge)
    except KnowledgeError as error:
        raise OSError(f"TRIPLEWIRE_MEDIA_KNOWLEDGE: {error}; or set it to `graph` or `none`") from error


class Endpoint:
    """A SPARQL endpoint. It answers with what it knows now, whatever moment is asked about."""

    def __init__(self, source: SparqlKnowledge, name: str) -> None:
        self.name = name
        self._source = source
        self._kept = CachedKnowledge(source)

    async def about(self, names: Sequence[str], limit: int, before: datetime) -> tuple[KnownFact, ...]:  # noqa: ARG002
        """Returns the facts about some names.

        Raises:
            InferenceUnavailable: The endpoint does not answer as it should.
        """
        try:
            return await asyncio.to_thread(self._kept.neighbourhood, names, limit)
        except KnowledgeError as error:
            raise InferenceUnavailable(str(error)) from error

    async def close(self) -> None:
        """Closes its connections."""
        self._source.__exit__(None, None, None)


class OwnGraph:
    """Our own Neo4j. It connects when first asked, so never if the relation model has no weights."""

    name = "graph"

    def __init__(self, settings: Settings, ontology: Ontology) -> None:
        self._settings, self._ontology = settings, ontology
        self._driver: AsyncDriver | None = None
        self._graph: GraphKnowledge | None = None

    async def about(self, names: Sequence[str], limit: int, before: datetime) -> tuple[KnownFact, ...]:
        """Returns what the graph knew at a moment.

        Raises:
            InferenceUnavailable: The graph does not answer at the moment.
            GraphAccessError: The graph refuses the login.
        """
        if self._graph is None:
            self._driver = connect(self._settings, reading=True)
            self._graph = GraphKnowledge(self._driver, self._ontology, self._settings.neo4j_database)
        try:
            return await self._graph.neighbourhood(names, limit, before=before)
        except GraphUnavailableError as error:
            raise InferenceUnavailable(str(error)) from error

    async def close(self) -> None:
        """Closes the connection."""
        if self._driver:
            await self._driver.close()
