"""Yardsticks for what the pipeline costs: the bare encoder over the same windows, and bare Kafka clients."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from inference.evaluation.local_client import LocalClient, version_folder
from inference.text.language.words import WordTokenizer
from inference.text_extraction.extractor import MOST_PIECES
from inference.text_extraction.routes import english_route
from inference.text_extraction.work import split
from inference.triton.served_code import served_code
from streams.sources import FeedRecord
from topology.access.kafka import client_options
from topology.bench.cpu import cpu_seconds
from topology.bench.reading import OUTPUTS, encoder_feeds, english_texts
from topology.settings import Settings

TOPIC = "bench-bare"
THREADS = 2
"""Windows that are read at once: the instances of the served model. Two that share a core take longer each."""

PATIENCE = 60.0
"""Seconds in which the bare consumer has to get everything."""


def encoder_seconds(chosen: Settings, items: Sequence[FeedRecord]) -> float:
    """Returns the processor seconds that the shipped encoder alone takes for one of these articles.

    As in the served model, each window is a call of its own, on one thread, and several threads work at once.

    Args:
        chosen: The settings; their English model is taken.
        items: Articles; those in other languages and those without a text take no time.

    Raises:
        ValueError: None of them is in English.
    """
    folder = version_folder(chosen.models)
    tokenizer = WordTokenizer(folder / "tokenizer.json")
    route = english_route(tokenizer, LocalClient(folder, tokenizer))
    sessions = [served_code(folder, "reader").session(folder / "encoder.onnx", 1) for _ in range(THREADS)]
    english = list(english_texts(item.article for item in items if item.article))
    if not english:
        raise ValueError("none of the articles is in English")
    windows = [window for text in english for window in split(route, text, MOST_PIECES).windows]
    feeds = encoder_feeds(windows, tokenizer)
    _read(sessions, feeds[: len(feeds) // 10])
    began = time.process_time()
    _read(sessions, feeds)
    return (time.process_time() - began) / len(items)


def _read(sessions: Sequence[Any], feeds: Sequence[Any]) -> None:
    """Has each session read its share of the windows, all at once."""

    def read(number: int) -> None:
        for feed in feeds[number :: len(sessions)]:
            sessions[number].run(OUTPUTS, feed)

    with ThreadPoolExecutor(len(sessions)) as threads:
        list(threads.map(read, range(len(sessions))))


async def kafka_seconds(kafka: str, items: Sequence[FeedRecord], processes: Mapping[str, Sequence[int]]) -> float:
    """Returns the processor seconds of broker and client for a record that is produced once and consumed once.

    Args:
        kafka: Address of the embedded broker.
        items: Records to send.
        processes: Ids of the broker's processes and of this one, by name.

    Raises:
        TimeoutError: The records don't come back.
    """
    admin = AIOKafkaAdminClient(**client_options(kafka))
    await admin.start()
    try:
        with suppress(TopicAlreadyExistsError):
            await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()
    before = sum(cpu_seconds(processes).values())
    consumer = AIOKafkaConsumer(TOPIC, **client_options(kafka), auto_offset_reset="earliest")
    async with AIOKafkaProducer(**client_options(kafka)) as producer, consumer, asyncio.timeout(PATIENCE):
        sent = [await producer.send(TOPIC, item.value, key=item.key.encode()) for item in items]
        await asyncio.gather(*sent)
        left = len(items)
        while left > 0:
            left -= sum(map(len, (await consumer.getmany(timeout_ms=1000)).values()))
    return (sum(cpu_seconds(processes).values()) - before) / len(items)
