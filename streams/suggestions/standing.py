"""What becomes of an entity's suggestions: worked out in memory, so that every rule can be read and tested by itself.

A suggestion is open, closed (it is suggested no more) or confirmed (it was open when the fact was reported). A fact
that falls again makes a confirmed one open again if it is still suggested, and closed if not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inference.graph.question import Reason, Suggestion
from inference.graph.surroundings import Known, Link, Prospect, Surroundings
from streams.events import Entity, Predicate
from streams.suggestion_events import Suggested, SuggestionReason
from topology.ontology import Ontology

REASONS = 3
"""Reasons that are told of a suggestion, the weightiest."""

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """A suggestion as it is in the graph.

    Attributes:
        confirmed: Since when the fact is reported, milliseconds since 1970; None if it is not.
        values: What may change while it is open.
    """

    id: str
    subject: str
    relation: str
    object: str
    closed: bool
    confirmed: int | None
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A suggestion as it should be.

    Attributes:
        told: As it is published.
        through: Ids of the facts by which the other entity was found.
        version: Of the model.
    """

    told: Suggested
    through: tuple[str, ...]
    version: str

    @property
    def values(self) -> tuple[Any, ...]:
        """What may change while it is open."""
        reasons, weights = zip(*((r.fact, r.weight) for r in self.told.reasons), strict=True)
        return self.told.confidence, reasons, weights, self.through, self.version

    @property
    def because(self) -> list[str]:
        """The reasons in words."""
        return [f"{r.subject.name} — {r.predicate.name} → {r.object.name} ({r.weight:.2f})" for r in self.told.reasons]


@dataclass(slots=True)
class Moves:
    """What is to be written."""

    create: list[Open] = field(default_factory=list)
    set: list[Open] = field(default_factory=list)
    close: list[str] = field(default_factory=list)
    confirm: list[tuple[str, int]] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return bool(self.create or self.set or self.close or self.confirm)


def moves(around: Surroundings, kept: Iterable[Kept], wanted: Sequence[Open]) -> Moves:
    """Returns what is to be written of an entity's suggestions.

    Args:
        around: The entity and what holds about it.
        kept: What is in the graph.
        wanted: What is suggested now.
    """
    reported = {_parts(around.entity.id, link): link.since for link in around.links}
    new = {one.told.id: one for one in wanted}
    found = Moves()
    for old in sorted(kept, key=lambda one: one.id):
        since = reported.get((old.subject, old.relation, old.object))
        one = new.pop(old.id, None)
        if since is not None and not old.closed:
            if old.confirmed != since:
                found.confirm.append((old.id, since))
        elif one is not None:
            if old.closed or old.confirmed is not None or old.values != one.values:
                found.set.append(one)
        elif not old.closed:
            found.close.append(old.id)
    found.create = list(new.values())
    return found


def wanted(
    around: Surroundings,
    prospects: Iterable[Prospect],
    suggestions: Iterable[Suggestion],
    ontology: Ontology,
    *,
    version: str,
    most: int,
) -> list[Open]:
    """Returns what is to be suggested of an entity, the likeliest first, from what the model says."""
    reported = {_parts(around.entity.id, link) for link in around.links}
    others = {prospect.entity.id: prospect for prospect in prospects}
    links = {(link.other.id, link.relation, link.outgoing): link for link in around.links}
    found: dict[str, Open] = {}
    for one in suggestions:
        other = others.get(one.object if one.subject == around.entity.id else one.subject)
        spec = ontology.by_id.get(one.relation)
        reasons = tuple(_reasons(around.entity, one.reasons, links, ontology))
        # The model knows the newest neighbours only; and what nothing speaks for cannot be explained.
        if other is None or spec is None or not reasons or (one.subject, one.relation, one.object) in reported:
            continue
        subject, object_ = (
            entity(around.entity if id_ == around.entity.id else other.entity) for id_ in (one.subject, one.object)
        )
        confidence = round(float(one.probability), DIGITS)
        predicate = Predicate(id=spec.id, name=spec.name)
        told = Suggested.of(entity(around.entity), subject, predicate, object_, confidence=confidence, reasons=reasons)
        found.setdefault(told.id, Open(told, other.through, version))
    best = sorted(found.values(), key=lambda one: (-one.told.confidence, one.told.id))
    return best[:most]


def entity(known: Known) -> Entity:
    """Returns an entity as it is published."""
    return Entity(id=known.id, name=known.name, type=known.type)


def _parts(id_: str, link: Link) -> tuple[str, str, str]:
    return (id_, link.relation, link.other.id) if link.outgoing else (link.other.id, link.relation, id_)


def _reasons(
    known: Known, reasons: Iterable[Reason], links: Mapping[tuple[str, str, bool], Link], ontology: Ontology
) -> Iterable[SuggestionReason]:
    best = sorted(reasons, key=lambda reason: -reason.weight)
    for reason in [reason for reason in best if reason.weight > 0][:REASONS]:
        neighbour = reason.neighbour
        link = links.get((neighbour.node.id, neighbour.relation, neighbour.outgoing))
        spec = ontology.by_id.get(neighbour.relation)
        if link and spec:
            ends = (known, link.other) if link.outgoing else (link.other, known)
            subject, object_ = map(entity, ends)
            yield SuggestionReason(
                fact=link.facts[0],
                subject=subject,
                predicate=Predicate(id=spec.id, name=spec.name),
                object=object_,
                weight=min(1.0, round(float(reason.weight), DIGITS)),
            )
