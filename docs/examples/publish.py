"""Publishes one article on `raw-news`: python publish.py ID HEADLINE BODY [HOST:PORT]"""

import asyncio
import json
import sys
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer


async def publish(article: dict[str, str], kafka: str) -> None:
    """Sends the article and waits until Kafka has it; the key keeps an id's revisions in order."""
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait("raw-news", json.dumps(article).encode(), key=article["id"].encode())


if __name__ == "__main__":
    id_, headline, body, kafka = [*sys.argv[1:4], *(sys.argv[4:] or ["localhost:19092"])]
    now = datetime.now(UTC).isoformat()
    asyncio.run(publish({"id": id_, "headline": headline, "body": body, "published_at": now}, kafka))
