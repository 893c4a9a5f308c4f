"""Records as RDF: each fact that holds is a triple, and every fact and claim is a statement with its provenance.

Statements are reified (`rdf:Statement`), each under the fact's own IRI; decision 0067 says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from streams.exports.days import day_of, moment
from streams.exports.iris import Iris
from streams.exports.literals import XSD, datatype_of
from streams.exports.records import (
    ArticleRecord,
    Day,
    End,
    EntityRecord,
    EvidenceRecord,
    FactRecord,
    MediaRecord,
    Mentioned,
    Record,
    StoryRecord,
    ValueRecord,
)

_TYPES = {
    "person": "schema:Person",
    "organization": "schema:Organization",
    "location": "schema:Place",
    "event": "schema:Event",
    "happening": "schema:Event",
    "work": "schema:CreativeWork",
    "product": "schema:Product",
}
"""Classes of schema.org, by entity type; the other types have classes of ours."""

_ITEMS = {"Picture": "schema:ImageObject", "Video": "schema:VideoObject", "Sound": "schema:AudioObject"}


@dataclass(frozen=True, slots=True)
class Iri:
    """A resource."""

    value: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A value, with the IRI of its datatype; None for a plain text."""

    value: str
    datatype: str | None = None


Term = Iri | Literal


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of one resource: each property with its values, in order."""

    subject: Iri
    said: Sequence[tuple[Iri, Sequence[Term]]]


class Describer:
    """Describes records. It remembers which models it has described, and nothing else."""

    def __init__(self, iris: Iris) -> None:
        self._iris = iris
        self._models: set[Iri] = set()

    def describe(self, record: Record) -> Iterator[Description]:
        """Yields what is said of a record, one resource after the other."""
        match record:
            case EntityRecord():
                yield self._alias(record) if record.canonical else self._entity(record)
            case ValueRecord():
                # Without a unit the literal says everything.
                if record.unit:
                    yield self._quantity(record)
            case ArticleRecord():
                yield self._article(record)
            case MediaRecord():
                yield self._media(record)
            case StoryRecord():
                yield self._about(
                    self._of("story", record.id), ("rdf:type", self._classes("tw:Story")), ("rdfs:label", record.title)
                )
            case FactRecord():
                yield from self._fact(record)
            case EvidenceRecord():
                yield from self._evidence(record)

    def _entity(self, one: EntityRecord) -> Description:
        item = self._iris.item(one.wikidata)
        return self._about(
            self._of("entity", one.id),
            ("rdf:type", self._class(one.type)),
            ("rdfs:label", one.name),
            ("owl:sameAs", item and Iri(item)),
            ("tw:role", one.role),
            ("schema:addressCountry", one.country),
            ("geo:lat", self._double(one.latitude)),
            ("geo:long", self._double(one.longitude)),
            ("dcterms:isPartOf", [self._of("story", story) for story in one.stories]),
        )

    def _alias(self, one: EntityRecord) -> Description:
        """Describes what an alias stands for: its name is another name of it, and what is part of a story is so too."""
        return self._about(
            self._of("entity", one.canonical or one.id),
            ("skos:altLabel", one.name),
            ("dcterms:replaces", self._of("entity", one.id)),
            ("dcterms:isPartOf", [self._of("story", story) for story in one.stories]),
        )

    def _quantity(self, one: ValueRecord) -> Description:
        return self._about(
            self._of("value", one.id),
            ("rdf:type", self._classes("schema:QuantitativeValue")),
            ("schema:value", self._literal(one)),
            ("schema:unitText", one.unit),
        )

    def _article(self, one: ArticleRecord) -> Description:
        return self._about(
            self._of("article", one.id),
            ("rdf:type", self._classes("schema:NewsArticle", "prov:Entity")),
            ("dcterms:identifier", one.id),
            ("schema:headline", one.headline),
            ("schema:url", self._address(one.url)),
            ("dcterms:publisher", one.source),
            ("schema:inLanguage", one.language),
            ("schema:datePublished", self._time(one.published_at)),
            ("schema:keywords", [Literal(word) for word in one.keywords]),
            ("prov:wasDerivedFrom", [self._of("media", id_) for id_ in one.derived_from]),
            ("schema:mentions", self._mentioned(one.mentions)),
        )

    def _media(self, one: MediaRecord) -> Description:
        return self._about(
            self._of("media", one.id),
            ("rdf:type", self._classes(_ITEMS.get(one.kind, "schema:MediaObject"), "prov:Entity")),
            ("dcterms:identifier", one.id),
            ("schema:contentUrl", self._address(one.uri)),
            ("schema:caption", one.caption),
            ("schema:encodingFormat", one.format),
            ("schema:sha256", one.sha256),
            ("dcterms:publisher", one.source),
            ("schema:datePublished", self._time(one.published_at)),
            ("schema:associatedArticle", [self._of("article", id_) for id_ in one.illustrates]),
            ("schema:mentions", self._mentioned(one.mentions)),
        )

    def _fact(self, one: FactRecord) -> Iterator[Description]:
        subject, object_ = self._end(one.subject), self._end(one.object)
        relation = Iri(self._iris.relation(one.property))
        statement = self._of("fact", one.id)
        if one.holds and isinstance(subject, Iri):
            yield Description(subject, [(relation, [object_])])
        periods = [Iri(f"{statement.value}/period/{n}") for n in range(len(one.periods))]
        said = one.confirmed
        yield self._about(
            statement,
            ("rdf:type", self._classes("rdf:Statement", "tw:Claim" if one.about else "tw:Fact", "prov:Entity")),
            ("rdf:subject", subject),
            ("rdf:predicate", relation),
            ("rdf:object", object_),
            ("rdfs:label", f"{one.subject.name} — {one.relation} → {one.object.name}"),
            ("tw:about", one.about and self._of("fact", one.about)),
            ("tw:modality", one.modality),
            ("tw:holds", None if one.about else Literal(str(one.holds).lower(), f"{XSD}boolean")),
            ("tw:standing", one.standing),
            ("tw:kind", one.kind),
            ("tw:evidenceCount", Literal(str(one.count), f"{XSD}integer")),
            ("tw:confidence", self._double(one.confidence)),
            ("tw:since", self._day(one.since)),
            ("tw:until", self._day(one.until)),
            ("tw:untilAtLatest", Literal("true", f"{XSD}boolean") if one.at_latest else None),
            ("tw:firstReported", self._time(one.first_seen)),
            ("tw:lastReported", self._time(one.last_seen)),
            ("tw:earlierPeriod", periods),
            ("tw:confirmedBy", said.by if said else None),
            ("tw:confirmedBecause", said.why if said else None),
            ("tw:confirmedAt", self._time(said.at) if said else None),
        )
        for period, (since, until) in zip(periods, one.periods, strict=True):
            yield self._about(
                period,
                ("rdf:type", self._classes("tw:Period")),
                ("tw:since", self._time(since)),
                ("tw:until", self._time(until)),
            )

    def _evidence(self, one: EvidenceRecord) -> Iterator[Description]:
        piece, document = self._of("evidence", one.id), self._of(one.origin, one.document)
        model = self._of("model", one.model, one.model_version or "") if one.model else None
        if model and model not in self._models:
            self._models.add(model)
            yield self._about(
                model,
                ("rdf:type", self._classes("prov:SoftwareAgent")),
                ("rdfs:label", f"{one.model} {one.model_version or ''}".rstrip()),
            )
        yield self._about(self._of("fact", one.fact), ("prov:wasDerivedFrom", piece))
        yield self._about(
            piece,
            ("rdf:type", self._classes("tw:Evidence", "prov:Entity")),
            ("prov:value", one.sentence),
            ("prov:wasQuotedFrom" if one.sentence else "prov:wasDerivedFrom", document),
            ("prov:wasAttributedTo", model),
            ("tw:field", one.field),
            ("tw:begin", self._integer(one.span[0] if one.span else None)),
            ("tw:end", self._integer(one.span[1] if one.span else None)),
            ("tw:kind", one.kind),
            ("tw:confidence", self._double(one.confidence)),
            ("tw:seenAt", self._time(one.seen_at)),
            ("tw:saysItIsOver", Literal("true", f"{XSD}boolean") if one.past else None),
            ("tw:since", self._day(day_of(one.since))),
            ("tw:until", self._day(day_of(one.until))),
            ("tw:qualifier", one.qualifier),
            ("tw:speaker", one.speaker),
            ("tw:attributedTo", one.attributed_to and self._of("entity", one.attributed_to)),
            ("tw:media", one.media and self._of("media", one.media)),
            ("tw:beginSecond", self._double(one.begin)),
            ("tw:endSecond", self._double(one.end)),
            ("tw:box", ",".join(f"{edge:g}" for edge in one.box)),
        )

    def _about(self, subject: Iri, *said: tuple[str, Term | str | Sequence[Term] | None]) -> Description:
        """Returns a description of what is known: texts are literals, and what is empty is left out."""
        described: list[tuple[Iri, Sequence[Term]]] = []
        for property_, given in said:
            if given:
                terms = [Literal(given)] if isinstance(given, str) else [given] if isinstance(given, Term) else given
                described.append((self._known(property_), terms))
        return Description(subject, described)

    def _known(self, prefixed: str) -> Iri:
        return Iri(self._iris.known(prefixed))

    def _classes(self, *prefixed: str) -> list[Iri]:
        return [self._known(each) for each in prefixed]

    def _of(self, kind: str, *parts: str) -> Iri:
        return Iri(self._iris.of(kind, *parts))

    def _class(self, type_: str) -> Iri:
        return self._known(_TYPES[type_]) if type_ in _TYPES else self._of("type", type_)

    def _mentioned(self, mentions: Sequence[Mentioned]) -> list[Iri]:
        return [self._of("entity", one.entity) for one in mentions]

    def _end(self, one: End) -> Term:
        if one.value and not one.value.unit:
            return self._literal(one.value)
        return self._of(one.kind, one.id)

    def _literal(self, one: ValueRecord) -> Literal:
        return Literal(one.value, datatype_of(one.value, one.datatype))

    def _address(self, text: str | None) -> Literal | None:
        # As a literal, because publishers' addresses are not always valid IRIs.
        return Literal(text, f"{XSD}anyURI") if text else None

    def _day(self, day: Day | None) -> Literal | None:
        return Literal(day.value, self._iris.known(day.datatype)) if day else None

    def _time(self, time: datetime | None) -> Literal | None:
        return self._day(moment(time)) if time else None

    def _double(self, number: float | None) -> Literal | None:
        return None if number is None else Literal(repr(float(number)), f"{XSD}double")

    def _integer(self, number: int | None) -> Literal | None:
        return None if number is None else Literal(str(number), f"{XSD}integer")
