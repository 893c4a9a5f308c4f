"""What arrives on `triples`, gathered for all visitors by one reader: the newest happenings, facts and claims."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
import structlog
from aiokafka.errors import KafkaError

from streams.api.feed import Feed, Filters
from topology.settings import Settings

MOST = 400
"""Items that are kept, the newest."""

BACK = 600
"""Messages of each partition with which the reader begins, so that the page opens filled."""

LONGEST = 600
"""Characters of a sentence that are kept."""

AGAIN_AFTER = 5.0
"""Seconds after which a reader that failed tries again."""

Kind = Literal["happening", "fact", "claim"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Named:
    """An entity or value that an item names; a value has no id."""

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """Something that arrived.

    Attributes:
        key: The happening's entity, or the triple: an item of the same key takes its place.
        changed: Which change of the wire brought it.
        subject: Of a happening, what it is called.
        relation: Of a happening, its class.
        objects: Of a fact, its object; of a happening, who or what plays a part, with the role.
        fact: The fact's or claim's id, for its evidence.
        standing: Of a claim, what it is: `planned`, `denied by Ann Lee`.
        at: When its article arrived.
    """

    key: str
    changed: int
    kind: Kind
    subject: Named
    relation: str
    objects: tuple[tuple[str, Named], ...]
    fact: str
    standing: str
    sentence: str
    source: str
    url: str | None
    at: datetime


@dataclass
class Wire:
    """The newest items, and the reader that gathers them while somebody watches.

    Attributes:
        declared: The settings, which say where Kafka is.
        problem: Why nothing arrives; empty if all is well.
    """

    declared: Settings
    problem: str = ""
    _items: OrderedDict[str, Item] = field(default_factory=OrderedDict)
    _changes: int = 0
    _watchers: int = 0
    _position: str | None = None
    _reader: asyncio.Task[None] | None = None

    def join(self) -> None:
        """Begins to read if nobody has watched until now."""
        self._watchers += 1
        if self._reader is None or self._reader.done() or self._reader.cancelling():
            # Not from where somebody last looked: that may be days ago. What is known already changes nothing.
            self._position = None
            self._reader = asyncio.get_running_loop().create_task(self._read())

    def leave(self) -> None:
        """Ends the reading if nobody watches any more."""
        self._watchers -= 1
        if self._watchers == 0 and self._reader:
            self._reader.cancel()

    async def close(self) -> None:
        """Ends the reading."""
        if self._reader:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    @property
    def changes(self) -> int:
        """How many changes there were."""
        return self._changes

    def since(self, change: int) -> list[Item]:
        """Returns what has changed after a change, the oldest article first."""
        return sorted(
            (item for item in self._items.values() if item.changed > change), key=lambda item: (item.at, item.changed)
        )

    async def _read(self) -> None:
        while True:
            feed = Feed(self.declared, Filters(), self._position, back=BACK)
            try:
                await feed.start()
                self.problem = ""
                async for event in feed.events():
                    self._position = event.id
                    if event.type == "triple" and event.data:
                        self.take(event.data)
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("wire_interrupted", error=type(error).__name__)
                self.problem = "Kafka does not answer. The page tries again by itself."
            finally:
                await feed.stop()
            await asyncio.sleep(AGAIN_AFTER)

    def take(self, message: str) -> None:
        """Adds what a triple says, or what it adds to a happening."""
        try:
            item = _item(orjson.loads(message), self._changes + 1)
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError):
            return  # the sink puts what cannot be read into dead letters
        if item is None:
            return
        known = self._items.get(item.key)
        if known is not None:
            objects = tuple(dict.fromkeys((*known.objects, *item.objects)))
            if objects == known.objects:
                return
            item = replace(known, objects=objects, changed=item.changed)
        self._changes += 1
        self._items[item.key] = item
        while len(self._items) > MOST:
            self._items.popitem(last=False)


def _item(triple: Mapping[str, Any], change: int) -> Item | None:
    """Returns what a triple says; None for attributes of documents, which say nothing of the world."""
    subject, predicate, target, proof = triple["subject"], triple["predicate"], triple["object"], triple["evidence"]
    if triple["kind"] == "attribute":
        return None
    happening = subject["type"] == "happening"
    modality, speaker = triple.get("modality", "asserted"), triple.get("attributed_to")
    claimed = modality not in {"asserted", "past"}
    standing = modality if claimed else ""
    if claimed and speaker:
        standing += f" by {speaker['name']}" if modality == "denied" else f", says {speaker['name']}"
    other = Named(target.get("name") or target["value"], target.get("id"))
    objects = ((predicate["name"] if happening else "", other),)
    return Item(
        key=subject["id"] if happening else triple["id"],
        changed=change,
        kind="happening" if happening else "claim" if claimed else "fact",
        subject=Named(subject["name"], subject["id"]),
        relation=(subject.get("class") or "") if happening else predicate["name"],
        objects=() if happening and predicate["id"] == "P31" else objects,
        fact=triple["fact"],
        standing=standing,
        sentence=proof["sentence"]["text"][:LONGEST],
        source=proof["source"],
        url=proof["url"],
        at=datetime.fromisoformat(proof["observed_at"]).astimezone(UTC),
    )
