"""Sends media items over the road in memory, and picks out what comes of them."""

import asyncio
import json
from typing import Any

from streams.media import MediaStage
from streams.messages.events import Article, Document, Triple
from streams.road.road import Road
from streams.road.stage import Output, Record
from tests.streams.media.doubles import TonePerception
from tests.streams.memory import MemoryConsumer, MemoryPublisher
from topology.topics import RAW_MEDIA, TRIPLES


def record(offset: int, **fields: Any) -> Record:
    return Record(RAW_MEDIA.name, 0, offset, 1_770_000_000_000, None, json.dumps(fields).encode())


async def through(records: list[Record], stage: MediaStage | None = None) -> list[Output]:
    """Sends records over the road; returns what is published."""
    source, publisher = MemoryConsumer(records, batch_size=len(records)), MemoryPublisher()
    bugs: list[BaseException] = []
    stop = asyncio.Event()
    road = Road(stage or MediaStage(TonePerception()), source, publisher, on_bug=bugs.append)
    task = asyncio.create_task(road.run(stop))
    async with asyncio.timeout(300):
        while not bugs and len(source.acknowledged) < len(records):  # noqa: ASYNC110 - see `until`
            await asyncio.sleep(0.01)
    stop.set()
    await task
    assert bugs == []
    return publisher.outputs


def of(outputs: list[Output], model: Any, topic: str = TRIPLES.name) -> list[Any]:
    name = {Document: "document", Triple: "triple", Article: "article"}[model]
    wanted = ("ce_type", f"triplewire.{name}".encode())
    return [model.model_validate_json(o.value or b"") for o in outputs if o.topic == topic and wanted in o.headers]
