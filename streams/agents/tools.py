"""The tools: each asks what a route of the API asks, through the same reader and with the same limits."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, Field

from streams.api import entities as routes
from streams.api import happenings as happening_routes
from streams.api.answers import ClaimAnswer, EntityAnswer, EpisodeAnswer, FactAnswer, Hit, Page, ProofAnswer
from streams.api.graph import LONGEST, Graph
from streams.api.happening_answers import HappeningPage, StoryAnswer, StoryName
from streams.api.happenings import DAY
from streams.api.paging import MOST, Paging, decoded
from streams.api.reading import BoundedReader

Entity = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST,
        description="An entity's id (`e-…`), its Wikidata id (`Q312`), or its whole name if nothing else has it.",
    ),
]
At = Annotated[
    datetime | None,
    Field(description="A time to ask about, by what is known today: `2025-05-04` or `2025-05-04T09:00:00Z`; else now."),
    AfterValidator(routes.in_utc),
]
Relation = Annotated[
    str | None,
    Field(
        max_length=LONGEST,
        description="Only this relation, by name or Wikidata property: `chief executive officer`, `P169`.",
    ),
]
Day = Annotated[str | None, Field(pattern=DAY, description="A day, month or year: `2026-05-03`, `2026-05`, `2026`.")]
Sentences = Annotated[int, Field(ge=0, le=10, description="Most sentences with each.")]
Reports = Annotated[int, Field(ge=0, le=50, description="Most reports with each happening.")]
Limit = Annotated[int, Field(ge=1, le=MOST, description="Most items of the answer.")]
Cursor = Annotated[
    str | None,
    Field(max_length=200, description="`next` of the answer before, to go on there with the same arguments."),
]


class Tools:
    """The tools, over a bounded reader of the graph. Their docstrings are what agents read of them."""

    def __init__(self, reader: BoundedReader, database: str) -> None:
        self._reader = reader
        self._database = database

    def _graph(self) -> Graph:
        return Graph(self._reader.for_request(), self._database)

    async def search(
        self,
        text: Annotated[
            str,
            Field(min_length=1, max_length=LONGEST, description="Words of a name, the last one perhaps unfinished."),
        ],
        entity_type: Annotated[
            str | None, Field(max_length=64, description="Only this type: `person`, `organization`, `location`, …")
        ] = None,
        limit: Limit = 10,
        cursor: Cursor = None,
    ) -> Page[Hit]:
        """Find entities (people, organisations, places, …) by the words of their names. Begin here.

        The other tools take `id` of what it finds. Other names of an entity are found too.
        """
        page = _page("search", {"text": text, "type": entity_type}, limit, cursor)
        return await routes.find(self._graph(), page, text, entity_type)

    async def entity(self, entity: Entity) -> EntityAnswer:
        """Look up one entity: its type, Wikidata id and other names."""
        return await routes.entity(self._graph(), entity)

    async def facts(
        self,
        entity: Entity,
        *,
        at: At = None,
        relation: Relation = None,
        ended: Annotated[bool, Field(description="Also facts that do not hold: ended, disputed, withdrawn.")] = False,
        sentences: Sentences = 1,
        limit: Limit = 20,
        cursor: Cursor = None,
    ) -> Page[FactAnswer]:
        """List what the news states about an entity and holds now, or held at a time (`at`).

        Facts with most evidence come first, each with sentences that state it. Use it for questions such as who led a
        company a year ago. What is only planned, supposed or denied is with `claims`, not here. `corrected` says that
        an editor confirmed the fact, or, with `ended`, forbade it: who, and why.
        """
        asked = {"entity": entity, "at": at, "relation": relation, "ended": ended}
        return await routes.facts(
            self._graph(), entity, _page("facts", asked, limit, cursor),
            at=at, relation=relation, ended=ended, sentences=sentences,
        )  # fmt: skip

    async def claims(
        self, entity: Entity, at: At = None, sentences: Sentences = 1, limit: Limit = 20, cursor: Cursor = None
    ) -> Page[ClaimAnswer]:
        """List what somebody plans, supposes or denies about an entity, and who says so, the latest first.

        These are no facts. `fulfilled_at` says when a later article stated what had been planned.
        """
        page = _page("claims", {"entity": entity, "at": at}, limit, cursor)
        return await routes.claimed(self._graph(), entity, page, at, sentences)

    async def history(
        self, entity: Entity, relation: Relation = None, limit: Limit = 50, cursor: Cursor = None
    ) -> Page[EpisodeAnswer]:
        """List the facts about an entity over time: since when, until when, and what took their place.

        Use it for questions such as who held an office, in order. `limit` counts facts; one that held twice is two.
        """
        page = _page("history", {"entity": entity, "relation": relation}, limit, cursor)
        return await routes.episodes(self._graph(), entity, page, relation)

    async def happenings(
        self,
        *,
        entity: Annotated[
            str | None, Field(min_length=1, max_length=LONGEST, description="Only with this entity in it: id or name.")
        ] = None,
        place: Annotated[
            str | None,
            Field(min_length=1, max_length=LONGEST, description="Only in this place or country: id or name."),
        ] = None,
        since: Day = None,
        until: Day = None,
        class_name: Annotated[
            str | None,
            Field(max_length=64, description="Only this class: `attack`, `election`, `acquisition`, …"),
        ] = None,
        order: Annotated[
            Literal["reported", "latest"], Field(description="Most reported first, or the newest first.")
        ] = "reported",
        reports: Reports = 2,
        limit: Limit = 10,
        cursor: Cursor = None,
    ) -> HappeningPage:
        """List what happened (attacks, elections, deals, …): who, whom, where, when, numbers by source, and reports.

        All reports of one happening are one item. `modality` says whether it is only planned, possible or denied.
        """
        asked = {"entity": entity, "place": place, "since": since, "until": until, "class": class_name, "order": order}
        return await happening_routes.happened(
            self._graph(), _page("happenings", asked, limit, cursor), entity=entity, place=place, since=since,
            until=until, class_=class_name, order=order, reports=reports,
        )  # fmt: skip

    async def stories(
        self,
        text: Annotated[
            str, Field(min_length=1, max_length=LONGEST, description="A part of the title, or an entity's whole name.")
        ],
    ) -> Page[StoryName]:
        """Find stories, which are happenings that belong together over days: the ten most reported."""
        return await happening_routes.listed_stories(self._graph(), _page("stories", {"text": text}, 10, None), q=text)

    async def story(
        self,
        story: Annotated[str, Field(max_length=LONGEST, description="The story's id, from `stories` or a happening.")],
        reports: Reports = 1,
    ) -> StoryAnswer:
        """Read one story, its happenings in order of time, each with reports."""
        return await happening_routes.one_story(self._graph(), story, reports)

    async def evidence(
        self,
        fact: Annotated[str, Field(max_length=LONGEST, description="Id of a fact or claim.")],
        limit: Limit = 10,
        cursor: Cursor = None,
    ) -> Page[ProofAnswer]:
        """Show every sentence behind a fact or claim, with its article, source, date, and what stands around it.

        Quote these, and name their sources. Those with `retracted_at` count no longer. A fact that an editor confirmed
        may have none; `facts` says who did.
        """
        return await routes.proofs(self._graph(), _page("evidence", {"fact": fact}, limit, cursor), fact)

    @property
    def all(self) -> tuple[Any, ...]:
        """Every tool."""
        return (
            self.search, self.entity, self.facts, self.claims, self.history, self.happenings, self.stories, self.story,
            self.evidence,
        )  # fmt: skip


def _page(tool: str, asked: Mapping[str, Any], limit: int, cursor: str | None) -> Paging:
    """Returns which page is wanted; a cursor fits only the tool and the filters that it came from.

    Raises:
        ProblemError: The cursor does not fit.
    """
    question = sha256(orjson.dumps([tool, asked], option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    return Paging(limit, decoded(cursor, question) if cursor else 0, question)
