"""The registry stage without a broker: what is on its topic, what it is given, and what it says."""

import asyncio
from collections.abc import AsyncIterator

import orjson

from streams.entities.stage import EntitiesStage
from streams.messages.events import Alias, EntityMention, Naming
from streams.road.stage import Item, Output, Record
from topology.topics import ENTITIES, MENTIONS


class Wire:
    """What is on `entities`."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def publish(self, outputs: list[Output]) -> None:
        for output in outputs:
            if output.topic == ENTITIES.name:
                place = len(self.records)
                self.records.append(Record(output.topic, 0, place, 0, output.key, output.value, tuple(output.headers)))

    async def read(self, _: str, topic: str) -> AsyncIterator[Record]:
        assert topic == ENTITIES.name
        for record in self.records:
            yield record


def record(id_: str, *mentions: EntityMention, offset: int = 0, generation: int = 1) -> Record:
    value = Naming(id=id_, revision="r", mentions=mentions).model_dump_json().encode()
    return Record(MENTIONS.name, 0, offset, 1_700_000_000_000, id_.encode(), value, generation=generation)


def run(stage: EntitiesStage, *records: Record) -> list[Output]:
    return asyncio.run(stage.process([Item(r, stage.parse(r)) for r in records]))


def aliases(outputs: list[Output], topic: str) -> list[Alias]:
    chosen = [o for o in outputs if o.topic == topic and dict(o.headers)["ce_type"] == b"triplewire.alias"]
    assert all(o.key == orjson.loads(o.value or b"{}")["id"].encode() for o in chosen)
    return [Alias.model_validate_json(o.value or b"") for o in chosen]
