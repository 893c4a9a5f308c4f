"""What happened: happenings with all of their reports, whatever names and articles these are spread over."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from neo4j import AsyncDriver

from streams.desk.happening_views import FILLERS, NUMBERS, Figure, HappeningView, Report, counted
from streams.desk.reported import BOUNDED, Question, asked
from streams.desk.rows import rows
from streams.messages.voices import keys_of, voices
from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    CLAIMED,
    ENTITY,
    EVIDENCE,
    FROM,
    HAPPENING,
    HAPPENING_TYPES,
    INSTANCE_OF,
    LITERAL,
    MEDIA,
    PART_OF_STORY,
    ROLE_TYPES,
    STORY,
    any_of,
    shown,
)

MOST_REPORTS = 200
"""Reports of one happening that are read: the first half of them, and the last half."""

AT_ONCE = 5
"""Happenings whose reports one statement reads: some thousands of rows, so that a long list needs little memory."""

MOST_FILLERS = 8
"""Most names that are listed for one role."""

_DAYS = "['xsd:date', 'xsd:gYearMonth', 'xsd:gYear']"
_SAID = any_of([*HAPPENING_TYPES.values(), CLAIMED])
_ROLE_OF = {type_: role for role, type_ in ROLE_TYPES.items()}
_TOP = f"""
MATCH (seed)-[up:{ALIAS_OF} WHERE up.ended_at IS NULL]->{{0,3}}(top:{HAPPENING})
WHERE NOT EXISTS {{ (top)-[on:{ALIAS_OF} WHERE on.ended_at IS NULL]->() }}
WITH DISTINCT top
"""
_REPORTS = f"MATCH (report:{HAPPENING})-[down:{ALIAS_OF} WHERE down.ended_at IS NULL]->{{0,3}}(top)"

_OF_STORY = f"""
MATCH (:{STORY} {{id: $story}})<-[:{PART_OF_STORY}]-(seed:{HAPPENING})
WITH seed
"""

_MOST_REPORTED = "voices DESC, articles DESC, day DESC, last DESC, id"
_BY_TIME = "day, first, id"
_LATEST = "day DESC, last DESC, id"


def matching(seeds: str) -> str:
    """Returns Cypher that finds happenings, counts their reports and dates them.

    It binds `top`, `reports` (all of them), `articles`, `voices`, `first`, `last`, `dated` and `day`.

    Args:
        seeds: Cypher that binds some reports of them as `seed`.
    """
    return f"""
{seeds}
{_TOP} WHERE $class IS NULL OR top.class = $class
{_REPORTS}
WITH top, collect(DISTINCT report) AS reports
WHERE NOT $placed OR any(report IN reports WHERE EXISTS {{
  MATCH (report)-[at:{ROLE_TYPES["where"]}|{CLAIMED}]->(place)
  WHERE at.retracted_at IS NULL AND coalesce(at.relation, type(at)) = '{ROLE_TYPES["where"]}'
    AND (place.id IN $places OR place.country_code = $country)
}})
CALL (reports) {{
  UNWIND reports AS report
  MATCH (report)-[is:{INSTANCE_OF}|{CLAIMED}]->()
  WHERE is.retracted_at IS NULL AND coalesce(is.relation, type(is)) = '{INSTANCE_OF}'
  MATCH (e:{EVIDENCE} {{fact: coalesce(is.id, is.claim)}})-[:{FROM}]->(a:{ARTICLE}|{MEDIA})
  WHERE e.retracted_at IS NULL
  WITH a, min(e.sentence) AS text, min(e.seen_at) AS at
  RETURN count(a) AS articles, count(DISTINCT text) AS voices, min(at) AS first, max(at) AS last
}}
CALL (reports) {{
  UNWIND reports AS report
  MATCH (report)-[at:{ROLE_TYPES["when"]}|{CLAIMED}]->(l:{LITERAL})
  WHERE at.retracted_at IS NULL AND coalesce(at.relation, type(at)) = '{ROLE_TYPES["when"]}' AND l.datatype IN {_DAYS}
  WITH l.value AS said, sum(at.count) AS times, count(DISTINCT report) AS by
  // A year that one of many reports names is seldom when it happened.
  WHERE size(said) > 4 OR 2 * by >= size(reports)
  WITH said, times ORDER BY times DESC, size(said) DESC, said LIMIT 1
  RETURN collect(said) AS said
}}
WITH top, reports, articles, voices, first, last, size(said) > 0 AS dated,
  coalesce(head(said), toString(date(first))) AS day
WHERE articles > 0
  AND ($since IS NULL OR left(day, size($since)) >= left($since, size(day)))
  AND ($until IS NULL OR left(day, size($until)) <= left($until, size(day)))
"""


def _ranked(seeds: str, order: str) -> str:
    """Returns the statement that finds happenings.

    Args:
        seeds: Cypher that binds some reports of them as `seed`.
        order: In which order they come.
    """
    return f"""
{matching(seeds)}
WITH top.id AS id, top.class AS class, articles, voices, first, last, dated, day
RETURN id, class, articles, voices, day, dated ORDER BY {order} SKIP $skip LIMIT $limit
"""


_DETAILS = f"""
UNWIND $ids AS id
MATCH (top:{ENTITY} {{id: id}})
{_REPORTS}
WITH DISTINCT id, report
MATCH (report)-[r:{_SAID}]->() WHERE r.retracted_at IS NULL
WITH id, report, min(r.first_seen) AS at ORDER BY at, report.id
WITH id, collect(report) AS reports
UNWIND [i IN range(0, size(reports) - 1) WHERE i < $half OR i >= size(reports) - $half | reports[i]] AS report
MATCH (report)-[r:{_SAID}]->(o) WHERE r.retracted_at IS NULL
OPTIONAL MATCH (o)-[of:{ALIAS_OF} WHERE of.ended_at IS NULL]->(whole:{ENTITY})
MATCH (e:{EVIDENCE} {{fact: coalesce(r.id, r.claim)}})-[:{FROM}]->(a:{ARTICLE}|{MEDIA}) WHERE e.retracted_at IS NULL
RETURN id, report.name AS called, coalesce(r.relation, type(r)) AS type, coalesce(r.modality, 'asserted') AS modality,
  coalesce({shown("whole")}, {shown("o")}, o.value) AS object, o:{LITERAL} AS literal, o.unit AS unit,
  e.qualifier AS qualifier,
  e.sentence AS sentence, e.speaker AS speaker, e.confidence AS confidence, e.seen_at AS at, a.id AS article,
  a.source AS source, coalesce(a.headline, a.caption) AS headline, a.url AS url, a.likeness AS likeness
ORDER BY at, article, e.id
"""

_STORIES = f"""
UNWIND $ids AS id
MATCH (top:{ENTITY} {{id: id}})
{_REPORTS}
MATCH (report)-[:{PART_OF_STORY}]->(s:{STORY})
WITH id, s, count(DISTINCT report) AS times ORDER BY times DESC, s.id
WITH id, collect([s.id, coalesce(s.title, '')]) AS stories
RETURN id, stories[0] AS story
"""


async def happenings(
    driver: AsyncDriver,
    database: str | None = None,
    *,
    entity: str | None = None,
    class_: str | None = None,
    since: str | None = None,
    until: str | None = None,
    place: str | None = None,
    limit: int = 20,
    skip: int = 0,
    latest: bool = False,
) -> list[HappeningView]:
    """Returns what happened, most reported first and of equals the newest.

    Of more than `MOST_REPORTED` reports that it may be about, the newest count (see `streams.desk.reported`).

    Args:
        driver: The graph's.
        database: Its name; None for the default one.
        entity: Any name or id of an entity that plays a part; None for all happenings.
        class_: Only those of this class.
        since: Only those that happened on or after this day, month or year, as ISO 8601.
        until: Only those that happened on or before it.
        place: Only those in this place, or in one that is known to lie in it.
        limit: Most happenings.
        skip: How many of them to leave out.
        latest: Whether the newest come first, however often they are reported.
    """
    seeds, parameters = await asked(driver, database, Question(entity, class_, since, until, place))
    return await found(
        driver,
        database,
        _ranked(seeds + BOUNDED, _LATEST if latest else _MOST_REPORTED),
        parameters | {"limit": limit, "skip": skip},
    )


async def is_happening(driver: AsyncDriver, database: str | None, id_: str) -> bool:
    """Returns whether an id is that of a happening, or of a report of one."""
    return bool(await rows(driver, database, f"MATCH (h:{HAPPENING} {{id: $id}}) RETURN h.id LIMIT 1", id=id_))


async def of_story(driver: AsyncDriver, database: str | None, story: str, limit: int) -> list[HappeningView]:
    """Returns the happenings of a story, given by its id, in order of time."""
    parameters = dict.fromkeys(("class", "since", "until", "country"))
    parameters |= {"story": story, "placed": False, "places": (), "limit": limit, "skip": 0}
    return await found(driver, database, _ranked(_OF_STORY, _BY_TIME), parameters)


async def found(
    driver: AsyncDriver, database: str | None, query: str, parameters: Mapping[str, Any]
) -> list[HappeningView]:
    """Returns the happenings that a statement of `_ranked` finds, in its order."""
    ranked = await rows(driver, database, query, **parameters)
    views: list[HappeningView] = []
    for first in range(0, len(ranked), AT_ONCE):
        views += await _views(driver, database, ranked[first : first + AT_ONCE])
    return views


async def _views(driver: AsyncDriver, database: str | None, ranked: Sequence[dict[str, Any]]) -> list[HappeningView]:
    """Returns happenings with their reports and stories."""
    ids = [row["id"] for row in ranked]
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in await rows(driver, database, _DETAILS, ids=ids, half=MOST_REPORTS // 2):
        row["at"] = row["at"].to_native()
        said[row["id"]].append(row)
    stories = {row["id"]: tuple(row["story"]) for row in await rows(driver, database, _STORIES, ids=ids)}
    # Of what was withdrawn since it was ranked, nothing is left.
    left = [row for row in ranked if any(one["type"] == INSTANCE_OF for one in said[row["id"]])]
    return [_view(row, said[row["id"]], stories.get(row["id"])) for row in left]


def _view(row: Mapping[str, Any], said: Sequence[Mapping[str, Any]], story: tuple[str, str] | None) -> HappeningView:
    kinds = [one for one in said if one["type"] == INSTANCE_OF]
    asserted = any(one["modality"] == "asserted" for one in kinds)
    # Of what is asserted, the parts that somebody only plans or denies are not shown.
    stated = [one for one in said if (one["modality"] == "asserted") == asserted]
    first = _voices(kinds)
    best = max(
        (one for one in first if (one["modality"] == "asserted") == asserted), key=lambda one: float(one["confidence"])
    )
    called = [str(one["called"]).lower() for one in kinds]
    return HappeningView(
        id=row["id"],
        class_=row["class"],
        called=sorted(dict.fromkeys(called), key=lambda name: -called.count(name)),
        day=row["day"],
        dated=row["dated"],
        articles=row["articles"],
        voices=len(set(voices([*map(keys_of, kinds)]))) + _unread(row["voices"], kinds),
        sources=tuple(dict.fromkeys(one["source"] for one in first if one["source"])),
        reports=tuple(_report(one) for one in (best, *(one for one in first if one is not best))),
        fillers={role: names for role in FILLERS if (names := _fillers(stated, role))},
        numbers={role: figures for role in NUMBERS if (figures := _figures(stated, role))},
        story=story,
    )


def _voices(said: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Returns the first report of each voice, in order of time; a copy that says it otherwise is one of its own."""
    own = voices([{(one["modality"], key) for key in keys_of(one)} for one in said])
    return [said[place] for place in dict.fromkeys(own)]


def _unread(sentences: int, said: Sequence[Mapping[str, Any]]) -> int:
    """Returns how many of the different sentences of all articles are not among these, which are not all of them."""
    least: dict[str, str] = {}
    for one in said:
        least[one["article"]] = min(one["sentence"], least.get(one["article"], one["sentence"]))
    return max(0, sentences - len(set(least.values())))


def _report(one: Mapping[str, Any]) -> Report:
    return Report(
        one["sentence"],
        one["source"] or "",
        one["headline"] or "",
        one["url"],
        one["article"],
        one["at"],
        one["modality"],
        one["speaker"] or "",
    )


def _fillers(said: Sequence[Mapping[str, Any]], role: str) -> tuple[str, ...]:
    """Returns the names in a role, the most often said first; of equals, the one said first."""
    sentences: dict[str, set[str]] = defaultdict(set)
    for one in said:
        if _ROLE_OF.get(one["type"]) == role:
            name = counted(one["object"], one["unit"], one["qualifier"]) if one["literal"] else one["object"]
            sentences[name].add(one["sentence"])
    return tuple(sorted(sentences, key=lambda name: -len(sentences[name])))[:MOST_FILLERS]


def _figures(said: Sequence[Mapping[str, Any]], role: str) -> tuple[Figure, ...]:
    """Returns the numbers in a role in order of time, each by the first source that had it."""
    first: dict[tuple[str, str, str], Figure] = {}
    for one in said:
        if _ROLE_OF.get(one["type"]) == role:
            key = one["object"], one["unit"] or "", one["qualifier"] or ""
            first.setdefault(key, Figure(*key, source=one["source"] or "", at=one["at"]))
    return tuple(first.values())
