"""What speaks for a suggestion, as it is published and in words: neighbours' facts by weight, and what was counted."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from inference.link_prediction.question import Reason
from inference.link_prediction.surroundings import GraphEntity, Link, Surroundings
from streams.messages.events import Entity, Predicate
from streams.messages.suggestion_events import Suggested, SuggestionReason
from topology.ontology import Ontology

REASONS = 3
"""Reasons that are told of a suggestion, the weightiest."""

DIGITS = 4

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def entity(known: GraphEntity) -> Entity:
    """Returns an entity as it is published."""
    return Entity(id=known.id, name=known.name, type=known.type)


def moment(at: int | None) -> datetime | None:
    """Returns when milliseconds since 1970 are."""
    return None if at is None else _EPOCH + timedelta(milliseconds=at)


def told_reasons(around: Surroundings, reasons: Iterable[Reason], ontology: Ontology) -> tuple[SuggestionReason, ...]:
    """Returns the facts of the neighbours that speak for a suggestion, the weightiest first and not all."""
    return tuple(_facts(around, reasons, ontology))[:REASONS]


def _facts(around: Surroundings, reasons: Iterable[Reason], ontology: Ontology) -> Iterator[SuggestionReason]:
    links = {(link.other.id, link.relation, link.outgoing): link for link in around.links}
    for reason in sorted(reasons, key=lambda reason: -reason.weight):
        neighbour, weight = reason.neighbour, round(float(reason.weight), DIGITS)
        link: Link | None = links.get((neighbour.node.id, neighbour.relation, neighbour.outgoing))
        spec = ontology.by_id.get(neighbour.relation)
        if link and spec and weight > 0:
            ends = (around.entity, link.other) if link.outgoing else (link.other, around.entity)
            subject, object_ = map(entity, ends)
            predicate = Predicate(id=spec.id, name=spec.name)
            yield SuggestionReason(
                fact=link.facts[0], subject=subject, predicate=predicate, object=object_, weight=weight
            )


def words(told: Suggested) -> list[str]:
    """Returns what speaks for a suggestion in words."""
    found = [f"{r.subject.name} — {r.predicate.name} → {r.object.name} (+{r.weight:.2g})" for r in told.reasons]
    if told.together:
        times = "1 article" if told.together == 1 else f"{told.together} articles"
        last = f", last on {told.together_at:%Y-%m-%d}" if told.together_at else ""
        found.append(f"named together in {times}{last}")
    if told.shared:
        found.append(f"linked with the same entities (Adamic-Adar {told.shared:.2f})")
    return found
