"""What the live tests of the road share: topics of their own, workers as processes, and reading what came out."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError

from streams.road.dead_letters import DeadLetter
from streams.road.stage import Record
from streams.road.wire import tolerant_reading as tolerant
from topology.topics import DEAD_LETTERS, RAW_NEWS, TOPICS

WORKER = Path(__file__).with_name("worker.py")
PATIENCE = 300
"""Seconds after which a test gives up waiting; no test waits for a time to pass."""


@dataclass
class Lane:
    """A raw-news topic and a consumer group of one test's own; the topics that workers write to are shared."""

    kafka: str
    folder: Path
    topic: str = field(default_factory=lambda: f"raw-news-{uuid4().hex[:8]}")

    async def open(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(self.topic, RAW_NEWS.partitions, 1, topic_configs=RAW_NEWS.config)])
        finally:
            await admin.close()
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka)
        await consumer.start()
        try:
            shared = [TopicPartition(t.name, p) for t in TOPICS for p in range(t.partitions)]
            self._begin = await consumer.end_offsets(shared)
        finally:
            await consumer.stop()

    async def publish(self, values: Sequence[tuple[str, bytes]]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka, linger_ms=20)
        await producer.start()
        try:
            for key, value in values:
                await producer.send(self.topic, value, key=key.encode())
            await producer.flush()
        finally:
            await producer.stop()

    @asynccontextmanager
    async def worker(
        self, failure: str = "none", *, supervised: bool = False, **environment: str
    ) -> AsyncIterator["Worker"]:
        """Starts a worker; `environment` has settings by name (`worker_id`)."""
        worker = Worker(self, failure, supervised=supervised, environment=environment)
        await worker.start()
        try:
            yield worker
        finally:
            await worker.kill()

    async def read(self, topic: str, enough: Callable[[list[Record]], bool]) -> list[Record]:
        """Reads one of the shared topics from where it stood when the lane was opened until that is enough."""
        tolerant.install()
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka, max_partition_fetch_bytes=1 << 24)
        await consumer.start()
        found: list[Record] = []
        try:
            begin = {tp: offset for tp, offset in self._begin.items() if tp.topic == topic}
            consumer.assign(list(begin))
            for tp, offset in begin.items():
                consumer.seek(tp, offset)
            async with asyncio.timeout(PATIENCE):
                while not enough(found):
                    for messages in (await consumer.getmany(timeout_ms=200)).values():
                        found += [
                            Record(m.topic, m.partition, m.offset, m.timestamp, m.key, m.value, tuple(m.headers))
                            for m in messages
                        ]
        finally:
            await consumer.stop()
        return found

    async def committed(self) -> int:
        """Returns how many records of the lane are committed."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(self.topic)
        except GroupCoordinatorNotAvailableError:
            # A broker that has just started has no group yet, and so nothing is committed.
            return 0
        finally:
            await admin.close()
        return sum(max(0, offset.offset) for offset in offsets.values())

    async def notes(self) -> list[str]:
        """Returns what is noted beside the committed offsets, where anything is."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(self.topic)
        finally:
            await admin.close()
        return [offset.metadata for offset in offsets.values() if offset.metadata]

    async def letters(self, count: int) -> list[DeadLetter]:
        """Returns the dead letters of the lane, once there are so many."""
        if not count:
            return []

        def ours(records: list[Record]) -> list[Record]:
            return [record for record in records if record.header("__streams.errors.topic") == self.topic.encode()]

        found = ours(await self.read(DEAD_LETTERS.name, lambda records: len(ours(records)) >= count))
        return [DeadLetter.of(record) for record in found]

    def deaths(self) -> int:
        """Returns how many workers have died of an article."""
        file = self.folder / "deaths"
        return len(file.read_text().split()) if file.exists() else 0

    async def until_committed(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.committed() < count:  # noqa: ASYNC110 - another process commits
                await asyncio.sleep(0.1)


class Worker:
    """A worker process with the deterministic extractor."""

    def __init__(self, lane: Lane, failure: str, *, supervised: bool, environment: dict[str, str]) -> None:
        arguments = [sys.executable, str(WORKER), lane.topic, str(lane.folder), failure]
        if supervised:
            code = (
                "import sys; from streams.road.supervisor import Supervisor; sys.exit(Supervisor(sys.argv[1:]).run())"
            )
            arguments = [sys.executable, "-c", code, *arguments]
        self._arguments = arguments
        self._environment = {
            **os.environ,
            "TRIPLEWIRE_KAFKA": lane.kafka,
            "TRIPLEWIRE_STATE": str(lane.folder),
            "TRIPLEWIRE_BATCH_SIZE": "32",
            "TRIPLEWIRE_BATCH_WITHIN": "0.02",
            "TRIPLEWIRE_SESSION_TIMEOUT": "6",
            **{f"TRIPLEWIRE_{name.upper()}": value for name, value in environment.items()},
        }
        self._process: asyncio.subprocess.Process | None = None
        self.log = lane.folder / f"worker-{uuid4().hex[:8]}.log"

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._arguments, env=self._environment, stderr=log, start_new_session=True
            )

    async def says(self, text: str) -> None:
        """Waits until the log has this text."""
        async with asyncio.timeout(PATIENCE):
            while text not in self.log.read_text():  # noqa: ASYNC110 - another process writes
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """kill -9. A supervised worker's child notices that its supervisor is gone."""
        with suppress(ProcessLookupError):
            self._running.kill()
        await self._running.wait()

    def buried(self) -> int:
        """Returns how many records it has sent to dead-letters."""
        return self.log.read_text().count("event=road.dead_letter")

    def peak_mib(self) -> int:
        """Returns the most memory that it has had, in MiB."""
        status = Path(f"/proc/{self._running.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024

    async def terminate(self) -> int:
        """Asks it to stop, and returns its exit status."""
        self._running.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await self._running.wait()

    @property
    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process
