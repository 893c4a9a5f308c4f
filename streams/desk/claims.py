"""What somebody plans, supposes or denies about an entity: shown apart from facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j import AsyncDriver

from streams.desk.history import FAMILY
from topology.graph.names import ALIAS_OF, ARTICLE, CLAIMED, EVIDENCE, FROM, HAPPENING, MEDIA, shown

# What is said of a planned or denied happening is listed with it, and not here. A plan is fulfilled by the first later
# article that asserts the fact, under any name of its two ends.
_CLAIMS = f"""
{FAMILY}
MATCH (member)-[c:{CLAIMED}]-(other) WHERE c.retracted_at IS NULL AND ($at IS NULL OR c.first_seen <= $at)
WITH DISTINCT c, startNode(c) AS subject, endNode(c) AS object WHERE NOT subject:{HAPPENING}
ORDER BY c.last_seen DESC, c.claim SKIP $skip LIMIT $limit
CALL (c) {{
  MATCH (e:{EVIDENCE} {{fact: c.claim}})-[:{FROM}]->(a:{ARTICLE}|{MEDIA})
  WHERE e.retracted_at IS NULL AND ($at IS NULL OR e.seen_at <= $at)
  WITH e, a ORDER BY e.confidence DESC, e.id
  WITH min(e.since) AS since, collect(DISTINCT e.speaker) AS speakers, collect({{
    sentence: e.sentence, article: a.id, url: a.url, source: a.source, seen_at: e.seen_at, headline: a.headline,
    retracted_at: null, superseded: false
  }})[..$sentences] AS evidence
  RETURN since, speakers, evidence
}}
CALL (c, subject, object) {{
  MATCH (subject)-[a:{ALIAS_OF} WHERE a.ended_at IS NULL]-{{0,2}}(s)
  MATCH (object)-[b:{ALIAS_OF} WHERE b.ended_at IS NULL]-{{0,2}}(o)
  MATCH (s)-[r]->(o)
  WHERE r.id IS NOT NULL AND type(r) = c.relation AND r.retracted_at IS NULL
  MATCH (e:{EVIDENCE} {{fact: r.id}}) WHERE e.retracted_at IS NULL AND e.past IS NULL AND e.seen_at > c.first_seen
    AND ($at IS NULL OR e.seen_at <= $at)
  RETURN min(e.seen_at) AS stated_at
}}
RETURN c.claim AS id, c.fact AS fact, c.modality AS modality, subject.name AS subject, c.name AS relation,
  coalesce({shown("object")}, object.value, object.id) AS object, c.count AS count, c.confidence AS confidence,
  c.first_seen AS first_seen, c.last_seen AS last_seen, since, speakers,
  CASE WHEN c.modality <> 'denied' THEN stated_at END AS fulfilled_at, evidence
"""


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as it is shown to people.

    Attributes:
        id: The claim's id.
        fact: Id of the fact that it is about, which the graph need not have.
        modality: `planned`, `possible` or `denied`.
        count: Pieces of evidence that hold.
        since: From when a planned fact is to hold, if an article says.
        speakers: Who is quoted as saying so.
        fulfilled_at: When a later article first stated the fact of a plan.
        evidence: Sentences, the most certain first.
    """

    id: str
    fact: str
    modality: str
    subject: str
    relation: str
    object: str
    count: int
    confidence: float
    first_seen: datetime
    last_seen: datetime
    since: str | None
    speakers: Sequence[str]
    fulfilled_at: datetime | None
    evidence: Sequence[dict[str, Any]]

    @property
    def standing(self) -> str:
        """In words: `planned from 2027`, `possible`, `denied by Ann Lee`, `planned, stated since 2026-03-01`."""
        words = self.modality
        if self.modality == "denied" and self.speakers:
            words += f" by {', '.join(self.speakers)}"
        if self.since:
            words += f" from {self.since}"
        if self.modality != "denied" and self.speakers:
            words += f", says {', '.join(self.speakers)}"
        return f"{words}; stated since {self.fulfilled_at:%Y-%m-%d}" if self.fulfilled_at else words


async def claims(
    driver: AsyncDriver,
    entity: str,
    database: str | None = None,
    *,
    limit: int = 20,
    sentences: int = 2,
    at: datetime | None = None,
    skip: int = 0,
) -> list[ClaimView]:
    """Returns the claims about an entity, given by any name or id, the latest first.

    Args:
        driver: The graph's.
        entity: Any of the entity's names or ids.
        database: The database's name; None for the default one.
        limit: Most claims.
        sentences: Most sentences for each.
        at: Only claims that were made by this time, with what was said and fulfilled by then; None for now.
        skip: How many claims to leave out.
    """
    asked = {"entity": entity, "limit": limit, "sentences": sentences, "at": at, "skip": skip}
    result = await driver.execute_query(_CLAIMS, parameters_=asked, database_=database)
    return [ClaimView(**_native(row.data())) for row in result.records]


def _native(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("first_seen", "last_seen", "fulfilled_at"):
        row[name] = row[name] and row[name].to_native()
    for proof in row["evidence"]:
        proof["seen_at"] = proof["seen_at"].to_native()
    return row | {"speakers": sorted(row["speakers"])}
