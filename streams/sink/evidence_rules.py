"""Works out in memory what a batch changes. No database here, so every rule can be read and tested alone.

The rules:

- Evidence holds while the text that it was read in is the article's current one: the article's latest document, by the
  time it reached Kafka, is an upsert with the evidence's revision.
- Evidence that stops holding keeps the time of the document that ended it. A later document with its revision
  reinstates it.
- Evidence from an article's attachments also needs the article to hold and to name them (`streams.sink.withdrawal`).
- Evidence holds as long as no document of its article has arrived.
- Count, confidence, first and last sight and kind of a fact come from the evidence that holds; once none holds, from
  all of its evidence.

The result depends on what was published and never on when, in what order or how often it arrived.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.sink.attachments import Attachments
from streams.sink.rows import ContentRow, DocumentRow, EntityRow, LiteralRow, NodeKey, TripleRow
from topology.ontology import HAPPENING

KINDS = ("inferred", "attribute", "reported")
"""How a fact came to be known, weakest first."""


@dataclass(slots=True)
class EvidenceState:
    """What is known of a piece of evidence.

    Attributes:
        stored: Whether the graph has it already.
        changed: Whether `retracted_at` differs from what the graph has.
    """

    fact: str
    relation: str
    revision: str
    retracted_at: int | None
    stored: bool
    changed: bool = False


@dataclass(slots=True)
class ArticleState:
    """What is known of an article or media item.

    Attributes:
        stored: Whether the graph has its node.
        derived: Whether the graph has it as derived from a media item.
        at: When its latest document reached Kafka; None if no document arrived.
        withdrawn_at: When what it belongs to was withdrawn; None if that holds.
        attachments: Its attachments.
        attachments_affected: Whether a document of the batch withdrew it, reinstated it or changed its attachments.
        properties: The properties to set; None unless the batch has an upsert for it.
        kind: The second label of a media item, set along with them.
        mentions: The mentions in the graph.
        new_mentions: The mentions that there should be; None if the batch has no document for it.
        likeness: Keys that it shares with its copies.
        likeness_changed: Whether the batch's documents changed them.
        evidence: Its evidence by id: the new, and all the rest if a document may end or reinstate it.
    """

    stored: bool = False
    derived: bool = False
    at: int | None = None
    revision: str | None = None
    retracted_at: int | None = None
    withdrawn_at: int | None = None
    attachments: Attachments = field(default_factory=Attachments)
    attachments_affected: bool = False
    properties: dict[str, Any] | None = None
    kind: str | None = None
    mentions: dict[str, int] = field(default_factory=dict)
    new_mentions: dict[str, int] | None = None
    likeness: tuple[str, ...] = ()
    likeness_changed: bool = False
    evidence: dict[str, EvidenceState] = field(default_factory=dict)

    def supports(self, revision: str) -> bool:
        """Returns whether evidence of this revision holds."""
        return self.at is None or (self.retracted_at is None and revision == self.revision)

    def may_change_evidence(self, document: DocumentRow) -> bool:
        """Returns whether the document could end or reinstate evidence, or change whose copy it is."""
        return (
            self.at is None
            or document.retract
            or self.retracted_at is not None
            or document.revision != self.revision
            or document.likeness != self.likeness
        )

    def apply(self, document: DocumentRow) -> None:
        """Applies a document, unless a later one was applied before."""
        if self.at is not None and document.at < self.at:
            return
        affected = self.evidence if self.may_change_evidence(document) else {}
        held = {id_: self.supports(one.revision) for id_, one in affected.items()}
        self.at = document.at
        self.new_mentions = document.mentions
        self.attachments_affected |= document.retract or self.retracted_at is not None
        # What a withdrawn article no longer has ended with the withdrawal, not with the text that came after it.
        ended = document.at if self.retracted_at is None else self.retracted_at
        if document.retract:
            self.retracted_at = ended
        else:
            self.attachments_affected |= self.attachments.update(document.brings, ended)
            self.retracted_at = None
            self.revision = document.revision
            self.properties = document.properties
            self.kind = document.kind
            self.likeness_changed |= document.likeness != self.likeness
            self.likeness = document.likeness
        for id_, before in held.items():
            one = self.evidence[id_]
            holds = self.supports(one.revision)
            if holds != before:
                one.retracted_at = self.withdrawn_at if holds else self.at
                one.changed = True

    def add(self, triple: TripleRow) -> None:
        """Adds new evidence."""
        ended = self.withdrawn_at
        if not self.supports(triple.revision):
            ended = self.at if self.retracted_at is None else self.retracted_at
        self.evidence[triple.id] = EvidenceState(triple.fact, triple.relation, triple.revision, ended, stored=False)


@dataclass(slots=True)
class FactUpdate:
    """What the new evidence of a batch adds to a fact.

    Attributes:
        triple: One of the fact's triples, for its parts.
        count: Pieces of new evidence that hold; with none, the other values mean nothing.
        first: Earliest publication; milliseconds since 1970.
        last: Latest publication.
        confidence: Highest confidence.
        kind: Strongest kind, as its place in `KINDS`.
        batch: The batch's number, if the fact can end or exclude others.
    """

    triple: TripleRow
    count: int = 0
    first: int = 0
    last: int = 0
    confidence: float = 0.0
    kind: int = 0
    batch: int | None = None

    def add(self, triple: TripleRow) -> None:
        """Counts a piece of evidence that holds."""
        kind = KINDS.index(triple.kind)
        self.first = min(self.first, triple.seen) if self.count else triple.seen
        self.last = max(self.last, triple.seen) if self.count else triple.seen
        self.confidence = max(self.confidence, triple.confidence) if self.count else triple.confidence
        self.kind = max(self.kind, kind) if self.count else kind
        self.count += 1


@dataclass(slots=True)
class Changes:
    """What is to be written.

    Attributes:
        entities: Every entity named, by id, with every (name, type) that it was given.
        literals: Every value, by id.
        evidence: New evidence, each with the time at which it stopped holding (None if it holds).
        facts: Facts with new evidence, by id.
        recount: Relationship types, by fact id, of facts to count again from all their evidence: some of it ended or
            was reinstated, or turned out to be a copy, or new evidence does not hold.
        retracted: Stored evidence whose `retracted_at` changes: its id and the new value.
        links: Relationships between articles and media items: from, type, to. Those of every document, old ones too.
    """

    entities: dict[str, set[EntityRow]] = field(default_factory=dict)
    literals: dict[str, LiteralRow] = field(default_factory=dict)
    evidence: list[tuple[TripleRow, int | None]] = field(default_factory=list)
    facts: dict[str, FactUpdate] = field(default_factory=dict)
    recount: dict[str, str] = field(default_factory=dict)
    retracted: list[tuple[str, int | None]] = field(default_factory=list)
    links: set[tuple[NodeKey, str, NodeKey]] = field(default_factory=set)

    def add_entity(self, entity: EntityRow) -> None:
        """Adds an entity."""
        self.entities.setdefault(entity.id, set()).add(entity)

    def add_ends(self, triple: TripleRow) -> None:
        """Adds a triple's subject and object, unless it is the article or media item itself, which is no entity."""
        if not triple.about_article:
            self.add_entity(triple.subject)
        if isinstance(triple.object, LiteralRow):
            self.literals[triple.object.id] = triple.object
        elif not triple.in_media:
            self.add_entity(triple.object)

    def add_evidence(self, triple: TripleRow, ended: int | None) -> None:
        """Adds new evidence and counts it for its fact."""
        self.evidence.append((triple, ended))
        fact = self.facts.setdefault(triple.fact, FactUpdate(triple))
        if ended is None:
            fact.add(triple)
        else:
            self.recount[triple.fact] = triple.relation

    def add_support(self, triple: TripleRow) -> None:
        """Adds a fact that has support from elsewhere than from an article or media item."""
        self.facts.setdefault(triple.fact, FactUpdate(triple)).add(triple)

    def happenings(self) -> set[str]:
        """Returns the ids of the happenings among the entities."""
        return {id_ for id_, named in self.entities.items() if any(one.type == HAPPENING for one in named)}

    def labels(self, id_: str) -> list[str]:
        """Returns the labels of an entity's types."""
        return sorted({entity.label for entity in self.entities[id_]})


def merge(rows: Iterable[ContentRow], articles: dict[NodeKey, ArticleState], stored: set[str]) -> Changes:
    """Works out what a batch changes.

    Args:
        rows: The batch, in order of arrival.
        articles: What the graph has of every article and media item that the batch names; updated in place. Where a
            document may end or reinstate evidence, all evidence must be there.
        stored: Ids of the batch's evidence that the graph has; the new ids are added to it.
    """
    changes = Changes()
    new: dict[str, TripleRow] = {}
    for row in rows:
        state = articles[row.node()]
        if isinstance(row, DocumentRow):
            if row.link and not row.retract:
                changes.links.add((row.node(), *row.link))
            for entity in row.entities:
                changes.add_entity(entity)
            state.apply(row)
            continue
        changes.add_ends(row)
        if row.id not in stored:
            stored.add(row.id)
            new[row.id] = row
            state.add(row)
    for state in articles.values():
        _add_changes(changes, state, new)
    return changes


def _add_changes(changes: Changes, state: ArticleState, new: Mapping[str, TripleRow]) -> None:
    """Adds what becomes of an article's evidence; `new` has the triples of the new evidence, by id."""
    for id_, one in state.evidence.items():
        if not one.stored:
            changes.add_evidence(new[id_], one.retracted_at)
        elif one.changed:
            changes.retracted.append((id_, one.retracted_at))
            changes.recount[one.fact] = one.relation
        elif state.likeness_changed:
            changes.recount[one.fact] = one.relation
