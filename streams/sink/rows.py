"""A record of the `triples` topic as the graph will hold it: checked, flattened, times as integers.

Times travel to Neo4j as milliseconds since 1970 and become DateTime there: the Python driver packs a datetime in 80 µs,
an integer in none.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from streams.messages.events import (
    ARTICLE_TYPE,
    MEDIA_TYPE,
    Alias,
    Document,
    Entity,
    Identity,
    Literal_,
    MediaFacts,
    Triple,
    stable_id,
)
from streams.road.stage import PoisonError
from streams.sink.past import past
from topology.graph.names import ARTICLE, DERIVED_FROM, ILLUSTRATES, MEDIA, MEDIA_KINDS, STATED, entity_label

INT64_MAX = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Source = tuple[str, str]
"""What evidence is from: the node's label (an article's or a media item's) and its id."""


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity as somebody named it."""

    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class LiteralRow:
    """A value that facts point to."""

    id: str
    value: str
    datatype: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A triple: one fact and one piece of evidence for it.

    Attributes:
        label: Of the node that it is from: an article or a media item.
        seen: When its article was published, or else observed; milliseconds since 1970.
        relation: The fact's relationship type, from the ontology and never from the message.
        evidence: The evidence node's properties, less `retracted_at`.
        about_article: Whether the subject is the article or media item itself, and so no entity.
        in_media: Whether the object is the media item itself.
    """

    id: str
    fact: str
    article: str
    revision: str
    seen: int
    confidence: float
    kind: str
    relation: str
    property: str
    name: str
    subject: EntityRow
    object: EntityRow | LiteralRow
    observed_at: datetime
    evidence: dict[str, Any]
    about_article: bool = False
    in_media: bool = False
    label: str = ARTICLE

    def source(self) -> Source:
        """Returns what it is from."""
        return self.label, self.article


@dataclass(frozen=True, slots=True)
class Page:
    """A document: what is known of an article or media item itself, or that it was withdrawn.

    Attributes:
        label: Of its node.
        kind: Of a media item: its second label.
        link: A relationship to another: its type, and to what.
        brings: Ids of what it brings along; None if it does not tell.
        at: When it reached the wire; milliseconds since 1970. Orders the revisions of an article.
        properties: The article node's own properties, times in milliseconds.
        mentions: How often it names an entity, by entity id.
    """

    id: str
    retract: bool
    revision: str
    at: int
    observed_at: datetime
    properties: dict[str, Any]
    entities: tuple[EntityRow, ...]
    mentions: dict[str, int]
    label: str = ARTICLE
    kind: str | None = None
    link: tuple[str, Source] | None = None
    brings: tuple[str, ...] | None = None

    def source(self) -> Source:
        """Returns what it is about."""
        return self.label, self.id


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on whom a name stands for.

    Attributes:
        id: The alias's entity id.
        canonical: Whom it stands for; None if for itself.
        at: When it was published; milliseconds since 1970.
    """

    id: str
    alias: EntityRow
    canonical: EntityRow | None
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """Which Wikidata item an entity is.

    Attributes:
        id: The entity's id.
        wikidata: The item's id; None if it is not known any more.
    """

    id: str
    entity: EntityRow
    wikidata: str | None


Told = Claim | Page
Row = Told | Decision | ItemRow


def millis(when: datetime) -> int:
    """Returns milliseconds since 1970, rounded down."""
    delta = when - _EPOCH
    return delta.days * 86_400_000 + delta.seconds * 1000 + delta.microseconds // 1000


def _entity(entity: Entity) -> EntityRow:
    return EntityRow(entity.id, entity.name, entity.type)


def _small(*numbers: int) -> None:
    if max(numbers) > INT64_MAX:
        raise PoisonError("out-of-range", f"the number {max(numbers)} does not fit into 64 bits")


def claim(triple: Triple, relations: dict[str, str]) -> Claim:
    """Returns a triple's row.

    Args:
        triple: The event.
        relations: Relationship types by relation id; one that is not in there becomes `STATED`.

    Raises:
        PoisonError: The fact's id is not the hash of its parts, a number is too large, or the object is a media item
            that the evidence is not from.
    """
    proof, subject, predicate, target = triple.evidence, triple.subject, triple.predicate, triple.object
    if isinstance(target, Literal_):
        value = target.key
        object_: EntityRow | LiteralRow = LiteralRow(
            stable_id("l", value), target.value, target.datatype, target.unit or None
        )
    else:
        value, object_ = target.id, _entity(target)
    if triple.fact != (fact := stable_id("f", subject.id, predicate.id, value)):
        raise PoisonError("wrong-fact-id", f"fact is {triple.fact}, but the hash of its parts is {fact}")
    spans = (proof.sentence, proof.subject, proof.object)
    _small(*(n for span in spans for n in (span.start, span.end)))
    seen = millis(proof.published_at or proof.observed_at)
    spot = proof.spot
    label = MEDIA if spot and spot.media == proof.document else ARTICLE
    # What says that it is in another item would be a relationship to whatever node came first.
    if isinstance(target, Entity) and target.type == MEDIA_TYPE and (label, target.id) != (MEDIA, proof.document):
        raise PoisonError("wrong-object", f"the object is the media item {target.id}, but the evidence is not from it")
    own = (MEDIA_TYPE if label == MEDIA else ARTICLE_TYPE, proof.document)
    relation = relations.get(predicate.id, STATED)
    return Claim(
        id=triple.id,
        fact=fact,
        article=proof.document,
        revision=proof.revision,
        seen=seen,
        confidence=triple.confidence,
        kind=triple.kind,
        relation=relation,
        property=predicate.id,
        name=predicate.name,
        subject=_entity(subject),
        object=object_,
        observed_at=proof.observed_at,
        evidence={
            "id": triple.id,
            "fact": fact,
            "relation": relation,
            "kind": triple.kind,
            "confidence": triple.confidence,
            "revision": proof.revision,
            "field": proof.field,
            "sentence": proof.sentence.text,
            "sentence_span": [proof.sentence.start, proof.sentence.end],
            "subject": proof.subject.text,
            "subject_span": [proof.subject.start, proof.subject.end],
            "object": proof.object.text,
            "object_span": [proof.object.start, proof.object.end],
            "model": proof.model,
            "model_version": proof.model_version,
            "seen_at": seen,
            "observed_at": millis(proof.observed_at),
            "past": past(proof) or None,
            **{name: getattr(spot, name, None) for name in ("media", "begin", "end", "frame", "depth")},
            "box": list(spot.box) if spot and spot.box else None,
        },
        about_article=(subject.type, subject.id) == own,
        in_media=isinstance(target, Entity) and target.type == MEDIA_TYPE,
        label=label,
    )


def page(document: Document) -> Page:
    """Returns a document's row.

    Raises:
        PoisonError: A number is too large.
    """
    mentions: dict[str, int] = {}
    for mention in document.mentions:
        mentions[mention.entity.id] = mentions.get(mention.entity.id, 0) + mention.count
    _small(document.media.size if document.media else 0, *mentions.values())
    properties = {
        "revision": document.revision,
        "headline": document.headline,
        "url": document.url,
        "source": document.source,
        "language": document.language,
        "author": document.author or None,
        "place": document.place or None,
        "keywords": [keyword.term for keyword in document.keywords] or None,
        "keyword_scores": [keyword.score for keyword in document.keywords] or None,
        "dates": _named(document, dates=True) or None,
        "quantities": _named(document, dates=False) or None,
        "published_at": millis(document.published_at) if document.published_at else None,
    }
    link: tuple[str, Source] | None = None
    if document.media:
        properties |= _media(document.media)
        if document.media.article:
            link = ILLUSTRATES, (ARTICLE, document.media.article)
    elif document.derived_from:
        link = DERIVED_FROM, (MEDIA, document.derived_from)
    return Page(
        id=document.id,
        retract=document.op == "retract",
        revision=document.revision,
        at=millis(document.observed_at),
        observed_at=document.observed_at,
        properties=properties,
        entities=tuple(_entity(m.entity) for m in document.mentions),
        mentions=mentions,
        label=MEDIA if document.media else ARTICLE,
        kind=MEDIA_KINDS[document.media.kind] if document.media and document.media.kind else None,
        link=link,
        brings=document.brings,
    )


def _media(facts: MediaFacts) -> dict[str, Any]:
    return {
        "uri": facts.uri or None,
        "caption": facts.caption or None,
        "sha256": facts.sha256,
        "size": facts.size,
        "format": facts.format,
        "colours": [colour.name for colour in facts.colours] or None,
        "colour_shares": [colour.share for colour in facts.colours] or None,
        "scenes": [number for scene in facts.scenes for number in (scene.begin, scene.end)] or None,
        "scene_motions": [scene.motion for scene in facts.scenes] or None,
        "scene_cameras": [scene.camera for scene in facts.scenes] or None,
    }


def decision(alias: Alias, at: int) -> Decision:
    """Returns an alias decision's row.

    Args:
        alias: The event.
        at: When it was published; milliseconds since 1970.
    """
    canonical = _entity(alias.canonical) if alias.canonical else None
    return Decision(alias.id, _entity(alias.alias), canonical, alias.reason, at)


def item(identity: Identity) -> ItemRow:
    """Returns an identity's row."""
    return ItemRow(identity.id, _entity(identity.entity), identity.wikidata)


def _named(document: Document, *, dates: bool) -> list[str]:
    """Returns the values that a document names, each once, as texts: `2026-03-04`, `12 km`."""
    values = (value.value for value in document.values)
    return list(dict.fromkeys(f"{v.value} {v.unit}".rstrip() for v in values if (v.datatype != "xsd:decimal") == dates))


def label_of(entity: EntityRow) -> str:
    """Returns the label of the entity's type."""
    return entity_label(entity.type)
