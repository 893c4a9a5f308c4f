"""The evidence of a fact or claim: each sentence or spot with its article, and what that article says around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j import AsyncDriver

from topology.graph.names import ARTICLE, EVIDENCE, FROM, MEDIA

# The graph has of an article only the sentences that state something: its nearest ones are the context.
_EVIDENCE = f"""
MATCH (e:{EVIDENCE} {{fact: $fact}})-[:{FROM}]->(a:{ARTICLE}|{MEDIA})
WITH e, a ORDER BY e.retracted_at IS NOT NULL, e.confidence DESC, e.id SKIP $skip LIMIT $limit
CALL (e, a) {{
  MATCH (a)<-[:{FROM}]-(o:{EVIDENCE})
  WHERE o.field = e.field AND o.revision = e.revision AND o.sentence_span[1] <= e.sentence_span[0]
  WITH DISTINCT o.sentence AS sentence, o.sentence_span[0] AS place ORDER BY place DESC LIMIT 1
  RETURN collect(sentence) AS before
}}
CALL (e, a) {{
  MATCH (a)<-[:{FROM}]-(o:{EVIDENCE})
  WHERE o.field = e.field AND o.revision = e.revision AND o.sentence_span[0] >= e.sentence_span[1]
  WITH DISTINCT o.sentence AS sentence, o.sentence_span[0] AS place ORDER BY place LIMIT 1
  RETURN collect(sentence) AS after
}}
RETURN e.id AS id, e.fact AS fact, e.relation AS relation, e.modality AS modality, e.speaker AS speaker,
  e.past IS NOT NULL AS past, e.kind AS kind, e.confidence AS confidence, e.seen_at AS seen_at,
  e.retracted_at AS retracted_at, e.sentence AS sentence, e.sentence_span AS sentence_span, e.field AS field,
  e.subject AS subject, e.subject_span AS subject_span, e.object AS object, e.object_span AS object_span,
  head(before) AS before, head(after) AS after, e.model AS model, e.model_version AS model_version,
  a.id AS article, coalesce(a.headline, a.caption) AS headline, coalesce(a.url, a.uri) AS url, a.source AS source,
  a.published_at AS published_at, a.revision IS NOT NULL AND e.revision <> a.revision AS superseded,
  e.media AS media, e.box AS box, e.begin AS begin, e.end AS end
"""

_TIMES = ("seen_at", "retracted_at", "published_at")


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence. Spans are two offsets in characters into the article's field, the second exclusive.

    Attributes:
        id: Its id, that of the triple.
        fact: Id of the fact or claim.
        relation: The relationship type.
        modality: `planned`, `possible` or `denied` of a claim; None if it is asserted.
        speaker: Who is quoted as saying so.
        past: Whether it says that the fact held and no longer does.
        kind: `reported`, `attribute` or `inferred`.
        confidence: Probability that it states the fact, 0 to 1.
        seen_at: When the article was published, or else read.
        retracted_at: Since when it does not count; None while it does.
        field: The article's field in which the sentence is.
        subject: The words that name the subject.
        object: The words that name the object.
        before: The nearest sentence before it in the same text that states something.
        after: The nearest such sentence after it.
        article: Id of the article or media item.
        headline: Its present headline or caption.
        superseded: Whether the article has had another text since.
        media: Id of the picture, video or sound, if it was seen or heard.
        box: Left, top, right and bottom in that item's pixels.
        begin: Second at which it begins, in a video or sound.
        end: Second at which it ends.
    """

    id: str
    fact: str
    relation: str
    modality: str | None
    speaker: str | None
    past: bool
    kind: str | None
    confidence: float
    seen_at: datetime
    retracted_at: datetime | None
    sentence: str | None
    sentence_span: list[int] | None
    field: str | None
    subject: str | None
    subject_span: list[int] | None
    object: str | None
    object_span: list[int] | None
    before: str | None
    after: str | None
    model: str | None
    model_version: str | None
    article: str
    headline: str | None
    url: str | None
    source: str | None
    published_at: datetime | None
    superseded: bool
    media: str | None
    box: list[float] | None
    begin: float | None
    end: float | None


async def evidence(
    driver: AsyncDriver, fact: str, database: str | None = None, *, skip: int = 0, limit: int = 20
) -> list[Proof]:
    """Returns the evidence of a fact or claim: what counts first, and of that the most certain.

    Args:
        driver: The graph's.
        fact: The fact's or claim's id.
        database: The database's name; None for the default one.
        skip: How many pieces to leave out.
        limit: Most pieces.
    """
    asked = {"fact": fact, "skip": skip, "limit": limit}
    found = await driver.execute_query(_EVIDENCE, parameters_=asked, database_=database)
    return [Proof(**_native(row.data())) for row in found.records]


def _native(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: row[name] and row[name].to_native() for name in _TIMES}
