"""The rows that the sink writes: what a message of `triples` says, checked and flattened.

Each row is called after its message. Times are integers, milliseconds since 1970, and become DateTime in Neo4j: the
Python driver takes 80 µs to pack a datetime and next to nothing for an integer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from topology.graph.names import ARTICLE, entity_label

NodeKey = tuple[str, str]
"""Label and id of an article or a media item. The two may share an id, so the label belongs to the key."""


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity as one message names it.

    Attributes:
        id: Its id.
        name: Its name.
        type: Its type.
        country: Code of the country that a place is or lies in; None if the message does not say.
        latitude: Degrees north of a place that is a point.
        longitude: Degrees east.
        office_of: Whose office it is; None of everything else.
        role: What a person is said to be; None of everything else.
        class_: Class of a happening; None of everything else.
    """

    id: str
    name: str
    type: str
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    office_of: str | None = None
    role: str | None = None
    class_: str | None = None

    @property
    def label(self) -> str:
        """The label of its type."""
        return entity_label(self.type)


@dataclass(frozen=True, slots=True)
class LiteralRow:
    """A value that facts point to."""

    id: str
    value: str
    datatype: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim says of a fact.

    Attributes:
        fact: The fact's id.
        relation: The fact's relationship type.
        modality: `planned`, `possible` or `denied`.
    """

    fact: str
    relation: str
    modality: str


@dataclass(frozen=True, slots=True)
class TripleRow:
    """A triple: one fact or claim, and one piece of evidence for it.

    Attributes:
        id: The triple's id, which is the evidence's as well.
        fact: The fact's id; of a claim, the claim's.
        article: Id of the article or media item that the evidence is from.
        revision: The revision of its text that the evidence was read in.
        seen: When the article was published, or else observed; milliseconds since 1970.
        relation: The fact's relationship type: from the ontology, never from the message.
        observed_at: When the article's message reached Kafka.
        evidence: The properties of the evidence node, all but `retracted_at`.
        about_article: Whether the subject is the article or media item itself, which is no entity.
        in_media: Whether the object is the media item itself.
        label: Label of the node that the evidence is from: article or media item.
        claim: Of a claim, what it has besides: the fact that it is about, that fact's relationship type, its modality.
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
    claim: Claim | None = None

    def node(self) -> NodeKey:
        """Returns the article or media item that the evidence is from."""
        return self.label, self.article


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document: what is known of an article or media item itself, or that it was withdrawn.

    Attributes:
        at: When the message reached Kafka; milliseconds since 1970. Orders the documents of one article.
        observed_at: The same as a datetime.
        properties: The node's properties, times in milliseconds.
        entities: The entities that it mentions.
        mentions: How often it mentions each, by entity id.
        label: Label of its node: article or media item.
        kind: The second label of a media item.
        link: A relationship to another article or media item: its type and the other's key.
        brings: Ids of its attachments (see `streams.sink.attachments`); None if the message does not list them.
        erase: Whether a retraction also deletes what it withdraws.
        stated_at: When the message reached the topic `triples`; milliseconds since 1970.
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
    link: tuple[str, NodeKey] | None = None
    brings: tuple[str, ...] | None = None
    erase: bool = False
    stated_at: int = 0

    @property
    def likeness(self) -> tuple[str, ...]:
        """Keys that it shares with its copies."""
        return tuple(self.properties.get("likeness") or ())

    def node(self) -> NodeKey:
        """Returns the article or media item that it is about."""
        return self.label, self.id


@dataclass(frozen=True, slots=True)
class AliasRow:
    """A decision that a name stands for another entity, or for itself again.

    Attributes:
        id: The alias's entity id.
        canonical: The entity that it stands for; None if it stands for itself.
        at: When the decision was published; milliseconds since 1970.
        certain: Whether it can be no other entity.
    """

    id: str
    alias: EntityRow
    canonical: EntityRow | None
    reason: str
    at: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """The Wikidata item that an entity is.

    Attributes:
        id: The entity's id.
        wikidata: The item's id; None if it is no longer known.
        at: When the decision was published; milliseconds since 1970.
    """

    id: str
    entity: EntityRow
    wikidata: str | None
    at: int = 0


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A decision on the story that a happening belongs to.

    Attributes:
        id: The happening's id.
        story: The story's id; None if it belongs to none any more.
        title: The story's title.
        at: When the decision was published; milliseconds since 1970.
    """

    id: str
    happening: EntityRow
    story: str | None
    title: str
    at: int


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """What an editor corrected, or that it no longer holds.

    Attributes:
        id: Its id, which is the same for everything that corrects one thing.
        kind: See `streams.messages.correction_events`; None if it is only withdrawn.
        withdrawn: Whether it no longer holds.
        at: When it reached Kafka; milliseconds since 1970. Of two, the later one counts.
        by: Who corrects or withdraws.
        why: The reason.
        said: The message as JSON.
        subject: Id of the entity that it is about; None if it is only withdrawn.
        object: Id of the fact's object, or of the other entity.
        triple: Of a correction of a fact, the fact, with the correction as its evidence.
        class_: Of a correction of a class, the right one.
    """

    id: str
    kind: str | None
    withdrawn: bool
    at: int
    by: str
    why: str
    said: str
    subject: str | None = None
    object: str | None = None
    triple: TripleRow | None = None
    class_: str | None = None


ContentRow = TripleRow | DocumentRow
"""What articles and media items state."""

DecisionRow = AliasRow | IdentityRow | StoryRow
"""What the registry decides about entities."""

Row = ContentRow | DecisionRow | CorrectionRow
