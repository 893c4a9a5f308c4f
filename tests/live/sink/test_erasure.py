"""What an erased article brought is gone, and the graph is as if only the others had ever been published."""

import json
import random

import pytest
from neo4j import AsyncDriver

from streams.messages.carried_ids import derived_id, media_id
from streams.messages.events import Document, Entity, EntityMention, Identity, MediaFacts, Triple
from streams.sink.writer import GraphWriter
from tests.live.sink.erasing import erasure, graph_of
from tests.live.sink.media_sample import SEEN, WIDE, media
from tests.streams.sink.sample import (
    APPLE,
    CUPERTINO,
    SEAT,
    at,
    document,
    merged,
    placed,
    stream,
    triple,
    worded,
)
from topology.graph.snapshot import snapshot

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

ANN = Entity.of("Ann Lee", "person")


async def test_two_articles_share_a_fact_and_one_is_erased(driver: AsyncDriver) -> None:
    mine = (
        document("a", observed=1, mentions=(EntityMention(entity=APPLE), EntityMention(entity=ANN))),
        worded(triple("a", observed=1), "Tim Cook leads Apple, says A."),
        triple("a", observed=1, object_=ANN, confidence=0.99),
        triple("a", observed=1, predicate=SEAT, object_=CUPERTINO),
    )
    other = (document("b", observed=2), worded(triple("b", observed=2), "Tim Cook leads Apple, says B."))
    alone = await graph_of(driver, *other)
    assert await graph_of(driver, *mine, *other, erasure("a", observed=3)) == alone
    texts = json.dumps(
        [record.data() for record in (await driver.execute_query("MATCH (n) RETURN n")).records], default=str
    )
    for trace in ("says A", "Ann Lee", "Cupertino", '"a"', "a 1"):
        assert trace not in texts
    # Published again, it starts again.
    again = tuple(event.model_copy(update={"observed_at": at(4)}) for event in mine[:1])
    facts = tuple(
        event.model_copy(update={"evidence": event.evidence.model_copy(update={"observed_at": at(4)})})
        for event in mine[1:]
    )
    both = await graph_of(driver, *other, *again, *facts)
    assert await graph_of(driver, *mine, *other, erasure("a", observed=3), *again, *facts) == both


@pytest.mark.parametrize("seed", range(6))
async def test_in_any_stream_the_graph_is_as_if_it_had_never_been_published(driver: AsyncDriver, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    events = stream(seed)
    ids = sorted({about(event) for event in events})
    erased = draw.sample(ids, 3)
    rest = await graph_of(driver, *(event for event in events if about(event) not in erased))
    late = [erasure(id_, observed=10_000) for id_ in erased]
    assert await graph_of(driver, *events, *late, batch=draw.randint(1, 40)) == rest
    assert await graph_of(driver, *events, *late, *late, batch=draw.randint(1, 40)) == rest


def about(event: Triple | Document) -> str:
    return event.id if isinstance(event, Document) else event.evidence.document


async def test_its_pictures_and_what_was_said_in_them_go_too_even_if_they_arrive_late(driver: AsyncDriver) -> None:
    item = media_id("a", "https://example.org/m.mp4")
    speech = derived_id(item, "speech")
    picture = media(item, article="a")
    shown = tuple(
        event.model_copy(
            update={
                "evidence": event.evidence.model_copy(
                    update={"document": item, "spot": event.evidence.spot.model_copy(update={"media": item})}
                ),
                "subject": event.subject.model_copy(update={"id": item}),
            }
        )
        for event in (WIDE, SEEN)
    )
    shown = tuple(Triple.of(t.subject, t.predicate, t.object, 1, t.evidence, kind="attribute") for t in shown)
    # A few seconds after the erasure: the article was read late, and its picture was then still on its way.
    late_picture = picture.model_copy(update={"observed_at": at(5.1)})
    spoken = document(speech, derived_from=item, observed=5.12)
    said = triple(speech, object_=ANN, observed=5.12)
    other = (document("b"), triple("b"))
    mine = (document("a", observed=1, brings=(item,)), triple("a", observed=1))
    alone = await graph_of(driver, *other)
    gone = erasure("a", observed=5)
    after = (gone, late_picture, *shown, spoken, said)
    assert await graph_of(driver, *other, *mine, picture, *shown, spoken, said, gone) == alone
    for batch in (1, 3, 50):
        assert await graph_of(driver, *other, *mine, *after, batch=batch) == alone
    # The media worker is asked to erase them as well, and says so later.
    late = Document(id=item, op="retract", erase=True, observed_at=at(9), media=MediaFacts(kind=None))
    assert await graph_of(driver, *other, *mine, *after, late, erasure(speech, observed=9)) == alone
    # Once the article is published again, so are its pictures.
    again = (document("a", observed=20, brings=(item,)), picture.model_copy(update={"observed_at": at(21)}))
    for batch in (1, 7):
        both = await graph_of(driver, *other, *again)
        assert await graph_of(driver, *other, *mine, *after, *again, batch=batch) == both
        # Nothing that belongs to the new article is lost, even if it arrives before it.
        assert await graph_of(driver, *other, *mine, *after, *reversed(again), batch=batch) == both


async def test_a_picture_that_another_article_has_too_stays(driver: AsyncDriver) -> None:
    own = media("m", article="a")
    other = (document("b"), media("m", article="b", observed=1))
    mine = (document("a"), own)
    assert await graph_of(driver, *mine, *other, erasure("a", observed=5)) == await graph_of(driver, *other)


async def test_decisions_on_an_erased_name_that_arrive_late_do_not_bring_it_back(driver: AsyncDriver) -> None:
    inc = Entity.of("Apple Inc", "organization")
    mine = (document("a", mentions=(EntityMention(entity=inc),)), triple("a", subject=inc, object_=ANN))
    other = (document("b", observed=1), triple("b", observed=1))
    decided = (merged(inc, APPLE), Identity(id=ANN.id, entity=ANN, wikidata="Q1"))
    alone = await graph_of(driver, *other)
    assert await graph_of(driver, *mine, *other, *decided, erasure("a", observed=3)) == alone
    assert await graph_of(driver, *mine, *other, erasure("a", observed=3), *decided, batch=1) == alone
    # The other way round: what stands for an erased name stands for itself again.
    back = merged(APPLE, inc)
    assert await graph_of(driver, *mine, *other, back, erasure("a", observed=3)) == alone


async def test_erasing_what_nobody_knows_leaves_nothing(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(erasure("never", observed=0)))
    assert await snapshot(driver) == []
