"""The messages on Kafka's topics, except those of the topic `suggestions` (`streams/messages/suggestion_events.py`).

The `triples` topic is a public contract: `topology/schemas/` and `docs/triples.md` are generated from this module.
Values are UTF-8 JSON. The key is the id of the document or entity that the message is about.
`streams/messages/cloud_events.py` has the headers.
"""

from hashlib import blake2b
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from streams.messages.base import (
    MAX_NAME,
    Day,
    Entity,
    EntityMention,
    EntityType,
    Event,
    Identifier,
    Literal_,
    Modality,
    Pixel,
    Predicate,
    Published,
    Second,
    Spot,
    TextSpan,
    WikidataId,
    is_blank,
    stable_id,
)
from streams.messages.happening_events import HappeningReport

__all__ = (
    "ARTICLE_TYPE",
    "MAX_NAME",
    "MEDIA_TYPE",
    "Alias",
    "Article",
    "Colour",
    "Day",
    "Document",
    "Entity",
    "EntityMention",
    "EntityType",
    "Event",
    "Evidence",
    "Identifier",
    "Identity",
    "Keyword",
    "Literal_",
    "MediaFacts",
    "MediaItem",
    "MediaReference",
    "Modality",
    "Naming",
    "Passage",
    "Pixel",
    "Predicate",
    "Published",
    "Scene",
    "Second",
    "Spot",
    "TextSpan",
    "Triple",
    "Value",
    "WikidataId",
    "stable_id",
)


class MediaReference(Published):
    """A picture, video or sound recording that an article refers to."""

    uri: Annotated[str, Field(min_length=1, max_length=4096)] = Field(description="Address of the bytes.")
    sha256: str | None = Field(
        None, pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the bytes, if the publisher knows it."
    )
    caption: str = Field("", description="Its caption in the article.")


class Passage(Published):
    """A range of characters in a derived article's body, and where they were seen or heard."""

    start: int = Field(ge=0, description="First character of the body.")
    end: int = Field(ge=0, description="One past the last character.")
    spot: Spot = Field(description="Where they were seen or heard.")


class Article(Published):
    """A news article, or its retraction. Topic `raw-news`. Null in an optional field is the same as leaving it out."""

    id: Identifier = Field(
        description="The publisher's stable id. The same id with another text is a revision of the article."
    )
    op: Literal["upsert", "retract"] = Field(
        "upsert", description="`retract` withdraws all evidence from this article."
    )
    erase: bool = Field(
        False,
        description="Only with `op: retract`: what the article brought is to be deleted for good, and not only marked.",
    )
    headline: str = Field("", max_length=10_000, description="The headline, as plain text.")
    body: str = Field("", description="The text, as plain text. Required unless `op` is `retract`.")
    url: str | None = Field(None, max_length=4096, description="Web address of the article.")
    source: str = Field("", max_length=512, description="The publisher or feed.")
    author: str = Field("", max_length=1024, description="The byline.")
    section: str = Field("", max_length=512, description="The publisher's section or category.")
    published_at: AwareDatetime | None = Field(None, description="Time of publication, ISO 8601 with offset.")
    language: str | None = Field(None, max_length=35, description="BCP 47 tag, if the publisher knows it.")
    media: tuple[MediaReference, ...] = Field((), max_length=256, description="Media that it refers to.")
    derived_from: str | None = Field(
        None,
        max_length=512,
        description="Id of the media item that this article was derived from, for example a transcript.",
    )
    passages: tuple[Passage, ...] = Field(
        (), max_length=100_000, description="Only for a derived article: where each part of its body was seen or heard."
    )

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.erase and self.op != "retract":
            raise PydanticCustomError("erase", "erase needs op: retract")
        if self.op == "upsert" and is_blank(self.body):
            raise ValueError("body is empty; an article needs text (or op: retract)")
        return self

    @property
    def revision(self) -> str:
        """A short hash of the text, and of where it was seen or heard. It differs between revisions of an article."""
        parts = (self.headline, self.body, *(passage.model_dump_json() for passage in self.passages))
        return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


class MediaItem(Published):
    """A picture, video or sound recording, or its retraction. Topic `raw-media`."""

    id: Identifier = Field(description="Stable id of the item.")
    op: Literal["upsert", "retract"] = Field("upsert", description="`retract` withdraws all evidence from this item.")
    erase: bool = Field(
        False,
        description="Only with `op: retract`: what the item brought is to be deleted for good, and not only marked.",
    )
    uri: str = Field("", max_length=4096, description="Address of the bytes: http(s), file or s3.")
    data: str | None = Field(None, description="The bytes in base64, for small items; `uri` is then only a name.")
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the bytes, if known.")
    size: int | None = Field(None, ge=0, description="Number of bytes, if known.")
    article: str | None = Field(None, max_length=512, description="Id of the article that refers to it.")
    source: str = Field("", max_length=512, description="The publisher or feed.")
    url: str | None = Field(None, max_length=4096, description="Web address of it.")
    headline: str = Field("", description="Headline of that article, so that the media stage need not look it up.")
    caption: str = Field("", description="Its caption.")
    mentions: tuple["EntityMention", ...] = Field((), description="Entities that the headline and caption mention.")
    published_at: AwareDatetime | None = Field(None, description="Time of publication.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.erase and self.op != "retract":
            raise PydanticCustomError("erase", "erase needs op: retract")
        if self.op == "upsert" and not (self.uri or self.data):
            raise ValueError("neither uri nor data is given; a media item needs one of them (or op: retract)")
        return self


class Evidence(Event):
    """Where a triple was read, precise enough to show an editor the place."""

    document: Identifier = Field(description="Id of the article or media item.")
    revision: str = Field(description="As in the `Document`: a hash of the content and of its model.")
    field: Literal["headline", "body", "author", "caption", "media"] = Field(
        description="The field that the offsets refer to; `caption` is a media item's. With `media` there is no text, "
        "and the spans are empty."
    )
    sentence: TextSpan = Field(description="The sentence, or the sentences from the first mention to the second.")
    subject: TextSpan = Field(description="The mention of the subject; empty if the subject is the article itself.")
    object: TextSpan = Field(description="The mention of the object.")
    spot: Spot | None = Field(None, description="Where in a picture, video or sound recording it was seen or heard.")
    source: str = Field("", description="The article's publisher or feed.")
    url: str | None = Field(None, description="The article's web address.")
    published_at: AwareDatetime | None = Field(None, description="Time of the article's publication.")
    observed_at: AwareDatetime = Field(description="When the article was received: its Kafka timestamp.")
    model: str = Field(description="Model that read it.")
    model_version: str = Field(description="Version of that model.")


class Triple(Event):
    """One fact or claim with one piece of evidence. Topic `triples`, CloudEvents type `triplewire.triple`."""

    id: Identifier = Field(description="Hash of fact and evidence: the same article always yields the same ids.")
    fact: Identifier = Field(description="Hash of subject, predicate and object: the same in every article.")
    kind: Literal["reported", "attribute", "inferred"] = Field("reported", description="How the fact was obtained.")
    subject: Entity = Field(description="The entity that the fact is about.")
    predicate: Predicate = Field(description="The relation.")
    object: Entity | Literal_ = Field(description="The other entity, or a value.")
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that the evidence states the fact.")
    modality: Modality = Field(
        "asserted",
        description="`asserted`: the evidence states that the fact holds; `past`: that it held and no longer does. "
        "With `planned`, `possible` and `denied` it is a claim and no fact.",
    )
    attributed_to: Entity | None = Field(
        None, description="The person or organization that the text quotes as saying so; null if it states it itself."
    )
    since: Day | None = Field(None, description="From when the fact holds, if the text says: day, month or year.")
    until: Day | None = Field(None, description="Until when it holds or held, if the text says.")
    qualifier: Literal["", "about", "at least", "at most"] = Field(
        "", description="Only for a number in a happening: how the text qualifies it."
    )
    evidence: Evidence = Field(description="Where it was read.")

    @classmethod
    def of(
        cls,
        subject: Entity,
        predicate: Predicate,
        object_: Entity | Literal_,
        confidence: float,
        evidence: Evidence,
        *,
        kind: Literal["reported", "attribute", "inferred"] = "reported",
        **said: Any,
    ) -> Self:
        """Returns the triple of these parts, with its deterministic ids; `said` has the fields from `modality` on."""
        target = object_.id if isinstance(object_, Entity) else object_.key
        fact = stable_id("f", subject.id, predicate.id, target)
        where = (
            evidence.field,
            evidence.subject.start,
            evidence.subject.end,
            evidence.object.start,
            evidence.object.end,
        )
        return cls(
            id=stable_id("t", fact, evidence.document, evidence.revision, *where),
            fact=fact,
            kind=kind,
            subject=subject,
            predicate=predicate,
            object=object_,
            confidence=confidence,
            evidence=evidence,
            **said,
        )


class Keyword(Event):
    """A term that distinguishes this article from others."""

    term: Annotated[str, Field(min_length=1, max_length=64)] = Field(description="Lower case, singular: `court`.")
    score: float = Field(ge=0, description="Its TF-IDF score.")


class Value(Event):
    """A date or quantity that the text states unambiguously."""

    field: Literal["headline", "body"] = Field(description="The field that the offsets refer to.")
    where: TextSpan = Field(description="The characters that state it.")
    value: Literal_ = Field(description="The normalised value; a relative date is resolved against the article's date.")
    qualifier: Literal["", "about", "at least", "at most"] = Field("", description="How the text qualifies the value.")


class Scene(Event):
    """A part of a video between two cuts."""

    begin: Second = Field(description="Second at which it begins.")
    end: Second = Field(description="Second at which it ends.")
    motion: float = Field(ge=0, description="Speed of objects against the background, in picture widths per second.")
    camera: float = Field(ge=0, description="Speed of the background, in picture widths per second.")


class Colour(Event):
    """A colour, and the part of a picture that has it."""

    name: str = Field(max_length=32, description="Basic colour term: `red`.")
    share: float = Field(ge=0, le=1, description="Part of the picture, from 0 to 1.")


class MediaFacts(Event):
    """Fields of a document that only a picture, video or sound recording has."""

    kind: Literal["picture", "video", "sound"] | None = Field(description="Kind of the item; null if it was withdrawn.")
    uri: str = Field("", description="Address of its bytes.")
    article: str | None = Field(None, description="Id of the article that refers to it.")
    caption: str = Field("", description="Its caption.")
    sha256: str = Field("", description="SHA-256 of its bytes.")
    size: int = Field(0, ge=0, description="Number of bytes.")
    format: str = Field("", description="Media type of the bytes: `image/jpeg`.")
    colours: tuple[Colour, ...] = Field((), description="Only for a picture: its colours, the most frequent first.")
    scenes: tuple[Scene, ...] = Field((), description="Only for a video: its scenes.")


class Document(Event):
    """An article, picture, video or sound recording. Topic `triples`, CloudEvents type `triplewire.document`.

    It has the same key as its triples and precedes them. With `op: retract` it withdraws them.
    """

    id: Identifier = Field(description="Id of the article or media item.")
    op: Literal["upsert", "retract"] = Field("upsert", description="`retract`: the document was withdrawn.")
    erase: bool = Field(
        False,
        description="Only with `op: retract`: delete for good what you keep of the document, of its triples, and of "
        "the media items and derived articles that belong to it.",
    )
    revision: str = Field(
        "",
        description="Hash of the content (the text, or bytes and caption) and of the model that read it. Evidence from "
        "other revisions no longer holds.",
    )
    headline: str = Field("", description="The headline.")
    url: str | None = Field(None, description="Web address of it.")
    source: str = Field("", description="The publisher or feed.")
    published_at: AwareDatetime | None = Field(None, description="Time of publication.")
    observed_at: AwareDatetime = Field(description="When the article was received: its Kafka timestamp.")
    language: str | None = Field(None, description="BCP 47 tag.")
    author: str = Field("", description="The byline, as published.")
    place: str = Field("", description="Where it was written or else where it takes place, if clearly stated.")
    keywords: tuple[Keyword, ...] = Field((), description="Terms that distinguish it from others, the best first.")
    values: tuple[Value, ...] = Field((), description="Dates and quantities that it states, in reading order.")
    mentions: tuple[EntityMention, ...] = Field((), description="The entities that it mentions.")
    likeness: tuple[Annotated[str, Field(max_length=64)], ...] = Field(
        (),
        max_length=64,
        description="Keys of its text. Articles that share one are copies of each other and speak with one voice.",
    )
    triples: int = Field(0, ge=0, description="Number of triples that follow.")
    derived_from: str | None = Field(
        None, description="Id of the media item that this article was derived from, for example a transcript."
    )
    brings: tuple[Identifier, ...] | None = Field(
        None,
        max_length=1024,
        description="Ids of the documents that belong to this one: the media items that an article refers to, or the "
        "articles derived from a media item. A document that is no longer listed is withdrawn. Null: unknown.",
    )
    media: MediaFacts | None = Field(None, description="Only for a picture, video or sound recording: its own fields.")


class Naming(Event):
    """The names that a document uses for its entities, from which the alias registry learns. Topic `mentions`."""

    id: Identifier = Field(description="The article's id.")
    revision: str = Field(description="As in the `Document`.")
    mentions: tuple[EntityMention, ...] = Field(description="As in the `Document`.")
    happenings: tuple[HappeningReport, ...] = Field(
        (), max_length=256, description="What it says happened, will happen, may happen or did not."
    )


class Alias(Event):
    """A decision on what a name stands for. Topics `triples` and `entities`, CloudEvents type `triplewire.alias`.

    The decisions on one alias are in order, with its entity id as the key. The last one counts; they may be repeated.
    Facts stay with the alias's own entity, so that a split undoes a merge without loss.
    """

    id: Identifier = Field(description="Entity id of the alias.")
    op: Literal["merge", "split"] = Field(
        description="`merge`: the alias stands for another entity; `split`: it stands for itself again."
    )
    alias: Entity = Field(description="The alias: an entity of its own.")
    canonical: Entity | None = Field(
        None, description="The entity it stands for, never an alias itself. Null for a split."
    )
    reason: str = Field("", max_length=64, description="The rule that decided: `surname`, `spelling`, `wikidata`.")
    wikidata: WikidataId | None = Field(
        None, description="Wikidata id of the canonical entity, if it was known at the time; see Identity."
    )
    certain: bool = Field(
        True,
        description="False: it may also be another entity of this name; it is counted to the best known of them.",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.op == "merge") != (self.canonical is not None):
            raise ValueError("a merge must have a canonical entity, and a split must not")
        if self.id != self.alias.id:
            raise ValueError("id must be that of the alias")
        return self


class Identity(Event):
    """The Wikidata item of an entity. Topic `triples`, CloudEvents type `triplewire.identity`.

    The identities of one entity are in order, with its id as the key. The last one counts; they may be repeated. The
    result of a look-up is first a claim on the topic `mentions`; the registry then decides and publishes the identity.
    """

    id: Identifier = Field(description="Id of the entity.")
    entity: Entity = Field(description="The entity.")
    wikidata: WikidataId | None = Field(None, description="Id of the item. Null: the previous one no longer holds.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.id != self.entity.id:
            raise ValueError("id must be that of the entity")
        return self


ARTICLE_TYPE = "article"
"""Entity type of an article itself, the subject of its attributes; the entity's id is the article's id."""

MEDIA_TYPE = "media"
"""The same for a picture, video or sound recording."""
