"""What an agent is told when a tool cannot answer: what is wrong, and what to do instead."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from mcp.server.mcpserver.exceptions import ToolError

from streams.api.problems import GRAPH_ERRORS, ProblemError, of_graph

P = ParamSpec("P")
T = TypeVar("T")

_ADVICE = {
    "unknown-entity": "Look for the name with `search`; names must match in full here.",
    "ambiguous-entity": "Ask again with one of these ids.",
    "unknown-fact": "It is `id` in the answers of `facts` and `claims`, and `fact` in those of `history`.",
    "unknown-story": "Find the id of a story with `stories`.",
    "bad-cursor": "Pass `next` of the page before with the same arguments, or no cursor to begin again.",
    "too-large": "Ask for less: a smaller limit, or one relation.",
    "too-slow": "Ask for less: a smaller limit, one relation, or a shorter time.",
    "busy": "Other questions are being answered; ask again in a moment.",
    "no-graph": "Do not repeat the question at once; whoever runs Triplewire must see to the graph.",
}
"""What to do about each kind of problem that the API has. Its own words name paths."""


def explained(tool: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Returns a tool whose failures say what to do."""

    @wraps(tool)
    async def answer(*given: P.args, **named: P.kwargs) -> T:
        try:
            return await tool(*given, **named)
        except ProblemError as problem:
            raise ToolError(_words(problem)) from None
        except GRAPH_ERRORS as error:
            raise ToolError(_words(of_graph(error))) from None

    return answer


def _words(problem: ProblemError) -> str:
    near = "; ".join(f"{one['name']} ({one['type']}): {one['id']}" for one in problem.more.get("near", ()))
    return " ".join(
        filter(None, (f"{problem.title}.", _ADVICE.get(problem.kind, str(problem)), near and f"Near: {near}."))
    )
