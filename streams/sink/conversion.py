"""From a message of `triples` to its row: checks what a schema cannot, and flattens the rest."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from inference.text.modality.change import announces_change, announces_end
from inference.text.modality.reading import CLAIMS, read_modality
from inference.text.modality.terms import is_after
from inference.text.types import Span
from streams.messages.correction_events import OF_FACTS, Correction
from streams.messages.events import (
    ARTICLE_TYPE,
    MEDIA_TYPE,
    Alias,
    Document,
    Entity,
    Evidence,
    Identity,
    Literal_,
    MediaFacts,
    TextSpan,
    Triple,
    stable_id,
)
from streams.messages.happening_events import Story
from streams.road.stage import LATEST_MS, PoisonError
from streams.sink.rows import (
    AliasRow,
    Claim,
    CorrectionRow,
    DocumentRow,
    EntityRow,
    IdentityRow,
    LiteralRow,
    NodeKey,
    StoryRow,
    TripleRow,
)
from topology.graph.names import (
    ARTICLE,
    CLAIMED,
    DERIVED_FROM,
    HAPPENING_TYPES,
    ILLUSTRATES,
    MEDIA,
    MEDIA_KINDS,
    STATED,
)
from topology.ontology import HAPPENING

INT64_MAX = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def millis(when: datetime) -> int:
    """Returns milliseconds since 1970, rounded down."""
    delta = when - _EPOCH
    return delta.days * 86_400_000 + delta.seconds * 1000 + delta.microseconds // 1000


def triple_row(triple: Triple, relations: dict[str, str]) -> TripleRow:
    """Returns a triple's row.

    Args:
        triple: The message.
        relations: Relationship types by relation id; a relation that is not among them becomes `STATED`.

    Raises:
        PoisonError: wrong-fact-id, the fact's id is not the hash of its parts; out-of-range, a number is too large;
            wrong-object, the object is a media item other than the one that the evidence is from.
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
    _check_range(*(n for span in spans for n in (span.start, span.end)))
    seen = millis(proof.published_at or proof.observed_at)
    spot = proof.spot
    label = MEDIA if spot and spot.media == proof.document else ARTICLE
    # A relationship to another media item would create or reuse whatever node has that id.
    if isinstance(target, Entity) and target.type == MEDIA_TYPE and (label, target.id) != (MEDIA, proof.document):
        raise PoisonError("wrong-object", f"the object is the media item {target.id}, but the evidence is not from it")
    own = (MEDIA_TYPE if label == MEDIA else ARTICLE_TYPE, proof.document)
    types = HAPPENING_TYPES if subject.type == HAPPENING else relations
    relation = types.get(predicate.id, STATED)
    modality = _modality(triple)
    claim = Claim(fact, relation, modality) if modality in CLAIMS else None
    if claim:
        fact, relation = stable_id("c", claim.fact, modality), CLAIMED
    return TripleRow(
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
            "past": modality == "past" or None,
            "modality": None if modality == "asserted" else modality,
            "change": _change(triple, modality) or None,
            "since": triple.since,
            "until": triple.until,
            "qualifier": triple.qualifier or None,
            "attributed_to": triple.attributed_to.id if triple.attributed_to else None,
            "speaker": triple.attributed_to.name if triple.attributed_to else None,
            **{name: getattr(spot, name, None) for name in ("media", "begin", "end", "frame", "depth")},
            "box": list(spot.box) if spot and spot.box else None,
        },
        about_article=(subject.type, subject.id) == own,
        in_media=isinstance(target, Entity) and target.type == MEDIA_TYPE,
        label=label,
        claim=claim,
    )


def _modality(triple: Triple) -> str:
    """Returns a triple's modality.

    Older messages have none: whether they speak of a former holder is read off their sentence, as the sink always did.
    What holds only from a later day on is a plan until then.
    """
    if "modality" not in triple.model_fields_set and triple.kind == "reported":
        proof = triple.evidence
        found = read_modality(proof.sentence.text, *_ends(triple), (proof.published_at or proof.observed_at).date())
        return "past" if found.modality == "past" else "asserted"
    seen = triple.evidence.published_at or triple.evidence.observed_at
    if triple.modality == "asserted" and is_after(triple.since or "", seen.date()):
        return "planned"
    return triple.modality


def _change(triple: Triple, modality: str) -> bool:
    """Returns whether the sentence reports that the fact begins or ends, and not only that it holds or held."""
    if triple.kind != "reported" or modality in CLAIMS or triple.subject.type == HAPPENING:
        return False
    reports = announces_end if modality == "past" else announces_change
    return reports(triple.evidence.sentence.text, *_ends(triple))


def _ends(triple: Triple) -> tuple[Span, Span]:
    """Returns where in its sentence a triple's two mentions are."""
    proof = triple.evidence
    start = proof.sentence.start
    return Span(proof.subject.start - start, proof.subject.end - start), Span(
        proof.object.start - start, proof.object.end - start
    )


def millis_of_day(day: str | None, *, last: bool = False) -> int | None:
    """Returns when a day, month or year begins, or with `last` when its last day does; None if it is no such day."""
    if not day:
        return None
    year, month, of_month = (*map(int, day.split("-")), 0, 0)[:3]
    try:
        if last and not of_month:
            following = date(year + (month in {0, 12}), month % 12 + 1 if month else 1, 1)
            return millis(datetime.combine(following, datetime.min.time(), UTC)) - 86_400_000
        return millis(datetime(year, month or 1, of_month or 1, tzinfo=UTC))
    except ValueError:
        return None


def document_row(document: Document, stated_at: int = 0) -> DocumentRow:
    """Returns a document's row.

    Args:
        document: The message.
        stated_at: Kafka's timestamp of the message, milliseconds since 1970; it may be anything.

    Raises:
        PoisonError: out-of-range, a number is too large.
    """
    mentions: dict[str, int] = {}
    for mention in document.mentions:
        mentions[mention.entity.id] = mentions.get(mention.entity.id, 0) + mention.count
    _check_range(document.media.size if document.media else 0, *mentions.values())
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
        "dates": _values(document, dates=True) or None,
        "quantities": _values(document, dates=False) or None,
        "likeness": list(document.likeness) or None,
        "published_at": millis(document.published_at) if document.published_at else None,
    }
    link: tuple[str, NodeKey] | None = None
    if document.media:
        properties |= _media(document.media)
        if document.media.article:
            link = ILLUSTRATES, (ARTICLE, document.media.article)
    elif document.derived_from:
        link = DERIVED_FROM, (MEDIA, document.derived_from)
    return DocumentRow(
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
        erase=document.erase and document.op == "retract",
        stated_at=min(max(stated_at, millis(document.observed_at)), LATEST_MS),
    )


def alias_row(alias: Alias, at: int) -> AliasRow:
    """Returns an alias decision's row.

    Args:
        alias: The message.
        at: When it was published; milliseconds since 1970.
    """
    canonical = _entity(alias.canonical) if alias.canonical else None
    return AliasRow(alias.id, _entity(alias.alias), canonical, alias.reason, at, alias.certain)


def identity_row(identity: Identity, at: int = 0) -> IdentityRow:
    """Returns an identity's row.

    Args:
        identity: The message.
        at: When it was published; milliseconds since 1970.
    """
    return IdentityRow(identity.id, _entity(identity.entity), identity.wikidata, at)


def story_row(story: Story, at: int) -> StoryRow:
    """Returns the row of a decision on a happening's story.

    Args:
        story: The message.
        at: When it was published; milliseconds since 1970.
    """
    return StoryRow(story.id, _entity(story.happening), story.story, story.title, at)


def correction_row(correction: Correction, stated_at: int, relations: dict[str, str]) -> CorrectionRow:
    """Returns a correction's row.

    Args:
        correction: The message.
        stated_at: Kafka's timestamp of the message, for one that does not say when it was made; milliseconds.
        relations: As of `triple_row`.

    Raises:
        PoisonError: As `triple_row`.
    """
    at = correction.at or _EPOCH + timedelta(milliseconds=min(max(stated_at, 0), LATEST_MS))
    fact = _corrected_fact(correction, at, relations) if correction.kind in OF_FACTS else None
    other = fact.object.id if fact else getattr(correction.object, "id", None)
    return CorrectionRow(
        id=correction.id,
        kind=correction.kind,
        withdrawn=correction.op == "withdraw",
        at=millis(at),
        by=correction.by,
        why=correction.why,
        said=correction.model_dump_json(exclude_none=True),
        subject=correction.subject.id if correction.subject else None,
        object=other,
        triple=fact,
        class_=correction.object.name if correction.kind == "class" and isinstance(correction.object, Entity) else None,
    )


def _corrected_fact(correction: Correction, at: datetime, relations: dict[str, str]) -> TripleRow | None:
    """Returns the fact that a correction is about, with the correction itself as its evidence."""
    if correction.subject is None or correction.predicate is None or correction.object is None:
        return None
    nowhere = TextSpan(start=0, end=0, text="")
    evidence = Evidence(
        document=correction.id,
        revision="",
        field="body",
        sentence=nowhere.model_copy(update={"text": correction.why}),
        subject=nowhere,
        object=nowhere,
        source=correction.by,
        observed_at=at,
        model="",
        model_version="",
    )
    parts = correction.subject, correction.predicate, correction.object
    row = triple_row(Triple.of(*parts, 1.0, evidence, modality="asserted"), relations)
    return replace(row, id=correction.id, evidence=row.evidence | {"id": correction.id, "change": None})


def _entity(entity: Entity) -> EntityRow:
    if (at := entity.location) is None:
        return EntityRow(
            entity.id, entity.name, entity.type, office_of=entity.office_of, role=entity.role, class_=entity.class_
        )
    return EntityRow(entity.id, entity.name, entity.type, at.country, at.latitude, at.longitude)


def _check_range(*numbers: int) -> None:
    if max(numbers) > INT64_MAX:
        raise PoisonError("out-of-range", f"the number {max(numbers)} does not fit into 64 bits")


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


def _values(document: Document, *, dates: bool) -> list[str]:
    """Returns the distinct dates, or else quantities, of a document as text: `2026-03-04`, `12 km`."""
    values = (value.value for value in document.values)
    return list(dict.fromkeys(f"{v.value} {v.unit}".rstrip() for v in values if (v.datatype != "xsd:decimal") == dates))
