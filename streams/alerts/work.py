"""The alerts worker at work: from when it is given the topic until it loses it."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from aiokafka.errors import KafkaError

from streams.alerts.aliases import Aliases
from streams.alerts.calls import Caller
from streams.alerts.couriers import Couriers
from streams.alerts.documents import MOST_TRIPLES, OpenDocuments
from streams.alerts.log import LoggedAlert
from streams.alerts.lookout import Lookout
from streams.alerts.matching import Matcher
from streams.alerts.memory import Memory
from streams.alerts.reading import Said, read
from streams.alerts.remembered import (
    begin_record,
    made_record,
    position_record,
    read_aliases,
    read_remembered,
    thing_record,
)
from streams.alerts.state import CE_SOURCE, CallPosition
from streams.alerts.watch_file import WatchFile
from streams.messages.alert_events import Alert
from streams.messages.cloud_events import cloud_event_headers
from streams.messages.events import Alias
from streams.messages.outputs import serialise
from streams.road.dead_letters import dead_letter
from streams.road.metrics import ALERTS as PUBLISHED
from streams.road.metrics import DEAD_LETTERS
from streams.road.partition import read_partition
from streams.road.publisher import Publisher
from streams.road.retry import forever
from streams.road.stage import Item, Output
from topology.ontology import Ontology, load_ontology
from topology.settings import Settings
from topology.topics import ALERTS, TRIPLES

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two looks at the file of watches."""

LEAVE_WITHIN = 5.0
"""Seconds that what is being published may take to be remembered when this worker loses the topic."""

READ_BACK = 2 * MOST_TRIPLES
"""Records before the first one of a partition in which a document may have begun that goes on with it."""


class Work:
    """What is remembered, and what goes on by itself. Everything that changes it holds one lock."""

    def __init__(self, declared: Settings, file: WatchFile, publisher: Publisher, caller: Caller) -> None:
        """Begins nothing yet.

        Args:
            declared: The settings.
            file: What is watched.
            publisher: Publishes alerts and what is remembered.
            caller: Calls receivers.
        """
        self._settings, self._file, self._publisher, self._caller = declared, file, publisher, caller
        self._ontology: Ontology = load_ontology(declared.ontology)
        self._lock, self._publishing = asyncio.Lock(), asyncio.Lock()
        self._woken = asyncio.Event()
        self._memory = Memory(declared.alert_settle)
        self._aliases = Aliases()
        self._lookout = Lookout(Matcher(file.listed, self._ontology, self._aliases), self._memory)
        self._since: dict[str, datetime] = {}
        self._couriers: Couriers | None = None
        self._left = False
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self.trouble = ""

    def begin(self) -> None:
        """Begins to restore what is remembered, and then to publish and to call."""
        self._restored = asyncio.create_task(self._restore())
        self._tasks = (self._restored, asyncio.create_task(self._run()))

    async def leave(self) -> None:
        """Ends; calls that are being made are finished first."""
        held = False
        with suppress(TimeoutError):
            # What is published is remembered, too, unless the broker does not answer.
            held = await asyncio.wait_for(self._lock.acquire(), LEAVE_WITHIN)
        self._left = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._couriers:
            await self._couriers.stop()
        if held:
            self._lock.release()

    def problems(self) -> list[str]:
        """Returns why receivers cannot be called at the moment."""
        return self._couriers.problems() if self._couriers else []

    async def learn(self, items: Sequence[Item[Said | None]]) -> None:
        """Takes note of what records say; when it returns, that is durable."""
        await asyncio.wait({self._restored})
        if self._left:
            return  # another worker reads these records again
        self._restored.result()
        async with self._lock:
            await self._read_back(items)
            # In a thread, so that /health answers meanwhile.
            await asyncio.to_thread(self._learn, items)
            await self._write()
        self._woken.set()

    def _learn(self, items: Sequence[Item[Said | None]]) -> None:
        now = time.time()
        for item in items:
            if item.value is not None:
                self._lookout.learn(item.record.partition, item.value, now)

    async def _read_back(self, items: Sequence[Item[Said | None]]) -> None:
        """Reads the documents that begin before the first record of a partition and go on with it."""
        first = {item.record.partition: item.record.offset for item in reversed(items)}
        for partition in first.keys() - self._lookout.documents.keys():
            begin, end = max(0, first[partition] - READ_BACK), first[partition]

            async def opened(partition: int = partition, begin: int = begin, end: int = end) -> OpenDocuments:
                documents = OpenDocuments()
                async for record in read_partition(self._settings.kafka, TRIPLES.name, partition, begin=begin, end=end):
                    if (event := read(record)) is not None and not isinstance(event, Alias):
                        # What is whole was looked at when these records were read.
                        list(documents.add(event))
                return documents

            found = await forever(opened, step="restore", on=(KafkaError, OSError)) if end else OpenDocuments()
            self._lookout.documents[partition] = found

    async def _restore(self) -> None:
        kafka = self._settings.kafka
        remembered = await forever(lambda: read_remembered(kafka), step="restore", on=(KafkaError, OSError))
        self._aliases = await forever(lambda: read_aliases(kafka), step="restore", on=(KafkaError, OSError))
        self._memory.restore(remembered.things.values())
        self._since = remembered.begins
        self._positions = remembered.positions
        self._couriers = Couriers(self._settings, self._caller, self._positions, self._remember, self._bury)
        async with self._lock:
            await self._list()
        log.info("alerts.restored", things=len(remembered.things), aliases=len(self._aliases))

    async def _list(self) -> None:
        """Watches what the file lists, and forgets what it does not list any more."""
        listed, now = self._file.listed, datetime.now(UTC)
        watches, receivers = {one.name for one in listed.watches}, {one.name for one in listed.receivers}
        records = [begin_record(name, None) for name in self._since.keys() - watches]
        records += [begin_record(name, now) for name in watches - self._since.keys()]
        records += [position_record(name, None) for name in self._positions.keys() - receivers]
        self._since = {name: self._since.get(name, now) for name in watches}
        for name in self._positions.keys() - receivers:
            del self._positions[name]
        self._lookout.matcher = Matcher(listed, self._ontology, self._aliases)
        self._memory.watch(listed.watches, self._since)
        await self._publish(records)
        await self._write()

    async def _run(self) -> None:
        await asyncio.wait({self._restored})
        looked = time.monotonic()
        while not self._left:
            try:
                if self._couriers:
                    await self._couriers.serve(self._file.listed)
                async with self._lock:
                    await self._publish_due()
                    due = self._memory.next_due()
                pause = LOOK_EVERY if due is None else min(LOOK_EVERY, max(0.0, due - time.time()))
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), pause)
                self._woken.clear()
                if time.monotonic() - looked >= LOOK_EVERY:
                    looked = time.monotonic()
                    if await asyncio.to_thread(self._file.changed):
                        if self._couriers:
                            # Those to be forgotten end first: a call in flight would write their position again.
                            await self._couriers.serve(self._file.listed)
                        async with self._lock:
                            await self._list()
                self.trouble = ""
            except Exception as error:
                log.exception("alerts.publishing")
                self.trouble = f"alerts are not published: {error!r}"[:300]
                await asyncio.sleep(LOOK_EVERY)

    async def _publish_due(self) -> None:
        """Publishes the alerts that are due, and then remembers that they are published."""
        due = self._memory.due(time.time())
        await self._publish(_alert_record(alert) for _, alert in due)
        for place, alert in due:
            self._memory.said(place, alert.id)
            PUBLISHED.labels(alert.why).inc()
        await self._write()

    async def _write(self) -> None:
        await self._publish(thing_record(watch, key, thing) for (watch, key), thing in self._memory.changes())

    async def _publish(self, outputs: Iterable[Output]) -> None:
        records = list(outputs)
        if records and not self._left:
            await self._sent(records)

    async def _sent(self, records: Sequence[Output]) -> None:
        async with self._publishing:
            for refused in await self._publisher.publish(records):
                log.error("alerts.refused", topic=refused.origin.topic, message=refused.message)

    async def _remember(self, position: CallPosition) -> None:
        # Also while this worker leaves: the receiver was called.
        await self._sent([position_record(position.receiver, position)])

    async def _bury(self, group: Sequence[LoggedAlert], reason: str, message: str) -> None:
        letters = [dead_letter(one.record, stage="alerts", reason=reason, message=message) for one in group]
        await self._sent(letters)
        DEAD_LETTERS.labels("alerts", reason).inc(len(letters))
        log.warning("alerts.given_up", alerts=len(letters), reason=reason, message=message[:200])


def _alert_record(alert: Alert) -> Output:
    key, value = alert.watch.encode(), serialise(alert)
    headers = cloud_event_headers(alert, id_=alert.id, source=CE_SOURCE, time=alert.found_at)
    return Output(ALERTS.name, key, value, headers, made_record(ALERTS.name, key, value))
