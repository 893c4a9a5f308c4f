"""Routes: search, and what is known, claimed and suggested about an entity."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator

from streams.api.answers import (
    ClaimAnswer,
    EntityAnswer,
    EpisodeAnswer,
    FactAnswer,
    Hit,
    NeighbourAnswer,
    Page,
    PictureAnswer,
    ProofAnswer,
    SuggestionAnswer,
)
from streams.api.graph import LONGEST, EntityPath, OurGraph, entity_of
from streams.api.happening_answers import MomentAnswer
from streams.api.paging import WantedPage
from streams.api.problems import ProblemError
from streams.desk import learned, views
from streams.desk.claims import claims
from streams.desk.details.statement import statement
from streams.desk.evidence import evidence
from streams.desk.history import history
from streams.desk.pictures import pictures
from streams.desk.search import search
from streams.desk.timeline import timeline

router = APIRouter()


def in_utc(time: datetime | None) -> datetime | None:
    """Returns a time in UTC; one without a zone is taken as UTC.

    Raises:
        ValueError: It is beyond the years 1 to 9999 there.
    """
    try:
        return time and (time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC))
    except OverflowError:
        raise ValueError("is out of range") from None


At = Annotated[
    datetime | None,
    Query(
        description="The time to ask about, by what is known today: `2025-05-04T09:00:00Z`, or a day; by default now.",
        openapi_examples={"a year ago": {"value": "2025-05-04T00:00:00Z"}},
    ),
    AfterValidator(in_utc),
]
Relation = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="Only facts of this relation, by its name or its id in the ontology: `P169`.",
        openapi_examples={"by name": {"value": "chief executive officer"}, "by id": {"value": "P169"}},
    ),
]
Sentences = Annotated[int, Query(ge=0, le=10, description="Maximum number of sentences for each.")]


@router.get("/search")
async def find(
    graph: OurGraph,
    page: WantedPage,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LONGEST,
            description="Words of a name, the last one perhaps unfinished; an id; or a Wikidata id.",
            openapi_examples={"the beginning of a name": {"value": "tim coo"}},
        ),
    ],
    type: Annotated[  # noqa: A002  # the parameter's public name
        str | None, Query(max_length=64, description="Only entities of this type, such as `person`.")
    ] = None,
) -> Page[Hit]:
    """Finds entities by the words of their names and of their aliases."""
    found = await search(graph.driver, q, graph.database, type_=type, skip=page.skip, limit=page.wanted)
    items, following = page.cut([Hit.model_validate(one) for one in found])
    return Page(items=items, next=following)


@router.get("/entities/{entity}")
async def entity(graph: OurGraph, entity: EntityPath) -> EntityAnswer:
    """Returns an entity: its name, type and other names."""
    return EntityAnswer.model_validate(await entity_of(graph, entity))


@router.get("/entities/{entity}/facts")
async def facts(
    graph: OurGraph,
    entity: EntityPath,
    page: WantedPage,
    *,
    at: At = None,
    relation: Relation = None,
    ended: Annotated[
        bool, Query(description="Whether to list after them the facts that do not hold: ended, disputed, withdrawn.")
    ] = False,
    sentences: Sentences = 2,
) -> Page[FactAnswer]:
    """Returns the facts that hold about an entity, or that held at a time: those with most evidence first."""
    known = await entity_of(graph, entity)
    found = await views.facts(
        graph.driver, known.id, graph.database, at=at, relation=relation, current=not ended, sentences=sentences,
        skip=page.skip, limit=page.wanted,
    )  # fmt: skip
    items, following = page.cut([FactAnswer.of(one) for one in found])
    return Page(items=items, next=following)


@router.get("/entities/{entity}/claims")
async def claimed(
    graph: OurGraph, entity: EntityPath, page: WantedPage, at: At = None, sentences: Sentences = 2
) -> Page[ClaimAnswer]:
    """Returns what somebody plans, supposes or denies about an entity, or did by a time: the latest first."""
    known = await entity_of(graph, entity)
    found = await claims(
        graph.driver, known.id, graph.database, at=at, sentences=sentences, skip=page.skip, limit=page.wanted
    )
    items, following = page.cut([ClaimAnswer.model_validate(one) for one in found])
    return Page(items=items, next=following)


@router.get("/entities/{entity}/history")
async def episodes(
    graph: OurGraph, entity: EntityPath, page: WantedPage, relation: Relation = None
) -> Page[EpisodeAnswer]:
    """Returns the facts about an entity over time. A page has `limit` facts; one that held twice is two episodes."""
    known = await entity_of(graph, entity)
    found = await history(graph.driver, known.id, graph.database, relation=relation, skip=page.skip, limit=page.limit)
    # Episodes come in order of time, facts do not, so none can be cut off: the last page may be empty.
    full = len({one.fact for one in found}) == page.limit
    return Page(items=[EpisodeAnswer.model_validate(one) for one in found], next=page.following(more=full))


@router.get("/entities/{entity}/timeline")
async def moments(graph: OurGraph, entity: EntityPath) -> Page[MomentAnswer]:
    """Returns what happened to an entity and which facts about it began or ended, oldest first.

    It has the newest 200 of each.
    """
    known = await entity_of(graph, entity)
    found = await timeline(graph.driver, known.id, graph.database)
    return Page(
        items=[
            MomentAnswer(
                day=one.day,
                what=one.what,
                text=one.text,
                sources=list(one.sources),
                standing=one.standing,
                sentence=one.sentence,
            )
            for one in found
        ]
    )


@router.get("/entities/{entity}/suggestions")
async def suggestions(graph: OurGraph, entity: EntityPath) -> Page[SuggestionAnswer]:
    """Returns links that nobody reported and that are likely, with the reasons."""
    known = await entity_of(graph, entity)
    found = await learned.suggested(graph.driver, known.id, graph.database)
    return Page(items=[SuggestionAnswer.model_validate(one, from_attributes=True) for one in found])


@router.get("/entities/{entity}/related")
async def related(
    graph: OurGraph,
    entity: EntityPath,
    limit: Annotated[int, Query(ge=1, le=100, description="Maximum number of entities.")] = 20,
) -> Page[NeighbourAnswer]:
    """Returns the entities that facts link with an entity, most evidence first."""
    known = await entity_of(graph, entity)
    found = await learned.linked(graph.driver, known.id, graph.database, limit)
    return Page(
        items=[
            NeighbourAnswer(
                id=one.id, name=one.name, type=one.type, relations=list(one.relations), evidence=one.evidence
            )
            for one in found
        ]
    )


@router.get("/entities/{entity}/pictures")
async def shown(graph: OurGraph, entity: EntityPath, page: WantedPage) -> Page[PictureAnswer]:
    """Returns the pictures and videos in which an entity is shown, with boxes or seconds: the newest first."""
    known = await entity_of(graph, entity)
    found = await pictures(graph.driver, known.id, graph.database, skip=page.skip, limit=page.wanted)
    items, following = page.cut([PictureAnswer.model_validate(one) for one in found])
    return Page(items=items, next=following)


@router.get("/evidence/{fact}")
async def proofs(
    graph: OurGraph,
    page: WantedPage,
    fact: Annotated[str, Path(max_length=LONGEST, description="A fact's or claim's id.")],
) -> Page[ProofAnswer]:
    """Returns the evidence of a fact or claim: each sentence with its article and what that says around it.

    What an editor confirmed may have none: GET /v1/entities/{entity}/facts says who did, and why.
    """
    found = await evidence(graph.driver, fact, graph.database, skip=page.skip, limit=page.wanted)
    if not found and not page.skip and await statement(graph.driver, fact, graph.database) is None:
        raise ProblemError(
            404, "unknown-fact", "The graph has no such fact", f"The graph has no fact or claim {fact!r}."
        )
    items, following = page.cut([ProofAnswer.model_validate(one) for one in found])
    return Page(items=items, next=following)
