"""Stories: happenings that belong together over days, in order of time."""

from dataclasses import dataclass, replace
from typing import Any

from neo4j import AsyncDriver

from streams.desk.happening_views import HappeningView
from streams.desk.happenings import matching, of_story
from streams.desk.reported import ABOUT, BOUNDED, Question, asked
from streams.desk.rows import rows
from topology.graph.names import HAPPENING, PART_OF_STORY, STORY

MOST_STORIES = 10
"""Most stories that a name stands for."""

MOST_HAPPENINGS = 200

_COUNTED = f"""
WITH DISTINCT s, CASE WHEN s.id = $name THEN 2 WHEN toLower(s.title) = $folded THEN 1 ELSE 0 END AS exact
MATCH (s)<-[:{PART_OF_STORY}]-(h)
WITH s, exact, count(h) AS reports
ORDER BY exact DESC, reports DESC, s.id LIMIT {MOST_STORIES}
RETURN s.id AS id, coalesce(s.title, '') AS title, reports, exact
"""

_BY_TITLE = f"""
MATCH (s:{STORY}) WHERE s.id = $name OR toLower(s.title) CONTAINS $folded
{_COUNTED}
"""

_BY_ENTITY = f"""
{ABOUT}
MATCH (seed)-[:{PART_OF_STORY}]->(s:{STORY})
{_COUNTED}
"""

_OF_TITLE = f"""
MATCH (named:{STORY}) WHERE named.id = $name OR toLower(named.title) CONTAINS $folded
MATCH (named)<-[:{PART_OF_STORY}]-(seed:{HAPPENING})
WITH seed, $spans[0][0] AS at
"""


def _listed(seeds: str) -> str:
    """Returns the statement that lists the stories of happenings.

    Args:
        seeds: Cypher that binds some reports of the happenings as `seed`, each with its time `at`.
    """
    return f"""
{matching(seeds + BOUNDED)}
UNWIND reports AS report
MATCH (report)-[:{PART_OF_STORY}]->(s:{STORY})
WHERE $folded IS NULL OR s.id = $name OR toLower(s.title) CONTAINS $folded
WITH s, count(DISTINCT report) AS reports ORDER BY reports DESC, s.id SKIP $skip LIMIT $limit
RETURN s.id AS id, coalesce(s.title, '') AS title, reports
"""


@dataclass(frozen=True, slots=True)
class NamedStory:
    """A story that a name may stand for.

    Attributes:
        reports: How many articles' reports of happenings it has.
        exact: Whether the name is its id or its whole title.
    """

    id: str
    title: str
    reports: int
    exact: bool


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story with its happenings in order of time."""

    id: str
    title: str
    happenings: tuple[HappeningView, ...]


async def named(driver: AsyncDriver, name: str, database: str | None = None) -> list[NamedStory]:
    """Returns the stories that a name stands for, the most reported first: all of them if none is meant exactly.

    Args:
        driver: The graph's.
        name: A story's id, its title or a part of it; or else a name of an entity that plays a part in it.
        database: The database's name; None for the default one.
    """
    parameters = {"name": name, "folded": _folded(name), "entity": name, "spans": None}
    for query in (_BY_TITLE, _BY_ENTITY):
        records = (await driver.execute_query(query, parameters_=parameters, database_=database)).records
        stories = [NamedStory(row["id"], row["title"], row["reports"], row["exact"] > 0) for row in records]
        if stories:
            return [story for story in stories if story.exact] or stories
    return []


async def listed(
    driver: AsyncDriver,
    question: Question,
    database: str | None = None,
    *,
    name: str | None = None,
    skip: int = 0,
    limit: int = 20,
) -> list[NamedStory]:
    """Returns the stories with happenings that are asked for: those with most reports of these first.

    Args:
        driver: The graph's.
        question: Which happenings.
        database: The database's name; None for the default one.
        name: A story's id, its title or a part of it; or else a name of an entity that plays a part in it; None for
            any story.
        skip: How many of them to leave out.
        limit: Most stories.
    """
    page = {"skip": skip, "limit": limit}
    if name and (found := await _stories(driver, database, question, name, page)):
        return found
    return await _stories(driver, database, replace(question, entity=name) if name else question, None, page)


async def _stories(
    driver: AsyncDriver, database: str | None, question: Question, title: str | None, page: dict[str, int]
) -> list[NamedStory]:
    seeds, parameters = await asked(driver, database, question)
    titled: dict[str, Any] = {"name": title, "folded": _folded(title) if title else None}
    if title:
        # Then it does not begin at the place.
        seeds, titled["placed"] = _OF_TITLE, bool(question.place)
    found = await rows(driver, database, _listed(seeds), **parameters | titled | page)
    return [NamedStory(row["id"], row["title"], row["reports"], exact=False) for row in found]


def _folded(name: str) -> str:
    return " ".join(name.lower().split())


async def story(driver: AsyncDriver, name: str, database: str | None = None) -> StoryView | None:
    """Returns the story that a name stands for, the most reported of several; None if there is none."""
    stories = await named(driver, name, database)
    if not stories:
        return None
    found = await of_story(driver, database, stories[0].id, MOST_HAPPENINGS)
    return StoryView(stories[0].id, stories[0].title or _title(found), tuple(found))


def _title(happenings: list[HappeningView]) -> str:
    """Returns what stands for a title that was erased or never said."""
    return happenings[0].reports[0].sentence if happenings else ""
