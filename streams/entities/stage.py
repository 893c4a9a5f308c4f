"""The entities stage: decides which names stand for which entity, and which reports are of one happening and story.

It reads `mentions`, which has one partition, so one registry sees all documents and further workers stand by. It
publishes what the registry remembers on `entities`, and restores it from there when it takes over. So a crash loses
nothing; and because the registry remembers sets of documents, a repeated record changes nothing.

Wikidata ids come from a gazetteer at once, and, if the settings name a SPARQL endpoint, from there later: a look-up
publishes what it finds on `mentions`, so that the registry learns it like any other record.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import structlog
from aiokafka.errors import KafkaError
from pydantic import Field, ValidationError

from streams.entities.gazetteer import gazetteer, shipped
from streams.entities.happenings.memory import remembered
from streams.entities.happenings.outputs import CE_SOURCE, Reading
from streams.entities.happenings.outputs import outputs as happening_outputs
from streams.entities.happenings.table import Decisions, HappeningTable
from streams.entities.happenings.versions import Versions
from streams.entities.ids import WikidataIds
from streams.entities.linker import Linker
from streams.entities.memory import EntityName, Memory, SavedName, name_of
from streams.entities.namings import named_in
from streams.entities.registry import AliasDecision, Changes, MentionedName, Registry, WikidataMatch
from streams.entities.setup import linker
from streams.entities.table import TableError
from streams.messages.base import Event
from streams.messages.cloud_events import CE_TYPES, headers_of_type
from streams.messages.correction_events import Correction
from streams.messages.events import Alias, Entity, Identifier, Identity, Naming, WikidataId
from streams.messages.json_events import unreadable
from streams.messages.outputs import output, serialise
from streams.road.partition import read_partition
from streams.road.retry import forever
from streams.road.stage import ConfigurationError, Item, Output, PoisonError, Record
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import ENTITIES, ENTITIES_GROUP, MENTIONS, TRIPLES

log = structlog.get_logger(__name__)

REMEMBERED = "triplewire.remembered"
"""CloudEvents type of a `RememberedName`."""

Hashes = tuple[Annotated[int, Field(ge=0, lt=1 << 52)], ...]


Message = Naming | Identity | Correction

_READ: dict[bytes, type[Identity | Correction]] = {CE_TYPES[one].encode(): one for one in (Identity, Correction)}


class RememberedName(Event):
    """What the registry remembers about a name. Topic `entities`; private to this stage."""

    name: Entity = Field(description="The name.")
    documents: Hashes = Field(description="Bottom-k sketch of the documents that use it.")
    stood_for: dict[Identifier, Hashes] = Field(
        description="Sketches of the documents that use it for another entity, by that entity's id."
    )
    claimed: WikidataId | None = Field(None, description="The Wikidata id that a look-up found.")
    told: WikidataId | None = Field(None, description="The Wikidata id that was last published.")
    contexts: tuple[Hashes, ...] = Field(
        (), description="Only of a person with a role, for each of the documents: what else it names."
    )


class EntitiesStage:
    """Keeps the registry; see `streams.road.stage.Stage`."""

    name = "entities"
    topic = MENTIONS
    group = ENTITIES_GROUP
    # The registry must have published one batch before it learns from the next.
    in_flight = 1

    def __init__(self) -> None:
        declared = settings()
        self.batch_size = declared.batch_size
        self._kafka = declared.kafka
        self._limit = declared.registry_names
        self._most_reports, self._report_days = declared.happening_reports, declared.happening_days
        self._settings = declared
        self._ontology = load_ontology(declared.ontology)
        self._ids: WikidataIds = shipped()
        self._linker: Linker | None = None
        self._least = declared.wikidata_documents
        self._state: tuple[Registry, HappeningTable] | None = None
        self._generation: int | None = None
        self._versions = Versions()
        # Records that another worker may have read before, so that some of its decisions have been heard.
        self._doubtful = 0

    async def start(self) -> None:
        """Reads the gazetteer. The registry itself is restored with the first batch.

        Raises:
            ConfigurationError: The user's own gazetteer file or the SPARQL endpoint cannot be used.
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
        """Stops the look-ups."""
        if self._linker:
            await self._linker.stop()

    async def ready(self) -> str:
        """Always ready: it depends on Kafka alone."""
        return ""

    def parse(self, record: Record) -> Message:
        """Reads the names that a document uses, what a look-up found, or what an editor corrected.

        Raises:
            PoisonError: `null-value`, `not-json`, `missing-field` or `wrong-field`.
        """
        if record.value is None:
            raise PoisonError("null-value", "the record has no value")
        event = _READ.get(record.header("ce_type") or b"", Naming)
        try:
            read = event.model_validate_json(record.value)
            if isinstance(read, Naming):
                named_in(read.mentions)  # its other names become entities too, so they must be names
        except ValidationError as error:
            raise unreadable(error) from None
        return read

    async def process(self, items: Sequence[Item[Message]]) -> list[Output]:
        """Learns from documents and look-ups; returns the new decisions, and the names to remember."""
        try:
            return await self._decided(items)
        except BaseException:
            # Part of it may have been learned, and what follows from that is returned to nobody. Whoever calls again
            # must not find it known already, so the next call begins from what was published.
            self._state = None
            raise

    async def _decided(self, items: Sequence[Item[Message]]) -> list[Output]:
        state = self._state
        generation = items[-1].record.generation
        if state is None or generation != self._generation:
            # After a rebalance: another worker may have published in the meantime.
            state = await forever(self._restored, step="restore", on=(KafkaError, OSError))
            self._state, self._generation, self._doubtful = state, generation, self.batch_size
        registry, happenings = state
        origin = items[-1].record
        changes, told = [], []
        for portion in self._portions(items):
            # In a thread, so that /health answers while documents with thousands of names are learnt.
            changed, decided = await asyncio.to_thread(self._learn, state, portion)
            changes.append(changed)
            told.append(decided)
        self._look_up(registry, [item.value for item in items if isinstance(item.value, Naming)])
        forgotten = registry.forget(self._limit)
        gone = set(forgotten)
        old = happenings.forget(self._most_reports, self._report_days)
        outputs = list(happening_outputs(told, old, origin))
        outputs += [output for each in changes for one in each.decisions for output in _alias_outputs(one, origin)]
        outputs += [_identity(identity, origin) for each in changes for identity in each.identities]
        # After the decisions: whoever restores a correction takes them to have been published, or gets it again.
        corrected = dict.fromkeys(item.value.id for item in items if isinstance(item.value, Correction))
        outputs += [_correction(registry.corrections[id_], origin) for id_ in corrected if id_ in registry.corrections]
        names = {name.id: name for each in changes for name in each.names}
        outputs += [_remembered(registry, name, origin) for id_, name in names.items() if id_ not in gone]
        outputs += [Output(ENTITIES.name, _key(id_), None, (), origin) for id_ in forgotten]
        return outputs

    def _portions(self, items: Sequence[Item[Message]]) -> Iterator[Sequence[Item[Message]]]:
        """Yields records that are learned together.

        Of the last batch of the worker before, which may have been smaller than ours, some decisions may have been
        heard that are recorded nowhere. Record by record all of them are made again, and then what follows.
        """
        singly = min(self._doubtful, len(items))
        self._doubtful -= singly
        for i in range(singly):
            yield items[i : i + 1]
        if singly < len(items):
            yield items[singly:]

    def _learn(
        self, state: tuple[Registry, HappeningTable], items: Sequence[Item[Message]]
    ) -> tuple[Changes, Decisions]:
        """Learns names, and then happenings, whose participants are whom the names stand for now."""
        registry, happenings = state
        namings = [(item.value, item.record) for item in items if isinstance(item.value, Naming)]
        claims = [item.value for item in items if isinstance(item.value, Identity)]
        changes = registry.learn(
            [(naming.id, named_in(naming.mentions)) for naming, _ in namings],
            [WikidataMatch(name_of(claim.entity), claim.wikidata) for claim in claims],
            [item.value for item in items if isinstance(item.value, Correction)],
        )
        reports = [
            (naming.id, remembered(naming))
            for naming, record in namings
            if not self._versions.overtaken(naming.id, (record.header("ce_time") or b"").decode(errors="replace"))
        ]
        return changes, happenings.learn(reports, changes.moved, items[-1].record.timestamp_ms)

    def _look_up(self, registry: Registry, documents: Iterable[Naming]) -> None:
        """Requests a look-up of those names of these documents that are not in the gazetteer and not rare."""
        if self._linker is None:
            return
        for id_ in dict.fromkeys(_ids(named_in(document.mentions) for document in documents)):
            # What is looked up is the name, whatever role a document adds to it.
            known = registry.memory.known[id_]
            if known.listed is None and known.documents.count >= self._least:
                self._linker.request(_entity(known.name), known.claimed)

    async def _restored(self) -> tuple[Registry, HappeningTable]:
        registry = Registry(Memory(self._ids))
        happenings = HappeningTable(registry.canonical_id)
        found: dict[bytes, RememberedName] = {}
        corrections: dict[bytes, Correction] = {}
        reading = Reading()
        async for record in read_partition(self._kafka, ENTITIES.name):
            reading.read(record)
            key = record.key or b""
            if record.value is None:
                found.pop(key, None)
            elif record.header("ce_type") == REMEMBERED.encode():
                found[key] = RememberedName.model_validate_json(record.value)
            elif record.header("ce_type") == CE_TYPES[Correction].encode():
                corrections[key] = Correction.model_validate_json(record.value)
        saved = (
            SavedName(
                name_of(one.name),
                one.documents,
                one.stood_for,
                one.claimed,
                one.told,
                dict(zip(one.documents, one.contexts, strict=False)),
            )
            for one in found.values()
        )
        registry.restore(saved, corrections.values())
        happenings.restore(reading.saved())
        log.info("entities.restored", names=len(found), reports=len(happenings))
        return registry, happenings


def _ids(documents: Iterable[Sequence[MentionedName]]) -> Iterator[str]:
    for mentions in documents:
        for name, also, *_ in mentions:
            yield name.bare.id
            yield from (other.id for other in also)


def _entity(name: EntityName) -> Entity:
    return Entity(id=name.id, name=name.name, type=name.type, role=name.role or None)


def _alias_outputs(decision: AliasDecision, origin: Record) -> Iterable[Output]:
    alias = Alias(
        id=decision.alias.id,
        op="merge" if decision.canonical else "split",
        alias=_entity(decision.alias),
        canonical=_entity(decision.canonical) if decision.canonical else None,
        reason=decision.reason,
        wikidata=decision.wikidata,
        certain=decision.certain,
    )
    for topic in (TRIPLES.name, ENTITIES.name):
        yield output(topic, alias.id.encode(), alias, alias.id, source=CE_SOURCE, origin=origin)


def _identity(identified: WikidataMatch, origin: Record) -> Output:
    name, wikidata = identified
    identity = Identity(id=name.id, entity=_entity(name), wikidata=wikidata)
    return output(TRIPLES.name, name.id.encode(), identity, name.id, source=CE_SOURCE, origin=origin)


def _correction(correction: Correction, origin: Record) -> Output:
    """Returns the record that remembers a correction, on a topic that keeps the last record of each."""
    return output(ENTITIES.name, correction.id.encode(), correction, correction.id, source=CE_SOURCE, origin=origin)


def _remembered(registry: Registry, name: EntityName, origin: Record) -> Output:
    known = registry.memory.known[name.id]
    remembered = RememberedName(
        name=_entity(name),
        documents=tuple(known.documents.hashes),
        stood_for={id_: tuple(sketch.hashes) for id_, sketch in sorted(known.stood_for.items())},
        claimed=known.claimed,
        told=known.published,
        contexts=tuple(known.contexts.get(hash_, ()) for hash_ in known.documents.hashes) if known.contexts else (),
    )
    headers = headers_of_type(REMEMBERED, id_=name.id, source=CE_SOURCE, time=origin.time)
    return Output(ENTITIES.name, _key(name.id), serialise(remembered), headers, origin)


def _key(id_: str) -> bytes:
    """Returns the key of a remembered name. The entity's id itself is the key of the decision on it."""
    return f"remembered:{id_}".encode()
