"""Groups things by likeness, one at a time, so that the groups depend only on the things and not on how they came.

Things are in an order (the earliest first). Each joins the most similar of the leaders before it, or else leads a group
itself. So a group is what is like its first: long chains of small likenesses do not grow together. With some slack, a
thing may be a little less like the leader if it is like another one of the group.

A thing finds leaders by its keys: under each key it looks at the `NEAREST` things before it, and at their leaders. So
the cost of one thing is bounded, and a leader is found however many have joined it since. Whatever is added or removed
in between changes only the things that look at it, and those that look at them if their leader changes.

Nothing joins a leader that is too long ago. What is further back than that is not looked at, since its leader is still
older: most of what shares a key with a report was in the news long before it.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import Generic, Protocol, TypeVar

Order = tuple[int, str]
"""Place of a thing: its time, then its id."""

Keys = Sequence[tuple[str, Sequence[str]]]
"""Keys by their kind: the same key of another kind is another one. So keys need not be built of kind and name."""

_FIRST: Order = (-(1 << 63), "")
"""Before all others."""

NEAREST = 12
"""Things before it, under one key, whose leaders a thing may join."""

MOST_SCORES = 1 << 17
"""Likenesses that are kept, since things that arrive out of order ask for them again."""


class Thing(Protocol):
    """What is grouped: immutable."""

    @property
    def order(self) -> Order:
        """Its place; no two have the same."""

    @property
    def keys(self) -> Keys:
        """What it is found by: only things that share a key are compared."""


T = TypeVar("T", bound=Thing)


class Leaders(Generic[T]):
    """Things in groups."""

    def __init__(self, likeness: Callable[[T, T], float], slack: float = 0.0, reach: int | None = None) -> None:
        """Creates it without things.

        Args:
            likeness: How much a thing is like an earlier one. It joins only where this is more than 0. Depends on these
                two alone.
            slack: How far below 0 the likeness to a leader may be if that to another one in its group is above.
            reach: The longest time between a leader and one that joins it, in the unit of the things' times. Of things
                that are further apart the likeness must be 0 if there is no slack, or else lower than all slack.
        """
        self._likeness = likeness
        self._slack = slack
        self._reach = reach
        self.things: dict[str, T] = {}
        self.leader: dict[str, str] = {}
        self._followers: dict[str, set[str]] = {}
        # By kind and key, the things in their order. Most keys are those of one thing, for which a list is too large.
        self._lists: dict[str, dict[str, Order | list[Order]]] = {}
        self._numbers: dict[str, int] = {}
        # By the id of the later one, and by the number of the earlier one, which is another if it comes back changed.
        self._scores: dict[str, dict[int, float]] = {}
        self._kept = 0
        self._added = 0
        self.comparisons = 0

    def group(self, leader: str) -> set[str]:
        """Returns the ids of a leader and of those that joined it."""
        return {leader, *self._followers.get(leader, ())}

    def change(self, removed: Iterable[str], added: Iterable[T]) -> dict[str, str | None]:
        """Removes and adds things.

        Args:
            removed: Ids; those that are unknown are ignored.
            added: Things; one whose id is known replaces the other.

        Returns:
            The former leader of each thing that was added, was removed or has another leader now; None if it is new.
        """
        before: dict[str, str | None] = {}
        todo = _Todo()
        for id_ in removed:
            if id_ in self.things:
                before.setdefault(id_, self._take_out(id_, todo))
        for thing in added:
            id_ = thing.order[1]
            before.setdefault(id_, self._take_out(id_, todo) if id_ in self.things else None)
            self._add(thing)
            todo.add((thing.order, *self._after(thing)))
        while order := todo.pop():
            again = self.things.get(order[1])
            if again is None or again.order != order:
                continue
            old, new = self.leader.get(order[1]), self._best(again)
            if old != new:
                before.setdefault(order[1], old)
                self._follow(order[1], new)
                todo.add(self._after(again))
        if self._kept > MOST_SCORES:
            self._scores.clear()
            self._kept = 0
        return before

    def _take_out(self, id_: str, todo: "_Todo") -> str:
        """Removes a thing; returns its leader."""
        # Those that joined it look at it by way of each other. If it comes back changed, they must look again.
        for member in self.group(id_):
            todo.add((self.things[member].order, *self._after(self.things[member])))
        return self._remove(id_)

    def drop(self, id_: str) -> None:
        """Removes a thing that nothing joined; what was decided with its help holds until something else changes it."""
        self._remove(id_)

    def _best(self, thing: T) -> str:
        """Returns the id of the leader that a thing joins: its own if it joins none."""
        order = thing.order
        oldest: Order = (order[0] - self._reach, "") if self._reach is not None else _FIRST
        found: dict[str, list[str]] = {}
        for _, id_ in self._before(thing, oldest):
            found.setdefault(self.leader[id_], []).append(id_)
        best, best_order, most = order[1], order, 0.0
        if not found:
            return best
        scores = self._scores.setdefault(order[1], {})
        least = -self._slack
        for id_, members in found.items():
            leader_order = self.things[id_].order
            if leader_order < oldest:
                continue
            score = self._score(id_, thing, scores)
            if score > least:
                # Maybe not as like the first as it must be, but like another one.
                others = (self._score(member, thing, scores) for member in members if member != id_)
                score = max([score, *others])
            if score > most or (score == most > 0 and leader_order < best_order):
                best, best_order, most = id_, leader_order, score
        return best

    def _before(self, thing: T, oldest: Order) -> set[Order]:
        """Returns the things that this one looks at, from `oldest` on."""
        order = thing.order
        found: set[Order] = set()
        for orders in self._shared(thing):
            at = bisect_left(orders, order)
            if not at or orders[at - 1] < oldest:
                continue
            first = max(0, at - NEAREST)
            if orders[first] < oldest:
                first = bisect_left(orders, oldest, first, at)
            found.update(orders[first:at])
        return found

    def _score(self, earlier: str, thing: T, scores: dict[int, float]) -> float:
        """Returns how much a thing is like an earlier one, given the likenesses of it that are kept."""
        number = self._numbers[earlier]
        score = scores.get(number)
        if score is None:
            self.comparisons += 1
            self._kept += 1
            score = scores[number] = self._likeness(self.things[earlier], thing)
        return score

    def _after(self, thing: T) -> set[Order]:
        """Returns the things that look at this one."""
        order = thing.order
        found: set[Order] = set()
        for orders in self._shared(thing):
            if orders[-1] > order:
                at = bisect_left(orders, order) + 1
                found.update(orders[at : at + NEAREST])
        if self._reach is None:
            return found
        last = order[0] + self._reach
        return {other for other in found if other[0] <= last}

    def _shared(self, thing: T) -> Iterator[list[Order]]:
        """Yields, for each key that a thing shares, the things with this key."""
        for kind, keys in _found_by(thing):
            lists = self._lists[kind]
            for key in keys:
                orders = lists[key]
                if isinstance(orders, list):
                    yield orders

    def _add(self, thing: T) -> None:
        id_ = thing.order[1]
        self.things[id_] = thing
        self._added += 1
        self._numbers[id_] = self._added
        order = thing.order
        for kind, keys in _found_by(thing):
            lists = self._lists.setdefault(kind, {})
            for key in keys:
                orders = lists.setdefault(key, order)
                if isinstance(orders, list):
                    insort(orders, order)
                elif orders is not order:
                    lists[key] = [orders, order] if orders < order else [order, orders]

    def _remove(self, id_: str) -> str:
        thing = self.things.pop(id_)
        del self._numbers[id_]
        self._kept -= len(self._scores.pop(id_, ()))
        for kind, keys in _found_by(thing):
            lists = self._lists[kind]
            for key in keys:
                orders = lists[key]
                if isinstance(orders, list):
                    del orders[bisect_left(orders, thing.order)]
                    if len(orders) == 1:
                        lists[key] = orders[0]
                else:
                    del lists[key]
            if not lists:
                del self._lists[kind]
        leader = self.leader.pop(id_)
        self._unfollow(id_, leader)
        return leader

    def _follow(self, id_: str, leader: str) -> None:
        if (old := self.leader.get(id_)) is not None:
            self._unfollow(id_, old)
        self.leader[id_] = leader
        if leader != id_:
            self._followers.setdefault(leader, set()).add(id_)

    def _unfollow(self, id_: str, leader: str) -> None:
        if leader != id_ and (followers := self._followers.get(leader)):
            followers.discard(id_)
            if not followers:
                del self._followers[leader]


def _found_by(thing: Thing) -> Iterator[tuple[str, Sequence[str]]]:
    """Yields the keys of a thing by kind: kinds of which it has none are not listed, so they must not be looked up."""
    return ((kind, keys) for kind, keys in thing.keys if keys)


class _Todo:
    """The things that must look again, the earliest first."""

    def __init__(self) -> None:
        self._heap: list[Order] = []
        self._queued: set[Order] = set()

    def add(self, orders: Iterable[Order]) -> None:
        for order in orders:
            if order not in self._queued:
                self._queued.add(order)
                heappush(self._heap, order)

    def pop(self) -> Order | None:
        if not self._heap:
            return None
        order = heappop(self._heap)
        self._queued.discard(order)
        return order
