"""Withdrawing an article also withdraws its attachments: its pictures, and what was said or written in them."""

import random

import pytest
from neo4j import AsyncDriver

from streams.desk.media import DepictedObject, named, of_articles
from streams.messages.carried_ids import derived_id, media_id
from streams.messages.events import Document, Entity, Spot, Triple
from streams.sink.writer import GraphWriter
from tests.live.sink.media_sample import SEEN, WIDE, ask, media
from tests.streams.sink.sample import (
    CUPERTINO,
    SEAT,
    after_disorder,
    at,
    digest_after,
    document,
    placed,
    retraction,
    triple,
)
from topology.graph.snapshot import CLOCK, snapshot

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

SPOKEN = document("d-speech", derived_from="m")
SAID = triple("d-speech", object_=Entity.of("Ann Lee", "person"))
READ = triple("d-speech", predicate=SEAT, object_=CUPERTINO)
"""The article itself says so too."""


async def test_attachments_are_withdrawn_and_reinstated_with_their_article(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    seat = triple("a", predicate=SEAT, object_=CUPERTINO)
    await writer.write(placed(document("a"), seat, document("b"), triple("b", predicate=SEAT, object_=CUPERTINO)))
    await writer.write(placed(media(), WIDE, SEEN, SPOKEN, SAID, READ, first=4))
    counts = "MATCH ()-[r]->() WHERE r.id IS NOT NULL RETURN type(r), r.count ORDER BY type(r)"
    whole = [["CHIEF_EXECUTIVE_OFFICER", 1], ["DEPICTS", 1], ["HEADQUARTERS_LOCATION", 3], ["WIDTH", 1]]
    assert await ask(driver, counts) == whole
    (known,) = await named(driver, None, "/m.mp4")
    assert known == (await of_articles(driver, None, ["a"]))[0]
    assert known.objects == (DepictedObject("dog", 1, (1, 2, 30, 40), 1, 2, 0.5),)
    assert known.names == ("Apple", "Tim Cook")
    assert {(f.subject, f.relation, f.object, f.evidence) for f in known.facts} == {
        ("Apple", "chief executive officer", "Ann Lee", 1),
        ("Apple", "headquarters location", "Cupertino", 3),
    }
    before = await snapshot(driver, ignore=CLOCK)

    await writer.write(placed(retraction("a", observed=1), first=10))
    assert await ask(driver, counts) == [
        ["CHIEF_EXECUTIVE_OFFICER", 0],
        ["DEPICTS", 0],
        ["HEADQUARTERS_LOCATION", 1],
        ["WIDTH", 0],
    ]
    assert await of_articles(driver, None, ["a"]) == []
    gone = "MATCH (n) WHERE n.withdrawn_at IS NOT NULL RETURN n.id, n.withdrawn_at.epochMillis ORDER BY n.id"
    moment = round(at(1).timestamp() * 1000)
    assert await ask(driver, gone) == [["d-speech", moment], ["m", moment]]
    ended = "MATCH (e:Evidence) WHERE e.retracted_at IS NOT NULL RETURN e.retracted_at.epochMillis, count(e)"
    assert await ask(driver, ended) == [[moment, 5]]

    await writer.write(placed(document("a", observed=2), first=11))
    assert await ask(driver, counts) == whole
    assert await ask(driver, gone) == []
    assert before == await snapshot(driver, ignore=CLOCK)


async def test_what_comes_after_the_withdrawal_of_its_article_does_not_hold(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    await writer.write(placed(document("a"), retraction("a", observed=1)))
    await writer.write(placed(SPOKEN, SAID, first=2))
    assert await ask(driver, "MATCH ()-[r:CHIEF_EXECUTIVE_OFFICER]->() RETURN r.count") == [[1]]
    await writer.write(placed(media(observed=3), WIDE, first=4))
    assert await ask(driver, "MATCH ()-[r]->() WHERE r.id IS NOT NULL RETURN r.count") == [[0], [0]]
    await writer.write(placed(READ, first=6))
    assert await ask(driver, "MATCH ()-[r]->() WHERE r.id IS NOT NULL RETURN r.count") == [[0], [0], [0]]


async def test_a_picture_of_two_articles_falls_with_the_last(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document("a"), document("b"), media(), media(article="b"), WIDE))
    await writer.write(placed(retraction("a", observed=1), first=5))
    assert await ask(driver, "MATCH ()-[r:WIDTH]->() RETURN r.count") == [[1]]
    await writer.write(placed(retraction("b", observed=2), first=6))
    assert await ask(driver, "MATCH ()-[r:WIDTH]->() RETURN r.count") == [[0]]


async def test_withdrawals_do_not_depend_on_the_order_of_arrival(driver: AsyncDriver) -> None:
    articles = [document("a"), retraction("a", observed=2)]
    items = [media(), WIDE, media(revision="2", observed=1)]
    texts = [SPOKEN, SAID, retraction("d-speech", observed=3), document("d-speech", observed=4, derived_from="m")]
    digests = set()
    draw = random.Random(2)  # noqa: S311
    for _ in range(6):
        # In order within a key, and between keys in none.
        left = [list(events) for events in (articles, items, texts)]
        order = []
        while any(left):
            order.append(draw.choice([events for events in left if events]).pop(0))
        digests.add(await digest_after(driver, order))
    assert len(digests) == 1


PICTURE = media_id("a", "https://example.org/m.mp4")
SPEECH = derived_id(PICTURE, "speech")


def of_item(event: Document | Triple, id_: str) -> Document | Triple:
    """The same of another media item or article."""
    if isinstance(event, Document):
        return event.model_copy(update={"id": id_})
    proof = event.evidence.model_copy(update={"document": id_, "spot": event.evidence.spot and Spot(media=id_)})
    subject = event.subject.model_copy(update={"id": id_}) if event.subject.id == "m" else event.subject
    return Triple.of(subject, event.predicate, event.object, event.confidence, proof, kind=event.kind)


SHOWN = [of_item(media(observed=0.5), PICTURE), of_item(WIDE, PICTURE), of_item(SEEN, PICTURE)]
TRANSCRIPT = [document(SPEECH, derived_from=PICTURE), of_item(SAID, SPEECH)]
COUNTS = "MATCH ()-[r]->() WHERE r.id IS NOT NULL RETURN type(r), r.count ORDER BY type(r)"
STANDING = [["CHIEF_EXECUTIVE_OFFICER", 1], ["DEPICTS", 1], ["WIDTH", 1]]
FALLEN = [["CHIEF_EXECUTIVE_OFFICER", 0], ["DEPICTS", 0], ["WIDTH", 0]]
GONE = "MATCH (n) WHERE n.withdrawn_at IS NOT NULL RETURN n.id, n.withdrawn_at.epochMillis ORDER BY n.id"


def text(revision: int, *brings: str, observed: float | None = None) -> Document:
    when = revision if observed is None else observed
    return document("a", revision=str(revision), observed=when, brings=brings)


def since(minutes: float) -> list[list[object]]:
    """What `GONE` returns where the picture and its speech fell then."""
    return [[id_, round(at(minutes).timestamp() * 1000)] for id_ in sorted((SPEECH, PICTURE))]


async def test_a_text_that_no_longer_names_a_picture_withdraws_it(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(text(1, PICTURE), *SHOWN, *TRANSCRIPT))
    assert await ask(driver, COUNTS) == STANDING
    await writer.write(placed(text(2), first=6))
    assert await ask(driver, COUNTS) == FALLEN
    # Since the first text without it, whatever the article does from then on.
    later = [text(3, "m-other"), text(4), retraction("a", observed=5), text(6)]
    for n, event in enumerate(later, 7):
        await writer.write(placed(event, first=n))
        assert await ask(driver, GONE) == since(2)
    assert await ask(driver, COUNTS) == FALLEN
    await writer.write(placed(text(7, PICTURE), first=11))
    assert await ask(driver, COUNTS) == STANDING
    assert await ask(driver, GONE) == []
    await writer.write(placed(retraction("a", observed=8), text(9), first=12))
    assert await ask(driver, GONE) == since(8)


async def test_a_picture_falls_if_it_arrives_after_the_text_without_it(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    await writer.write(placed(text(1, PICTURE), text(2), text(3)))
    await writer.write(placed(*TRANSCRIPT, first=3))
    await writer.write(placed(*SHOWN, first=5))
    assert await ask(driver, COUNTS) == FALLEN
    assert await ask(driver, GONE) == since(2)
    seat = of_item(READ, SPEECH)
    await writer.write(placed(seat, first=8))
    assert ["HEADQUARTERS_LOCATION", 0] in await ask(driver, COUNTS)


async def test_a_document_that_lists_no_attachments_ends_none(driver: AsyncDriver, writer: GraphWriter) -> None:
    silent = document("a", revision="1", observed=1)
    await writer.write(placed(silent, *SHOWN, *TRANSCRIPT))
    await writer.write(placed(silent.model_copy(update={"revision": "2", "observed_at": at(2)}), first=6))
    assert await ask(driver, COUNTS) == STANDING
    # One that lists its pictures also decides about those of the documents before it.
    await writer.write(placed(text(3), first=7))
    assert await ask(driver, GONE) == since(3)
    await writer.write(placed(silent.model_copy(update={"observed_at": at(4)}), first=8))
    assert await ask(driver, GONE) == since(3)


async def test_what_was_published_under_an_id_of_its_own_was_never_named(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    await writer.write(placed(text(1), media(), WIDE, SEEN, SPOKEN, SAID))
    await writer.write(placed(text(2), media(observed=2, brings=()), first=6))
    assert await ask(driver, COUNTS) == STANDING
    # Unless a text listed it once, whatever its id looks like.
    await writer.write(placed(text(3, "m"), text(4), first=8))
    assert await ask(driver, COUNTS) == FALLEN


async def test_a_picture_that_another_article_names_too_goes_on_holding(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    other = of_item(media(article="b"), PICTURE)
    await writer.write(placed(text(1, PICTURE), document("b", brings=(PICTURE,)), *SHOWN, other, *TRANSCRIPT))
    await writer.write(placed(text(2), first=8))
    assert await ask(driver, COUNTS) == STANDING
    await writer.write(placed(document("b", revision="2", observed=3, brings=()), first=9))
    assert await ask(driver, GONE) == since(3)


async def test_a_reading_in_which_nobody_speaks_ends_what_was_heard_before(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    await writer.write(placed(text(1, PICTURE), *SHOWN, *TRANSCRIPT))
    deaf = SHOWN[0].model_copy(update={"brings": (), "observed_at": at(2)})
    await writer.write(placed(deaf, first=6))
    assert await ask(driver, COUNTS) == [["CHIEF_EXECUTIVE_OFFICER", 0], *STANDING[1:]]
    assert await ask(driver, GONE) == [[SPEECH, round(at(2).timestamp() * 1000)]]
    await writer.write(placed(deaf.model_copy(update={"brings": (SPEECH,), "observed_at": at(3)}), first=7))
    assert await ask(driver, COUNTS) == STANDING


@pytest.mark.parametrize("texts", [(text(1, PICTURE), text(2), text(3)), (text(1, PICTURE), text(2), text(3, PICTURE))])
async def test_dropping_a_picture_does_not_depend_on_order_batches_and_repeats(
    driver: AsyncDriver, texts: tuple[Document, ...]
) -> None:
    items = [*SHOWN, of_item(media(revision="2", observed=4, brings=(SPEECH,)), PICTURE), *SHOWN[:2]]
    graphs = set()
    draw = random.Random(3)  # noqa: S311
    for _ in range(4):
        # A restarted sink gets again what came before.
        queues = [placed(*events, *events, partition=n) for n, events in enumerate((texts, items, TRANSCRIPT))]
        graphs.add(await after_disorder(driver, draw, *queues, largest=5))
    assert len(graphs) == 1
    assert (PICTURE in str(await ask(driver, GONE))) == (not texts[-1].brings)
