"""An agent's own client asks a real process over its standard input and output, which asks a real graph."""

import sys

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from streams.messages.events import Entity
from tests.streams.sink.happening_sample import FIRST, attack, in_story
from tests.streams.sink.sample import APPLE, TIM, TOPIC, at, document, row, triple, worded
from topology.local.stack import environment
from topology.settings import REPOSITORY

pytestmark = pytest.mark.live

ANN = Entity.of("Ann Lee", "person")
DAY = 24 * 60


@pytest.fixture
async def agent(neo4j, driver, writer):
    """Makes the client; Tim leads Apple, from day 10 Ann, as was planned; and Kyiv was attacked."""
    events = []
    for holder, first, words in ((TIM, 0, "Apple is led by Tim Cook"), (ANN, 10 * DAY, "Ann Lee leads Apple")):
        for n in range(3):
            said = triple(f"{holder.name} {n}", object_=holder, observed=first + n, confidence=0.9)
            events += [
                document(f"{holder.name} {n}", observed=first + n),
                worded(said, f"{words}, {n}."),
            ]
    events += [document("p"), triple("p", modality="planned", object_=ANN, since="2027", attributed_to=TIM)]
    events += [*attack(), in_story(FIRST, "s-1")]
    await writer.write([((TOPIC, 0, offset), row(event)) for offset, event in enumerate(events)])
    await driver.execute_query("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    # The planner takes its time over the first query of each kind while other tests have the machine.
    variables = environment(neo4j) | {"TRIPLEWIRE_SERVE_QUERY_SECONDS": "60", "PYTHONPATH": str(REPOSITORY)}
    command = ["-c", "from topology.cli import app; app()", "mcp"]
    return Client(StdioServerParameters(command=sys.executable, args=command, env=variables))


async def ask(agent, tool, **given):
    answer = await agent.call_tool(tool, given)
    assert not answer.is_error, answer.content
    return answer.structured_content


async def test_an_agent_finds_what_held_then_what_is_planned_and_whom_to_quote(agent):
    async with agent:
        (apple,) = (await ask(agent, "search", text="appl"))["items"]
        assert (await ask(agent, "entity", entity="Apple"))["id"] == apple["id"] == APPLE.id

        async def chief(**asked):
            facts = await ask(agent, "facts", entity=apple["id"], relation="P169", **asked)
            return [fact["object"] for fact in facts["items"]]

        assert await chief() == ["Ann Lee"]
        assert await chief(at=at(5 * DAY).isoformat()) == ["Tim Cook"]
        held = (await ask(agent, "history", entity="Apple"))["items"]
        assert [(one["object"], one["standing"]) for one in held] == [("Tim Cook", "closed"), ("Ann Lee", "current")]
        (claim,) = (await ask(agent, "claims", entity="Apple"))["items"]
        assert (claim["modality"], claim["since"], claim["speakers"]) == ("planned", "2027", ["Tim Cook"])
        first = await ask(agent, "evidence", fact=held[1]["fact"], limit=2)
        rest = await ask(agent, "evidence", fact=held[1]["fact"], limit=2, cursor=first["next"])
        assert {one["sentence"] for one in (*first["items"], *rest["items"])} == {
            f"Ann Lee leads Apple, {n}." for n in range(3)
        }
        assert rest["next"] is None


async def test_an_agent_finds_what_happened_and_is_told_how_to_go_on_when_nothing_is_found(agent):
    async with agent:
        happened = (await ask(agent, "happenings", place="Kyiv", since="2026-03", class_name="attack"))["items"]
        assert "12" in [figure["value"] for one in happened for figure in one["numbers"].get("killed", ())]
        (story,) = (await ask(agent, "stories", text="war"))["items"]
        assert (await ask(agent, "story", story=story["id"]))["happenings"][0]["class"] == "attack"
        for tool, given, says in (
            (
                "facts",
                {"entity": "Tim Cooc"},
                f"names must match in full here. Near: Tim Cook (person): {TIM.id}.",
            ),
            ("evidence", {"fact": "f-0"}, "The graph has no such fact. It is `id`"),
            ("story", {"story": "s-0"}, "Find the id of a story with `stories`"),
        ):
            answer = await agent.call_tool(tool, given)
            assert answer.is_error
            assert says in answer.content[0].text
