"""Prints facts as they are read: python subscribe.py [HOST:PORT [earliest|latest]], `latest` for new ones only."""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer


async def subscribe(kafka: str = "localhost:19092", begin: str = "earliest") -> None:
    """Reads `triples` from its beginning or end; `ce_type` says whether a record is a document or a triple."""
    async with AIOKafkaConsumer("triples", bootstrap_servers=kafka, auto_offset_reset=begin) as consumer:
        async for record in consumer:
            kind = dict(record.headers).get("ce_type")  # anybody may write anything to a topic
            value = json.loads(record.value) if kind else None
            if kind == b"triplewire.document":
                print(f"# {value['id']}: {value['headline']}", flush=True)
            elif kind == b"triplewire.triple":
                object_ = value["object"].get("name") or value["object"]["value"]
                fact = (value["subject"]["name"], value["predicate"]["name"], object_)
                print(*fact, value["evidence"]["sentence"]["text"], sep=" | ", flush=True)


if __name__ == "__main__":
    asyncio.run(subscribe(*sys.argv[1:]))
