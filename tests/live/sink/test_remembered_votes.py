"""A sink that remembers votes judges as one that reads all of them, and reads only what it cannot know."""

import random

import pytest
from neo4j import AsyncDriver, AsyncTransaction

from streams.messages.events import Document, Entity, Triple
from streams.sink.judging import contradictions, statements
from streams.sink.reading import fetch
from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import (
    TIM,
    decisions,
    document,
    new_writer,
    placed,
    retraction,
    stream,
    triple,
    worded,
)
from topology.graph.snapshot import snapshot

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

ANN = Entity.of("Ann Lee", "person")


def report(id_: str, day: float, holder: Entity = TIM, *, start: int = 0) -> tuple[Document, Triple]:
    said = triple(id_, object_=holder, published=day * 24 * 60, confidence=0.9, start=start)
    return document(id_), worded(said, f"According to {id_}, so it is.")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many facts' votes each batch read."""
    counts: list[int] = []

    async def counting(transaction: AsyncTransaction, query: str, **parameters: object) -> list[object]:
        if query == statements.READ_PROOFS:
            counts.append(len(parameters["facts"]))  # type: ignore[arg-type]
        return await fetch(transaction, query, **parameters)

    monkeypatch.setattr(contradictions, "fetch", counting)
    return counts


async def standing(driver: AsyncDriver) -> dict[str, str]:
    found = await driver.execute_query("MATCH ()-[r:CHIEF_EXECUTIVE_OFFICER]->(o) RETURN o.name, r.standing")
    return dict(found.records)


async def test_votes_are_read_once(driver: AsyncDriver, writer: GraphWriter, asked: list[int]) -> None:
    await writer.write(placed(*report("a", 1), *report("b", 2), *report("c", 3, ANN)))
    assert asked == [2]
    for n in range(4, 16):
        await writer.write(placed(*report(f"x{n}", n, ANN), first=10 * n))
    assert asked == [2]
    await writer.write(placed(retraction("x9", observed=9), first=200))
    assert asked == [2, 1]
    await writer.write(placed(*report("y", 20, ANN), first=210))
    assert asked == [2, 1]
    assert await standing(driver) == {"Tim Cook": "closed", "Ann Lee": "current"}


async def test_what_an_article_says_in_two_batches_has_one_vote(
    driver: AsyncDriver, writer: GraphWriter, asked: list[int]
) -> None:
    told, said = report("c", 3, ANN)
    await writer.write(placed(*report("a", 1), *report("b", 2), told, said))
    for n in (1, 2, 3):
        again = worded(report("c", 3, ANN, start=10 * n)[1], f"In other words, {n}.")
        await writer.write(placed(again, first=10 * n))
    assert asked == [2]
    assert await standing(driver) == {"Tim Cook": "current", "Ann Lee": "disputed"}


async def test_an_article_whose_document_came_before_adds_its_vote(writer: GraphWriter, asked: list[int]) -> None:
    await writer.write(placed(*report("a", 1), *report("b", 2), *report("c", 3, ANN)))
    asked.clear()
    for n, event in enumerate(report("e", 5, ANN)):
        await writer.write(placed(event, first=20 + n))
    assert asked == []


async def test_what_another_sink_wrote_is_read(driver: AsyncDriver, writer: GraphWriter, asked: list[int]) -> None:
    other = new_writer(driver)
    await writer.write(placed(*report("a", 1), *report("b", 2), *report("c", 3, ANN)))
    await other.write(placed(*report("e", 5, ANN), partition=1))
    asked.clear()
    await writer.write(placed(*report("f", 6, ANN), first=20))
    assert asked == [1]
    assert await standing(driver) == {"Tim Cook": "closed", "Ann Lee": "current"}


@pytest.mark.parametrize("seed", range(6))
async def test_any_history_ends_as_if_all_votes_were_read(driver: AsyncDriver, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - test data, not a secret
    told = placed(*stream(seed, articles=30, rounds=2))
    named = placed(*decisions(seed), partition=1)
    await new_writer(driver).write([*told, *named])
    expected = await snapshot(driver)
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    # Two sinks take turns, for longer or shorter.
    sinks = [new_writer(driver), new_writer(driver)]
    queues = [told, named]
    while any(queues):
        queue = draw.choice([queue for queue in queues if queue])
        count = draw.randint(1, 12)
        await sinks[draw.random() < 0.2].write(queue[:count])
        del queue[:count]
    assert await snapshot(driver) == expected


async def test_facts_of_an_older_graph_are_read_once(
    driver: AsyncDriver, writer: GraphWriter, asked: list[int]
) -> None:
    await new_writer(driver).write(placed(*report("a", 1), *report("b", 2), *report("c", 3, ANN)))
    await driver.execute_query("MATCH ()-[r:CHIEF_EXECUTIVE_OFFICER]->() REMOVE r.last_batch")
    asked.clear()
    for n in range(4, 7):
        await writer.write(placed(*report(f"x{n}", n, ANN), first=10 * n))
    assert asked == [2]
    assert await standing(driver) == {"Tim Cook": "closed", "Ann Lee": "current"}
