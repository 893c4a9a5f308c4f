"""Routes: what happened, stories, and how much the graph has."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request

from streams.api.answers import Page, StatisticsAnswer
from streams.api.graph import LONGEST, Graph, OurGraph, entity_of, place_of
from streams.api.happening_answers import HappeningAnswer, HappeningPage, StoryAnswer, StoryName
from streams.api.paging import WantedPage
from streams.api.problems import GRAPH_ERRORS, ProblemError, of_graph
from streams.desk import stories, views
from streams.desk.happenings import happenings
from streams.desk.reported import Question, reported_since

COUNT_EVERY = 10.0
"""Seconds for which the numbers of the statistics are kept."""

DAY = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"

router = APIRouter()

Day = Annotated[str | None, Query(pattern=DAY, description="A day, month or year: `2026-05-03`, `2026-05`, `2026`.")]
Name = Annotated[str | None, Query(min_length=1, max_length=LONGEST)]


Class = Annotated[
    str | None, Query(alias="class", max_length=64, description="Only this class of the ontology, such as `attack`.")
]
Place = Annotated[
    str | None,
    Query(min_length=1, max_length=LONGEST, description="Only what happened in this place, or in one that lies in it."),
]


@router.get("/happenings")
async def happened(
    graph: OurGraph,
    page: WantedPage,
    *,
    entity: Name = None,
    place: Place = None,
    since: Day = None,
    until: Day = None,
    class_: Class = None,
    order: Annotated[
        Literal["reported", "latest"], Query(description="Most reported first, or the newest first.")
    ] = "reported",
    reports: Annotated[int, Query(ge=0, le=50, description="Maximum number of reports of each.")] = 3,
) -> HappeningPage:
    """Returns what happened, all reports of one happening together. `entity` and `place` are names or ids.

    Of more than 2,000 reports that it may be about, those of the days asked about count first, and then the newest.
    `reported_since` says so.
    """
    known = (await entity_of(graph, entity)).id if entity else None
    question = Question(known, class_, since, until, await place_of(graph, place))
    found = await happenings(
        graph.driver,
        graph.database,
        entity=question.entity,
        place=question.place,
        class_=class_,
        since=since,
        until=until,
        latest=order == "latest",
        skip=page.skip,
        limit=page.wanted,
    )
    items, following = page.cut([HappeningAnswer.of(one, reports) for one in found])
    begin = await reported_since(graph.driver, graph.database, question)
    return HappeningPage(items=items, next=following, reported_since=begin)


@router.get("/stories")
async def listed_stories(
    graph: OurGraph,
    page: WantedPage,
    *,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=LONGEST, description="An id, a part of the title, or an entity's name."),
    ] = None,
    place: Place = None,
    since: Day = None,
    until: Day = None,
    class_: Class = None,
) -> Page[StoryName]:
    """Returns stories with happenings that fit the filters, those with most reports of them first.

    With `q` alone, the ten stories that it stands for.
    """
    question = Question(None, class_, since, until, await place_of(graph, place))
    if q and not question.narrowed:
        found = (await stories.named(graph.driver, q, graph.database))[page.skip :]
    else:
        found = await stories.listed(graph.driver, question, graph.database, name=q, skip=page.skip, limit=page.wanted)
    items, following = page.cut([StoryName(id=one.id, title=one.title, reports=one.reports) for one in found])
    return Page(items=items, next=following)


@router.get("/stories/{story}")
async def one_story(
    graph: OurGraph,
    story: Annotated[str, Path(max_length=LONGEST, description="The story's id.")],
    reports: Annotated[int, Query(ge=0, le=50, description="Maximum number of reports of each happening.")] = 3,
) -> StoryAnswer:
    """Returns a story: its happenings in order of time."""
    found = await stories.story(graph.driver, story, graph.database)
    if found is None or found.id != story:
        raise ProblemError(
            404, "unknown-story", "The graph has no such story", f"No story has the id {story!r}; GET /v1/stories?q=…"
        )
    return StoryAnswer(
        id=found.id, title=found.title, happenings=[HappeningAnswer.of(one, reports) for one in found.happenings]
    )


class Statistics:
    """The numbers of the graph: counting reads all of it, so it is done once for many requests, even if it fails."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._one = asyncio.Lock()
        self._answer: StatisticsAnswer | ProblemError | None = None
        self._counted = 0.0

    async def answer(self) -> StatisticsAnswer:
        """Returns the numbers, at most `COUNT_EVERY` seconds old.

        Raises:
            ProblemError: They could not be counted, at most that long ago.
        """
        async with self._one:
            if self._answer is None or time.monotonic() - self._counted > COUNT_EVERY:
                self._answer = await self._count()
                self._counted = time.monotonic()
            if isinstance(self._answer, ProblemError):
                raise self._answer.with_traceback(None)
            return self._answer

    async def _count(self) -> StatisticsAnswer | ProblemError:
        try:
            counts = await views.counts(self._graph.driver, self._graph.database)
        except ProblemError as problem:
            return problem
        except GRAPH_ERRORS as error:
            return of_graph(error)
        return StatisticsAnswer(counts=counts, counted_at=datetime.now(UTC))


@router.get("/statistics")
async def statistics(request: Request) -> StatisticsAnswer:
    """Returns how many nodes and relationships of each kind the graph has."""
    kept: Statistics = request.app.state.statistics
    return await kept.answer()
