"""Records as a property graph, with the labels, types and properties that the graph itself has.

Facts are between the entities that names stand for; an alias is a node that has nothing but an `ALIAS_OF`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from streams.exports.days import iso
from streams.exports.records import (
    ArticleRecord,
    Day,
    EntityRecord,
    EvidenceRecord,
    FactRecord,
    MediaRecord,
    Mentioned,
    Record,
    StoryRecord,
    ValueRecord,
)
from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    CLAIMED,
    DERIVED_FROM,
    ENTITY,
    EVIDENCE,
    FROM,
    ILLUSTRATES,
    LITERAL,
    MEDIA,
    MENTIONS,
    PART_OF_STORY,
    STORY,
    entity_label,
)

Scalar = str | int | float | bool
PropertyType = Literal["string", "long", "double", "boolean", "datetime"]
"""What Neo4j's importer and GraphML both know; GraphML has times as strings."""

NODE_PROPERTIES: Mapping[str, PropertyType] = {
    "id": "string", "name": "string", "type": "string", "wikidata": "string", "role": "string", "class": "string",
    "country_code": "string", "latitude": "double", "longitude": "double", "value": "string", "datatype": "string",
    "unit": "string", "title": "string", "headline": "string", "url": "string", "source": "string",
    "language": "string", "published_at": "datetime", "keywords": "string", "uri": "string", "caption": "string",
    "format": "string", "sha256": "string", "fact": "string", "sentence": "string", "field": "string",
    "sentence_begin": "long", "sentence_end": "long", "kind": "string", "confidence": "double",
    "seen_at": "datetime", "model": "string", "model_version": "string", "past": "boolean", "since": "string",
    "until": "string", "qualifier": "string", "speaker": "string", "attributed_to": "string", "media": "string",
    "begin": "double", "end": "double", "box": "string",
}  # fmt: skip
"""Every property of nodes, with its type."""

EDGE_PROPERTIES: Mapping[str, PropertyType] = {
    "id": "string", "claim": "string", "fact": "string", "relation": "string", "property": "string",
    "name": "string", "subject": "string", "object": "string", "modality": "string", "holds": "boolean",
    "kind": "string", "standing": "string", "count": "long", "confidence": "double", "first_seen": "datetime",
    "last_seen": "datetime", "since": "string", "until": "string", "at_latest": "boolean", "held_before": "string",
    "confirmed": "string", "confirmed_by": "string", "confirmed_because": "string", "confirmed_at": "datetime",
}  # fmt: skip
"""Every property of relationships, with its type."""

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


@dataclass(frozen=True, slots=True)
class Node:
    """A node. Properties that are None are not there."""

    key: str
    labels: tuple[str, ...]
    properties: Mapping[str, Scalar | None]


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship. Properties that are None are not there."""

    source: str
    target: str
    type: str
    properties: Mapping[str, Scalar | None] = field(default_factory=dict)


def key(kind: str, id_: str) -> str:
    """Returns what identifies a node in a file, whatever its id consists of: letters, digits and `.-_:`."""
    return f"{kind}:{_UNSAFE.sub(lambda found: f'_{ord(found[0]):x}_', id_)}"


def elements(record: Record) -> Iterator[Node | Edge]:
    """Yields a record's node and relationships. Ends of relationships may come later."""
    match record:
        case EntityRecord():
            yield from _entity(record)
        case ValueRecord():
            said = {"id": record.id, "value": record.value, "datatype": record.datatype, "unit": record.unit or None}
            yield Node(key("value", record.id), (LITERAL,), said)
        case ArticleRecord():
            yield from _article(record)
        case MediaRecord():
            yield from _media(record)
        case StoryRecord():
            yield Node(key("story", record.id), (STORY,), {"id": record.id, "title": record.title})
        case FactRecord():
            yield _fact(record)
        case EvidenceRecord():
            yield from _evidence(record)


def _entity(one: EntityRecord) -> Iterator[Node | Edge]:
    own = key("entity", one.id)
    properties = {
        "id": one.id, "name": one.name, "type": one.type, "wikidata": one.wikidata, "role": one.role,
        "class": one.class_, "country_code": one.country, "latitude": one.latitude, "longitude": one.longitude,
    }  # fmt: skip
    yield Node(own, (ENTITY, entity_label(one.type)), properties)
    if one.canonical:
        yield Edge(own, key("entity", one.canonical), ALIAS_OF)
    for story in one.stories:
        yield Edge(own, key("story", story), PART_OF_STORY)


def _article(one: ArticleRecord) -> Iterator[Node | Edge]:
    own = key("article", one.id)
    properties = {
        "id": one.id, "headline": one.headline, "url": one.url, "source": one.source, "language": one.language,
        "published_at": _time(one.published_at), "keywords": ", ".join(one.keywords) or None,
    }  # fmt: skip
    yield Node(own, (ARTICLE,), properties)
    for media in one.derived_from:
        yield Edge(own, key("media", media), DERIVED_FROM)
    yield from _mentions(own, one.mentions)


def _media(one: MediaRecord) -> Iterator[Node | Edge]:
    own = key("media", one.id)
    properties = {
        "id": one.id, "uri": one.uri, "caption": one.caption, "format": one.format, "sha256": one.sha256,
        "source": one.source, "published_at": _time(one.published_at),
    }  # fmt: skip
    yield Node(own, (MEDIA, one.kind) if one.kind else (MEDIA,), properties)
    for article in one.illustrates:
        yield Edge(own, key("article", article), ILLUSTRATES)
    yield from _mentions(own, one.mentions)


def _mentions(own: str, mentions: tuple[Mentioned, ...]) -> Iterator[Edge]:
    for one in mentions:
        yield Edge(own, key("entity", one.entity), MENTIONS, {"count": one.count})


def _fact(one: FactRecord) -> Edge:
    ids = {"claim": one.id, "fact": one.about, "relation": one.type} if one.about else {"id": one.id}
    properties: dict[str, Scalar | None] = {
        **ids,
        "property": one.property, "name": one.relation, "subject": one.subject.name, "object": one.object.name,
        "modality": one.modality, "holds": None if one.about else one.holds, "kind": one.kind,
        "standing": one.standing, "count": one.count, "confidence": one.confidence,
        "first_seen": iso(one.first_seen), "last_seen": iso(one.last_seen), "since": _day(one.since),
        "until": _day(one.until), "at_latest": one.at_latest or None,
        "held_before": " ".join(f"{iso(since)}/{iso(until)}" for since, until in one.periods) or None,
    }  # fmt: skip
    if said := one.confirmed:
        properties |= {
            "confirmed": said.id, "confirmed_by": said.by, "confirmed_because": said.why, "confirmed_at": iso(said.at),
        }  # fmt: skip
    type_ = CLAIMED if one.about else one.type
    return Edge(key(one.subject.kind, one.subject.id), key(one.object.kind, one.object.id), type_, properties)


def _evidence(one: EvidenceRecord) -> Iterator[Node | Edge]:
    own = key("evidence", one.id)
    properties: dict[str, Scalar | None] = {
        "id": one.id, "fact": one.fact, "sentence": one.sentence, "field": one.field,
        "sentence_begin": one.span[0] if one.span else None, "sentence_end": one.span[1] if one.span else None,
        "kind": one.kind, "confidence": one.confidence, "seen_at": iso(one.seen_at), "model": one.model,
        "model_version": one.model_version, "past": one.past or None, "since": one.since, "until": one.until,
        "qualifier": one.qualifier or None, "speaker": one.speaker, "attributed_to": one.attributed_to,
        "media": one.media, "begin": one.begin, "end": one.end,
        "box": ",".join(f"{edge:g}" for edge in one.box) or None,
    }  # fmt: skip
    yield Node(own, (EVIDENCE,), properties)
    yield Edge(own, key(one.origin, one.document), FROM)


def _time(time: datetime | None) -> str | None:
    return iso(time) if time else None


def _day(day: Day | None) -> str | None:
    return day.value if day else None
