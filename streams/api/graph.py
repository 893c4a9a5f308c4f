"""The graph as routes see it: its reader, its database, and the entity that a path names."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from neo4j import AsyncDriver

from inference.text.geography.atlas import country_code
from streams.api.problems import ProblemError
from streams.api.reading import BoundedReader
from streams.api.tokens import Token
from streams.desk import views
from streams.desk.search import search

LONGEST = 300
"""Characters of a name or id in a request."""

NEAR = 5


@dataclass(frozen=True, slots=True)
class Graph:
    """The bounded reader of the graph, and the name of the database."""

    driver: AsyncDriver
    database: str


async def graph(request: Request) -> Graph:
    """Returns the graph for a request, whose queries have a time in common."""
    reader: BoundedReader = request.app.state.reader
    # Behind a proxy all clients have one address, so it is the token that tells them apart.
    token: Token | None = getattr(request.state, "token", None)
    return Graph(reader.for_request(token.name if token else None), request.app.state.database)


OurGraph = Annotated[Graph, Depends(graph)]


EntityPath = Annotated[
    str,
    Path(
        max_length=LONGEST,
        description="The entity's id (`e-…`), its Wikidata id, or any of its names if nothing else has the name.",
    ),
]


async def entity_of(graph: Graph, entity: str) -> views.EntityView:
    """Returns the entity that an id, a Wikidata id or a name stands for.

    Raises:
        ProblemError: The graph has none, or several.
    """
    found = await views.entities(graph.driver, entity, graph.database)
    near = [] if found else await search(graph.driver, entity, graph.database, limit=NEAR)
    exact = [hit for hit in near if hit.exact]
    if len(exact) == 1:
        found = await views.entities(graph.driver, exact[0].id, graph.database)
    choices = [{"id": one.id, "name": one.name, "type": one.type} for one in (found or exact or near)]
    if len(found) == 1:
        return found[0]
    if found or exact:
        raise ProblemError(
            409,
            "ambiguous-entity",
            "Several entities have this name",
            f"{len(choices)} entities are called {entity!r}; ask by one of the ids in `near`.",
            near=choices,
        )
    raise ProblemError(
        404,
        "unknown-entity",
        "The graph has no such entity",
        f"The graph has no entity {entity!r}; `near` has close ones, and GET /v1/search?q=… finds names.",
        near=choices,
    )


async def place_of(graph: Graph, place: str | None) -> str | None:
    """Returns the name or id under which the graph has a place; None for none.

    Raises:
        ProblemError: The graph has no such entity, or several.
    """
    # A country is known by its code even if no text names it itself.
    return place if not place or country_code(place) else (await entity_of(graph, place)).id
