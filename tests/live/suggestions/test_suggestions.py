"""The whole way of a suggestion: an article, its facts in the graph, the suggestion, and its end.

The worker is killed on the way, once after it wrote and once after it published, and nobody must notice.
"""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from neo4j import AsyncDriver

from streams.messages.events import Article
from streams.messages.suggestion_events import Suggestions
from tests.live.groups import Reads, all_is_done, working
from topology.settings import Settings
from topology.topics import NEWS_GROUP, RAW_NEWS, SINK_GROUP, SUGGESTIONS, SUGGESTIONS_GROUP, TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(1500)]

WORKER = Path(__file__).with_name("worker.py")
READS: Reads = {
    "news": (RAW_NEWS, NEWS_GROUP),
    "sink": (TRIPLES, SINK_GROUP),
    "suggestions": (TRIPLES, SUGGESTIONS_GROUP),
}
SUPERVISED = "import sys; from streams.road.supervisor import Supervisor; sys.exit(Supervisor(sys.argv[1:]).run())"


@pytest.fixture
async def road(kafka: str, neo4j: Settings, neo4j_driver: AsyncDriver, tmp_path: Path) -> AsyncIterator[str]:
    arguments = {stage: ("-c", SUPERVISED, sys.executable, str(WORKER), stage, str(tmp_path)) for stage in READS}
    variables = {"TRIPLEWIRE_SESSION_TIMEOUT": "10", "TRIPLEWIRE_SUGGESTIONS_LEAST": "0.3"}
    async with working(
        kafka, neo4j, neo4j_driver, folder=tmp_path, reads=READS, arguments=arguments, variables=variables
    ):
        yield kafka


async def publish(kafka: str, *articles: Article) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        for article in articles:
            await producer.send_and_wait(RAW_NEWS.name, article.model_dump_json().encode(), key=article.id.encode())
    finally:
        await producer.stop()
    await all_is_done(kafka, READS)


class Subscriber:
    """Reads `suggestions` from where it ended at first."""

    def __init__(self, kafka: str) -> None:
        self._consumer = AIOKafkaConsumer(bootstrap_servers=kafka)

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        self._partitions = [TopicPartition(SUGGESTIONS.name, number) for number in range(SUGGESTIONS.partitions)]
        self._consumer.assign(self._partitions)
        await self._consumer.seek_to_end(*self._partitions)
        for partition in self._partitions:
            await self._consumer.position(partition)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def new(self) -> list[tuple[bytes, bytes]]:
        """Returns key and value of what has come since."""
        ends = await self._consumer.end_offsets(self._partitions)
        found: list[tuple[bytes, bytes]] = []
        while any([await self._consumer.position(tp) < ends[tp] for tp in self._partitions]):
            for messages in (await self._consumer.getmany(timeout_ms=200)).values():
                found += [(message.key or b"", message.value or b"") for message in messages]
        return found


async def kept(driver: AsyncDriver) -> list[Any]:
    """Returns all that the suggestions stage keeps."""
    nodes = "MATCH (n:Entity) RETURN n.id AS id, n.vector, n.context, n.neighbourhood, n.roles, n.articles, n.named_at"
    links = "MATCH ()-[r:SUGGESTED]->() RETURN r.suggestion AS id, properties(r)"
    return [
        repr(row.values())
        for query in (nodes, links)
        for row in (await driver.execute_query(f"{query} ORDER BY id")).records
    ]


async def test_an_article_leads_to_suggestions_and_its_retraction_ends_them(
    road: str, neo4j_driver: AsyncDriver, tmp_path: Path
) -> None:
    article = Article(id="live-suggestions", headline="news", body="Ann met Bob met Carl.")
    async with Subscriber(road) as subscriber:
        await publish(road, article)
        published = await subscriber.new()
        assert (tmp_path / "written").exists()
        assert (tmp_path / "published").exists()
        latest = {key: Suggestions.model_validate_json(value) for key, value in published}
        # Whoever was killed has published it once more, in the same bytes.
        assert len(set(published)) == len(latest) < len(published)
        (of_ann,) = [each for each in latest.values() if each.entity.name == "Ann"]
        (one,) = of_ann.suggestions
        assert (one.kind, one.subject.name, one.predicate.id, one.object.name) == ("inferred", "Ann", "P26", "Carl")
        assert [(r.subject.name, r.object.name) for r in one.reasons] == [("Ann", "Bob")]
        assert (one.together, one.together_at is not None) == (1, True)
        before = await kept(neo4j_driver)
        vectors = await neo4j_driver.execute_query(
            "MATCH (n:Entity) RETURN n.name AS name, size(n.vector) AS own, size(n.context) AS context ORDER BY name"
        )
        assert [row.values() for row in vectors.records] == [[name, 384, 128] for name in ("Ann", "Bob", "Carl")]

        await publish(road, article)
        assert await kept(neo4j_driver) == before
        assert await subscriber.new() == []

        await publish(road, Article(id=article.id, op="retract"))
        ended = {key: Suggestions.model_validate_json(value) for key, value in await subscriber.new()}
        assert ended.keys() == latest.keys()
        assert not any(each.suggestions for each in ended.values())
        open_ = await neo4j_driver.execute_query("MATCH ()-[r:SUGGESTED]->() WHERE r.closed_at IS NULL RETURN r")
        assert open_.records == []
