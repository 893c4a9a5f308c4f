"""The alias registry: remembers all documents' names and decides whom each stands for, and what Wikidata calls it.

What it decides depends on the set of documents it was shown, not on their order nor on how often each was shown, and on
the last claim about each name's Wikidata id.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from streams.entities.memory import Kept, Memory, Name
from streams.entities.rules import Step, affected, compatible, contested, siblings, step
from streams.entities.sketch import hashed


class Mentioned(NamedTuple):
    """An entity of a document.

    Attributes:
        name: The entity.
        also: Other names by which the document calls it; they are of the same type.
    """

    name: Name
    also: tuple[Name, ...] = ()


class Decision(NamedTuple):
    """Whom a name stands for.

    Attributes:
        alias: The name.
        canonical: Whom it stands for; None if for itself.
        reason: The rule that decided.
        wikidata: The canonical name's Wikidata id, if it is known.
    """

    alias: Name
    canonical: Name | None
    reason: str
    wikidata: str | None = None


class Identified(NamedTuple):
    """Which Wikidata item an entity is.

    Attributes:
        name: The entity.
        wikidata: The item's id; None if what was told before no longer holds.
    """

    name: Name
    wikidata: str | None


class Learnt(NamedTuple):
    """What came of learning.

    Attributes:
        names: Names of which more is known than before.
        decisions: The decisions that are new, in a fixed order.
        identities: The identities that are new, in a fixed order.
    """

    names: list[Name]
    decisions: list[Decision]
    identities: list[Identified]


@dataclass(slots=True)
class Registry:
    """The registry. Not for use from several threads."""

    memory: Memory = field(default_factory=Memory)
    _steps: dict[str, Step] = field(default_factory=dict)
    _behind: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _told: dict[str, tuple[str, str]] = field(default_factory=dict)
    _identified: dict[str, str | None] = field(default_factory=dict)
    _restored: bool = False

    def learn(self, documents: Iterable[tuple[str, Sequence[Mentioned]]], claims: Iterable[Identified] = ()) -> Learnt:
        """Takes documents (id and mentions) in, and what was found out about Wikidata ids."""
        changed: dict[str, Name] = {}
        seen: dict[str, Name] = {}
        for document, mentions in documents:
            hash_ = hashed(document)
            for name, also in mentions:
                seen[name.id] = name
                if self.memory.learn(name).documents.add(hash_):
                    changed[name.id] = name
                for alias in also:
                    seen[alias.id] = alias
                    if self.memory.stands_for(alias, name, hash_):
                        changed[alias.id] = alias
        todo = set[str]()
        for name, wikidata in claims:
            seen[name.id] = name
            todo.update(self._siblings([name.id]) if name.id in self.memory.known else ())
            if self.memory.claim(name, wikidata):
                changed[name.id] = name
        return self._decide(seen, changed, todo)

    def restore(self, names: Iterable[Kept]) -> None:
        """Puts back what was remembered. Decisions are made anew, and told again when their names are met again."""
        for kept in names:
            self.memory.restore(kept)
        for id_ in self.memory.known:
            self._move(id_)
        self._restored = bool(self.memory.known)

    def canonical(self, name: Name) -> Name:
        """Returns whom a name stands for, as things are."""
        found = self._root(name.id)
        return name if found == name.id else self._name(found)

    def forget(self, limit: int) -> list[str]:
        """Forgets the rarest names, a tenth of them, when there are more than `limit`; returns their ids.

        A name that others are taken for stays. What is decided on a forgotten name stands until it is met again.
        """
        known = self.memory.known
        if len(known) <= limit:
            return []
        spare = (id_ for id_ in known if not self._behind.get(id_) and not self.memory.named_by.get(id_))
        rarest = sorted(spare, key=lambda id_: (known[id_].documents.count, id_))[: max(1, limit // 10)]
        for id_ in rarest:
            if before := self._steps.pop(id_, None):
                self._behind[before.id].discard(id_)
            self._told.pop(id_, None)
            self._identified.pop(id_, None)
            self.memory.forget(id_)
        return rarest

    def _decide(self, seen: dict[str, Name], changed: dict[str, Name], todo: set[str]) -> Learnt:
        # What was not told since the registry was restored may never have been told at all.
        for id_ in {*changed, *(id_ for id_ in seen if id_ not in self._told)}:
            todo.update(affected(self.memory, self.memory.known[id_]))
        todo |= self._siblings(todo)
        roots = {self._root(id_) for id_ in todo}
        for id_ in todo:
            self._move(id_)
        roots |= {self._root(id_) for id_ in todo}
        decisions = [decision for id_ in sorted(self._followers(todo)) if (decision := self._news(id_))]
        identities = [identity for id_ in sorted(todo | roots) if (identity := self._identity(id_))]
        changed |= {name.id: name for name, _ in identities}
        return Learnt(list(changed.values()), decisions, identities)

    def _siblings(self, ids: Iterable[str]) -> set[str]:
        return {other.name.id for id_ in ids for other in siblings(self.memory, self.memory.known[id_])}

    def _move(self, id_: str) -> bool:
        """Brings a name's step up to date; returns whether it is another than before."""
        before, now = self._steps.get(id_), step(self.memory, self.memory.known[id_])
        if before == now:
            return False
        if before:
            self._behind[before.id].discard(id_)
        if now:
            self._steps[id_] = now
            self._behind[now.id].add(id_)
        else:
            del self._steps[id_]
        return True

    def _followers(self, ids: set[str]) -> set[str]:
        found, queue = set(ids), list(ids)
        while queue:
            for id_ in self._behind.get(queue.pop(), ()):
                if id_ not in found:
                    found.add(id_)
                    queue.append(id_)
        return found

    def _root(self, id_: str) -> str:
        """Follows the steps; where they go round in a circle, its first id stands for all of it."""
        path = [id_]
        while following := self._steps.get(path[-1]):
            if following.id in path:
                return min(path[path.index(following.id) :])
            path.append(following.id)
        return path[-1]

    def _name(self, id_: str) -> Name:
        return self.memory.known[id_].name

    def _news(self, id_: str) -> Decision | None:
        """Returns the decision on a name if it has not been told, or was another."""
        root = self._root(id_)
        following = self._steps.get(id_)
        telling = (root, following.reason) if following and root != id_ else ("", "")
        before = self._told.get(id_)
        if telling == before:
            return None
        self._told[id_] = telling
        if telling[0]:
            return Decision(self._name(id_), self._name(root), telling[1], self._wikidata(root))
        # A restored registry does not know whether it told of a merge that no longer holds.
        doubtful = before is not None or (self._restored and contested(self.memory, self.memory.known[id_]))
        return Decision(self._name(id_), None, "") if doubtful else None

    def _wikidata(self, id_: str) -> str | None:
        """Returns the Wikidata id of a name; where only names that stand for it have one, and all the same, theirs."""
        known = self.memory.known[id_]
        if known.wikidata or self._root(id_) != id_:
            return known.wikidata
        others = (self.memory.known[other] for other in self._followers({id_}))
        ids = {other.wikidata for other in others if other.wikidata and compatible(other, known)}
        return ids.pop() if len(ids) == 1 else None

    def _identity(self, id_: str) -> Identified | None:
        """Returns a name's identity if it has not been told, or was another."""
        known, now = self.memory.known[id_], self._wikidata(id_)
        # A restored registry does not know whether the last thing it meant to tell was heard.
        before = self._identified.get(id_, known.told if now is None else None)
        self._identified[id_] = now
        if now == before:
            return None
        known.told = now or known.told
        return Identified(known.name, now)
