"""The pictures and videos in which an entity is shown, and where in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j import AsyncDriver

from streams.desk.history import FAMILY
from streams.desk.rows import rows
from topology.graph.names import ARTICLE, ATTRIBUTES, EVIDENCE, FROM, ILLUSTRATES, MEDIA, MEDIA_KINDS, document_holds

MOST_SPOTS = 20
"""Most places in one item that are listed, the surest first."""

# Who is depicted points to the item; what a detector saw is pointed to by it.
_SHOWN = f"""
{FAMILY}
CALL (member) {{
  MATCH (member)-[r]->(m:{MEDIA}) WHERE r.id IS NOT NULL AND r.retracted_at IS NULL RETURN m, r
  UNION
  MATCH (member)<-[r:{ATTRIBUTES["P180"]}]-(m:{MEDIA}) WHERE r.retracted_at IS NULL RETURN m, r
}}
WITH m, collect(DISTINCT r.id) AS facts WHERE {document_holds("m")}
WITH m, facts, coalesce(m.published_at, m.observed_at) AS at ORDER BY at DESC, m.id SKIP $skip LIMIT $limit
CALL (m, facts) {{
  UNWIND facts AS fact
  MATCH (e:{EVIDENCE} {{fact: fact}})-[:{FROM}]->(m) WHERE e.retracted_at IS NULL
  WITH e ORDER BY e.confidence DESC, e.id LIMIT {MOST_SPOTS}
  RETURN collect({{
    fact: e.fact, box: e.box, begin: e.begin, end: e.end, confidence: e.confidence, model: e.model,
    model_version: e.model_version
  }}) AS spots
}}
CALL (m) {{
  OPTIONAL MATCH (m)-[:{ILLUSTRATES}]->(a:{ARTICLE}) WHERE {document_holds("a")}
  RETURN a ORDER BY a.published_at DESC, a.id LIMIT 1
}}
RETURN m.id AS id, head([label IN labels(m) WHERE label IN $kinds]) AS kind, m.uri AS uri, m.format AS format,
  m.caption AS caption, m.source AS source, at, spots, a.id AS article, a.headline AS headline, a.url AS url
ORDER BY at DESC, id
"""

_KIND_OF = {label: kind for kind, label in MEDIA_KINDS.items()}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a picture or video where the entity is shown.

    Attributes:
        fact: Id of the fact that says so.
        box: Left, top, right and bottom in the item's pixels; None if it is not known where.
        begin: The second at which a video begins to show it; None in a picture.
        end: The second at which that ends.
        confidence: That of the model or rule, 0 to 1.
        model: Its name.
    """

    fact: str
    box: Sequence[float] | None
    begin: float | None
    end: float | None
    confidence: float
    model: str
    model_version: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or video that shows the entity.

    Attributes:
        id: The media item's id.
        kind: `picture` or `video`; None if that is not known.
        uri: Its address; None if its content was published inline.
        at: When it was published, or else read.
        spots: Where it shows the entity, the surest first.
        article: Id of the article that it illustrates, the newest of several; None if there is none.
        headline: That article's headline.
        url: That article's address.
    """

    id: str
    kind: str | None
    uri: str | None
    format: str | None
    caption: str | None
    source: str | None
    at: datetime | None
    spots: Sequence[Spot]
    article: str | None
    headline: str | None
    url: str | None


async def pictures(
    driver: AsyncDriver, entity: str, database: str | None = None, *, skip: int = 0, limit: int = 20
) -> list[Picture]:
    """Returns the pictures and videos that show an entity, given by any name or id: the newest first.

    What was withdrawn is left out.

    Args:
        driver: The graph's.
        entity: Any of the entity's names or ids.
        database: The database's name; None for the default one.
        skip: How many of them to leave out.
        limit: Most pictures and videos.
    """
    kinds = list(_KIND_OF)
    found = await rows(driver, database, _SHOWN, entity=entity, kinds=kinds, skip=skip, limit=limit)
    return [_picture(row) for row in found]


def _picture(row: dict[str, Any]) -> Picture:
    at = row["at"].to_native() if row["at"] else None
    spots = tuple(Spot(**spot) for spot in row["spots"])
    return Picture(**row | {"kind": _KIND_OF.get(row["kind"]), "at": at, "spots": spots})
