"""Why a suggestion is made, as it is published and in words: facts by weight, and what was counted."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from inference.link_prediction.question import Reason
from inference.link_prediction.surroundings import GraphEntity, Link, Surroundings
from streams.messages.events import Entity, Predicate
from streams.messages.suggestion_events import Suggested, SuggestionReason
from topology.ontology import Ontology

MOST_REASONS = 3
"""Facts that are published as reasons of one suggestion, those of the greatest weight."""

DIGITS = 4
"""Decimal places of published numbers."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def entity(known: GraphEntity) -> Entity:
    """Returns an entity as it is published."""
    return Entity(id=known.id, name=known.name, type=known.type)


def moment(at: int | None) -> datetime | None:
    """Returns milliseconds since 1970 as a datetime."""
    return None if at is None else _EPOCH + timedelta(milliseconds=at)


def strongest(around: Surroundings, reasons: Iterable[Reason], ontology: Ontology) -> tuple[SuggestionReason, ...]:
    """Returns the facts that support a suggestion most, greatest weight first, at most `MOST_REASONS`."""
    return tuple(_facts(around, reasons, ontology))[:MOST_REASONS]


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


def in_words(suggested: Suggested) -> list[str]:
    """Returns why a suggestion is made, for people."""
    found = [f"{r.subject.name} — {r.predicate.name} → {r.object.name} (+{r.weight:.2g})" for r in suggested.reasons]
    if suggested.together:
        times = "1 article" if suggested.together == 1 else f"{suggested.together} articles"
        last = f", last on {suggested.together_at:%Y-%m-%d}" if suggested.together_at else ""
        found.append(f"named together in {times}{last}")
    if suggested.shared:
        found.append(f"linked with the same entities (Adamic-Adar {suggested.shared:.2f})")
    if suggested.story:
        title = suggested.story.title
        found.append(f"in the same story: {title}" if title else "in the same story")
    return found
