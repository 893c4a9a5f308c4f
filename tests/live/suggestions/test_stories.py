"""Suggestions and sessions read the stories in which entities take part."""

from typing import Any

import pytest
from neo4j import AsyncDriver

from streams.desk.learned import suggested
from streams.desk.sessions import session
from streams.messages.events import Entity
from streams.sink.erasing import statements as erasing
from streams.sink.writer import GraphWriter
from streams.suggestions import story_cypher
from tests.streams.sink.happening_sample import happening, in_story, told
from tests.streams.sink.sample import document, merged, retraction, split
from tests.streams.suggestions.world import ANN, BOB, CARL, DORA, World, article
from topology.bench.run import count_happenings

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

EVE, FAY = (Entity.of(name, "person") for name in ("Eve", "Fay"))
TALKS, AGAIN, WALKOUT = (happening(id_, "meeting", id_) for id_ in ("talks", "again", "walkout"))
REASON = "in the same story: The talks"


def talks() -> list[Any]:
    """Ann meets Carl, which another article says too, of Dora and by another name of Ann; then Dora walks out."""
    return [
        *told(TALKS, "talks", roles={"who": (ANN, CARL)}),
        *told(AGAIN, "again", published=1, roles={"who": (EVE, DORA)}),
        *told(WALKOUT, "walkout", published=2, roles={"who": DORA}, modality="denied"),
    ]


DECIDED = (
    merged(AGAIN, TALKS, "happening"),
    merged(EVE, ANN),
    in_story(TALKS, "s", "The talks"),
    in_story(WALKOUT, "s", "The talks"),
)


@pytest.fixture
def world(driver: AsyncDriver, writer: GraphWriter) -> World:
    return World(driver, writer)


async def reasons(world: World, name: str = "Ann") -> dict[str, list[str]]:
    """Returns the reasons of what is open about an entity, by the object's name."""
    return {one.object: list(one.because) for one in await suggested(world.driver, name)}


async def asked(world: World) -> dict[str, str]:
    """Returns the candidates for Ann that have a story in common with her, each with its title."""
    (found,) = await world.refresher.reader.found([ANN.id])
    finder = world.refresher._candidates
    ((_, prospects),) = await finder.of([found.around], {ANN.id: [1.0] * 128}, {ANN.id: found.stories})
    return {one.entity.name: one.story.title for one in prospects if one.story}


async def test_those_of_the_same_story_are_candidates_and_the_story_a_reason(world: World) -> None:
    await world.write(article("a", (ANN, BOB), (BOB, CARL)))
    await world.write(article("f", (FAY, DORA)))
    await world.write(talks())
    assert await count_happenings(world.driver) == 3
    # Nobody has said that it is a story.
    before = await reasons(world)
    assert list(before) == ["Carl"]
    assert not any("story" in words for words in before["Carl"])
    first = await world.write(DECIDED)
    # Bob and Fay take part in none of them.
    assert await asked(world) == {"Carl": "The talks", "Dora": "The talks"}
    assert (await reasons(world))["Carl"][-1] == REASON
    (one,) = (await world.pending(first))["Ann"].suggestions
    assert one.story is not None
    assert (one.story.id, one.story.title) == ("s", "The talks")
    everything = await world.everything()
    again = await world.write(DECIDED)
    assert await world.everything() == everything
    assert await world.pending(again) == {}

    # Dora is in the denial too, which is of the story still.
    await world.write([split(AGAIN)])
    assert await asked(world) == {"Carl": "The talks", "Dora": "The talks"}
    await world.write([in_story(TALKS, None)])
    assert await reasons(world) == before
    assert await asked(world) == {}


async def test_who_leaves_a_story_takes_the_reason_along_from_others(world: World) -> None:
    await world.write(article("a", (ANN, BOB), (BOB, CARL)))
    await world.write([*told(TALKS, "talks", roles={"who": ANN}), *told(AGAIN, "again", roles={"who": CARL})])
    await world.write([in_story(TALKS, "s", "The talks"), in_story(AGAIN, "s", "The talks")])
    because = "MATCH ()-[r:SUGGESTED]->() WHERE r.story = 's' RETURN r.asked ORDER BY r.asked"
    assert await world.rows(because) == sorted([[ANN.id], [CARL.id]])
    # The decision is about Carl's report; Ann's story stays the same.
    await world.write([in_story(AGAIN, None)])
    assert await world.rows(because) == []
    assert REASON not in (await reasons(world))["Carl"]


async def test_what_a_story_is_a_reason_of_is_found_by_an_index(driver: AsyncDriver) -> None:
    for query in (erasing.FORGET_SUGGESTED_TITLES, story_cypher.READ_STORY_ENTITIES, story_cypher.READ_LEFT):
        found = await driver.execute_query(f"EXPLAIN {query}", ids=[], titles=[], most=1)
        plan = repr(found.summary.plan)
        assert "IndexSeek" in plan
        assert not any(scan in plan for scan in ("AllNodesScan", "NodeByLabelScan", "TypeScan", "AllRelationshipsScan"))


async def test_an_erased_headline_is_no_reason_any_more(world: World) -> None:
    await world.write(article("a", (ANN, BOB), (BOB, CARL)))
    await world.write(told(TALKS, "talks", headline="The talks", roles={"who": (ANN, CARL)}))
    await world.write(told(AGAIN, "again", roles={"who": (ANN, CARL)}))
    await world.write([in_story(TALKS, "s", "The talks"), in_story(AGAIN, "s", "The talks")])
    erased = retraction("talks", observed=9000).model_copy(update={"erase": True})
    await world.write([erased], refresh=False)
    kept = await world.rows("MATCH ()-[r:SUGGESTED]->() RETURN r.story, r.story_title, r.because")
    assert kept
    assert "The talks" not in repr(kept)


async def test_a_session_is_the_story_in_order_of_time_and_else_the_newest_articles(world: World) -> None:
    await world.write([*article("old", (CARL, FAY)), *talks(), *DECIDED])
    await world.write(article("new", (ANN, BOB), observed=9000))
    found = await session(world.driver, "Eve")
    assert found.title == "The talks"
    # Within the first happening Ann is named twice, so she comes first; Dora's denial is the last.
    assert found.current[0] == ANN.id
    assert set(found.current[1:3]) == {CARL.id, DORA.id}
    assert found.current[3:] == (DORA.id,)
    # The story's own articles tell nothing of what comes next.
    assert {frozenset(named) for named in found.related} == {frozenset({CARL.id, FAY.id}), frozenset({ANN.id, BOB.id})}
    assert found.names[FAY.id] == ("Fay", "person")

    without = await session(world.driver, "Bob")
    assert (without.title, set(without.current)) == ("", {ANN.id, BOB.id})
    await world.write([in_story(TALKS, None), in_story(WALKOUT, None)])
    guessed = await session(world.driver, "Ann", articles=1)
    assert (guessed.title, set(guessed.current)) == ("", {ANN.id, BOB.id})


async def test_of_a_long_story_the_newest_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.desk.sessions.MOST_HAPPENINGS", 1)
    monkeypatch.setattr("streams.suggestions.candidates.MOST_IN_STORY", 1)
    await world.write([*article("old", (DORA, FAY)), document("x"), *talks(), *DECIDED])
    assert (await session(world.driver, "Ann")).current == (DORA.id,)
    told_ = await world.refresher.reader.story_entities(["s"], 1)
    assert {title: [id_ for id_, _ in others] for title, others in told_.values()} == {"The talks": [DORA.id]}
