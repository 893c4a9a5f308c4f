"""The embedded Kafka: one node in KRaft mode, both broker and controller."""

import asyncio
import base64
import logging
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from topology.local import artifacts, java, ports
from topology.local.artifacts import Progress
from topology.local.processes import Processes
from topology.local.service import Service
from topology.topics import TOPICS

_LOGGING = """\
status = warn
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


class Kafka(Service):
    """Apache Kafka on loopback, without authentication."""

    name: ClassVar[str] = "kafka"
    needs_mib: ClassVar[int] = 800
    patience: ClassVar[float] = 180

    @property
    def ports(self) -> dict[str, int]:
        """Broker and controller."""
        return self.settings.embedded.kafka

    @property
    def address(self) -> str:
        """The bootstrap server."""
        return self.settings.embedded.kafka_address

    def prepare(self, progress: Progress) -> None:
        """Fetches the jars."""
        artifacts.fetch("kafka", self.settings.cache, progress)

    def launch(self, processes: Processes) -> None:
        """Formats the storage, unless that is done, and starts the broker."""
        self.data.mkdir(parents=True, exist_ok=True)
        config, logging_config = self.data / "server.properties", self.data / "log4j2.properties"
        config.write_text("".join(f"{key}={value}\n" for key, value in self._properties().items()))
        logging_config.write_text(_LOGGING)
        jars = [artifacts.fetch("kafka", self.settings.cache)]
        options = ["-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={logging_config}"]
        formatted = self.data / "formatted"
        if not formatted.exists():
            shutil.rmtree(self.data / "logs", ignore_errors=True)
            cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            # Joined with "=": an id may begin with "-" and would otherwise be taken for an option.
            arguments = ("format", "--standalone", f"--cluster-id={cluster}", "-c", str(config))
            tool = java.command("128m", jars, "kafka.tools.StorageTool", *arguments, options=[*options, java.SHORT])
            java.run(tool, "formatting Kafka's storage")
            formatted.touch()
        processes.start(self.name, java.command("512m", jars, "kafka.Kafka", str(config), options=options))

    def problem(self) -> str:
        """Asks for the cluster's metadata."""
        if not ports.answers(self.ports["broker"]):
            return "does not accept connections"
        try:
            # In a separate thread, because the caller may already run an event loop.
            with ThreadPoolExecutor(1) as pool:
                pool.submit(lambda: asyncio.run(asyncio.wait_for(self._metadata(), self.answers_within))).result()
        except TimeoutError:
            return f"does not answer: no answer within {self.answers_within:g} s"
        except Exception as error:  # noqa: BLE001 - any error means that the broker did not answer
            return f"does not answer: {error or type(error).__name__}"
        return ""

    async def _metadata(self) -> None:
        from aiokafka.admin import AIOKafkaAdminClient  # noqa: PLC0415 - keeps `triplewire --help` fast

        from topology.access.kafka import embedded_options  # noqa: PLC0415 - as before

        # While the broker starts, aiokafka logs each failed attempt as an error.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        client = AIOKafkaAdminClient(**embedded_options(self.address), request_timeout_ms=4000)
        try:
            await client.start()
            await client.describe_cluster()
        finally:
            await client.close()

    def _properties(self) -> dict[str, str | int]:
        broker, controller = self.address, f"127.0.0.1:{self.ports['controller']}"
        largest = max(int(topic.config.get("max.message.bytes", 0)) for topic in TOPICS)
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.bootstrap.servers": controller,
            "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.data / "logs"),
            "auto.create.topics.enable": "false",
            # One node: internal topics have one replica, and a few partitions are enough.
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "transaction.state.log.num.partitions": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "share.coordinator.state.topic.num.partitions": 1,
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            # The broker's own limits must not be smaller than those of any topic.
            "message.max.bytes": largest,
            "replica.fetch.max.bytes": largest,
            "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
            "log.cleaner.threads": 1,
            "num.network.threads": 2,
            "num.io.threads": 4,
        }
