"""The whole media road: an article, a picture with words and a video with speech become one fact with three proofs."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from neo4j import AsyncDriver

from streams.messages.events import Article, MediaReference
from tests.helpers import media_samples as samples
from tests.live.groups import Reads, all_is_done, working
from tests.streams.media.doubles import VOCABULARY
from tests.streams.media.server import Server, serving
from topology.graph.snapshot import CLOCK, snapshot
from topology.settings import Settings
from topology.topics import MEDIA_GROUP, NEWS_GROUP, RAW_MEDIA, RAW_NEWS, SINK_GROUP, TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(1500)]

WORKER = Path(__file__).with_name("worker.py")
READS: Reads = {
    "news": (RAW_NEWS, NEWS_GROUP),
    "media": (RAW_MEDIA, MEDIA_GROUP),
    "sink": (TRIPLES, SINK_GROUP),
}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        server.answers["/sign.png"] = (200, {}, samples.sign("Ann met Bob"))
        spoken = samples.speak(("Ann", "met", "Bob"), VOCABULARY)
        server.answers["/said.mp4"] = (200, {}, samples.video(["red", "green"], sound=spoken))
        yield server


@pytest.fixture
async def road(kafka: str, neo4j: Settings, neo4j_driver: AsyncDriver, tmp_path: Path) -> AsyncIterator[str]:
    arguments = {stage: (str(WORKER), stage) for stage in READS}
    variables = {
        "TRIPLEWIRE_SESSION_TIMEOUT": "30",
        "TRIPLEWIRE_MEDIA_PRIVATE_HOSTS": "127.0.0.1",
        "TRIPLEWIRE_MEDIA_DECODERS": "1",
    }
    async with working(
        kafka, neo4j, neo4j_driver, folder=tmp_path, reads=READS, arguments=arguments, variables=variables
    ):
        yield kafka


async def publish(kafka: str, article: Article) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        await producer.send_and_wait(RAW_NEWS.name, article.model_dump_json().encode(), key=article.id.encode())
    finally:
        await producer.stop()


async def ask(driver: AsyncDriver, query: str) -> list[Any]:
    return [row.values() for row in (await driver.execute_query(query)).records]


async def test_text_picture_and_speech_are_three_proofs_of_one_fact(
    road: str, server: Server, neo4j_driver: AsyncDriver
) -> None:
    article = Article(
        id="live-media",
        headline="News",
        body="Ann met Bob.",
        media=(
            MediaReference(uri=server.url("/sign.png"), caption="A sign that says what Ann did"),
            MediaReference(uri=server.url("/said.mp4")),
        ),
    )
    await publish(road, article)
    await all_is_done(road, READS)
    driver = neo4j_driver
    assert await ask(driver, "MATCH (:Person {name: 'Ann'})-[r:SPOUSE]->(:Person {name: 'Bob'}) RETURN r.count") == [
        [3]
    ]
    proofs = await ask(
        driver,
        "MATCH (:Person {name: 'Ann'})-[r:SPOUSE]->(:Person {name: 'Bob'}) "
        "MATCH (e:Evidence {fact: r.id})-[:FROM]->(a) "
        "OPTIONAL MATCH (a)-[:DERIVED_FROM]->(m:Media)-[:ILLUSTRATES]->(whole) "
        "RETURN e.sentence, labels(m), whole.id, e.begin, e.end, e.box ORDER BY e.begin IS NULL, e.box IS NULL",
    )
    (spoken, read, written) = proofs
    assert spoken[:3] == ["Ann met Bob", ["Media", "Video"], "live-media"]
    assert (spoken[3], spoken[4]) == (0, 1.1)
    assert read[:3] == ["Ann met Bob", ["Media", "Picture"], "live-media"]
    left, top, right, bottom = read[5]
    assert 0 < left < 60
    assert 0 < top < 60
    assert left < right < 400
    assert top < bottom < 110
    assert written == ["Ann met Bob.", None, None, None, None, None]
    assert await ask(driver, "MATCH (m:Media)-[:WIDTH]->(l:Literal) RETURN labels(m), l.value ORDER BY l.value") == [
        [["Media", "Video"], "160"],
        [["Media", "Picture"], "640"],
    ]
    assert await ask(driver, "MATCH (m:Media)-[:DEPICTS]->(o:Object) RETURN m.format, count(o) ORDER BY m.format") == [
        ["image/png", 1],
        ["video/mp4", 2],
    ]
    assert await ask(driver, "MATCH (m:Media:Picture)-[:MENTIONS]->(e) RETURN e.name ORDER BY e.name") == [
        ["Ann"],
        ["News"],
    ]
    before = await snapshot(driver, ignore=CLOCK)
    await publish(road, article)
    await all_is_done(road, READS)
    assert await snapshot(driver, ignore=CLOCK) == before
    await publish(road, Article(id="live-media", op="retract"))
    await all_is_done(road, READS)
    facts = "MATCH ()-[r]->() WHERE r.id IS NOT NULL RETURN DISTINCT r.count, r.retracted_at IS NULL"
    assert await ask(driver, facts) == [[0, False]], "what its picture and video brought falls with the article"
    await publish(road, article)
    await all_is_done(road, READS)
    assert await snapshot(driver, ignore=CLOCK) == before
