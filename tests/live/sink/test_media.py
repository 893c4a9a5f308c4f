"""Pictures, videos and sound in the graph, and what was read in them."""

import random
from itertools import permutations

import pytest
from neo4j import AsyncDriver

from streams.messages.events import (
    MEDIA_TYPE,
    Document,
    Entity,
    MediaFacts,
    Predicate,
    Spot,
    Triple,
)
from streams.road.stage import PoisonError
from streams.sink.writer import GraphWriter
from tests.live.sink.media_sample import SEEN, WIDE, ask, media
from tests.streams.sink.sample import TIM, digest_after, document, placed, retraction, triple

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]


async def test_a_video_has_its_attributes_its_objects_and_its_article(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(media(), WIDE, SEEN))
    assert await ask(driver, "MATCH (m:Media:Video)-[r:WIDTH]->(l:Literal) RETURN m.id, l.value, l.unit, r.kind") == [
        ["m", "640", "px", "attribute"]
    ]
    assert await ask(
        driver,
        "MATCH (:Media)-[r:DEPICTS]->(o:Entity:Object) MATCH (e:Evidence {fact: r.id})-[:FROM]->(m:Media) "
        "RETURN o.name, e.media, e.begin, e.end, e.frame, e.box, e.depth",
    ) == [["dog", "m", 1, 2, 1.5, [1, 2, 30, 40], 0.5]]
    assert await ask(driver, "MATCH (m:Media)-[:ILLUSTRATES]->(a:Article) RETURN m.id, a.id") == [["m", "a"]]
    assert await ask(driver, "MATCH (m:Media)-[:MENTIONS]->(e) RETURN e.name") == [["Apple"]]
    assert await ask(driver, "MATCH (m:Media) RETURN m.colours, m.scenes, m.scene_motions, m.uri") == [
        [["red"], [0, 2.5], [0.5], "https://example.org/m.mp4"]
    ]


async def test_a_person_is_depicted_in_the_item_itself(driver: AsyncDriver, writer: GraphWriter) -> None:
    spot = Spot(media="m", box=(1, 2, 30, 40), depth=0.5)
    proof = WIDE.evidence.model_copy(update={"spot": spot, "field": "caption", "model": "caption-rule"})
    whole = Entity(id="m", name="a caption", type=MEDIA_TYPE)
    depicted = Predicate(id="depicted_in", name="depicted in")
    shown = Triple.of(TIM, depicted, whole, 0.7, proof, kind="inferred")
    for _ in range(2):
        await writer.write(placed(media(), shown))
    assert await ask(
        driver,
        "MATCH (p:Person)-[r:DEPICTED_IN]->(m:Media:Video) MATCH (e:Evidence {fact: r.id})-[:FROM]->(m) "
        "RETURN p.name, r.count, e.model, e.box, e.depth",
    ) == [["Tim Cook", 1, "caption-rule", [1, 2, 30, 40], 0.5]]
    assert await ask(driver, "MATCH (n {id: 'm'}) RETURN labels(n)") == [[["Media", "Video"]]]
    elsewhere = proof.model_copy(update={"document": "n", "spot": Spot(media="n")})
    with pytest.raises(PoisonError, match="wrong-object"):
        placed(Triple.of(TIM, depicted, whole, 0.7, elsewhere))


async def test_an_article_and_a_media_item_may_have_the_same_id(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document("m"), triple("m"), media(), WIDE))
    assert await ask(driver, "MATCH (n {id: 'm'}) RETURN labels(n) ORDER BY labels(n)") == [
        [["Article"]],
        [["Media", "Video"]],
    ]
    assert await ask(driver, "MATCH (e:Evidence)-[:FROM]->(n) RETURN labels(n)[0], e.field ORDER BY e.field") == [
        ["Article", "body"],
        ["Media", "media"],
    ]


async def test_one_fact_has_evidence_from_text_picture_and_speech(driver: AsyncDriver, writer: GraphWriter) -> None:
    def derived(id_: str, spot: Spot) -> tuple[Document, Triple]:
        one = triple(id_)
        proof = one.evidence.model_copy(update={"spot": spot})
        return document(id_, derived_from="m"), one.model_copy(update={"evidence": proof})

    spoken = derived("d-speech", Spot(media="m", begin=3, end=4.5))
    shown = derived("d-text", Spot(media="m", frame=2, box=(0, 0, 5, 5)))
    await writer.write(placed(document("a"), triple("a"), *spoken, *shown, media()))
    assert await ask(driver, "MATCH ()-[r:CHIEF_EXECUTIVE_OFFICER]->() RETURN r.count") == [[3]]
    assert await ask(
        driver, "MATCH (e:Evidence)-[:FROM]->(a) RETURN a.id, e.media, e.begin, e.end, e.frame, e.box ORDER BY a.id"
    ) == [
        ["a", None, None, None, None, None],
        ["d-speech", "m", 3, 4.5, None, None],
        ["d-text", "m", None, None, 2, [0, 0, 5, 5]],
    ]
    assert await ask(driver, "MATCH (d:Article)-[:DERIVED_FROM]->(m:Media) RETURN d.id, m.id ORDER BY d.id") == [
        ["d-speech", "m"],
        ["d-text", "m"],
    ]


async def test_other_bytes_and_a_withdrawal_end_the_evidence(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(media(), WIDE))
    await writer.write(placed(media(revision="2", observed=1, kind="picture"), first=2))
    assert await ask(driver, "MATCH (m:Media)-[r:WIDTH]->() RETURN labels(m), r.count") == [[["Media", "Picture"], 0]]
    gone = retraction("m", observed=2).model_copy(update={"media": MediaFacts(kind=None)})
    await writer.write(placed(media(observed=1.5), gone, first=3))
    assert await ask(driver, "MATCH (m:Media)-[r:WIDTH]->() RETURN m.retracted_at IS NULL, r.count") == [[False, 0]]
    assert await ask(driver, "MATCH (a:Article {id: 'm'}) RETURN a") == []


async def test_the_graph_does_not_depend_on_the_order_of_arrival(driver: AsyncDriver) -> None:
    events = [media(), WIDE, document("a"), media(revision="2", observed=1, kind="picture", article="b"), SEEN]
    digests = set()
    for order in random.Random(1).sample(list(permutations(events)), 6):  # noqa: S311
        digests.add(await digest_after(driver, order))
    assert len(digests) == 1
