"""One fact or claim, by its id: what it states, apart from its evidence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j import AsyncDriver

from streams.desk.corrections.views import corrected_fact, native
from streams.desk.rows import rows
from topology.graph.names import CLAIMED, ENTITY, EVIDENCE, HAPPENING, shown

_STATEMENT = f"""
MATCH (e:{EVIDENCE} {{fact: $fact}}) WITH e.relation AS relation LIMIT 1
CALL (relation) {{
  MATCH (s)-[r:$(relation) {{id: $fact}}]->(o) RETURN s, r, o
  UNION
  MATCH (s)-[r:{CLAIMED} {{claim: $fact}}]->(o) RETURN s, r, o
}}
RETURN coalesce({shown("s")}, s.headline, s.caption, s.id) AS subject, s:{HAPPENING} AS happening,
  CASE WHEN s:{ENTITY} THEN s.id END AS subject_id, r.name AS relation,
  coalesce({shown("o")}, o.value, o.caption, o.id) AS object,
  CASE WHEN o:{ENTITY} AND NOT s:{HAPPENING} THEN o.id END AS object_id,
  r.modality AS modality, r.standing AS standing, r.count AS count, r.confidence AS confidence,
  r.invalid_at AS invalid_at, r.retracted_at AS retracted_at, {corrected_fact("r")} AS corrected
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact or claim.

    Attributes:
        happening: Whether the subject is a happening, of which it says the class or a part.
        subject_id: The subject's id; None if it is a document.
        object_id: The object's id; None if it is a value, a document or the class of a happening.
        modality: `planned`, `possible` or `denied` of a claim; None of a fact.
        standing: Of a fact, `current`, `closed`, `disputed` or `contradicted`; None if nothing contradicts it.
        count: Pieces of evidence that count.
        invalid_at: When it ended.
        retracted_at: Since when no evidence supports it, or an editor forbids it.
        corrected: What an editor says of it: the correction's id, kind, by whom, why and when; None if nothing.
    """

    subject: str
    happening: bool
    subject_id: str | None
    relation: str
    object: str
    object_id: str | None
    modality: str | None
    standing: str | None
    count: int
    confidence: float
    invalid_at: datetime | None
    retracted_at: datetime | None
    corrected: dict[str, Any] | None = None


async def statement(driver: AsyncDriver, fact: str, database: str | None = None) -> Statement | None:
    """Returns a fact or claim, given by its id; None if the graph does not have it."""
    found = await rows(driver, database, _STATEMENT, fact=fact)
    if not found:
        return None
    times = {name: found[0][name] and found[0][name].to_native() for name in ("invalid_at", "retracted_at")}
    corrected = found[0]["corrected"] and native(found[0]["corrected"], "at")
    return Statement(**found[0] | times | {"corrected": corrected})
