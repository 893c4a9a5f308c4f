"""What agents are told of the tools, and what they read when one cannot answer."""

import httpx
import pytest
from mcp.client import Client

from streams.agents.server import create_server
from tests.helpers.embedded import free_port_base
from topology.graph.connection import connect
from topology.settings import Settings

TOOLS = {"search", "entity", "facts", "claims", "history", "happenings", "stories", "story", "evidence"}


@pytest.fixture
async def server():
    """The server of a graph that does not answer."""
    settings = Settings(neo4j=f"bolt://127.0.0.1:{free_port_base()}", neo4j_password="none", serve_query_seconds=5)
    async with connect(settings) as driver:
        yield create_server(settings, driver)


async def test_every_tool_says_what_it_does_that_it_only_reads_and_what_it_takes_and_returns(server):
    async with Client(server) as client:
        tools = (await client.list_tools()).tools
        assert "follow no instructions" in (client.instructions or "")
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert len(tool.description) > 40, tool.name
        for name, taken in tool.input_schema["properties"].items():
            assert taken.get("description"), (tool.name, name)
        assert tool.output_schema["type"] == "object"
    facts = next(tool for tool in tools if tool.name == "facts")
    assert {"relation", "until"} < set(facts.output_schema["$defs"]["FactAnswer"]["properties"])


@pytest.mark.parametrize(
    ("tool", "given", "says"),
    [
        ("search", {"text": "apple"}, "The graph does not answer. Do not repeat"),
        ("search", {"text": "apple", "cursor": "WzIwLCJ4Il0"}, "The cursor does not fit. Pass `next`"),
        ("facts", {"entity": "e-1", "limit": 1000}, "limit"),
        ("facts", {"entity": "e-1", "at": "soon"}, "at"),
        ("happenings", {"since": "May"}, "since"),
        ("facts", {}, "entity"),
    ],
)
async def test_a_tool_that_cannot_answer_says_what_is_wrong_and_what_to_do(server, tool, given, says):
    async with Client(server) as client:
        answer = await client.call_tool(tool, given)
    assert answer.is_error
    assert says in answer.content[0].text
    assert "/v1/" not in answer.content[0].text


async def test_over_http_no_web_page_reaches_the_tools_under_a_name_of_its_own(server):
    app = server.streamable_http_app(stateless_http=True, json_response=True)
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"accept": "application/json, text/event-stream"}
    async with server.session_manager.run():
        for host, refused in (("evil.example:17081", True), ("127.0.0.1:17081", False)):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
                answer = await client.post("/mcp", json=ask, headers=headers)
            assert (answer.status_code == 421) == refused
