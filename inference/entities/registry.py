"""The alias registry: remembers the names of all documents and decides whom each stands for.

What it decides depends on the set of documents it was shown, not on their order nor on how often each was shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from inference.entities.memory import Memory, Name
from inference.entities.rules import Step, affected, contested, step
from inference.entities.sketch import hashed


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
    """

    alias: Name
    canonical: Name | None
    reason: str


@dataclass(slots=True)
class Registry:
    """The registry. Not for use from several threads."""

    memory: Memory = field(default_factory=Memory)
    _steps: dict[str, Step] = field(default_factory=dict)
    _behind: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _told: dict[str, tuple[str, str]] = field(default_factory=dict)
    _restored: bool = False

    def learn(self, documents: Iterable[tuple[str, Sequence[Mentioned]]]) -> tuple[list[Name], list[Decision]]:
        """Takes documents (id and mentions) in.

        Returns:
            Names of which more is known than before, and the decisions that are new, in a fixed order.
        """
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
        return list(changed.values()), self._decide(seen, changed)

    def restore(self, names: Iterable[tuple[Name, Iterable[int], dict[str, list[int]]]]) -> None:
        """Puts back what was remembered. Decisions are made anew, and told again when their names are met again."""
        for name, documents, stood_for in names:
            self.memory.restore(name, documents, stood_for)
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
            self.memory.forget(id_)
        return rarest

    def _decide(self, seen: dict[str, Name], changed: dict[str, Name]) -> list[Decision]:
        todo = set[str]()
        # What was not told since the registry was restored may never have been told at all.
        for id_ in {*changed, *(id_ for id_ in seen if id_ not in self._told)}:
            todo.update(affected(self.memory, self.memory.known[id_]))
        for id_ in todo:
            self._move(id_)
        return [decision for id_ in sorted(self._followers(todo)) if (decision := self._news(id_))]

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
            return Decision(self._name(id_), self._name(root), telling[1])
        # A restored registry does not know whether it told of a merge that no longer holds.
        doubtful = before is not None or (self._restored and contested(self.memory, self.memory.known[id_]))
        return Decision(self._name(id_), None, "") if doubtful else None
