"""What was reported of the things that watches look for, and what of it becomes an alert.

A report of a thing is remembered, with a draft of its alert. Once enough publishers report the thing, the draft gets a
time at which it is due; when it is published, its id is remembered. All of it is in `SeenThing`, so a death between
publishing and remembering publishes the same alert again, with the same id, and none is lost.
"""

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from streams.alerts.drafting import alert_id, drafted, quoted, rivals, sources
from streams.alerts.matching import Match
from streams.alerts.state import MOST_DRAFTS, MOST_REPORTS, DraftedAlert, SeenReport, SeenThing
from streams.alerts.watch_list import Watch
from streams.messages.alert_events import Alert
from streams.messages.events import Document

MOST_THINGS = 50_000
"""Things that are remembered of all watches together, up to 7 kB each; of more, those that were reported lately."""

LEAST_THINGS = 200
"""Things that are remembered of a watch, whatever there is of others."""

TRIED = 100
"""Things, the longest unreported ones, of which one is to be forgotten when there are too many."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

Place = tuple[str, str]
"""Watch and key of a thing."""


class Memory:
    """The things that were seen. Not thread-safe."""

    def __init__(self, settle: float) -> None:
        """Remembers nothing yet.

        Args:
            settle: Seconds for which an alert about a happening waits for the decision whether it is known.
        """
        self._settle = settle
        self._watches: Mapping[str, Watch] = {}
        self._since: Mapping[str, datetime] = {}
        self._room = MOST_THINGS
        self._things: dict[str, OrderedDict[str, SeenThing]] = {}
        self._of_document: dict[str, set[Place]] = defaultdict(set)
        self._due: dict[Place, float] = {}
        self._changed: dict[Place, None] = {}

    def watch(self, watches: Iterable[Watch], since: Mapping[str, datetime]) -> None:
        """Sets what is watched, and since when; forgets what was seen for watches that are no longer listed."""
        self._watches, self._since = {one.name: one for one in watches}, since
        self._room = max(LEAST_THINGS, MOST_THINGS // max(1, len(self._watches)))
        for name in self._things.keys() - self._watches.keys():
            for key in list(self._things[name]):
                self._drop((name, key))
            del self._things[name]

    def restore(self, things: Iterable[SeenThing]) -> None:
        """Takes up what was remembered."""
        for thing in things:
            self._put(thing)
        self._changed.clear()

    def changes(self) -> Iterator[tuple[Place, SeenThing | None]]:
        """Yields what changed since the last call; None for what is forgotten."""
        changed, self._changed = self._changed, {}
        for place in changed:
            yield place, self._get(place)

    def observe(self, match: Match, document: Document, now: float) -> None:
        """Takes note of what a document reports.

        Args:
            match: What it is.
            document: The document.
            now: Seconds since 1970.
        """
        watch = match.watch
        thing = self._get((watch.name, match.key)) or SeenThing(watch=watch.name, key=match.key)
        report = SeenReport(
            document=document.id,
            source=document.source or document.id,
            likeness=document.likeness,
            value=match.value,
            denied=match.denied,
            one_at_a_time=match.one_at_a_time,
            triple=quoted(match.triples[0]) if watch.contradicts else None,
        )
        same = document.id, match.value, match.denied
        reports = [one for one in thing.reports if (one.document, one.value, one.denied) != same]
        thing = thing.model_copy(update={"reports": _bounded((*reports, report), thing.drafts)})
        self._put(self._weighed(self._with_draft(thing, drafted(match, document, thing)), now))

    def withdraw(self, document: str, now: float) -> None:
        """Forgets what a document reported: it was withdrawn, or says something else now."""
        for place in self._of_document.pop(document, set()):
            if thing := self._get(place):
                reports = tuple(one for one in thing.reports if one.document != document)
                left = self._weighed(thing.model_copy(update={"reports": reports}), now)
                if left.reports or left.said:
                    self._put(left)
                else:
                    self._drop(place)

    def merge(self, old: str, new: str, now: float) -> None:
        """Counts what has one key to another: two reports turned out to be of one happening."""
        for watch in self._watches if old != new else ():
            one, other = self._get((watch, old)), self._get((watch, new))
            if one is None:
                continue
            self._drop((watch, old))
            kept = other or SeenThing(watch=watch, key=new)
            known = {report.document for report in kept.reports}
            reports = (*kept.reports, *(report for report in one.reports if report.document not in known))
            id_ = alert_id(watch, new)
            drafts = tuple(
                draft.model_copy(update={"alert": draft.alert.model_copy(update={"id": id_})})
                for draft in (() if one.said or kept.said else (*kept.drafts, *one.drafts)[:1])
            )
            said = (id_,) if one.said or kept.said else ()
            self._put(
                self._weighed(
                    SeenThing(watch=watch, key=new, reports=_bounded(reports, drafts), said=said, drafts=drafts), now
                )
            )

    def next_due(self) -> float | None:
        """Returns when the next alert is to be published, in seconds since 1970; None if none is."""
        return min(self._due.values(), default=None)

    def due(self, now: float) -> list[tuple[Place, Alert]]:
        """Returns the alerts to publish now, the oldest first."""
        found: list[tuple[Place, Alert]] = []
        for place in [place for place, due in self._due.items() if due <= now]:
            if thing := self._get(place):
                ready = [one for one in thing.drafts if one.due is not None and one.due <= now]
                found += [(place, one.alert.model_copy(update={"sources": sources(thing, one)})) for one in ready]
        return sorted(found, key=lambda each: (each[1].found_at, each[1].id))

    def said(self, place: Place, id_: str) -> None:
        """Takes note that an alert was published."""
        if thing := self._get(place):
            self._put(_said(thing, id_))

    def _with_draft(self, thing: SeenThing, draft: DraftedAlert) -> SeenThing:
        """Returns a thing with a new draft, unless its alert is due or said already, or nothing is contradicted."""
        id_ = draft.alert.id
        before = {one.alert.id: one for one in thing.drafts}
        contradicts = self._watches[thing.watch].contradicts
        if id_ in thing.said or (id_ in before and before[id_].due is not None):
            return thing
        if contradicts and not draft.alert.against:
            return thing
        before[id_] = draft
        # Those that are due stay: their alerts are still to be published.
        kept = sorted(before.values(), key=lambda one: one.due is not None)[-MOST_DRAFTS:]
        return thing.model_copy(update={"drafts": tuple(kept)})

    def _weighed(self, thing: SeenThing, now: float) -> SeenThing:
        """Returns a thing whose drafts are due if enough publishers report it, and only then."""
        watch = self._watches[thing.watch]
        since = self._since.get(thing.watch, _BEGINNING)
        documents = {one.document for one in thing.reports}
        for draft in thing.drafts:
            id_ = draft.alert.id
            others = tuple(one for one in thing.drafts if one.alert.id != id_)
            enough = len(sources(thing, draft)) >= watch.sources
            if watch.contradicts and not rivals(thing, draft.alert.article.id, draft.value, denied=draft.denied):
                enough = False
            if draft.alert.article.id not in documents:
                thing = thing.model_copy(update={"drafts": others})
            elif enough and draft.due is None and draft.alert.found_at < since:
                # It was known before anybody watched.
                thing = _said(thing, id_)
            elif enough != (draft.due is not None):
                settle = self._settle if draft.alert.kind == "happening" and not watch.first else 0.0
                weighed = draft.model_copy(update={"due": now + settle if enough else None})
                drafts = tuple(weighed if one.alert.id == id_ else one for one in thing.drafts)
                thing = thing.model_copy(update={"drafts": drafts})
        return thing

    def _get(self, place: Place) -> SeenThing | None:
        watch, key = place
        things = self._things.get(watch)
        return things.get(key) if things else None

    def _put(self, thing: SeenThing) -> None:
        place = thing.watch, thing.key
        before = self._get(place)
        if thing == before:
            return
        things = self._things.setdefault(thing.watch, OrderedDict())
        things[thing.key] = thing
        things.move_to_end(thing.key)
        for report in thing.reports:
            self._of_document[report.document].add(place)
        self._forget_reports(place, {one.document for one in (before.reports if before else ())} - {
            one.document for one in thing.reports
        })  # fmt: skip
        dues = [one.due for one in thing.drafts if one.due is not None]
        if dues:
            self._due[place] = min(dues)
        else:
            self._due.pop(place, None)
        self._changed[place] = None
        if len(things) > self._room:
            for key in list(islice(things, TRIED)):
                if (thing.watch, key) not in self._due:
                    self._drop((thing.watch, key))
                    break
                things.move_to_end(key)  # its alert is still to be published

    def _drop(self, place: Place) -> None:
        watch, key = place
        if thing := self._things[watch].pop(key, None):
            self._forget_reports(place, {one.document for one in thing.reports})
            self._due.pop(place, None)
            self._changed[place] = None

    def _forget_reports(self, place: Place, documents: Iterable[str]) -> None:
        for document in documents:
            if places := self._of_document.get(document):
                places.discard(place)
                if not places:
                    del self._of_document[document]


def _said(thing: SeenThing, id_: str) -> SeenThing:
    drafts = tuple(one for one in thing.drafts if one.alert.id != id_)
    return thing.model_copy(update={"said": (*thing.said, id_)[-MOST_REPORTS:], "drafts": drafts})


def _bounded(reports: tuple[SeenReport, ...], drafts: Iterable[DraftedAlert]) -> tuple[SeenReport, ...]:
    """Returns the first and the latest reports, and of those between no publisher's only one, nor that of a draft."""
    left, half = list(reports), MOST_REPORTS // 2
    needed = {one.alert.article.id for one in drafts}
    while len(left) > MOST_REPORTS:
        said = Counter((one.source, one.value, one.denied) for one in left)
        spare = (
            n
            for n in range(half, len(left) - 1)
            if said[left[n].source, left[n].value, left[n].denied] > 1 and left[n].document not in needed
        )
        del left[next(spare, half)]
    return tuple(left)
