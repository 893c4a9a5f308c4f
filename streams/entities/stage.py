"""The registry stage: what articles call their entities becomes decisions on whom a name stands for.

It reads `mentions`, which has one partition, so that one registry sees all articles and any others stand by. What it
remembers it publishes on `entities`, and reads it back from there when it takes over: after a crash nothing is lost,
and since it remembers sets of documents, what it is shown twice changes nothing.

Wikidata ids come from tables, at once, and if the settings name a SPARQL address from there, some time: what a look-up
finds is published on `mentions` too, so that the registry learns it as it learns anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import structlog
from aiokafka.errors import KafkaError
from pydantic import Field, ValidationError

from streams.entities.gazetteer import gazetteer, shipped
from streams.entities.ids import WikidataIds
from streams.entities.linker import Linker
from streams.entities.memory import Kept, Memory, Name
from streams.entities.registry import Decision, Identified, Mentioned, Registry
from streams.entities.setup import linker
from streams.entities.table import TableError
from streams.messages.cloud_events import CE_TYPES, headers_of_type
from streams.messages.events import Alias, Entity, Event, Identifier, Identity, Naming, WikidataId
from streams.messages.outputs import output, serialise
from streams.road.partition import read_partition
from streams.road.retry import forever
from streams.road.stage import ConfigurationError, Item, Output, PoisonError, Record
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import ENTITIES, ENTITIES_GROUP, MENTIONS, TRIPLES

log = structlog.get_logger(__name__)

CE_SOURCE = "triplewire/entities"
REMEMBERED = "triplewire.remembered"
"""CloudEvents type of what the registry remembers of one name."""

Hashes = tuple[Annotated[int, Field(ge=0, lt=1 << 52)], ...]


class Remembered(Event):
    """What the registry remembers of a name. Topic `entities`, its own affair."""

    name: Entity = Field(description="The name.")
    documents: Hashes = Field(description="Bottom-k sketch of the documents that use it.")
    stood_for: dict[Identifier, Hashes] = Field(description="Of those that use it for another entity, by its id.")
    claimed: WikidataId | None = Field(None, description="The Wikidata id that was looked up.")
    told: WikidataId | None = Field(None, description="The Wikidata id that was last told.")


class EntitiesStage:
    """Keeps the registry; see `streams.road.stage.Stage`."""

    name = "entities"
    topic = MENTIONS
    group = ENTITIES_GROUP
    # The registry must see what it published before it is asked again.
    in_flight = 1

    def __init__(self) -> None:
        declared = settings()
        self.batch_size = declared.batch_size
        self._kafka = declared.kafka
        self._limit = declared.registry_names
        self._settings = declared
        self._ontology = load_ontology(declared.ontology)
        self._ids: WikidataIds = shipped()
        self._linker: Linker | None = None
        self._least = declared.wikidata_documents
        self._registry: Registry | None = None
        self._generation: int | None = None

    async def start(self) -> None:
        """Reads the tables of Wikidata ids. The registry is read when there is something to decide.

        Raises:
            ConfigurationError: The user's own table or the SPARQL address cannot be used.
        """
        try:
            own = Path(self._settings.wikidata_file) if self._settings.wikidata_file else None
            self._ids = gazetteer(own, [t.name for t in self._ontology.entity_types])
            self._linker = linker(self._settings, self._ontology)
        except (TableError, ValueError) as error:
            raise ConfigurationError(f"Wikidata ids: {error}") from error
        if self._linker:
            await self._linker.start()

    async def stop(self) -> None:
        """Stops looking up."""
        if self._linker:
            await self._linker.stop()

    async def ready(self) -> str:
        """Always ready: it depends on Kafka alone."""
        return ""

    def parse(self, record: Record) -> Naming | Identity:
        """Reads what a document calls its entities, or what a look-up found.

        Raises:
            PoisonError: null-value or wrong-field.
        """
        if record.value is None:
            raise PoisonError("null-value", "the record has no value")
        event = Identity if record.header("ce_type") == CE_TYPES[Identity].encode() else Naming
        try:
            return event.model_validate_json(record.value)
        except ValidationError as error:
            raise PoisonError("wrong-field", str(error)[:1000]) from None

    async def process(self, items: Sequence[Item[Naming | Identity]]) -> list[Output]:
        """Learns from documents and look-ups; returns what is newly decided, and what is remembered now."""
        registry = self._registry
        generation = items[-1].record.generation
        if registry is None or generation != self._generation:
            # Somebody else may have been at work meanwhile.
            registry = await forever(self._restored, step="restore", on=(KafkaError, OSError))
            self._registry, self._generation = registry, generation
        documents = [(item.value.id, _mentioned(item.value)) for item in items if isinstance(item.value, Naming)]
        claims = [item.value for item in items if isinstance(item.value, Identity)]
        names, decisions, identities = registry.learn(
            documents, [Identified(_name(claim.entity), claim.wikidata) for claim in claims]
        )
        self._look_up(registry, documents)
        origin = items[-1].record
        forgotten = registry.forget(self._limit)
        gone = set(forgotten)
        outputs = [output for decision in decisions for output in _told(decision, origin)]
        outputs += [_identity(identity, origin) for identity in identities]
        outputs += [_remembered(registry, name, origin) for name in names if name.id not in gone]
        outputs += [Output(ENTITIES.name, _key(id_), None, (), origin) for id_ in forgotten]
        return outputs

    def _look_up(self, registry: Registry, documents: Iterable[tuple[str, Sequence[Mentioned]]]) -> None:
        """Has the linker look up the names of these documents that are in no table and not rare."""
        if self._linker is None:
            return
        for id_ in dict.fromkeys(_met(documents)):
            known = registry.memory.known[id_]
            if known.listed is None and known.documents.count >= self._least:
                self._linker.want(_entity(known.name), known.claimed)

    async def _restored(self) -> Registry:
        registry = Registry(Memory(self._ids))
        found: dict[bytes, Remembered] = {}
        async for record in read_partition(self._kafka, ENTITIES.name):
            key = record.key or b""
            if record.value is None:
                found.pop(key, None)
            elif record.header("ce_type") == REMEMBERED.encode():
                found[key] = Remembered.model_validate_json(record.value)
        registry.restore(
            Kept(_name(one.name), one.documents, one.stood_for, one.claimed, one.told) for one in found.values()
        )
        log.info("the registry remembers", names=len(found))
        return registry


def _name(entity: Entity) -> Name:
    return Name(entity.id, entity.name, entity.type)


def _mentioned(naming: Naming) -> list[Mentioned]:
    return [
        Mentioned(_name(mention.entity), tuple(_name(Entity.of(name, mention.entity.type)) for name in mention.names))
        for mention in naming.mentions
    ]


def _met(documents: Iterable[tuple[str, Sequence[Mentioned]]]) -> Iterator[str]:
    for _, mentions in documents:
        for name, also in mentions:
            yield name.id
            yield from (other.id for other in also)


def _entity(name: Name) -> Entity:
    return Entity(id=name.id, name=name.name, type=name.type)


def _told(decision: Decision, origin: Record) -> Iterable[Output]:
    alias = Alias(
        id=decision.alias.id,
        op="merge" if decision.canonical else "split",
        alias=_entity(decision.alias),
        canonical=_entity(decision.canonical) if decision.canonical else None,
        reason=decision.reason,
        wikidata=decision.wikidata,
    )
    for topic in (TRIPLES.name, ENTITIES.name):
        yield output(topic, alias.id.encode(), alias, alias.id, source=CE_SOURCE, origin=origin)


def _identity(identified: Identified, origin: Record) -> Output:
    name, wikidata = identified
    identity = Identity(id=name.id, entity=_entity(name), wikidata=wikidata)
    return output(TRIPLES.name, name.id.encode(), identity, name.id, source=CE_SOURCE, origin=origin)


def _remembered(registry: Registry, name: Name, origin: Record) -> Output:
    known = registry.memory.known[name.id]
    remembered = Remembered(
        name=_entity(name),
        documents=tuple(known.documents.hashes),
        stood_for={id_: tuple(sketch.hashes) for id_, sketch in sorted(known.stood_for.items())},
        claimed=known.claimed,
        told=known.told,
    )
    headers = headers_of_type(REMEMBERED, id_=name.id, source=CE_SOURCE, time=origin.time)
    return Output(ENTITIES.name, _key(name.id), serialise(remembered), headers, origin)


def _key(id_: str) -> bytes:
    """Returns the key of what is remembered; the entity's own id is that of the decision on it."""
    return f"remembered:{id_}".encode()
