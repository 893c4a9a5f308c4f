"""The alias registry: learns names from all documents, and decides which names stand for which entity.

Its decisions depend only on the set of documents it was given, not on their order or on repetitions, and on the last
Wikidata id claimed for each name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import NamedTuple

from streams.entities.contexts import MOST_CONTEXTS, country, entity, kept
from streams.entities.corrected import Corrected
from streams.entities.memory import Decided, EntityName, Memory, SavedName
from streams.entities.merging_rules import (
    CORRECTED,
    Target,
    affected,
    compatible,
    contested,
    siblings,
    target_of,
    with_roles,
)
from streams.entities.sketch import hashed
from streams.messages.correction_events import Correction


class MentionedName(NamedTuple):
    """An entity that a document mentions.

    Attributes:
        name: The entity's name.
        also: Other names that the document uses for it; they have the same type.
        country: Code of the country that it is or lies in; "" if unknown or no place.
        wide: Whether it is a country or a region, where many have been.
    """

    name: EntityName
    also: tuple[EntityName, ...] = ()
    country: str = ""
    wide: bool = False


class AliasDecision(NamedTuple):
    """The decision which name another name stands for.

    Attributes:
        alias: The name.
        canonical: The name that it stands for; None if it stands for itself.
        reason: The rule that decided.
        wikidata: The canonical name's Wikidata id; None if unknown.
        certain: Whether it can stand for nobody else.
    """

    alias: EntityName
    canonical: EntityName | None
    reason: str
    wikidata: str | None = None
    certain: bool = True


class WikidataMatch(NamedTuple):
    """The Wikidata item of an entity.

    Attributes:
        name: The entity's name.
        wikidata: The item's id; None if the id published before no longer holds.
    """

    name: EntityName
    wikidata: str | None


class Changes(NamedTuple):
    """What changed in the registry.

    Attributes:
        names: Names that the registry knows more about than before.
        decisions: New decisions, in a fixed order.
        identities: New Wikidata ids, in a fixed order.
        moved: Ids of the names that stand for another name than before.
    """

    names: list[EntityName]
    decisions: list[AliasDecision]
    identities: list[WikidataMatch]
    moved: AbstractSet[str] = frozenset()


@dataclass(slots=True)
class Registry:
    """The registry. Not thread-safe."""

    memory: Memory = field(default_factory=Memory)
    _targets: dict[str, Target] = field(default_factory=dict)
    _aliases: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _published: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    _published_ids: dict[str, str | None] = field(default_factory=dict)
    _restored: bool = False
    _corrected: Corrected = field(default_factory=Corrected)

    def learn(
        self,
        documents: Iterable[tuple[str, Sequence[MentionedName]]],
        claims: Iterable[WikidataMatch] = (),
        corrections: Iterable[Correction] = (),
    ) -> Changes:
        """Learns from documents (id and mentions), from the Wikidata ids that look-ups found, and from editors."""
        changed: dict[str, EntityName] = {}
        seen: dict[str, EntityName] = {}
        for document, mentions in documents:
            self._read(document, mentions, seen, changed)
        todo = set[str]()
        for name, wikidata in claims:
            seen[name.id] = name
            todo.update(self._siblings([name.id]) if name.id in self.memory.known else ())
            if self.memory.claim(name, wikidata):
                changed[name.id] = name
        for id_ in self._correct(corrections, todo):
            seen[id_] = changed[id_] = self._name(id_)
        return self._decide(seen, changed, todo)

    def _read(
        self,
        document: str,
        mentions: Sequence[MentionedName],
        seen: dict[str, EntityName],
        changed: dict[str, EntityName],
    ) -> None:
        """Learns from a document; adds its names to `seen`, and to `changed` those of which it says something new."""
        hash_ = hashed(document)
        around = _surroundings(mentions) if any(mention.name.role for mention in mentions) else ()
        for name, also, _, _ in mentions:
            bare = name.bare
            for one in dict.fromkeys((bare, name)):
                seen[one.id] = one
                if self.memory.learn(one).documents.add(hash_):
                    changed[one.id] = one
            if name.role and self.memory.describe(name, hash_, kept(around, but=entity(bare.id))):
                changed[name.id] = name
            for alias in also:
                seen[alias.id] = alias
                if self.memory.stands_for(alias, bare, hash_):
                    changed[alias.id] = alias

    def _correct(self, corrections: Iterable[Correction], todo: set[str]) -> set[str]:
        """Learns from editors; adds the names to decide on to `todo`, and returns those that are to be published."""
        later = self._corrected.later(corrections)
        known = self.memory.known
        # Whoever shares a Wikidata id with such a name, before or after, may stand for another name now.
        todo |= self._siblings(one.subject.id for one in later if one.subject and one.subject.id in known)
        about = self._corrected.apply(self.memory, later)
        todo |= about | self._siblings(about)
        identified = {one.subject.id for one in later if one.subject and one.kind == "wikidata"}
        # Published whatever was before: nobody knows what of the last decision was, if a worker died.
        self._published |= dict.fromkeys(about - identified, ("", "?", True))
        self._published_ids |= dict.fromkeys(identified, "?")
        return about

    @property
    def corrections(self) -> Mapping[str, Correction]:
        """What editors corrected, or withdrew, by the correction's id."""
        return self._corrected.by_id

    def restore(self, names: Iterable[SavedName], corrections: Iterable[Correction] = ()) -> None:
        """Restores saved names and corrections.

        Decisions are made again, and returned again when their names occur again.
        """
        for saved in names:
            self.memory.restore(saved)
        self._corrected.apply(self.memory, self._corrected.later(corrections))
        self.memory.decided = Decided()
        for id_ in self.memory.known:
            self._retarget(id_)
        self._restored = bool(self.memory.known)

    def canonical(self, name: EntityName) -> EntityName:
        """Returns the name that a name currently stands for."""
        found = self.canonical_id(name.id)
        return name if found == name.id else self._name(found)

    def forget(self, limit: int) -> list[str]:
        """Forgets a tenth of the names, the rarest, if there are more than `limit`; returns their ids.

        A name that others stand for is kept, and one that an editor corrected. A decision on a forgotten name holds
        until the name occurs again.
        """
        known = self.memory.known
        if len(known) <= limit:
            return []
        corrected = self._corrected.names()
        spare = (id_ for id_ in known if id_ not in corrected and self._spare(id_))
        rarest = sorted(spare, key=lambda id_: (known[id_].documents.count, id_))[: max(1, limit // 10)]
        bare = {known[id_].name.bare.id for id_ in rarest if known[id_].name.role}
        for id_ in rarest:
            if before := self._targets.pop(id_, None):
                self._aliases[before.id].discard(id_)
            self._published.pop(id_, None)
            self._published_ids.pop(id_, None)
            self.memory.forget(id_)
        self.memory.decided = Decided()
        for id_ in with_roles(self.memory, bare) | bare:
            if id_ in known:
                self._retarget(id_)
        return rarest

    def _spare(self, id_: str) -> bool:
        """Returns whether a name may be forgotten: no other stands for it but its own without the role."""
        if self.memory.named_by.get(id_) or self.memory.has_roles(id_):
            return False
        aliases = self._aliases.get(id_)
        return not aliases or aliases == {self.memory.known[id_].name.bare.id}

    def _decide(self, seen: dict[str, EntityName], changed: dict[str, EntityName], todo: set[str]) -> Changes:
        # A decision that was not returned since the registry was restored may never have been published.
        self.memory.decided = Decided()
        known = self.memory.known
        todo |= affected(self.memory, [known[id_] for id_ in seen if id_ in changed or id_ not in self._published])
        todo |= self._siblings(todo)
        todo |= with_roles(self.memory, todo)
        roots = {self.canonical_id(id_) for id_ in todo}
        before = {id_: self.canonical_id(id_) for id_ in self._aliases_of(todo)}
        for id_ in todo:
            self._retarget(id_)
        roots |= {self.canonical_id(id_) for id_ in todo}
        after = self._aliases_of(todo)
        moved = {id_ for id_ in before.keys() | after if before.get(id_, id_) != self.canonical_id(id_)}
        decisions = [decision for id_ in sorted(after) if (decision := self._new_decision(id_))]
        identities = [identity for id_ in sorted(todo | roots) if (identity := self._new_match(id_))]
        changed |= {name.id: name for name, _ in identities}
        return Changes(list(changed.values()), decisions, identities, moved)

    def _siblings(self, ids: Iterable[str]) -> set[str]:
        ids_and_types = {
            (known.wikidata, known.name.type): known for id_ in ids if (known := self.memory.known[id_]).wikidata
        }
        return {other.name.id for known in ids_and_types.values() for other in siblings(self.memory, known)}

    def _retarget(self, id_: str) -> bool:
        """Updates the target of a name; returns whether it changed."""
        before, now = self._targets.get(id_), target_of(self.memory, self.memory.known[id_])
        if before == now:
            return False
        if before:
            self._aliases[before.id].discard(id_)
        if now:
            self._targets[id_] = now
            self._aliases[now.id].add(id_)
        else:
            del self._targets[id_]
        return True

    def _aliases_of(self, ids: set[str]) -> set[str]:
        found, queue = set(ids), list(ids)
        while queue:
            for id_ in self._aliases.get(queue.pop(), ()):
                if id_ not in found:
                    found.add(id_)
                    queue.append(id_)
        return found

    def canonical_id(self, id_: str) -> str:
        """Returns the id of the name that a name currently stands for, which is itself if the name is unknown.

        Follows the targets of a name to the last one; of a circle of targets, returns the smallest id, and if editors
        closed it, of those that they decided for.
        """
        path = [id_]
        while following := self._targets.get(path[-1]):
            if following.id in path:
                circle = path[path.index(following.id) :]
                chosen = [found.id for id_ in circle if (found := self._targets[id_]).reason == CORRECTED]
                return min(chosen or circle)
            path.append(following.id)
        return path[-1]

    def _certain(self, id_: str) -> bool:
        """Returns whether no decision is doubtful that leads from a name to the one it stands for."""
        passed: set[str] = set()
        while (following := self._targets.get(id_)) and id_ not in passed:
            if not following.certain:
                return False
            passed.add(id_)
            id_ = following.id
        return True

    def _name(self, id_: str) -> EntityName:
        return self.memory.known[id_].name

    def _new_decision(self, id_: str) -> AliasDecision | None:
        """Returns the decision on a name if it is new or differs from the last one."""
        root = self.canonical_id(id_)
        following = self._targets.get(id_)
        current = (root, following.reason, self._certain(id_)) if following and root != id_ else ("", "", True)
        before = self._published.get(id_)
        if current == before:
            return None
        self._published[id_] = current
        if current[0]:
            return AliasDecision(self._name(id_), self._name(root), current[1], self._wikidata(root), current[2])
        # A restored registry does not know whether it published a merge that no longer holds.
        doubtful = before is not None or (self._restored and contested(self.memory, self.memory.known[id_]))
        return AliasDecision(self._name(id_), None, "") if doubtful else None

    def _wikidata(self, id_: str) -> str | None:
        """Returns the Wikidata id of a name, or else the one id that all of its aliases with an id share."""
        known = self.memory.known[id_]
        if known.wikidata or known.corrected or self.canonical_id(id_) != id_:
            return known.wikidata
        found = self.memory.decided.wikidata
        if id_ not in found:
            others = (self.memory.known[other] for other in self._aliases_of({id_}))
            ids = {other.wikidata for other in others if other.wikidata and compatible(other, known)}
            found[id_] = ids.pop() if len(ids) == 1 else None
        return found[id_]

    def _new_match(self, id_: str) -> WikidataMatch | None:
        """Returns the Wikidata id of a name if it is new or differs from the last one."""
        known, now = self.memory.known[id_], self._wikidata(id_)
        # A restored registry does not know whether its last id was published.
        before = self._published_ids.get(id_, known.published if now is None else None)
        self._published_ids[id_] = now
        if now == before:
            return None
        known.published = now or known.published
        return WikidataMatch(known.name, now)


_SURROUNDINGS = {"person", "organization", "location", "event", "work", "product"}
"""Types of entities that tell people apart: names, but no nationalities or titles."""


def _surroundings(mentions: Sequence[MentionedName]) -> tuple[int, ...]:
    """Returns what a document names: the contexts that are kept of it, and one more, since nobody is his own."""
    found = set()
    for mention in mentions:
        if mention.country:
            found.add(country(mention.country))
        if mention.name.type in _SURROUNDINGS and not mention.wide:
            found.add(entity(mention.name.bare.id))
    return tuple(nsmallest(MOST_CONTEXTS + 1, found))
