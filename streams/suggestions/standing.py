"""What becomes of an entity's suggestions: worked out in memory, so that every rule can be read and tested by itself.

A suggestion is open, closed (it is suggested no more) or confirmed (it was open when the fact was reported). A fact
that falls again makes a confirmed one open again if it is still suggested, and closed if not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from inference.link_prediction.question import Reason, Suggestion
from inference.link_prediction.surroundings import Link, Prospect, Surroundings
from streams.messages.events import Predicate
from streams.messages.suggestion_events import Suggested
from streams.suggestions.evidence import DIGITS, entity, moment, told_reasons, words
from topology.ontology import Ontology


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
        at: When the newest article that names both was published, milliseconds since 1970; None without any.
        through: Ids of the facts by which the other entity was found.
        version: Of the model.
    """

    told: Suggested
    at: int | None
    through: tuple[str, ...]
    version: str

    @property
    def values(self) -> tuple[Any, ...]:
        """What may change while it is open."""
        told = self.told
        reasons, weights = tuple(r.fact for r in told.reasons), tuple(r.weight for r in told.reasons)
        counted = told.together, self.at, told.shared
        return told.confidence, reasons, weights, *counted, self.through, self.version

    @property
    def because(self) -> list[str]:
        """What speaks for it in words."""
        return words(self.told)


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


def likely(
    around: Surroundings,
    prospects: Iterable[Prospect],
    suggestions: Iterable[Suggestion],
    ontology: Ontology,
    *,
    most: int,
) -> list[Suggestion]:
    """Returns of what the model says, the likeliest first, what has to be explained to know what is suggested.

    For most of it something was counted that speaks for it. Whether a neighbour speaks for the rest has to be asked: so
    these are as many as are suggested at most, and what is likelier and may turn out to have no reason.
    """
    reported = {_parts(around.entity.id, link) for link in around.links}
    others = {prospect.entity.id: prospect for prospect in prospects}
    found: list[Suggestion] = []
    counted = 0
    for one in suggestions:
        if counted == most:
            break
        other = others.get(_other(around, one))
        # The model knows the newest neighbours only, and the ontology of its training.
        if other and one.relation in ontology.by_id and (one.subject, one.relation, one.object) not in reported:
            found.append(one)
            counted += other.counted
    return found


def wanted(
    around: Surroundings,
    prospects: Iterable[Prospect],
    explained: Iterable[tuple[Suggestion, Sequence[Reason]]],
    ontology: Ontology,
    *,
    version: str,
    most: int,
) -> list[Open]:
    """Returns what is to be suggested of an entity, the likeliest first: of what is likely, all that has a reason."""
    others = {prospect.entity.id: prospect for prospect in prospects}
    found: dict[str, Open] = {}
    for one, given in explained:
        other = others[_other(around, one)]
        reasons = told_reasons(around, given, ontology)
        if not reasons and not other.counted:
            continue
        subject, object_ = (
            entity(around.entity if id_ == around.entity.id else other.entity) for id_ in (one.subject, one.object)
        )
        told = Suggested.of(
            entity(around.entity),
            subject,
            Predicate(id=one.relation, name=ontology.by_id[one.relation].name),
            object_,
            confidence=round(float(one.probability), DIGITS),
            reasons=reasons,
            together=other.together,
            together_at=moment(other.at),
            shared=round(float(other.shared), DIGITS),
        )
        found.setdefault(told.id, Open(told, other.at, other.through, version))
    return list(found.values())[:most]


def _other(around: Surroundings, one: Suggestion) -> str:
    return one.object if one.subject == around.entity.id else one.subject


def _parts(id_: str, link: Link) -> tuple[str, str, str]:
    return (id_, link.relation, link.other.id) if link.outgoing else (link.other.id, link.relation, id_)
