"""Relation weights on a real Triton, what a real Neo4j knows, and a picture: the graph has who does what with what."""

import base64
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from neo4j import AsyncDriver

from inference.media.perception import Seen
from inference.media.types import Frame
from inference.object_detection.types import Box, Depth, Detection
from inference.object_relations.client import RELATION_MODEL, RelationClient
from inference.text.language.words import WordTokenizer
from streams.media import MediaStage
from streams.media.relation_setup import relations
from streams.messages.events import Document, Entity, EntityMention, MediaItem, Predicate, Triple
from streams.road.stage import Item, Output, Record
from streams.sink.decode import decode
from streams.sink.judging.contradictions import RelationTypes
from streams.sink.writer import GraphWriter
from tests.helpers import media_samples as samples
from tests.helpers.embedded import CACHE, free_port_base
from tests.streams.media.doubles import TonePerception
from tests.streams.sink.sample import document, new_writer, placed, triple
from topology.graph.names import fact_types
from topology.graph.schema import ensure_schema
from topology.local.stack import LocalStack, environment
from topology.ontology import load_ontology
from topology.settings import REPOSITORY, Settings, settings
from topology.topics import RAW_MEDIA, TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]

MODELS = REPOSITORY / "triton_models"
TINY = REPOSITORY / "tests" / "inference" / "data" / "relations"
"""`member_of` where anything is known of the pair, else `steers` where the object fills a fifth of the picture."""

ADA, CLUB = Entity.of("Ada Berg", "person"), Entity.of("Harbour Club", "organization")
ITEM = MediaItem(
    id="m",
    data=base64.b64encode(samples.picture()).decode(),
    caption="Ada Berg of the Harbour Club",
    mentions=(EntityMention(entity=ADA), EntityMention(entity=CLUB)),
)
STEERS = {"id": "steers", "name": "steers", "domain": ["person"], "range": ["object"]}
DAYS_LATER = 1_900_000_000_000
"""The item's Kafka time, in milliseconds: long after all that the graph is told here."""


class Eyes(TonePerception):
    """Sees one boat, which fills half of any frame."""

    async def see(self, frames: Sequence[Frame]) -> list[Seen]:
        found = []
        for frame in frames:
            height, width = frame.rgb.shape[:2]
            near = Depth(mean=0.2, median=0.25, deviation=0.1, nearest=0.0, farthest=0.5)
            found.append(Seen((Detection("boat", 0.9, Box(0, 0, width / 2, height), near),), (), "eyes", "1"))
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gRPC address of a Triton that has relation weights."""
    models = tmp_path_factory.mktemp("models")
    (models / "text_extraction").symlink_to(MODELS / "text_extraction")
    shutil.copytree(MODELS / RELATION_MODEL, models / RELATION_MODEL, ignore=shutil.ignore_patterns("__pycache__"))
    for file in TINY.iterdir():
        shutil.copy(file, models / RELATION_MODEL / "1")
    own = Settings(
        state=tmp_path_factory.mktemp("state"),
        cache=CACHE,
        port_base=free_port_base(),
        models=models,
    )
    stack = LocalStack(own)
    (state,) = stack.up(["triton"])
    yield state.address
    stack.down()


@pytest.fixture
async def stage(
    served: str, neo4j: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MediaStage]:
    given = yaml.safe_load(settings().ontology.read_text(encoding="utf-8"))
    ontology = tmp_path / "ontology.yaml"
    ontology.write_text(yaml.safe_dump({**given, "relations": [*given["relations"], STEERS]}))
    for name, value in environment(neo4j).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TRIPLEWIRE_NEO4J_PASSWORD", neo4j.neo4j_password.get_secret_value())
    monkeypatch.setenv("TRIPLEWIRE_TRITON", served)
    monkeypatch.setenv("TRIPLEWIRE_ONTOLOGY", str(ontology))
    settings.cache_clear()
    stage = MediaStage(Eyes(), relations(settings()))
    yield stage
    await stage.stop()
    settings.cache_clear()


async def seen(stage: MediaStage, offset: int = 0) -> list[Output]:
    record = Record(RAW_MEDIA.name, 0, offset, DAYS_LATER, b"m", ITEM.model_dump_json().encode())
    return [o for o in await stage.process([Item(record, stage.parse(record))]) if o.topic == TRIPLES.name]


async def ask(driver: AsyncDriver, query: str) -> list[Any]:
    return [row.values() for row in (await driver.execute_query(query)).records]


async def test_names_and_objects_meet_in_the_graph(stage: MediaStage, neo4j_driver: AsyncDriver) -> None:
    driver, ontology = neo4j_driver, load_ontology(settings().ontology)
    await ensure_schema(driver, ontology)
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    known = triple(subject=CLUB, predicate=Predicate(id="P159", name="headquarters location"), object_=ADA)
    known = Triple.of(CLUB, known.predicate, Entity.of("Bergen", "location"), 0.9, known.evidence)
    await new_writer(driver).write(placed(document("a"), known))
    outputs, again = await seen(stage), await seen(stage)
    assert [(o.key, o.value, o.headers) for o in outputs] == [(o.key, o.value, o.headers) for o in again]
    types = fact_types(ontology)
    writer = GraphWriter(driver, group="relations", types=RelationTypes.of(ontology))
    for first in (100, 200):
        rows = [
            decode(Record(TRIPLES.name, 0, first + n, 0, o.key, o.value, tuple(o.headers)), types)
            for n, o in enumerate(outputs)
        ]
        await writer.write([((TRIPLES.name, 0, first + n), row) for n, row in enumerate(rows) if row])
    proof = "MATCH (e:Evidence {fact: r.id})-[:FROM]->(m:Media:Picture)-[:DEPICTS]->(o:Object) "
    assert await ask(
        driver,
        f"MATCH (p:Person)-[r:STEERS]->(o) {proof}"
        "RETURN p.name, o.name, r.count, e.subject, e.sentence, e.depth, e.box[0], e.model, e.model_version",
    ) == [["Ada Berg", "boat", 1, "Ada Berg", ITEM.caption, 0.25, 0.0, "object_relations", "tiny-1"]]
    assert await ask(
        driver, f"MATCH (o:Object)-[r:MEMBER_OF]->(c:Organization) {proof}RETURN o.name, c.name, r.count, e.object"
    ) == [["boat", "Harbour Club", 1, "Harbour Club"]]
    documents = [Document.model_validate_json(o.value or b"") for o in outputs[:1]]
    assert documents[0].triples == len(outputs) - 1
    await driver.execute_query("MATCH (n) DETACH DELETE n")


async def test_a_server_without_weights_says_so_and_nothing_is_related(triton: str) -> None:
    tokenizer = WordTokenizer(MODELS / "text_extraction" / "1" / "tokenizer.json")
    client = RelationClient(triton, tokenizer, requests=1, timeout=60)
    assert await client.weights() is None
    await client.close()
