"""Contradictions and aliases in the graph: closed, disputed, reopened, followed and undone."""

from typing import Any

import pytest
from neo4j import AsyncDriver

from streams.desk.history import contradictions, history
from streams.messages.events import Alias, Document, Entity, Predicate, Triple
from streams.sink.writer import GraphWriter
from tests.streams.sink.sample import (
    APPLE,
    NOON,
    SEAT,
    TIM,
    at,
    document,
    merged,
    placed,
    retraction,
    split,
    triple,
    worded,
)
from topology.graph.snapshot import CLOCK, snapshot

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

ANN = Entity.of("Ann Lee", "person")
LEE = Entity.of("Lee", "person")
APPLE_INC = Entity.of("Apple Inc", "organization")
CITIZEN = Predicate(id="P27", name="country of citizenship")
BORN = Predicate(id="P19", name="place of birth")


def report(
    id_: str, day: float, holder: Entity = TIM, subject: Entity = APPLE, words: str = ""
) -> list[Document | Triple]:
    """An article that says in words of its own who leads the company, and its document."""
    one = triple(id_, subject=subject, object_=holder, published=day * 24 * 60, confidence=0.9)
    return [document(id_), worded(one, words or f"According to {id_}, so it is.")]


def succession() -> list[Document | Triple]:
    return [*report("a", 1), *report("b", 2), *report("c", 3), *report("d", 4, ANN), *report("e", 5, ANN)]


async def standings(driver: AsyncDriver, type_: str = "CHIEF_EXECUTIVE_OFFICER") -> dict[str, Any]:
    rows = await driver.execute_query(
        f"MATCH ()-[r:{type_}]->(o) RETURN o.name, r.standing, r.invalid_at ORDER BY o.name"
    )
    return {name: (standing, until and until.to_native()) for name, standing, until in rows.records}


async def test_a_newer_fact_closes_the_older_one(driver: AsyncDriver, writer: GraphWriter) -> None:
    events = succession()
    await writer.write(placed(*events[:-2]))
    assert await standings(driver) == {"Ann Lee": ("disputed", None), "Tim Cook": ("current", None)}
    await writer.write(placed(*events[-2:], first=len(events)))
    turn = at(4 * 24 * 60)
    assert await standings(driver) == {"Ann Lee": ("current", None), "Tim Cook": ("closed", turn)}
    (found,) = await contradictions(driver)
    assert (found["subject"], found["was"], found["now"], found["at"].to_native()) == (
        "Apple",
        "Tim Cook",
        "Ann Lee",
        turn,
    )
    assert found["before"]["sentence"].startswith("According to ")
    assert found["after"]["headline"]


async def test_a_retraction_reopens_what_it_closed(driver: AsyncDriver, writer: GraphWriter) -> None:
    events = succession()
    await writer.write(placed(*events[:-2]))
    before = await snapshot(driver, ignore=CLOCK)
    await writer.write(placed(*events[-2:], first=len(events)))
    await writer.write(placed(retraction("e", observed=9), first=50))
    assert await standings(driver) == {"Ann Lee": ("disputed", None), "Tim Cook": ("current", None)}
    await writer.write(placed(retraction("d", observed=9), first=51))
    assert await standings(driver) == {"Ann Lee": (None, None), "Tim Cook": (None, None)}
    assert await snapshot(driver, ignore=CLOCK) != before


async def test_of_what_holds_for_ever_the_better_supported_stays(driver: AsyncDriver, writer: GraphWriter) -> None:
    cities = [Entity.of(name, "location") for name in ("Mobile", "Robertsdale")]
    said = [(n, cities[n == 3]) for n in range(4)]
    events = [triple(str(n), subject=TIM, predicate=BORN, object_=o, published=n, confidence=0.9) for n, o in said]
    await writer.write(placed(*(worded(event, f"In words of {n}.") for n, event in enumerate(events))))
    assert {k: v[0] for k, v in (await standings(driver, "PLACE_OF_BIRTH")).items()} == {
        "Mobile": "current",
        "Robertsdale": "contradicted",
    }


async def test_where_many_objects_hold_nothing_is_judged(driver: AsyncDriver, writer: GraphWriter) -> None:
    countries = [Entity.of(f"Country {n}", "location") for n in range(3)]
    await writer.write(placed(*(triple(c.id, subject=TIM, predicate=CITIZEN, object_=c) for c in countries)))
    assert set((await standings(driver, "COUNTRY_OF_CITIZENSHIP")).values()) == {(None, None)}


async def test_copies_of_a_report_are_one_voice(driver: AsyncDriver, writer: GraphWriter) -> None:
    copied = [event for id_ in "de" for event in report(id_, 4, ANN, words="Ann Lee leads Apple, a wire reported.")]
    await writer.write(placed(*report("a", 1), *report("b", 2), *copied))
    assert (await standings(driver))["Ann Lee"][0] == "disputed"


async def test_a_split_of_a_name_that_the_graph_does_not_have_leaves_nothing(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    """A restored registry splits what it may have merged."""
    await writer.write(placed(*report("a", 1)))
    await writer.write(placed(split(LEE), partition=1))
    assert (await driver.execute_query("MATCH (n {id: $id}) RETURN n", id=LEE.id)).records == []


async def test_a_name_that_only_an_ended_alias_brought_is_no_difference(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    """Whether it was merged meanwhile depends on how the stream was cut into batches."""
    await writer.write(placed(*report("a", 1), *report("d", 4, ANN)))
    before = await snapshot(driver)
    await writer.write(placed(merged(LEE, ANN, "surname"), partition=1))
    assert await snapshot(driver) != before
    await writer.write(placed(split(LEE), partition=1, first=1))
    assert await snapshot(driver) == before


async def test_a_merge_is_followed_and_a_split_undoes_it(driver: AsyncDriver, writer: GraphWriter) -> None:
    """Two names of the newcomer, one article each: only together do they close the old fact."""
    await writer.write(placed(*report("a", 1), *report("b", 2), *report("d", 4, ANN), *report("e", 5, LEE)))
    before = await snapshot(driver)
    assert (await standings(driver))["Tim Cook"] == ("current", None)
    await writer.write(placed(merged(LEE, ANN, "surname"), partition=1))
    turn = at(4 * 24 * 60)
    assert await standings(driver) == {
        "Ann Lee": ("current", None),
        "Lee": ("current", None),
        "Tim Cook": ("closed", turn),
    }
    merged_graph = await snapshot(driver)
    await writer.write(placed(split(LEE), partition=1, first=1))
    assert await snapshot(driver) == before
    await writer.write(placed(merged(LEE, ANN, "surname"), partition=1, first=2))
    assert await snapshot(driver) == merged_graph
    await writer.write(placed(merged(LEE, ANN, "surname"), partition=1, first=3))
    assert await snapshot(driver) == merged_graph
    rows = (await driver.execute_query("MATCH ()-[a:ALIAS_OF]->() RETURN a.ended_at IS NULL AS open")).records
    assert sorted(row["open"] for row in rows) == [False, True]


async def test_a_subject_of_two_names_is_one(driver: AsyncDriver, writer: GraphWriter) -> None:
    newer = [*report("d", 4, ANN, subject=APPLE_INC), *report("e", 5, ANN, subject=APPLE_INC)]
    await writer.write(placed(*report("a", 1), *report("b", 2), *newer, merged(APPLE_INC, APPLE)))
    assert (await standings(driver))["Tim Cook"][0] == "closed"
    episodes = await history(driver, "Apple Inc")
    assert [(e.entity, e.object, e.standing, e.closed_by) for e in episodes] == [
        ("Apple", "Tim Cook", "closed", "Ann Lee"),
        ("Apple", "Ann Lee", "current", None),
    ]


@pytest.mark.parametrize("turn", range(5))
async def test_decisions_and_facts_in_any_order(driver: AsyncDriver, writer: GraphWriter, turn: int) -> None:
    events: list[Document | Triple | Alias] = [
        *succession(),
        merged(LEE, ANN),
        *report("f", 6, LEE),
        *report("g", 0, LEE),
    ]
    await writer.write(placed(*events))
    expected = await snapshot(driver)
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    turned = [*events[turn * 3 :], *events[: turn * 3]]
    for n, event in enumerate(turned):
        await writer.write(placed(event, partition=1, first=n))
    assert await snapshot(driver) == expected


async def test_the_history_of_nobody_is_empty(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(document(), triple(), triple(predicate=SEAT, subject=APPLE, object_=ANN)))
    assert await history(driver, "Nobody") == []
    assert [e.since for e in await history(driver, "Apple")] == [NOON, NOON]
