"""Publishing: one idempotent producer, batched sends, and a wait for every acknowledgement.

It does not use Faust's `topic.send`: a producer of our own sent three times as many records per second.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from streams.road.metrics import EVENTS_SENT
from streams.road.retry import forever
from streams.road.stage import Output, Record
from streams.road.wire import writing
from streams.road.wire.writing import Headers, name_bytes
from topology.access.kafka import client_options
from topology.topics import TOPICS

log = structlog.get_logger(__name__)

KAFKA_DEFAULT_LIMIT = 1_048_588
"""Kafka's `max.message.bytes` where a topic does not set it."""

FRAME = 512
"""Bytes reserved for the header of a record batch and the record's length fields."""

LIMITS = {topic.name: int(topic.config.get("max.message.bytes", KAFKA_DEFAULT_LIMIT)) for topic in TOPICS}
"""Largest record batch of each topic, in bytes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A record whose output cannot be sent.

    Attributes:
        origin: The record that the output was made from.
        message: What is wrong with the output, such as how large it is, and how large it may be.
        reason: The short fixed name.
    """

    origin: Record
    message: str
    reason: str = "output-too-large"


class Publisher(Protocol):
    """Publishes outputs."""

    async def start(self) -> None:
        """Connects."""

    async def stop(self) -> None:
        """Disconnects."""

    async def publish(self, outputs: Sequence[Output]) -> list[Refused]:
        """Publishes outputs in order, and returns when the broker has acknowledged all of them.

        Returns:
            The origins of outputs that are too large for their topic, or that no Kafka record can hold. If that is
            known before sending, none of the outputs of that origin is sent.
        """


class UnsentError(Exception):
    """The broker did not acknowledge some records."""


class KafkaPublisher:
    """Publishes to Kafka, and retries without limit."""

    def __init__(self, stage: str, bootstrap: str) -> None:
        """Connects only in `start`.

        Args:
            stage: The stage that publishes, for metrics.
            bootstrap: Kafka's bootstrap servers.
        """
        self._stage = stage
        self._bootstrap = bootstrap
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connects, and waits for the broker as long as necessary."""
        await forever(self._connect, step="connect", on=(KafkaError, OSError))

    async def stop(self) -> None:
        """Disconnects."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def publish(self, outputs: Sequence[Output]) -> list[Refused]:
        """Publishes outputs in order; see `Publisher`."""
        refused = {output.origin: refusal for output in outputs if (refusal := _refusal(output))}
        pending = [output for output in outputs if output.origin not in refused]
        if pending:
            await forever(
                lambda: self._attempt(pending, refused), step="publish", on=(UnsentError, KafkaError, OSError)
            )
        return list(refused.values())

    async def _connect(self) -> AIOKafkaProducer:
        writing.install()
        producer = AIOKafkaProducer(
            **client_options(self._bootstrap),
            client_id=f"triplewire-{self._stage}",
            enable_idempotence=True,
            acks="all",
            linger_ms=5,
            max_batch_size=256 * 1024,
            max_request_size=max(LIMITS.values()),
            compression_type="lz4",
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        self._producer = producer
        return producer

    async def _attempt(self, pending: list[Output], refused: dict[Record, Refused]) -> None:
        """Sends the pending outputs, and leaves in `pending` those that must be sent again.

        Raises:
            UnsentError: Some outputs are still pending.
        """
        producer = self._producer or await self._connect()
        results = await _send_all(producer, pending)
        failed = [(output, error) for output, error in zip(pending, results, strict=True) if error is not None]
        for output, error in failed:
            if isinstance(error, MessageSizeTooLargeError):
                message = f"the broker rejected a record for {output.topic} as too large: {error}"
                refused[output.origin] = Refused(output.origin, message)
        transient = [(output, error) for output, error in failed if output.origin not in refused]
        # All outputs of a key that failed are sent again, so that the order within the key holds.
        again = {(output.topic, output.key) for output, _ in transient}
        done = [output for output in pending if (output.topic, output.key) not in again]
        pending[:] = [output for output in pending if (output.topic, output.key) in again]
        for output in done:
            if output.origin not in refused:
                EVENTS_SENT.labels(self._stage, output.topic).inc()
        if pending:
            error = transient[0][1]
            log.warning("publish.unsent", records=len(pending), error=repr(error))
            # An idempotent producer that gave up a batch may never recover, so the next attempt gets a new one.
            await self._discard()
            raise UnsentError(repr(error)) from error

    async def _discard(self) -> None:
        try:
            await self.stop()
        except (KafkaError, OSError) as error:
            log.warning("publish.discard", error=repr(error))


async def _send_all(producer: AIOKafkaProducer, outputs: Sequence[Output]) -> list[BaseException | None]:
    """Sends outputs one after the other, so that their order holds, and waits for every answer.

    Returns:
        For each output None if the broker acknowledged it, otherwise the error.
    """
    sent: list[asyncio.Future[object]] = []
    stopped: KafkaError | None = None
    for output in outputs:
        try:
            sent.append(
                await producer.send(output.topic, value=output.value, key=output.key, headers=list(output.headers))
            )
        except MessageSizeTooLargeError as error:
            sent.append(asyncio.get_running_loop().create_future())
            sent[-1].set_exception(error)
        except KafkaError as error:
            stopped = error
            break
    acknowledged = await asyncio.gather(*sent, return_exceptions=True)
    results = [result if isinstance(result, BaseException) else None for result in acknowledged]
    for result in results:
        if result is not None and not isinstance(result, KafkaError):
            raise result
    return results + [stopped] * (len(outputs) - len(sent))


def size_of(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    """Returns the most bytes that a record takes."""
    size = FRAME + len(value or b"") + len(key or b"")
    return size + sum(len(name_bytes(name)) + len(content or b"") + 16 for name, content in headers)


def _refusal(output: Output) -> Refused | None:
    """Returns why no broker can take an output, whatever it is asked."""
    try:
        size = size_of(output.key, output.value, output.headers)
        memoryview(output.value or b""), memoryview(output.key or b"")
        if output.key is None and output.value is None:
            raise TypeError("neither key nor value")  # noqa: TRY301 - one place for all that is wrong with it
    except (TypeError, ValueError, AttributeError) as error:
        message = f"the stage made a record for {output.topic} that Kafka cannot hold: {error}"
        return Refused(output.origin, message, "output-invalid")
    limit = LIMITS.get(output.topic, KAFKA_DEFAULT_LIMIT)
    if size <= limit:
        return None
    return Refused(output.origin, f"a record of {size} bytes for {output.topic}, which allows at most {limit}")
