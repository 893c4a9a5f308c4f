"""Reads what the stage remembers, and who stands for whom, from their topics; makes the records that remember it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from pydantic import ValidationError

from streams.alerts.aliases import Aliases
from streams.alerts.state import BEGUN, CE_SOURCE, POSITION, SEEN, CallPosition, SeenThing, WatchBegin
from streams.messages.base import Event
from streams.messages.cloud_events import CE_TYPES, headers_of_type
from streams.messages.events import Alias
from streams.messages.outputs import serialise
from streams.road.partition import read_partition
from streams.road.stage import Output, Record
from topology.topics import ALERT_STATE, ENTITIES

log = structlog.get_logger(__name__)

UNPUBLISHED = -1
"""Partition and offset of a record that no topic has."""


@dataclass(slots=True)
class Remembered:
    """What is on the topic `alert-state`.

    Attributes:
        things: What was seen, by record key.
        begins: Since when each watch looks out.
        positions: How far each receiver was called.
    """

    things: dict[bytes, SeenThing] = field(default_factory=dict)
    begins: dict[str, datetime] = field(default_factory=dict)
    positions: dict[str, CallPosition] = field(default_factory=dict)


async def read_remembered(kafka: str) -> Remembered:
    """Returns what is remembered.

    Raises:
        KafkaError: The broker does not answer.
    """
    found = Remembered()
    async for record in read_partition(kafka, ALERT_STATE.name):
        key, type_ = record.key or b"", (record.header("ce_type") or b"").decode(errors="replace")
        name = key.decode(errors="replace").partition(":")[2]
        if record.value is None:
            found.things.pop(key, None)
            (found.positions if key.startswith(b"receiver:") else found.begins).pop(name, None)
            continue
        try:
            if type_ == SEEN:
                found.things.pop(key, None)
                found.things[key] = SeenThing.model_validate_json(record.value)
            elif type_ == BEGUN:
                found.begins[name] = WatchBegin.model_validate_json(record.value).since
            elif type_ == POSITION:
                found.positions[name] = CallPosition.model_validate_json(record.value)
        except ValidationError as error:
            log.warning("alerts.not_remembered", offset=record.offset, error=str(error)[:300])
    return found


async def read_aliases(kafka: str) -> Aliases:
    """Returns who stands for whom, as the entities stage keeps it.

    Raises:
        KafkaError: The broker does not answer.
    """
    found, wanted = Aliases(), CE_TYPES[Alias].encode()
    async for record in read_partition(kafka, ENTITIES.name):
        if record.value is None:
            found.forget((record.key or b"").decode(errors="replace"))
        elif record.header("ce_type") == wanted:
            try:
                found.learn(Alias.model_validate_json(record.value))
            except ValidationError as error:
                log.warning("alerts.no_alias", offset=record.offset, error=str(error)[:300])
    return found


def thing_record(watch: str, key: str, thing: SeenThing | None) -> Output:
    """Returns the record that remembers a thing, or forgets it."""
    return _record(f"seen:{watch}:{key}", SEEN, thing)


def begin_record(watch: str, since: datetime | None) -> Output:
    """Returns the record of since when something is watched, or the one that forgets it."""
    return _record(f"watch:{watch}", BEGUN, WatchBegin(watch=watch, since=since) if since else None)


def position_record(receiver: str, position: CallPosition | None) -> Output:
    """Returns the record of how far a receiver was called, or the one that forgets it."""
    return _record(f"receiver:{receiver}", POSITION, position)


def made_record(topic: str, key: bytes, value: bytes | None) -> Record:
    """Returns a record that was made from no other one, and stands for its own origin."""
    return Record(topic, UNPUBLISHED, UNPUBLISHED, int(datetime.now(UTC).timestamp() * 1000), key, value)


def _record(key: str, type_: str, event: Event | None) -> Output:
    name, value = key.encode(), serialise(event) if event else None
    headers = headers_of_type(type_, id_=key, source=CE_SOURCE, time=datetime.now(UTC)) if event else ()
    return Output(ALERT_STATE.name, name, value, headers, made_record(ALERT_STATE.name, name, value))
