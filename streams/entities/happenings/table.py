"""Which reports are of one happening, and which happenings belong to one story.

The decisions depend only on the last naming of each document and on what the names stand for, not on the order in which
they came or on repetitions; and the table can be restored from what it asked to remember. What one document costs is
bounded: see `leaders`.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from streams.entities.happenings.leaders import Leaders, Order
from streams.entities.happenings.memory import (
    Happening,
    KnownReport,
    RememberedReport,
    Report,
    compared,
    happening,
    ids,
    known,
)
from streams.entities.happenings.rules import DAY_MS, REACH, SLACK, STORY_REACH, belonging, likeness
from streams.messages.base import Entity, stable_id


class SameHappening(NamedTuple):
    """The decision which happening a report is of.

    Attributes:
        report: The happening, as its document's own entity.
        first: The first report of the happening; None if that is this one.
    """

    report: Entity
    first: Entity | None


class StoryOf(NamedTuple):
    """The decision which story a happening belongs to.

    Attributes:
        happening: The first report of the happening.
        story: The story's id; "" if it belongs to none any more.
        title: The story's title.
    """

    happening: Entity
    story: str
    title: str


@dataclass(slots=True)
class Decisions:
    """What changed.

    Attributes:
        remember: Reports to remember.
        dropped: Ids of the reports that their documents no longer make.
        same: New decisions on reports, in a fixed order.
        stories: New decisions on happenings, in a fixed order.
    """

    remember: list[RememberedReport] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    same: list[SameHappening] = field(default_factory=list)
    stories: list[StoryOf] = field(default_factory=list)


class SavedReports(NamedTuple):
    """What is saved and restored.

    Attributes:
        reports: The reports.
        first: By id of a report: the id of the one that it was last said to be the happening of; "" for itself.
        story: By id of a happening: the id and title of the story that it was last said to belong to.
        retell: Reports whose last decisions may not have been heard by all, by id; None if only the id is known.
        newest: When the newest report was remembered, in milliseconds.
    """

    reports: Iterable[RememberedReport]
    first: Mapping[str, str] = MappingProxyType({})
    story: Mapping[str, tuple[str, str]] = MappingProxyType({})
    retell: Mapping[str, Entity | None] = MappingProxyType({})
    newest: int = 0


class HappeningTable:
    """The table. Not thread-safe."""

    def __init__(self, canonical: Callable[[str], str]) -> None:
        """Creates an empty table.

        Args:
            canonical: Returns the id of the entity that the one of an id stands for.
        """
        self._canonical = canonical
        self.reports: Leaders[Report] = Leaders(likeness, SLACK, REACH)
        self.happenings: Leaders[Happening] = Leaders(belonging, reach=STORY_REACH)
        self._orders: list[Order] = []
        self._of_document: dict[str, tuple[str, ...]] = {}
        self._with_name: dict[str, set[str]] = defaultdict(set)
        self._stands_for: dict[str, str] = {}
        self._first: dict[str, str] = {}
        self._story: dict[str, tuple[str, str]] = {}
        # Whether to repeat the decisions on a report: on its happening, and on its story.
        self._retell: dict[str, tuple[bool, bool]] = {}
        self._differ: set[str] = set()
        # Reports that are not remembered, though somebody may have heard a decision on them.
        self._unknown: dict[str, Entity] = {}
        self._newest = 0

    def __len__(self) -> int:
        """Returns how many reports are remembered."""
        return len(self._orders)

    def learn(
        self, documents: Iterable[tuple[str, Sequence[RememberedReport]]], moved: Iterable[str] = (), at: int = 0
    ) -> Decisions:
        """Learns from documents, each with all its reports, and from names that may stand for others now.

        Args:
            documents: Ids and reports; of two with one id the last counts.
            moved: Ids of these names.
            at: When the documents were received, in milliseconds. A report from the future makes no other one old.
        """
        decisions = Decisions()
        old: dict[str, KnownReport] = {}
        new: dict[str, KnownReport] = {}
        for document, reports in dict(documents).items():
            old |= {id_: self.reports.things[id_].known for id_ in self._of_document.pop(document, ())}
            if reports:
                self._of_document[document] = tuple(one.report.happening.id for one in reports)
            for one in reports:
                report = new[one.report.happening.id] = known(one)
                self._newest = max(self._newest, min(report.published, at))
                if old.get(report.id) != report:
                    decisions.remember.append(one)
        decisions.dropped = sorted(old.keys() - new.keys())
        # First what is remembered already: a new report that is listed settles what its names stand for.
        changed = self._change((), self._renamed(moved))
        changed |= self._change(decisions.dropped, [report for id_, report in new.items() if old.get(id_) != report])
        for id_ in decisions.dropped:
            self._say(old[id_], "", ("", ""), decisions)
            self._first.pop(id_)
            self._story.pop(id_)
        self._settle(decisions)
        for id_ in sorted(changed | self._differ):
            if report_ := self.reports.things.get(id_):
                self._say(report_.known, *self._decided(id_), decisions)
        self._differ, self._retell = set(), {}
        return decisions

    def _settle(self, decisions: Decisions) -> None:
        """Takes back what may have been said on reports that nobody makes any more; says it again on the others."""
        for id_, entity in sorted(self._unknown.items()):
            if id_ in self.reports.things:
                self._retell[id_] = True, True
            elif id_ not in decisions.dropped:
                decisions.dropped.append(id_)
                decisions.same.append(SameHappening(entity, None))
                decisions.stories.append(StoryOf(entity, "", ""))
        self._unknown = {}

    def restore(self, saved: SavedReports) -> None:
        """Restores what was remembered. Decisions that were not heard are returned with the next documents."""
        reports = sorted((known(one) for one in saved.reports), key=lambda report: report.order)
        of_document: dict[str, list[str]] = defaultdict(list)
        for report in reports:
            of_document[report.document].append(report.id)
            self._newest = max(self._newest, min(report.published, saved.newest))
        self._of_document = {document: tuple(found) for document, found in of_document.items()}
        self._change((), reports)
        for report in reports:
            id_ = report.id
            self._first[id_], self._story[id_] = saved.first.get(id_, ""), saved.story.get(id_, ("", ""))
        repeated = {id_ for id_ in saved.retell if id_ in self.reports.things}
        self._retell = {id_: (id_ in saved.first, id_ in saved.story) for id_ in repeated}
        self._unknown = {id_: one for id_, one in saved.retell.items() if one and id_ not in self.reports.things}
        said = ((id_, (self._first[id_], self._story[id_])) for id_ in self.reports.things)
        self._differ = repeated | {id_ for id_, both in said if both != self._decided(id_)}

    def forget(self, limit: int, days: int) -> list[str]:
        """Forgets old reports, and a tenth of all, the oldest, if there are more than `limit`; returns their ids.

        Kept is one that others are counted to, as a happening or story. Decisions on a forgotten report hold.

        Args:
            limit: Number of reports.
            days: Days between the newest report and one that is old.
        """
        oldest = self._newest - days * DAY_MS
        surplus = len(self) - limit + limit // 10 if len(self) > limit else 0
        gone: list[str] = []
        # When its last follower is gone, a leader can go, too.
        while spare := self._spare(oldest, surplus - len(gone)):
            gone += spare
            for id_ in spare:
                self._forget(id_)
        return gone

    def _spare(self, oldest: int, surplus: int) -> list[str]:
        found: list[str] = []
        for published, id_ in self._orders:
            if published >= oldest and len(found) >= surplus:
                break
            if self.reports.group(id_) == {id_} and self.happenings.group(id_) == {id_}:
                found.append(id_)
        return found

    def _forget(self, id_: str) -> None:
        report = self.reports.things[id_].known
        self._unlist(report)
        # Nobody looks again: what was decided with its help holds.
        self.reports.drop(id_)
        if id_ in self.happenings.things:
            self.happenings.drop(id_)
        self._first.pop(id_, None)
        self._story.pop(id_, None)
        if left := tuple(other for other in self._of_document[report.document] if other != id_):
            self._of_document[report.document] = left
        else:
            del self._of_document[report.document]

    def _decided(self, id_: str) -> tuple[str, tuple[str, str]]:
        """Returns the first report of a report's happening, and the story of a happening; "" for itself and none."""
        if (leader := self.reports.leader[id_]) != id_:
            return leader, ("", "")
        first = self.happenings.leader[id_]
        if first == id_ and self.happenings.group(id_) == {id_}:
            return "", ("", "")
        return "", (stable_id("s", first), self.happenings.things[first].title)

    def _say(self, report: KnownReport, first: str, story: tuple[str, str], decisions: Decisions) -> None:
        """Adds what is new about a report to the decisions."""
        id_ = report.id
        first_again, story_again = self._retell.get(id_, (False, False))
        if first != self._first.setdefault(id_, "") or first_again:
            self._first[id_] = first
            decisions.same.append(
                SameHappening(report.entity, self.reports.things[first].known.entity if first else None)
            )
        if story != self._story.setdefault(id_, ("", "")) or story_again:
            self._story[id_] = story
            decisions.stories.append(StoryOf(report.entity, *story))

    def _renamed(self, moved: Iterable[str]) -> list[KnownReport]:
        """Returns the reports with a name that now stands for another entity than before."""
        changed = [id_ for id_ in moved if id_ in self._stands_for and self._canonical(id_) != self._stands_for[id_]]
        found = {id_: self.reports.things[id_].known for name in changed for id_ in self._with_name[name]}
        return list(found.values())

    def _change(self, removed: Iterable[str], added: Sequence[KnownReport]) -> set[str]:
        """Removes and adds reports; returns the ids of all whose decisions may have changed."""
        orders: dict[str, Order] = {}
        for id_ in (*removed, *(report.id for report in added)):
            if report := self.reports.things.get(id_):
                orders[id_] = report.order
                self._unlist(report.known)
        for one in added:
            orders[one.id] = min(one.order, orders.get(one.id, one.order))
            self._list(one)
        before = self.reports.change(removed, [compared(one, self._canonical) for one in added])
        # By leader: the first of its reports that came, went or changed.
        touched: dict[str, Order] = {}
        for id_, former in before.items():
            order = orders[id_] if id_ in orders else self.reports.things[id_].order
            for leader in (id_, former, self.reports.leader.get(id_)):
                if leader:
                    touched[leader] = min(order, touched.get(leader, order))
        return touched.keys() | self._regroup(touched)

    def _regroup(self, touched: Mapping[str, Order]) -> set[str]:
        """Updates the happenings of which reports came, went or changed; returns those whose story may have changed."""
        gone: list[str] = []
        changed: list[Happening] = []
        renamed: list[str] = []
        for id_, order in touched.items():
            before = self.happenings.things.get(id_)
            if self.reports.leader.get(id_) != id_:
                gone.append(id_)
            elif before is None or before.last is None or order <= before.last:
                now = happening(self.reports.things[one] for one in self.reports.group(id_))
                if now != before:
                    changed.append(now)
                    renamed += [id_] if before and before.title != now.title else []
        moved = self.happenings.change(gone, changed)
        found = set(moved)
        for id_, former in moved.items():
            found |= {one for one in (former, self.happenings.leader.get(id_)) if one}
        for id_ in renamed:
            found |= self.happenings.group(id_)
        return found

    def _list(self, report: KnownReport) -> None:
        insort(self._orders, report.order)
        for name in ids([report]):
            self._with_name[name].add(report.id)
            self._stands_for[name] = self._canonical(name)

    def _unlist(self, report: KnownReport) -> None:
        del self._orders[bisect_left(self._orders, report.order)]
        for name in ids([report]):
            self._with_name[name].discard(report.id)
            if not self._with_name[name]:
                del self._with_name[name], self._stands_for[name]
