"""Alerts as they are on their topic, read from a position on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from streams.messages.alert_events import Alert
from streams.road.retry import forever
from streams.road.stage import Record
from streams.road.wire import tolerant_reading as tolerant
from topology.access.kafka import client_options
from topology.topics import ALERTS

PLACE = TopicPartition(ALERTS.name, 0)
FETCH_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class LoggedAlert:
    """An alert on the topic.

    Attributes:
        offset: Where it is.
        at: When it was published.
        alert: The alert; None for a record that is none.
        record: The record itself.
    """

    offset: int
    at: datetime
    alert: Alert | None
    record: Record


class AlertLog(Protocol):
    """Reads alerts in order."""

    async def next(self, most: int, *, wait: bool) -> list[LoggedAlert]:
        """Returns the next alerts, at most so many.

        Args:
            most: How many.
            wait: Whether to wait until there is one.
        """


class KafkaAlertLog:
    """Reads alerts from Kafka, outside any consumer group."""

    def __init__(self, bootstrap: str, offset: int | None) -> None:
        """Connects to nothing yet.

        Args:
            bootstrap: Kafka's bootstrap servers.
            offset: Offset of the first alert; None for the next one to be published.
        """
        tolerant.install()
        self._offset = offset
        self._consumer = AIOKafkaConsumer(
            **client_options(bootstrap),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES,
        )

    async def __aenter__(self) -> Self:
        """Connects, and waits for the broker as long as necessary."""
        await forever(self._consumer.start, step="connect", on=(KafkaError, OSError))
        self._consumer.assign([PLACE])
        await forever(self._seek, step="read", on=(KafkaError, OSError))
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Disconnects."""
        await self._consumer.stop()

    async def _seek(self) -> None:
        end = (await self._consumer.end_offsets([PLACE]))[PLACE]
        # What lies beyond the end belongs to a topic that is no more.
        self._consumer.seek(PLACE, end if self._offset is None else min(self._offset, end))

    async def position(self) -> int:
        """Returns the offset of the next alert."""
        return int(await self._consumer.position(PLACE))

    async def next(self, most: int, *, wait: bool) -> list[LoggedAlert]:
        """Returns the next alerts; see `AlertLog`."""
        while True:
            found = await forever(
                lambda: self._consumer.getmany(timeout_ms=1000 if wait else 0, max_records=most),
                step="read",
                on=(KafkaError, OSError),
            )
            read = [_logged(message) for messages in found.values() for message in messages]
            if read or not wait:
                return read

    async def all(self) -> AsyncIterator[LoggedAlert]:
        """Yields alerts as they come, without end."""
        while True:
            for one in await self.next(100, wait=True):
                yield one


def _logged(m: Any) -> LoggedAlert:
    record = Record(m.topic, m.partition, m.offset, m.timestamp, m.key, m.value, tuple(m.headers))
    try:
        alert = Alert.model_validate_json(record.value or b"")
    except ValidationError:
        alert = None
    return LoggedAlert(record.offset, record.time, alert, record)
