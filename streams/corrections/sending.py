"""Sends a correction to the topic `corrections`, for the command line and the API."""

import asyncio
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.messages.cloud_events import cloud_event_headers
from streams.messages.correction_events import Correction
from streams.messages.outputs import serialise
from topology.access.kafka import client_options
from topology.settings import Settings
from topology.topics import CORRECTIONS

WITHIN = 10.0
"""Seconds that the broker may take."""


class NotSentError(Exception):
    """The broker did not confirm the correction. It may have it all the same; to send it again is harmless."""


async def send(declared: Settings, correction: Correction, *, source: str) -> None:
    """Sends a correction; returns once every in-sync replica has it.

    Corrections are rare, so each has a producer of its own, which takes some milliseconds.

    Args:
        declared: The settings, which say where to connect and how to be admitted.
        correction: The correction.
        source: The CloudEvents source: what sends it.

    Raises:
        NotSentError: The broker did not confirm it in time.
    """
    producer = AIOKafkaProducer(
        **client_options(declared=declared), client_id=source.replace("/", "-"), acks="all", enable_idempotence=True
    )
    headers = cloud_event_headers(correction, id_=correction.id, source=source, time=datetime.now(UTC))
    try:
        async with asyncio.timeout(WITHIN):
            await producer.start()
            await producer.send_and_wait(
                CORRECTIONS.name, key=correction.id.encode(), value=serialise(correction), headers=headers
            )
    except (KafkaError, OSError, TimeoutError) as error:
        raise NotSentError(f"Kafka did not confirm the correction ({type(error).__name__})") from error
    finally:
        await producer.stop()
