"""What a batch changes, worked out in memory: no database here, so that every rule can be read and tested by itself.

The rules. Evidence holds while its article's current text is the one it was read from: the article's latest document,
by the time it reached the wire, is an upsert of the same revision. Evidence that ceases to hold keeps the time of the
document that ended it; a later document of its revision reinstates it. What an article brought along falls and comes
back with it, or with its being named (`streams.sink.withdrawal`). An article nobody sent a document for is taken to
hold. A fact's count, confidence, first and last sight and kind are those of the evidence that holds, and of all its
evidence once none does. All of it depends on what was said and never on when or how often it arrived.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from streams.sink.carried import Brought
from streams.sink.rows import Claim, EntityRow, LiteralRow, Page, Source, Told, label_of

KINDS = ("inferred", "attribute", "reported")
"""How a fact came to be known, weakest first."""


@dataclass(slots=True)
class Proof:
    """What is known of a piece of evidence."""

    fact: str
    relation: str
    revision: str
    retracted_at: int | None
    stored: bool
    changed: bool = False


@dataclass(slots=True)
class ArticleState:
    """What is known of an article.

    Attributes:
        at: When its latest document reached the wire; None while none came.
        withdrawn_at: When what it comes from was withdrawn; None if that holds.
        brought: What its documents bring along.
        shifted: Whether a document was applied that withdraws it or brings it back, or brings along other than before.
        properties: What to set, if a document was applied that is no retraction.
        kind: Of a media item: its second label, to set along with them.
        mentions: The mentions in the graph.
        wanted: The mentions there should be; None if no document was applied.
        proofs: Its evidence: what is new, and all the rest where a document may turn it.
    """

    stored: bool = False
    at: int | None = None
    revision: str | None = None
    retracted_at: int | None = None
    withdrawn_at: int | None = None
    brought: Brought = field(default_factory=Brought)
    shifted: bool = False
    properties: dict[str, Any] | None = None
    kind: str | None = None
    mentions: dict[str, int] = field(default_factory=dict)
    wanted: dict[str, int] | None = None
    proofs: dict[str, Proof] = field(default_factory=dict)

    def holds(self, revision: str) -> bool:
        """Returns whether evidence from this revision holds."""
        return self.at is None or (self.retracted_at is None and revision == self.revision)

    def turns(self, page: Page) -> bool:
        """Returns whether the document could end or reinstate evidence."""
        return self.at is None or page.retract or self.retracted_at is not None or page.revision != self.revision

    def apply(self, page: Page) -> None:
        """Takes in a document, unless a later one came before it."""
        if self.at is not None and page.at < self.at:
            return
        held = {id_: self.holds(proof.revision) for id_, proof in self.proofs.items()} if self.turns(page) else {}
        self.at = page.at
        self.wanted = page.mentions
        self.shifted |= page.retract or self.retracted_at is not None
        over = page.at if self.retracted_at is None else self.retracted_at
        if page.retract:
            self.retracted_at = over
        else:
            self.shifted |= self.brought.tell(page.brings, over)
            self.retracted_at = None
            self.revision = page.revision
            self.properties = page.properties
            self.kind = page.kind
        for id_, before in held.items():
            self._judge(self.proofs[id_], before=before)

    def _judge(self, proof: Proof, *, before: bool) -> None:
        holds = self.holds(proof.revision)
        if holds != before:
            proof.retracted_at = self.withdrawn_at if holds else self.at
            proof.changed = True

    def add(self, claim: Claim) -> None:
        """Takes in new evidence."""
        ended = self.withdrawn_at
        if not self.holds(claim.revision):
            ended = self.at if self.retracted_at is None else self.retracted_at
        self.proofs[claim.id] = Proof(claim.fact, claim.relation, claim.revision, ended, stored=False)


@dataclass(slots=True)
class Fact:
    """What a batch adds to a fact."""

    claim: Claim
    count: int = 0
    first: int = 0
    last: int = 0
    confidence: float = 0.0
    kind: int = 0

    def add(self, claim: Claim) -> None:
        """Counts a piece of evidence that holds."""
        kind = KINDS.index(claim.kind)
        self.first = min(self.first, claim.seen) if self.count else claim.seen
        self.last = max(self.last, claim.seen) if self.count else claim.seen
        self.confidence = max(self.confidence, claim.confidence) if self.count else claim.confidence
        self.kind = max(self.kind, kind) if self.count else kind
        self.count += 1


@dataclass(slots=True)
class Changes:
    """What is to be written.

    Attributes:
        entities: Every entity named, by id, each with all the (name, type) pairs it was given.
        literals: Every value.
        claims: New evidence, with when it ceased to hold (None if it holds).
        facts: Facts with new evidence, by id.
        recount: Facts of which other evidence changed, or that got evidence which no longer holds: their relationship
            types by fact id.
        links: Relationships between articles and media, of all documents, whichever is the latest: from what, of which
            type, to what.
    """

    entities: dict[str, set[EntityRow]] = field(default_factory=dict)
    literals: dict[str, LiteralRow] = field(default_factory=dict)
    claims: list[tuple[Claim, int | None]] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    recount: dict[str, str] = field(default_factory=dict)
    retracted: list[tuple[str, int | None]] = field(default_factory=list)
    links: set[tuple[Source, str, Source]] = field(default_factory=set)

    def name(self, entity: EntityRow) -> None:
        """Notes an entity."""
        self.entities.setdefault(entity.id, set()).add(entity)

    def name_ends(self, claim: Claim) -> None:
        """Notes what a claim is about and says, but for an article or media item, which is no entity."""
        if not claim.about_article:
            self.name(claim.subject)
        if isinstance(claim.object, LiteralRow):
            self.literals[claim.object.id] = claim.object
        elif not claim.in_media:
            self.name(claim.object)

    def labels(self, id_: str) -> list[str]:
        """Returns the labels of an entity's types."""
        return sorted({label_of(e) for e in self.entities[id_]})


def merge(rows: Iterable[Told], articles: dict[Source, ArticleState], known: set[str]) -> Changes:
    """Works out what a batch changes.

    Args:
        rows: The batch, in order of arrival.
        articles: What the graph knows of every article and media item the batch names; brought up to date here. Where
            a document turns one, all its evidence must be there.
        known: Ids of evidence in the graph; extended here.
    """
    changes = Changes()
    fresh: dict[str, Claim] = {}
    for row in rows:
        state = articles[row.source()]
        if isinstance(row, Page):
            if row.link and not row.retract:
                changes.links.add((row.source(), *row.link))
            for entity in row.entities:
                changes.name(entity)
            state.apply(row)
            continue
        changes.name_ends(row)
        if row.id not in known:
            known.add(row.id)
            fresh[row.id] = row
            state.add(row)
    for state in articles.values():
        for id_, proof in state.proofs.items():
            if proof.stored and proof.changed:
                changes.retracted.append((id_, proof.retracted_at))
                changes.recount[proof.fact] = proof.relation
            elif not proof.stored:
                _add(changes, fresh[id_], proof.retracted_at)
    return changes


def _add(changes: Changes, claim: Claim, ended: int | None) -> None:
    changes.claims.append((claim, ended))
    fact = changes.facts.setdefault(claim.fact, Fact(claim))
    if ended is None:
        fact.add(claim)
    else:
        changes.recount[claim.fact] = claim.relation
