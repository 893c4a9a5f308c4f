"""What the graph has about media items: pictures, videos and sounds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from neo4j import AsyncDriver

from streams.desk.rows import rows
from topology.graph.names import (
    ARTICLE,
    ATTRIBUTES,
    DERIVED_FROM,
    EVIDENCE,
    FROM,
    ILLUSTRATES,
    MEDIA,
    MENTIONS,
    document_holds,
)

DEPICTS = ATTRIBUTES["P180"]

_COLUMNS = (
    "WITH DISTINCT m RETURN m.id AS id, m.uri AS uri, m.caption AS caption, m.format AS format, "
    f"head([(m)-[:{ILLUSTRATES}]->(a) | a.headline]) AS headline, "
    f"[(m)-[r:{DEPICTS}]->(o) WHERE r.retracted_at IS NULL | {{fact: r.id, name: o.name, score: r.confidence}}] "
    "AS objects, "
    f"[(m)<-[:{FROM}]-(p:{EVIDENCE}) WHERE p.retracted_at IS NULL AND p.box IS NOT NULL | "
    "{fact: p.fact, kind: p.kind, subject: p.subject, box: p.box, begin: p.begin, end: p.end, depth: p.depth}] "
    "AS boxes, "
    f"[(m)<-[:{DERIVED_FROM}]-(d)-[:{MENTIONS}]->(e) | e.name] AS read, "
    f"[(m)-[:{MENTIONS}]->(e) | e.name] AS named, "
    f"EXISTS {{ (m)<-[:{DERIVED_FROM}]-(d) WHERE d.retracted_at IS NULL }} AS has_text, "
    f"[(m)<-[:{DERIVED_FROM}|{FROM}*1..2]-(p:{EVIDENCE}) WHERE p.retracted_at IS NULL AND p.kind <> 'attribute' "
    "| p.fact] AS facts ORDER BY id"
)
_HOLDS = document_holds("m")
_OF_ARTICLES = f"UNWIND $articles AS id MATCH (:{ARTICLE} {{id: id}})<-[:{ILLUSTRATES}]-(m:{MEDIA}) WHERE {_HOLDS} "
_NAMED = f"MATCH (m:{MEDIA}) WHERE {_HOLDS} AND (m.id = $name OR m.uri ENDS WITH $name) "
_STORED = (
    f"MATCH (m:{MEDIA} {{id: $id}}) WHERE {_HOLDS} RETURN m.uri AS uri, m.format AS format, m.caption AS caption, "
    f"head([(m)-[r:{ATTRIBUTES['P2049']}]->(l) WHERE r.retracted_at IS NULL | l.value]) AS width, "
    f"head([(m)-[r:{ATTRIBUTES['P2048']}]->(l) WHERE r.retracted_at IS NULL | l.value]) AS height"
)
_FACTS = (
    f"UNWIND $facts AS fact CALL (fact) {{ MATCH (p:{EVIDENCE} {{fact: fact}}) RETURN p.relation AS relation LIMIT 1 "
    "} MATCH (s)-[r:$(relation) {id: fact}]->(o) "
    "RETURN fact, coalesce(s.name, s.id) AS subject, r.name AS relation, "
    "coalesce(o.name, o.value, o.caption, o.id) AS object, r.count AS evidence"
)


@dataclass(frozen=True, slots=True)
class DepictedObject:
    """An object that a picture or video shows.

    Attributes:
        name: Its class.
        score: The detector's confidence.
        box: Left, top, right and bottom in the item's pixels.
        begin: The second at which a video first shows it; None in a picture.
        end: The second at which a video last shows it.
        depth: Median depth, 0 nearest to 1 farthest.
    """

    name: str
    score: float
    box: tuple[float, ...] = ()
    begin: float | None = None
    end: float | None = None
    depth: float | None = None


@dataclass(frozen=True, slots=True)
class MediaFact:
    """A fact that an item states, with the number of all pieces of evidence for it, from elsewhere too."""

    subject: str
    relation: str
    object: str
    evidence: int


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, video or sound.

    Attributes:
        uri: Its address.
        format: The media type of its bytes.
        headline: The headline of the article that it illustrates.
        objects: What it shows.
        names: Names of entities: first those read or heard in it, then those of its headline and caption.
        has_text: Whether text was read or speech heard in it.
        facts: The facts that it states.
        boxes: The names of persons and objects whose place is known, by box.
    """

    id: str
    uri: str
    caption: str
    format: str
    headline: str
    objects: tuple[DepictedObject, ...] = ()
    names: tuple[str, ...] = ()
    has_text: bool = False
    facts: tuple[MediaFact, ...] = ()
    boxes: Mapping[tuple[float, ...], str] = field(default_factory=dict)

    @property
    def counted(self) -> Counter[str]:
        """How many objects of each class it shows."""
        return Counter(thing.name for thing in self.objects)


async def of_articles(driver: AsyncDriver, database: str | None, articles: Sequence[str]) -> list[Medium]:
    """Returns the items that illustrate articles, withdrawn ones left out, in order of id."""
    return await _media(driver, database, _OF_ARTICLES, articles=list(articles))


async def named(driver: AsyncDriver, database: str | None, name: str) -> list[Medium]:
    """Returns the items with this id or address, or whose address ends so."""
    return await _media(driver, database, _NAMED, name=name)


@dataclass(frozen=True, slots=True)
class StoredMedium:
    """Where an item's bytes are, and what they are.

    Attributes:
        uri: Their address.
        format: Their media type, such as `image/jpeg`; empty if it is not known.
        width: Pixels across; None of a sound.
        height: Pixels down.
    """

    uri: str
    format: str
    caption: str
    width: float | None
    height: float | None


async def stored(driver: AsyncDriver, id_: str, database: str | None = None) -> StoredMedium | None:
    """Returns where the bytes of an item are; None if the graph does not have it, or it was withdrawn."""
    found = await rows(driver, database, _STORED, id=id_)
    return _stored(found[0]) if found else None


def _stored(row: Mapping[str, Any]) -> StoredMedium:
    width, height = (float(row[name]) if row[name] else None for name in ("width", "height"))
    return StoredMedium(row["uri"] or "", row["format"] or "", row["caption"] or "", width, height)


async def _media(driver: AsyncDriver, database: str | None, which: str, **parameters: Any) -> list[Medium]:
    found = await rows(driver, database, which + _COLUMNS, **parameters)
    wanted = sorted({fact for row in found for fact in row["facts"]})
    facts = {row.pop("fact"): MediaFact(**row) for row in await rows(driver, database, _FACTS, facts=wanted)}
    return [_medium(row, facts) for row in found]


def _medium(row: Mapping[str, Any], facts: Mapping[str, MediaFact]) -> Medium:
    places = {proof["fact"]: proof for proof in row["boxes"]}
    things = []
    for seen in sorted(row["objects"], key=lambda o: (o["name"], -o["score"], o["fact"])):
        place = places.get(seen["fact"], {})
        when = {name: place.get(name) for name in ("begin", "end", "depth")}
        things.append(DepictedObject(seen["name"], seen["score"], tuple(place.get("box") or ()), **when))
    return Medium(
        id=row["id"],
        uri=row["uri"] or "",
        caption=row["caption"] or "",
        format=row["format"] or "",
        headline=row["headline"] or "",
        objects=tuple(things),
        names=tuple(dict.fromkeys([*sorted(row["read"]), *sorted(row["named"])])),
        has_text=row["has_text"],
        facts=tuple(facts[fact] for fact in sorted(set(row["facts"])) if fact in facts),
        boxes={
            tuple(proof["box"]): proof["subject"]
            for proof in sorted(row["boxes"], key=lambda p: str(p["subject"]))
            if proof["kind"] != "attribute" and proof["subject"]
        },
    )
