"""Which reports of happenings a question is about: the newest ones, so that no question reads the whole graph.

A question about an entity or a place begins there, any other with an index of reports by time. Of more than
`MOST_REPORTED`, those count first that were published around the days asked about, then those near them, and of each
the newest.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from neo4j import AsyncDriver

from streams.desk.history import FAMILY
from streams.desk.places import within
from streams.desk.rows import rows
from topology.graph.names import CLAIMED, ENTITY, HAPPENING, INSTANCE_OF, PARTS, ROLE_TYPES

MOST_REPORTED = 2000
"""Reports whose happenings are ranked for one answer."""

AROUND = timedelta(days=2)
"""How long before or after its day most reports of a happening are published."""

NEAR = timedelta(days=31)
"""The same of most others, of what is planned or told later."""

_EVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)

_IN_SPAN = "said.last_seen >= span[0] AND said.last_seen < span[1] AND said.retracted_at IS NULL"

# The condition on the time is what makes the indexes usable, so it stands here even where any time will do.
_EVERY = f"""
UNWIND $spans AS span
CALL (span) {{
  MATCH (seed:{HAPPENING})-[said:{INSTANCE_OF}]->() WHERE {_IN_SPAN}
  RETURN seed, said.last_seen AS at ORDER BY at DESC LIMIT $most
  UNION ALL
  MATCH (seed:{HAPPENING})-[said:{CLAIMED}]->() WHERE said.relation = '{INSTANCE_OF}' AND {_IN_SPAN}
  RETURN seed, said.last_seen AS at ORDER BY at DESC LIMIT $most
}}
WITH seed, at
"""

_OF_CLASS = f"""
MATCH (seed:{HAPPENING} {{class: $class}})
MATCH (seed)-[said:{INSTANCE_OF}|{CLAIMED}]->()
WHERE said.retracted_at IS NULL AND coalesce(said.relation, type(said)) = '{INSTANCE_OF}'
WITH seed, said.last_seen AS at
"""

_IN_PLACE = f"""
CALL () {{
  MATCH (place:{ENTITY}) WHERE place.id IN $places RETURN place
  UNION
  MATCH (place:{ENTITY}) WHERE place.country_code = $country RETURN place
}}
MATCH (place)<-[r:{ROLE_TYPES["where"]}|{CLAIMED}]-(seed:{HAPPENING})
WHERE r.retracted_at IS NULL AND coalesce(r.relation, type(r)) = '{ROLE_TYPES["where"]}'
WITH seed, r.last_seen AS at
"""

ABOUT = f"""
{FAMILY}
CALL (member) {{
  MATCH (member)<-[r:{PARTS}]-(seed:{HAPPENING}) WHERE r.retracted_at IS NULL RETURN seed, r.last_seen AS at
  UNION ALL
  WITH member AS seed WHERE seed:{HAPPENING} RETURN seed, $spans[0][0] AS at
}}
WITH seed, at
"""
"""Cypher that binds the reports in which `$entity` plays a part, or whose happening it is, each with its time `at`."""

BOUNDED = """
WITH seed, max(at) AS at WHERE $class IS NULL OR seed.class = $class
WITH seed, at, at >= $spans[0][0] AND at < $spans[0][1] AS asked
ORDER BY asked DESC, at >= $spans[1][0] AND at < $spans[1][1] DESC, at DESC LIMIT $most
"""
"""Cypher that keeps of the reports `seed` at most `$most`."""

_REACH = f"""
{BOUNDED}
WITH at WHERE asked RETURN count(at) AS reports, min(at) AS since
"""


@dataclass(frozen=True, slots=True)
class Question:
    """Which happenings are asked for. None stands for any.

    Attributes:
        entity: A name or id of an entity that plays a part in them, or a happening's id.
        class_: Their class in the ontology.
        since: The first day, month or year on which they happened, as ISO 8601.
        until: The last one.
        place: Where: a place or what lies in it.
    """

    entity: str | None = None
    class_: str | None = None
    since: str | None = None
    until: str | None = None
    place: str | None = None

    @property
    def narrowed(self) -> bool:
        """Whether it asks for some of all happenings only."""
        return any((self.entity, self.class_, self.since, self.until, self.place))

    def window(self, around: timedelta) -> tuple[datetime, datetime]:
        """Returns the days asked about, widened on both sides: from when on, and until when, which is exclusive."""
        begin, end = _EVER
        try:
            begin = _day(self.since, last=False) - around if self.since else begin
            end = _day(self.until, last=True) + around if self.until else end
        except OverflowError:  # at one end of the calendar nothing was reported
            pass
        return begin, end


async def asked(driver: AsyncDriver, database: str | None, question: Question) -> tuple[str, dict[str, Any]]:
    """Returns Cypher that binds the reports of a question as `seed` with their times `at`, and its parameters."""
    parameters: dict[str, Any] = {
        "entity": question.entity,
        "class": question.class_,
        "since": question.since,
        "until": question.until,
        "placed": False,
        "places": (),
        "country": None,
        "spans": [question.window(AROUND), question.window(NEAR), _EVER],
        "most": MOST_REPORTED,
    }
    if question.place:
        place = await within(driver, question.place, database)
        parameters |= {"places": sorted(place.ids), "country": place.country, "placed": bool(question.entity)}
    if question.entity:
        return ABOUT, parameters
    if question.place:
        return _IN_PLACE, parameters
    return _OF_CLASS if question.class_ else _EVERY, parameters


async def reported_since(driver: AsyncDriver, database: str | None, question: Question) -> datetime | None:
    """Returns from which time on reports around the days asked about count for an answer; None if all of them do."""
    seeds, parameters = await asked(driver, database, question)
    (row,) = await rows(driver, database, seeds + _REACH, **parameters)
    return row["since"].to_native() if row["reports"] >= MOST_REPORTED else None


def _day(text: str, *, last: bool) -> datetime:
    """Returns the beginning of the first day of a day, month or year, or with `last` the end of the last one."""
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    year = max(year, 1)
    month = month or (12 if last else 1)
    longest = monthrange(year, month)[1]
    begin = datetime(year, month, min(day or (longest if last else 1), longest), tzinfo=UTC)
    return begin + timedelta(days=1) if last else begin
