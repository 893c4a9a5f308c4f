"""Real broker, models, workers and receiver: articles become one alert and one call, whoever dies in between."""

import asyncio
import hmac
import json
from base64 import b64encode
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streams.alerts.remembered import read_remembered
from streams.messages.events import Document, Entity, Triple
from streams.messages.outputs import output
from streams.road.partition import read_partition
from streams.road.publisher import KafkaPublisher
from streams.road.stage import Record
from streams.sources.feed_record import FeedRecord
from streams.sources.producer import FeedProducer
from tests.helpers.loopback import Loopback, begin
from tests.live.groups import all_is_done, begin_at_the_end
from tests.live.one_worker import OneWorker
from tests.streams.alerts.desk import NOON, fact
from topology.topics import ALERTS, ALERTS_GROUP, NEWS_GROUP, RAW_NEWS, TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

PATIENCE = 240
LOOK_EVERY = 0.1
SECRET = "only for tests, and long enough"
MICROSOFT, ADA = Entity.of("Microsoft", "organization"), Entity.of("Ada Lovelace", "person")
READS = {"news": (RAW_NEWS, NEWS_GROUP), "alerts": (TRIPLES, ALERTS_GROUP)}
WATCHES = """\
watches:
  - name: chiefs
    relations: [P169]
    names: [Microsoft]
    sources: 2
receivers:
  - name: desk
    url: {url}
"""


class Hooks(Loopback):
    """A receiver that keeps what came."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        super().__init__()

    def answer(self, request) -> None:
        self.came.append((dict(request.headers), request.rfile.read(int(request.headers["Content-Length"]))))
        begin(request, 204, {})

    def ids(self) -> list[str]:
        return [one["id"] for _, body in self.came for one in json.loads(body)["alerts"]]


def started(stage: str, folder: Path, name: str, **variables: str) -> OneWorker:
    given = {
        "TRIPLEWIRE_WATCH": str(folder / "watch.yaml"),
        "TRIPLEWIRE_ALERT_SECRET": SECRET,
        "TRIPLEWIRE_ALERT_PRIVATE_HOSTS": "127.0.0.1",
    }
    return OneWorker(stage, folder, name, **given, **variables)


async def publish(kafka: str, *articles: tuple[str, str, str]) -> None:
    """Publishes articles of (id, publisher, chief executive)."""
    texts = [
        {"id": id_, "source": source, "body": f"{chief}, chief executive officer of Microsoft, spoke on Monday."}
        for id_, source, chief in articles
    ]
    async with FeedProducer(kafka, RAW_NEWS.name) as producer:
        await producer.publish([FeedRecord.parse(json.dumps(text), "here") for text in texts])


async def send(kafka: str, *events: Document | Triple) -> None:
    """Publishes what the news stage would."""
    publisher, origin = KafkaPublisher("test", kafka), Record(TRIPLES.name, 0, 0, 0, None, None)
    await publisher.start()
    keys = [one.id if isinstance(one, Document) else one.evidence.document for one in events]
    outputs = [
        output(TRIPLES.name, key.encode(), one, one.id, source="test", origin=origin)
        for key, one in zip(keys, events, strict=True)
    ]
    await publisher.publish(outputs)
    await publisher.stop()


async def alerts(kafka: str) -> list[dict]:
    return [json.loads(record.value) async for record in read_partition(kafka, ALERTS.name)]


async def called(hooks: Hooks, times: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(hooks.came) < times:  # noqa: ASYNC110 - another process calls
            await asyncio.sleep(LOOK_EVERY)


async def remembered(kafka: str, offset: int) -> None:
    """Waits until it is remembered that the receiver has everything before an offset; a death repeats what is not."""
    async with asyncio.timeout(PATIENCE):
        while (found := (await read_remembered(kafka)).positions.get("desk")) is None or found.offset < offset:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY)


async def test_articles_become_one_alert_and_one_signed_call_and_a_killed_worker_repeats_none(kafka, triton, tmp_path):
    hooks = Hooks()
    (tmp_path / "watch.yaml").write_text(WATCHES.format(url=hooks.url("/hook")), encoding="utf-8")
    await begin_at_the_end(kafka, READS)
    servers = {"TRIPLEWIRE_KAFKA": kafka, "TRIPLEWIRE_TRITON": triton}
    async with AsyncExitStack() as running:
        running.callback(hooks.close)
        await running.enter_async_context(started("news", tmp_path, "news", **servers))
        first = await running.enter_async_context(started("alerts", tmp_path, "first", **servers))
        await first.says("alerts.restored")
        await publish(kafka, ("c1", "North Post", "Satya Nadella"), ("c2", "South Post", "Satya Nadella"))
        await called(hooks, 1)
        # An article of which a part comes after the death.
        soon = (datetime.now(UTC) - NOON) / timedelta(minutes=1) + 60
        head, rest = fact("t2", ADA, subject=MICROSOFT, source="South Post", minutes=soon)
        await send(kafka, *fact("t1", ADA, subject=MICROSOFT, source="North Post", minutes=soon), head)
        await all_is_done(kafka, {"alerts": READS["alerts"]})
        await remembered(kafka, 1)
        await first.kill()

        # While nobody looks out: the same again, and what makes another alert.
        await send(kafka, rest)
        await publish(kafka, ("c3", "East Post", "Satya Nadella"), ("c4", "North Post", "Angela Merkel"))
        second = await running.enter_async_context(started("alerts", tmp_path, "second", **servers))
        third = await running.enter_async_context(started("alerts", tmp_path, "third", **servers))
        await publish(kafka, ("c5", "South Post", "Angela Merkel"), ("c6", "West Post", "Satya Nadella"))
        await called(hooks, 3)
        for worker in (second, third):
            await worker.says("consumer.assigned")
            assert worker.health()["status"] == "healthy"
        at_work = [worker for worker in (second, third) if "alerts.restored" in worker.log.read_text(encoding="utf-8")]
        assert len(at_work) == 1
        await remembered(kafka, 3)
        await at_work[0].kill()
        await publish(kafka, ("c7", "North Post", "Tim Cook"), ("c8", "South Post", "Tim Cook"))
        await called(hooks, 4)

    published = await alerts(kafka)
    first_name, *between, last_name = [one["triples"][0]["object"]["name"] for one in published]
    assert (first_name, sorted(between), last_name) == ("Satya Nadella", ["Ada Lovelace", "Angela Merkel"], "Tim Cook")
    # Two partitions have no order between them.
    assert sorted(published[0]["sources"]) == ["North Post", "South Post"]
    assert hooks.ids() == [one["id"] for one in published]
    for headers, body in hooks.came:
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        wanted = b64encode(hmac.digest(SECRET.encode(), content, "sha256")).decode()
        assert hmac.compare_digest(headers["webhook-signature"], f"v1,{wanted}")
