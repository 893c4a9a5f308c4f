"""The registry stage: what articles call their entities becomes decisions on whom a name stands for.

It reads `mentions`, which has one partition, so that one registry sees all articles and any others stand by. What it
remembers it publishes on `entities`, and reads it back from there when it takes over: after a crash nothing is lost,
and since it remembers sets of documents, what it is shown twice changes nothing.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Annotated

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import Field, ValidationError

from inference.entities.memory import Name
from inference.entities.registry import Decision, Mentioned, Registry
from streams import tolerant
from streams.events import Alias, Entity, Event, Identifier, Naming, cloud_event_headers
from streams.retry import forever
from streams.stage import Item, Output, PoisonError, Record
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


class EntitiesStage:
    """Keeps the registry; see `streams.stage.Stage`."""

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
        self._registry: Registry | None = None
        self._generation: int | None = None

    async def start(self) -> None:
        """Nothing to open: the registry is read when there is something to decide."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def ready(self) -> str:
        """Always ready: it depends on Kafka alone."""
        return ""

    def parse(self, record: Record) -> Naming:
        """Reads what a document calls its entities.

        Raises:
            PoisonError: null-value or wrong-field.
        """
        if record.value is None:
            raise PoisonError("null-value", "the record has no value")
        try:
            return Naming.model_validate_json(record.value)
        except ValidationError as error:
            raise PoisonError("wrong-field", str(error)[:1000]) from None

    async def process(self, items: Sequence[Item[Naming]]) -> list[Output]:
        """Learns from documents; returns new decisions, and what is remembered now."""
        registry = self._registry
        generation = items[-1].record.generation
        if registry is None or generation != self._generation:
            # Somebody else may have been at work meanwhile.
            registry = await forever(self._restored, step="restore", on=(KafkaError, OSError))
            self._registry, self._generation = registry, generation
        names, decisions = registry.learn((item.value.id, _mentioned(item.value)) for item in items)
        origin = items[-1].record
        forgotten = registry.forget(self._limit)
        gone = set(forgotten)
        outputs = [output for decision in decisions for output in _told(decision, origin)]
        outputs += [_remembered(registry, name, origin) for name in names if name.id not in gone]
        outputs += [Output(ENTITIES.name, _key(id_), None, (), origin) for id_ in forgotten]
        return outputs

    async def _restored(self) -> Registry:
        registry = Registry()
        found: dict[bytes, Remembered] = {}
        async for key, type_, value in _records(self._kafka):
            if value is None:
                found.pop(key, None)
            elif type_ == REMEMBERED.encode():
                found[key] = Remembered.model_validate_json(value)
        registry.restore(
            (_name(one.name), one.documents, {id_: list(hashes) for id_, hashes in one.stood_for.items()})
            for one in found.values()
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


def _entity(name: Name) -> Entity:
    return Entity(id=name.id, name=name.name, type=name.type)


def _told(decision: Decision, origin: Record) -> Iterable[Output]:
    alias = Alias(
        id=decision.alias.id,
        op="merge" if decision.canonical else "split",
        alias=_entity(decision.alias),
        canonical=_entity(decision.canonical) if decision.canonical else None,
        reason=decision.reason,
    )
    headers = cloud_event_headers(alias, id_=alias.id, source=CE_SOURCE, time=origin.time)
    value = alias.__pydantic_serializer__.to_json(alias)
    for topic in (TRIPLES.name, ENTITIES.name):
        yield Output(topic, alias.id.encode(), value, headers, origin)


def _remembered(registry: Registry, name: Name, origin: Record) -> Output:
    known = registry.memory.known[name.id]
    remembered = Remembered(
        name=_entity(name),
        documents=tuple(known.documents.hashes),
        stood_for={id_: tuple(sketch.hashes) for id_, sketch in sorted(known.stood_for.items())},
    )
    headers = _headers(name.id, origin.time)
    return Output(ENTITIES.name, _key(name.id), remembered.__pydantic_serializer__.to_json(remembered), headers, origin)


def _headers(id_: str, time: datetime) -> list[tuple[str, bytes]]:
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        ("ce_type", REMEMBERED.encode()),
        ("ce_source", CE_SOURCE.encode()),
        ("ce_time", time.isoformat().encode()),
        ("content-type", b"application/json"),
    ]


def _key(id_: str) -> bytes:
    """Returns the key of what is remembered; the entity's own id is that of the decision on it."""
    return f"remembered:{id_}".encode()


async def _records(bootstrap: str) -> AsyncIterator[tuple[bytes, bytes, bytes | None]]:
    """Yields key, CloudEvents type and value of all that is on `entities` at present, in order."""
    tolerant.install()
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partition = TopicPartition(ENTITIES.name, 0)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        await consumer.seek_to_beginning(partition)
        while await consumer.position(partition) < end:
            for messages in (await consumer.getmany(timeout_ms=1000)).values():
                for message in messages:
                    type_ = next((value for name, value in message.headers if name == "ce_type"), b"")
                    yield message.key or b"", type_ or b"", message.value
    finally:
        await consumer.stop()
