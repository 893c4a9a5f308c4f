"""Withdrawing an article withdraws what it brought along: its pictures, and what was said or written in them."""

import random

import pytest
from neo4j import AsyncDriver

from streams.events import Entity
from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import CUPERTINO, SEAT, at, digest_after, document, placed, retraction, triple
from tests.streams.sink.test_media import SEEN, WIDE, ask, media
from topology.graph.media import Thing, named, of_articles
from topology.graph.snapshot import CLOCK, snapshot

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

SPOKEN = document("d-speech", derived_from="m")
SAID = triple("d-speech", object_=Entity.of("Ann Lee", "person"))
READ = triple("d-speech", predicate=SEAT, object_=CUPERTINO)
"""The article itself says so too."""


async def test_what_an_article_brought_along_falls_and_comes_back_with_it(
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
    assert known.objects == (Thing("dog", 1, (1, 2, 30, 40), 1, 2, 0.5),)
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
