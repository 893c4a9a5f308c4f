"""Articles with nearly the same text are one voice, in verdicts and for those who look things up."""

from itertools import permutations

import pytest
from neo4j import AsyncDriver

from streams.desk.history import history
from streams.messages.events import Document, Entity, Triple
from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import TIM, document, new_writer, placed, triple, worded
from topology.graph.snapshot import snapshot

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

ANN = Entity.of("Ann Lee", "person")


def report(id_: str, day: float, holder: Entity = TIM, *keys: str, source: str = "") -> tuple[Document, Triple]:
    """An article that says in words of its own who leads the company."""
    said = triple(id_, object_=holder, published=day * 24 * 60, confidence=0.9)
    told = document(id_, likeness=keys, source=source or f"Publisher of {id_}")
    return told, worded(said, f"According to {id_}, so it is.")


async def standing(driver: AsyncDriver) -> dict[str, str]:
    found = await driver.execute_query("MATCH ()-[r:CHIEF_EXECUTIVE_OFFICER]->(o) RETURN o.name, r.standing")
    return dict(found.records)


async def test_two_copies_close_nothing_and_a_third_article_does(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(*report("a", 1), *report("b", 2)))
    for n, keys in enumerate((("x", "y"), ("y", "z"), ("z",))):
        await writer.write(placed(*report(f"copy{n}", 4, ANN, *keys), first=10 * (n + 1)))
    assert await standing(driver) == {"Tim Cook": "current", "Ann Lee": "disputed"}
    await writer.write(placed(*report("other", 5, ANN, "w"), first=50))
    assert await standing(driver) == {"Tim Cook": "closed", "Ann Lee": "current"}


async def test_copies_are_known_in_any_order(driver: AsyncDriver) -> None:
    """Documents first or last, by a sink that remembers votes or by one that was just started."""
    before = placed(*report("a", 1), *report("b", 2))
    copies = [(0, report("c", 4, ANN, "x")), (1, report("d", 4, ANN, "x", "y")), (2, report("e", 4, ANN, "y"))]
    graphs = set()
    for order in permutations(copies):
        await driver.execute_query("MATCH (n) DETACH DELETE n")
        writer = new_writer(driver)
        await writer.write(before)
        late = [(n, told) for n, (told, _) in order]
        for n, event in [*((n, said) for n, (_, said) in order), *late]:
            first = 10 * (n + 1) + isinstance(event, Document)
            await writer.write(placed(event, partition=1 + n, first=first))
        assert await standing(driver) == {"Tim Cook": "current", "Ann Lee": "disputed"}
        graphs.add("\n".join(await snapshot(driver)))
    assert len(graphs) == 1


async def test_history_counts_copies_once(driver: AsyncDriver, writer: GraphWriter) -> None:
    copies = [report("c", 3, TIM, "x", source="Wire"), report("d", 4, TIM, "x", source="Daily")]
    await writer.write(placed(*copies[0], *copies[1], *report("e", 5, TIM, "w", source="Post")))
    (episode,) = await history(driver, "Apple")
    assert (episode.evidence, episode.articles, episode.voices, episode.sources) == (3, 3, 2, ["Post", "Wire"])
