"""What happened to an entity, and which facts about it began or ended, in order of time."""

from dataclasses import dataclass
from typing import Any

from neo4j import AsyncDriver

from streams.desk.happening_views import HappeningView
from streams.desk.happenings import happenings
from streams.desk.history import FAMILY, NOT_HAPPENING
from topology.graph.names import ARTICLE, EVIDENCE, FROM, shown

MOST = 200
"""Most happenings and most facts of a timeline: the newest."""

# A fact that holds since ever says nothing about a day: only those whose beginning or end a text or a successor tells.
_CHANGES = f"""
{FAMILY}
MATCH (member)-[r:{NOT_HAPPENING}]-() WHERE r.id IS NOT NULL AND r.retracted_at IS NULL
  AND NOT coalesce(r.standing, '') IN ['disputed', 'contradicted']
WITH DISTINCT r, startNode(r) AS subject, endNode(r) AS object
CALL (r) {{
  MATCH (e:{EVIDENCE} {{fact: r.id}})-[:{FROM}]->(a:{ARTICLE}) WHERE e.retracted_at IS NULL
  WITH e, a ORDER BY e.change IS NULL, e.seen_at, e.id
  WITH collect({{past: e.past IS NOT NULL, change: e.change IS NOT NULL, since: e.since, source: a.source,
    sentence: e.sentence, day: toString(date(e.seen_at))}}) AS said
  RETURN said[..20] AS said
}}
WITH r, subject, object, said, [one IN said WHERE one.change AND NOT one.past] AS begun,
  [one IN said WHERE one.since IS NOT NULL | one.since] AS since
WITH r, subject, object, said, begun,
  CASE WHEN size(since) > 0 THEN reduce(least = since[0], one IN since | CASE WHEN one < least THEN one ELSE least END)
    WHEN size(begun) > 0 THEN toString(date(coalesce(r.valid_from, r.first_seen)))
    WHEN r.closed_by IS NOT NULL OR EXISTS {{ (subject)-[old]->() WHERE old.closed_by = r.id }}
      THEN toString(date(r.valid_from)) END AS began,
  toString(date(r.invalid_at)) AS ended
WHERE began IS NOT NULL OR ended IS NOT NULL
RETURN coalesce({shown("subject")}, subject.headline, subject.id) AS subject, r.name AS relation,
  coalesce({shown("object")}, object.value, object.id) AS object, began, ended,
  coalesce(r.at_latest, false) AS at_latest, said
ORDER BY coalesce(ended, began) DESC, r.id LIMIT $limit
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry of a timeline.

    Attributes:
        day: Day, month or year, as ISO 8601.
        what: The class of a happening, `begins`, `ends` or `ends by`.
        text: In words.
        sources: Who reports it.
        standing: Of a happening, who only plans or denies it; "" otherwise.
        sentence: The best sentence.
        happening: The happening; None of a fact.
    """

    day: str
    what: str
    text: str
    sources: tuple[str, ...]
    standing: str = ""
    sentence: str = ""
    happening: HappeningView | None = None


async def timeline(driver: AsyncDriver, entity: str, database: str | None = None) -> list[Moment]:
    """Returns the newest happenings and changes of facts about an entity, given by any name or id, oldest first."""
    happened = await happenings(driver, database, entity=entity, limit=MOST, latest=True)
    found = (await driver.execute_query(_CHANGES, entity=entity, limit=MOST, database_=database)).records
    moments = [_of_happening(one) for one in happened]
    moments += [moment for row in found for moment in _of_fact(row.data())]
    return sorted(moments, key=lambda moment: (moment.day, moment.happening is not None, moment.text))


def _of_happening(one: HappeningView) -> Moment:
    return Moment(
        one.day, one.class_, in_words(one), tuple(one.sources), one.standing, one.reports[0].sentence, happening=one
    )


def in_words(one: HappeningView) -> str:
    """Returns a happening in a few words: `strike: Russia on Kyiv, in Ukraine`."""
    parts = {role: ", ".join(names) for role, names in one.fillers.items()}
    words = " — ".join(filter(None, (parts.get("who"), one.called[0], parts.get("whom"), parts.get("what"))))
    words += f", with {parts['with']}" if "with" in parts else ""
    return words + (f", in {parts['where']}" if "where" in parts else "")


def _of_fact(row: dict[str, Any]) -> list[Moment]:
    text = f"{row['subject']} — {row['relation']} → {row['object']}"
    began = [one for one in row["said"] if not one["past"]]
    ended = [one for one in row["said"] if one["past"]]
    moments = []
    if row["began"]:
        moments.append(_moment(row["began"], "begins", text, began))
    if row["ended"]:
        moments.append(_moment(row["ended"], "ends by" if row["at_latest"] else "ends", text, ended or began))
    return moments


def _moment(day: str, what: str, text: str, said: list[dict[str, Any]]) -> Moment:
    sources = tuple(dict.fromkeys(one["source"] for one in said if one["source"]))
    return Moment(day, what, text, sources, sentence=said[0]["sentence"] if said else "")
