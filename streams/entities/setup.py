"""Builds the linker from the settings."""

from importlib.metadata import version

from streams.entities.answer_cache import AnswerCache
from streams.entities.linker import Linker
from streams.entities.sparql import Sparql, check_address
from streams.road.publisher import KafkaPublisher
from topology.ontology import Ontology
from topology.settings import Settings


def linker(settings: Settings, ontology: Ontology) -> Linker | None:
    """Returns the linker; None if the settings name no SPARQL endpoint.

    Raises:
        ValueError: The endpoint's address is invalid.
    """
    if not settings.wikidata_sparql:
        return None
    check_address(settings.wikidata_sparql)
    contact = f" ({settings.wikidata_contact})" if settings.wikidata_contact else ""
    agent = f"triplewire/{version('triplewire')}{contact}"
    return Linker(
        Sparql(settings.wikidata_sparql, agent=agent, timeout=settings.wikidata_timeout),
        AnswerCache(settings.wikidata_cache, ask_again=settings.wikidata_ask_again),
        KafkaPublisher("entities", settings.kafka),
        {spec.name: spec.wikidata for spec in ontology.entity_types if spec.wikidata},
        interval=settings.wikidata_interval,
    )
