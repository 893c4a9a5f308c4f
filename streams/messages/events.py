"""Every message that travels on Kafka, but for `streams/messages/suggestion_events.py`.

The `triples` topic is a public contract: `topology/schemas/` is generated from here.
Values are UTF-8 JSON; keys are the document's id; `streams/messages/cloud_events.py` has the headers.
"""

from hashlib import blake2b
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

EntityType = Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=64)]
MAX_NAME = 1024
"""Longest entity name. A "name" beyond that is a hostile or broken text, not a name."""

Identifier = Annotated[str, Field(min_length=1, max_length=512)]
WikidataId = Annotated[str, Field(pattern=r"^Q[1-9][0-9]{0,11}$")]


def stable_id(prefix: str, *parts: object) -> str:
    """Returns a deterministic id: `prefix-` and 128 bits of BLAKE2b over the parts.

    Parts are joined by U+001F, which no validated field contains, so different parts cannot collide by concatenation.
    """
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16)
    return f"{prefix}-{digest.hexdigest()}"


class Event(BaseModel):
    """Common behaviour: immutable; unknown fields are ignored, so that producers may add some before we know them."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class MediaReference(Event):
    """A picture, video or sound that an article names."""

    uri: Annotated[str, Field(min_length=1, max_length=4096)] = Field(description="Where the bytes are (claim check).")
    sha256: str | None = Field(
        None, pattern=r"^[0-9a-f]{64}$", description="Hash of the bytes, if the publisher knows it."
    )
    caption: str = Field("", description="The caption that stood with it.")


Second = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
Pixel = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class Spot(Event):
    """Where in a picture, video or sound something is seen or heard."""

    media: Identifier = Field(description="The media item's id.")
    begin: Second | None = Field(None, description="Second of a video or sound at which it begins.")
    end: Second | None = Field(None, description="Second at which it ends.")
    frame: Second | None = Field(None, description="Second of the video's frame that the box is in.")
    box: tuple[Pixel, Pixel, Pixel, Pixel] | None = Field(
        None, description="Left, top, right and bottom in pixels of the picture as shown, the last two exclusive."
    )
    depth: float | None = Field(None, ge=0, le=1, description="Median depth in the box: 0 nearest, 1 farthest.")


class Passage(Event):
    """Characters of a derived article's body, and where they were seen or heard."""

    start: int = Field(ge=0, description="First character of the body.")
    end: int = Field(ge=0, description="One past the last.")
    spot: Spot = Field(description="Where.")


class Article(Event):
    """A news article, or its retraction. Topic `raw-news`."""

    id: Identifier = Field(
        description="The publisher's stable id. Publishing an id again with other text is a revision."
    )
    op: Literal["upsert", "retract"] = Field(
        "upsert", description="`retract` withdraws every fact this article supports."
    )
    headline: str = Field("", max_length=10_000, description="The headline, plain text.")
    body: str = Field("", description="The text, plain. Required unless `op` is `retract`.")
    url: str | None = Field(None, max_length=4096, description="Where a reader finds the article.")
    source: str = Field("", max_length=512, description="The publisher or feed.")
    author: str = Field("", max_length=1024, description="The byline.")
    section: str = Field("", max_length=512, description="The publisher's section or category.")
    published_at: AwareDatetime | None = Field(None, description="When it was published, ISO 8601 with offset.")
    language: str | None = Field(None, max_length=35, description="BCP 47 tag, if the publisher knows it.")
    media: tuple[MediaReference, ...] = Field((), max_length=256, description="Pictures, videos and sounds it names.")
    derived_from: str | None = Field(None, max_length=512, description="The media item a transcript was derived from.")
    passages: tuple[Passage, ...] = Field(
        (), max_length=100_000, description="Of a derived article: where each part of its body was seen or heard."
    )

    @model_validator(mode="after")
    def _readable(self) -> Self:
        for name in ("id", "headline", "body", "url", "source", "author", "section"):
            value = getattr(self, name) or ""
            if any(c in value for c in ("\x00", "\x1f")):
                raise ValueError(f"{name} contains a NUL or unit-separator character")
        if self.op == "upsert" and not self.body.strip():
            raise ValueError("body is empty; an article needs text (or op: retract)")
        return self

    @property
    def revision(self) -> str:
        """A short hash of the text, and of where it was seen or heard: the same id with another is another revision."""
        parts = (self.headline, self.body, *(passage.model_dump_json() for passage in self.passages))
        return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


class MediaItem(Event):
    """A picture, video or sound to look at or listen to, or its retraction. Topic `raw-media`."""

    id: Identifier = Field(description="Stable id of the item.")
    op: Literal["upsert", "retract"] = Field("upsert", description="`retract` withdraws all that it was evidence of.")
    uri: str = Field("", max_length=4096, description="Where the bytes are (claim check): http(s), file, s3.")
    data: str | None = Field(None, description="The bytes themselves in base64, if they are few; then `uri` is a name.")
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$", description="Hash of the bytes, if known.")
    size: int | None = Field(None, ge=0, description="How many bytes, if known.")
    article: str | None = Field(None, max_length=512, description="Id of the article that names it.")
    source: str = Field("", max_length=512, description="The publisher or feed.")
    url: str | None = Field(None, max_length=4096, description="Where a reader finds it.")
    headline: str = Field("", description="That article's headline, so that the media stage needs no join.")
    caption: str = Field("", description="Its caption.")
    mentions: tuple["EntityMention", ...] = Field((), description="Entities the headline and caption mention.")
    published_at: AwareDatetime | None = Field(None, description="When it was published.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name in ("id", "uri", "article", "source", "url", "headline", "caption"):
            if any(c in (getattr(self, name) or "") for c in ("\x00", "\x1f")):
                raise ValueError(f"{name} contains a NUL or unit-separator character")
        if self.op == "upsert" and not (self.uri or self.data):
            raise ValueError("neither uri nor data; an item needs bytes (or op: retract)")
        return self


class Entity(Event):
    """Something with an identity."""

    id: Identifier = Field(
        description="Stable id: a hash of type and canonical name. Alias records say whom it stands for."
    )
    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)] = Field(description="Canonical name.")
    type: EntityType = Field(description="Entity type of the ontology.")

    @classmethod
    def of(cls, name: str, type_: str) -> Self:
        """Returns the entity that this canonical name and type stand for."""
        return cls(id=stable_id("e", type_, name), name=name, type=type_)


class EntityMention(Event):
    """An entity and how often a document names it."""

    entity: Entity = Field(description="The entity.")
    count: int = Field(1, ge=1, description="Mentions in the document.")
    names: tuple[str, ...] = Field(
        (), max_length=64, description="Other names by which the document calls it: `Takaichi`, `WHO`."
    )


class Literal_(Event):  # noqa: N801 - `Literal` is typing's
    """A value that is no entity: a date, a number, a text."""

    value: str = Field(description="The value, in its datatype's lexical form.")
    datatype: str = Field("xsd:string", description="XML Schema datatype; `edtf` for what ISO 8601-2 says beyond it.")
    unit: str = Field("", max_length=64, description="Of a quantity: `USD`, `km`, `%`, or what was counted.")

    @property
    def key(self) -> str:
        """What makes the value the same value: part of the fact's id."""
        return f"{self.datatype}:{self.value}" + (f" {self.unit}" if self.unit else "")


class Predicate(Event):
    """What is said of subject and object."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_:-]*$", max_length=128)] = Field(
        description="Wikidata property id (`P169`), or a name of the user's own ontology."
    )
    name: str = Field(description="Readable name, `chief executive officer`.")


class TextSpan(Event):
    """Characters of a field: Unicode code points, end exclusive."""

    start: int = Field(ge=0, description="First character.")
    end: int = Field(ge=0, description="One past the last character.")
    text: str = Field(description="The characters themselves.")

    @classmethod
    def of(cls, text: str, start: int, end: int) -> "TextSpan":
        """Returns these characters of a text."""
        return cls(start=start, end=end, text=text[start:end])


class Evidence(Event):
    """Where a triple was read, precisely enough to show it to an editor."""

    document: Identifier = Field(description="Article or media id.")
    revision: str = Field(description="As in the `Document`: hash of what was read and of what read it.")
    field: Literal["headline", "body", "author", "caption", "media"] = Field(
        description="The field that the offsets point into, `caption` of a media item; `media`: there is no text, and "
        "spans are empty."
    )
    sentence: TextSpan = Field(description="The sentence, or the sentences from one mention to the other.")
    subject: TextSpan = Field(description="The subject's mention; empty where the subject is the article itself.")
    object: TextSpan = Field(description="The object's mention.")
    spot: Spot | None = Field(None, description="Where in a picture, video or sound it was seen or heard.")
    source: str = Field("", description="The article's source.")
    url: str | None = Field(None, description="The article's address.")
    published_at: AwareDatetime | None = Field(None, description="When the article was published.")
    observed_at: AwareDatetime = Field(description="When the article reached the wire (its Kafka timestamp).")
    model: str = Field(description="The model that read it.")
    model_version: str = Field(description="That model's version.")


class Triple(Event):
    """One fact with one piece of evidence. Topic `triples`, CloudEvents type `triplewire.triple`."""

    id: Identifier = Field(description="Hash of parts and evidence: the same article always yields the same ids.")
    fact: Identifier = Field(description="Hash of subject, predicate and object: the same fact from any article.")
    kind: Literal["reported", "attribute", "inferred"] = Field("reported", description="How it came to be known.")
    subject: Entity = Field(description="Who or what it is about.")
    predicate: Predicate = Field(description="What is said.")
    object: Entity | Literal_ = Field(description="The other entity, or a value.")
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that the evidence states the fact.")
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
    ) -> Self:
        """Returns the triple of these parts, with its deterministic ids."""
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
        )


class Keyword(Event):
    """A term that tells this article from others."""

    term: Annotated[str, Field(min_length=1, max_length=64)] = Field(description="Lower case, singular: `court`.")
    score: float = Field(ge=0, description="TF-IDF.")


class Value(Event):
    """A date or a quantity that the text names, where it can mean only one thing."""

    field: Literal["headline", "body"] = Field(description="The field that the offsets point into.")
    where: TextSpan = Field(description="The characters that say so.")
    value: Literal_ = Field(description="What they mean; a date is reckoned from the article's own.")
    qualifier: Literal["", "about", "at least", "at most"] = Field("", description="How the text limits the value.")


class Scene(Event):
    """A stretch of a video between two cuts."""

    begin: Second = Field(description="Second at which it begins.")
    end: Second = Field(description="Second at which it ends.")
    motion: float = Field(ge=0, description="How fast things move against the background: picture widths a second.")
    camera: float = Field(ge=0, description="How fast the background moves: picture widths a second.")


class Colour(Event):
    """How much of a picture has a colour."""

    name: str = Field(max_length=32, description="Basic colour term: `red`.")
    share: float = Field(ge=0, le=1, description="Part of the picture.")


class MediaFacts(Event):
    """What the graph keeps of a picture, video or sound besides what any document has."""

    kind: Literal["picture", "video", "sound"] | None = Field(description="What it is; null: it was withdrawn.")
    uri: str = Field("", description="Where its bytes were.")
    article: str | None = Field(None, description="Id of the article that names it.")
    caption: str = Field("", description="Its caption.")
    sha256: str = Field("", description="Hash of its bytes.")
    size: int = Field(0, ge=0, description="How many bytes.")
    format: str = Field("", description="What the bytes are: `image/jpeg`.")
    colours: tuple[Colour, ...] = Field((), description="Of a picture: its colours, most first.")
    scenes: tuple[Scene, ...] = Field((), description="Of a video: what lies between the cuts.")


class Document(Event):
    """What the graph keeps of an article, picture, video or sound. Topic `triples`, type `triplewire.document`.

    It precedes the triples of that item under the same key, so a sink sees it first. With `op: retract` it withdraws
    them.
    """

    id: Identifier = Field(description="The article's id, or the media item's.")
    op: Literal["upsert", "retract"] = Field("upsert", description="`retract`: the article was withdrawn.")
    revision: str = Field(
        "",
        description="Hash of the text, or of bytes and caption, and of what read them; facts of other revisions no "
        "longer hold.",
    )
    headline: str = Field("", description="The headline.")
    url: str | None = Field(None, description="Where a reader finds it.")
    source: str = Field("", description="The publisher or feed.")
    published_at: AwareDatetime | None = Field(None, description="When it was published.")
    observed_at: AwareDatetime = Field(description="When the article reached the wire (its Kafka timestamp).")
    language: str | None = Field(None, description="BCP 47 tag.")
    author: str = Field("", description="The byline, as it was published.")
    place: str = Field("", description="Where it is from, or else where it plays, if it says so plainly.")
    keywords: tuple[Keyword, ...] = Field((), description="What tells it from other articles, best first.")
    values: tuple[Value, ...] = Field((), description="Dates and quantities that it names, in reading order.")
    mentions: tuple[EntityMention, ...] = Field((), description="The entities it names.")
    triples: int = Field(0, ge=0, description="How many triples follow.")
    derived_from: str | None = Field(None, description="Of a transcript and the like: the media item it comes from.")
    brings: tuple[Identifier, ...] | None = Field(
        None,
        max_length=1024,
        description="Ids of what it brings along: of an article the media items that it names, of a media item the "
        "articles derived from it. What it brought before and does not any more no longer holds. Null: not told.",
    )
    media: MediaFacts | None = Field(None, description="Of a picture, video or sound: what it is.")


class Naming(Event):
    """What a document calls its entities: what the alias registry learns from. Topic `mentions`."""

    id: Identifier = Field(description="The article's id.")
    revision: str = Field(description="Hash of its text and its reader.")
    mentions: tuple[EntityMention, ...] = Field(description="As in the `Document`.")


class Alias(Event):
    """A decision on whom a name stands for. Topics `triples` and `entities`, CloudEvents type `triplewire.alias`.

    All decisions on one alias are in order under its id, and the last one counts. They may be repeated. Facts stay with
    the alias's own entity, so that a split undoes a merge without loss.
    """

    id: Identifier = Field(description="The alias's entity id.")
    op: Literal["merge", "split"] = Field(description="`split`: from now on the alias stands for itself again.")
    alias: Entity = Field(description="The entity under this name.")
    canonical: Entity | None = Field(None, description="Whom it stands for; never itself an alias. None for a split.")
    reason: str = Field("", max_length=64, description="The rule that decided: `surname`, `spelling`, `wikidata`.")
    wikidata: WikidataId | None = Field(
        None, description="The canonical entity's Wikidata id, if it was known then; see Identity."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.op == "merge") != (self.canonical is not None):
            raise ValueError("a merge names the canonical entity, a split none")
        if self.id != self.alias.id:
            raise ValueError("id is not the alias's")
        return self


class Identity(Event):
    """Which Wikidata item an entity is. Topic `triples`, CloudEvents type `triplewire.identity`.

    All identities of one entity are in order under its id, and the last one counts. They may be repeated. Found by a
    look-up, they are a claim at first, on the topic `mentions`: the registry tells what it makes of it.
    """

    id: Identifier = Field(description="The entity's id.")
    entity: Entity = Field(description="The entity.")
    wikidata: WikidataId | None = Field(None, description="The item. Null: what was told before no longer holds.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.id != self.entity.id:
            raise ValueError("id is not the entity's")
        return self


class TermCounts(Event):
    """In how many articles of one language each term stood."""

    documents: int = Field(ge=0, description="Articles counted.")
    terms: dict[str, int] = Field(description="Articles with a term, of those that stood in most.")


class TermSnapshot(Event):
    """How common terms are in a partition of articles, up to an offset. Topic `term-statistics`."""

    topic: str = Field(description="The topic counted.")
    partition: int = Field(ge=0, description="Its partition.")
    day: int = Field(ge=0, description="The latest day counted: days since 1970 by the broker's clock, UTC.")
    next_offset: int = Field(ge=0, description="The first record not counted.")
    languages: dict[str, TermCounts] = Field(description="Counts by language.")


ARTICLE_TYPE = "article"
"""Type of the subject of an article's attributes. It is the article itself: its id is the article's."""

MEDIA_TYPE = "media"
"""The same of a picture, video or sound."""
