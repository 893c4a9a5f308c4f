"""Happenings and stories in the graph: whatever the order of messages, merges and erasures, it says the same."""

import json
import random
from typing import Any

import pytest
from neo4j import AsyncDriver

from streams.messages.events import Document
from streams.sink.writer import GraphWriter
from tests.live.sink.erasing import erasure, graph_of, written
from tests.live.sink.media_sample import ask
from tests.streams.sink.happening_sample import (
    COPY,
    DENIED,
    FIRST,
    KYIV,
    RUSSIA,
    SECOND,
    TALKS,
    attack,
    happening,
    in_story,
    told,
)
from tests.streams.sink.sample import after_disorder, at, merged, new_writer, placed, retraction, split
from topology.graph.names import CLAIMED, HAPPENING_TYPES, PART_OF_STORY, STORY
from topology.graph.snapshot import snapshot

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]


async def test_what_is_said_of_a_happening_becomes_relationships_and_a_denial_a_claim(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    await writer.write(placed(*attack()))
    (node,) = await ask(driver, "MATCH (h:Entity:Happening {id: $id}) RETURN h.name, h.type, h.class", id=FIRST.id)
    assert node == ["strike", "happening", "attack"]
    query = (
        "MATCH (h:Happening {id: $id})-[r]->(o) OPTIONAL MATCH (e:Evidence {fact: r.id}) "
        "RETURN type(r), r.name, coalesce(o.name, o.value), e.qualifier ORDER BY type(r)"
    )
    assert await ask(driver, query, id=SECOND.id) == [
        ["AT_TIME", "when of it", "2026-03-01", None],
        ["INJURED", "injured of it", "40", "at least"],
        ["INSTANCE_OF", "instance of", "attack", None],
        ["IN_PLACE", "where of it", "Kyiv", None],
        ["KILLED", "killed of it", "17", "at least"],
        ["WHO", "who of it", "Russia", None],
    ]
    query = "MATCH (:Happening {id: $id})-[r]->() RETURN type(r), r.relation, r.modality ORDER BY r.relation"
    assert await ask(driver, query, id=DENIED.id) == [
        [CLAIMED, "INSTANCE_OF", "denied"],
        [CLAIMED, "WHO", "denied"],
    ]


STORIES = (
    in_story(FIRST, "s1", "An old title"),
    in_story(FIRST, "s2"),
    in_story(SECOND, "s1"),
    in_story(SECOND, "s2", "Another title"),
    in_story(TALKS, "s3"),
    in_story(TALKS, None),
    in_story(COPY, "s2"),
    in_story(COPY, None),
    in_story(COPY, "s2"),
)
MERGES = (
    merged(SECOND, FIRST, "happening"),
    split(SECOND),
    merged(COPY, FIRST, "happening"),
    merged(SECOND, FIRST, "happening"),
)


async def test_repeats_and_any_order_leave_the_same_graph(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(*attack(), *MERGES, *STORIES))
    expected = await snapshot(driver)
    assert await ask(driver, f"MATCH (s:{STORY}) RETURN s.id, s.title") == [["s2", "Another title"]]
    members = await ask(driver, f"MATCH (h)-[:{PART_OF_STORY}]->(:{STORY} {{id: 's2'}}) RETURN h.id ORDER BY h.id")
    assert members == [[id_] for id_ in sorted([FIRST.id, SECOND.id, COPY.id])]
    assert len(await ask(driver, "MATCH (:Happening)-[a:ALIAS_OF]->() WHERE a.ended_at IS NULL RETURN 1")) == 2
    for seed in range(8):
        draw = random.Random(seed)  # noqa: S311
        # Decisions on one happening keep their order; articles, and decisions on different happenings, have none.
        queues: dict[str, list[Any]] = {}
        for event in attack():
            queues.setdefault(event.id if isinstance(event, Document) else event.evidence.document, []).append(event)
        for event in (*MERGES, *STORIES):
            queues.setdefault(event.id, []).append(event)
        twice = [(*queue, *queue) if draw.random() < 0.5 else queue for queue in queues.values()]
        records = [placed(*queue, partition=n) for n, queue in enumerate(twice)]
        assert await after_disorder(driver, draw, *records, largest=4) == "\n".join(expected)


async def test_a_story_takes_the_title_that_is_left_and_goes_with_its_last_happening(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    await writer.write(placed(*attack(), in_story(FIRST, "s", "B"), in_story(SECOND, "s", "A")))
    title = f"MATCH (s:{STORY}) RETURN s.title"
    assert await ask(driver, title) == [["A"]]
    await writer.write(placed(in_story(SECOND, "s", "C"), first=40))
    assert await ask(driver, title) == [["B"]]
    await writer.write(placed(in_story(FIRST, None), first=41))
    assert await ask(driver, title) == [["C"]]
    await writer.write(placed(in_story(SECOND, None), first=42))
    assert await ask(driver, title) == []


async def test_an_erased_article_leaves_no_happening_and_no_empty_story(driver: AsyncDriver) -> None:
    other = told(SECOND, "a", source="AP", roles={"who": RUSSIA, "where": KYIV})
    mine = told(FIRST, "r", headline="Erased for good", roles={"who": RUSSIA})
    planned = told(happening("r", number=1), "r", modality="planned", roles={"whom": KYIV})[1:]
    both = (in_story(SECOND, "s"), in_story(FIRST, "s", "Erased for good"), merged(SECOND, FIRST, "happening"))
    alone = await graph_of(driver, *other, in_story(SECOND, "s"))
    events = (*other, *mine, *planned, *both)
    for batch in (1, 5, 50):
        assert await graph_of(driver, *events, erasure("r", observed=9), batch=batch) == alone
    # What arrives late of it brings nothing back, and the headline is nobody's title again.
    late = (in_story(FIRST, "s", "Erased for good"), in_story(SECOND, "s", "Erased for good"))
    await graph_of(driver, *events, erasure("r", observed=9), *late, batch=1)
    assert await ask(driver, f"MATCH (s:{STORY}) RETURN s.title") == [[None]]
    texts = [record.data() for record in (await driver.execute_query("MATCH (n)-[r]-() RETURN n, r")).records]
    assert "Erased for good" not in json.dumps(texts, default=str)
    # With the last article, the story goes too.
    await written(new_writer(driver), placed(erasure("a", observed=10), first=900))
    assert await ask(driver, "MATCH (n) WHERE NOT n:Offset AND NOT n:Erased RETURN n.id") == []


async def test_a_title_of_another_happening_goes_with_the_article_that_it_is_the_headline_of(
    driver: AsyncDriver,
) -> None:
    events = (
        *told(SECOND, "a"),
        *told(FIRST, "r", headline="The first word"),
        in_story(FIRST, "s", "The first word"),
        in_story(SECOND, "s", "The first word"),
    )
    await graph_of(driver, *events, erasure("r", observed=9))
    assert await ask(driver, f"MATCH (s:{STORY})<-[m:{PART_OF_STORY}]-(h) RETURN s.title, m.title, h.id") == [
        [None, "", SECOND.id]
    ]


async def test_a_withdrawn_report_no_longer_holds_and_returns_with_its_article(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    await writer.write(placed(*attack()))
    before = await snapshot(driver, ignore=("observed_at",))
    held = "MATCH (:Happening {id: $id})-[r]->() RETURN DISTINCT r.retracted_at IS NULL"
    await writer.write(placed(retraction("r", observed=9), first=60))
    assert await ask(driver, held, id=FIRST.id) == [[False]]
    again = [event for event in attack() if isinstance(event, Document) and event.id == "r"]
    await writer.write(placed(*(event.model_copy(update={"observed_at": at(10)}) for event in again), first=61))
    assert await ask(driver, held, id=FIRST.id) == [[True]]
    assert await snapshot(driver, ignore=("observed_at",)) == before


def test_every_role_has_a_type_of_its_own() -> None:
    assert len(set(HAPPENING_TYPES.values())) == len(HAPPENING_TYPES)
