"""What becomes of an entity's suggestions, worked out in memory so that every rule can be read and tested alone.

A suggestion is open, closed (no longer suggested) or confirmed (its fact was reported while it was open). When that
fact no longer holds, a confirmed suggestion is open again if it is still suggested, and closed if it is not.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from inference.link_prediction.question import Reason, Suggestion
from inference.link_prediction.surroundings import Link, Prospect, Surroundings
from streams.messages.events import Predicate
from streams.messages.suggestion_events import SharedStory, Suggested
from streams.suggestions.reasons import DIGITS, entity, in_words, moment, strongest
from topology.ontology import Ontology


@dataclass(frozen=True, slots=True)
class StoredSuggestion:
    """A suggestion as the graph has it.

    Attributes:
        closed: Whether it is closed.
        confirmed: Since when its fact is reported, milliseconds since 1970; None if it is not confirmed.
        values: What may change while it is open; compared with `WantedSuggestion.values`.
    """

    id: str
    subject: str
    relation: str
    object: str
    closed: bool
    confirmed: int | None
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class WantedSuggestion:
    """A suggestion as it should be now.

    Attributes:
        event: As it is published.
        at: When the newest article that names both was published, milliseconds since 1970; None without any.
        through: Ids of the facts by which the other entity was found.
        version: Version of the model.
    """

    event: Suggested
    at: int | None
    through: tuple[str, ...]
    version: str

    @property
    def values(self) -> tuple[Any, ...]:
        """What may change while it is open."""
        event = self.event
        reasons, weights = tuple(r.fact for r in event.reasons), tuple(r.weight for r in event.reasons)
        story = (event.story.id, event.story.title) if event.story else (None, None)
        counted = event.together, self.at, event.shared, *story
        return event.confidence, reasons, weights, *counted, self.through, self.version

    @property
    def because(self) -> list[str]:
        """Why it is made, in words."""
        return in_words(self.event)


@dataclass(slots=True)
class SuggestionChanges:
    """What to write of an entity's suggestions.

    Attributes:
        create: Suggestions that the graph does not have.
        set: Suggestions to change, or to open again.
        close: Ids of those to close.
        confirm: Ids of those to confirm, each with the time since when its fact is reported; milliseconds since 1970.
    """

    create: list[WantedSuggestion] = field(default_factory=list)
    set: list[WantedSuggestion] = field(default_factory=list)
    close: list[str] = field(default_factory=list)
    confirm: list[tuple[str, int]] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return bool(self.create or self.set or self.close or self.confirm)


def changes(
    around: Surroundings, stored: Iterable[StoredSuggestion], wanted: Sequence[WantedSuggestion]
) -> SuggestionChanges:
    """Returns what to write of an entity's suggestions.

    Args:
        around: The entity and the facts about it that hold.
        stored: Its suggestions as the graph has them.
        wanted: Its suggestions as they should be now.
    """
    reported = {_parts(around.entity.id, link): link.since for link in around.links}
    new = {one.event.id: one for one in wanted}
    found = SuggestionChanges()
    for old in sorted(stored, key=lambda one: one.id):
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


def to_explain(
    around: Surroundings,
    prospects: Iterable[Prospect],
    suggestions: Iterable[Suggestion],
    ontology: Ontology,
    *,
    most: int,
    forbidden: AbstractSet[tuple[str, str, str]] = frozenset(),
) -> list[Suggestion]:
    """Returns the likeliest suggestions, for which the model is asked for reasons; only with a reason one is made.

    Counts (`Prospect.counted`) are reason enough, but for a suggestion without counts only the model's answer shows
    whether there is a reason. So this takes `most` suggestions with counts, and also all likelier ones without:
    whatever the model answers, enough remain.

    Args:
        around: The entity and the facts about it that hold.
        prospects: The entities that the model compared it with.
        suggestions: The model's answer, likeliest first.
        ontology: Suggestions of relations that it does not have are left out.
        most: How many suggestions are made at most.
        forbidden: Subject, relation and object of the facts that editors forbid, which are never suggested.
    """
    never = forbidden | {_parts(around.entity.id, link) for link in around.links}
    others = {prospect.entity.id: prospect for prospect in prospects}
    found: list[Suggestion] = []
    counted = 0
    for one in suggestions:
        if counted == most:
            break
        other = others.get(_other(around, one))
        # The model sees only the newest neighbours, and knows the ontology that it was trained with.
        if other and one.relation in ontology.by_id and (one.subject, one.relation, one.object) not in never:
            found.append(one)
            counted += other.counted
    return found


def with_reasons(
    around: Surroundings,
    prospects: Iterable[Prospect],
    explained: Iterable[tuple[Suggestion, Sequence[Reason]]],
    ontology: Ontology,
    *,
    version: str,
    most: int,
) -> list[WantedSuggestion]:
    """Returns the suggestions to make, likeliest first: those for which there is a reason, at most `most`.

    Args:
        around: The entity and the facts about it that hold.
        prospects: The entities that the model compared it with.
        explained: What `to_explain` chose, likeliest first, each with the model's reasons.
        ontology: Has the relations' names.
        version: Version of the model.
        most: How many suggestions are made at most.
    """
    others = {prospect.entity.id: prospect for prospect in prospects}
    found: dict[str, WantedSuggestion] = {}
    for one, given in explained:
        other = others[_other(around, one)]
        reasons = strongest(around, given, ontology)
        if not reasons and not other.counted:
            continue
        subject, object_ = (
            entity(around.entity if id_ == around.entity.id else other.entity) for id_ in (one.subject, one.object)
        )
        event = Suggested.of(
            entity(around.entity),
            subject,
            Predicate(id=one.relation, name=ontology.by_id[one.relation].name),
            object_,
            confidence=round(float(one.probability), DIGITS),
            reasons=reasons,
            together=other.together,
            together_at=moment(other.at),
            shared=round(float(other.shared), DIGITS),
            story=SharedStory(id=other.story.id, title=other.story.title) if other.story else None,
        )
        found.setdefault(event.id, WantedSuggestion(event, other.at, other.through, version))
    return list(found.values())[:most]


def _other(around: Surroundings, one: Suggestion) -> str:
    """Returns the id of the entity at the other end."""
    return one.object if one.subject == around.entity.id else one.subject


def _parts(id_: str, link: Link) -> tuple[str, str, str]:
    """Returns subject, relation and object of a link of the entity with this id."""
    return (id_, link.relation, link.other.id) if link.outgoing else (link.other.id, link.relation, id_)
