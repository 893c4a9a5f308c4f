"""Decisions on happenings and stories as records, and what the stage publishes to itself to go on after a crash."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from streams.entities.happenings.memory import RememberedReport
from streams.entities.happenings.table import Decisions, SameHappening, SavedReports, StoryOf
from streams.messages.base import Entity, Event, Identifier
from streams.messages.cloud_events import CE_TYPES, headers_of_type
from streams.messages.events import Alias
from streams.messages.happening_events import Story
from streams.messages.outputs import output, serialise
from streams.road.stage import Output, Record
from topology.ontology import HAPPENING
from topology.topics import ENTITIES, TRIPLES

CE_SOURCE = "triplewire/entities"
REMEMBERED_REPORT = "triplewire.remembered-report"
"""CloudEvents type of a `RememberedReport`."""

RETELL = "triplewire.retell"
"""CloudEvents type of a `Retell`."""

REASON = "happening"
"""Why a report stands for another, in an `Alias`."""

_RETELL_KEY = b"retell:happenings"
_HAPPENING = f'"type":"{HAPPENING}"'.encode()


class Retell(Event):
    """The reports that the last batch decided on. Topic `entities`; private to the stage.

    Whoever takes over repeats these decisions: not all of the batch's records may have reached their topics.
    """

    happenings: tuple[Entity, ...] = Field((), description="The reports, each as its document's own happening.")
    reports: tuple[Identifier, ...] = Field((), description="Ids of the reports. Of workers that name no happenings.")


def outputs(decisions: Sequence[Decisions], forgotten: Iterable[str], origin: Record) -> Iterator[Output]:
    """Yields the records that publish decisions, and what to remember.

    Args:
        decisions: The decisions of one batch, in the order in which they were made.
        forgotten: Ids of reports that are no longer remembered.
        origin: The record that they were made from.
    """
    old = set(forgotten)
    decided = {one.report.id: one.report for each in decisions for one in each.same}
    decided |= {one.happening.id: one.happening for each in decisions for one in each.stories}
    if decided or old:
        # First, so that nothing else of this batch is on the topic without it. What was decided on an old report holds.
        retell = Retell(happenings=tuple(one for id_, one in decided.items() if id_ not in old))
        headers = headers_of_type(RETELL, id_=REASON, source=CE_SOURCE, time=origin.time)
        yield Output(ENTITIES.name, _RETELL_KEY, serialise(retell), headers, origin)
    for each in decisions:
        yield from _published(each, origin)
    yield from (Output(ENTITIES.name, remembered_key(id_), None, (), origin) for id_ in sorted(old))


def _published(made: Decisions, origin: Record) -> Iterator[Output]:
    dropped = set(made.dropped)
    for same in made.same:
        yield from _same(same, origin, private=same.report.id not in dropped)
    for story in made.stories:
        yield from _story(story, origin, private=story.happening.id not in dropped)
    for report in made.remember:
        id_ = report.report.happening.id
        headers = headers_of_type(REMEMBERED_REPORT, id_=id_, source=CE_SOURCE, time=origin.time)
        yield Output(ENTITIES.name, remembered_key(id_), serialise(report), headers, origin)
    for id_ in sorted(dropped):
        # Of one that its document does not make any more nothing may stay.
        keys = remembered_key(id_), id_.encode(), story_key(id_)
        yield from (Output(ENTITIES.name, key, None, (), origin) for key in keys)


def _same(decision: SameHappening, origin: Record, *, private: bool) -> Iterator[Output]:
    alias = Alias(
        id=decision.report.id,
        op="merge" if decision.first else "split",
        alias=decision.report,
        canonical=decision.first,
        reason=REASON,
    )
    for topic in (TRIPLES.name, ENTITIES.name) if private else (TRIPLES.name,):
        yield output(topic, alias.id.encode(), alias, alias.id, source=CE_SOURCE, origin=origin)


def _story(decision: StoryOf, origin: Record, *, private: bool) -> Iterator[Output]:
    id_ = decision.happening.id
    story = Story(id=id_, happening=decision.happening, story=decision.story or None, title=decision.title)
    yield output(TRIPLES.name, id_.encode(), story, id_, source=CE_SOURCE, origin=origin)
    if private:
        # Not the happening's id alone: this topic is compacted, and that is the key of its Alias.
        yield output(ENTITIES.name, story_key(id_), story, id_, source=CE_SOURCE, origin=origin)


def remembered_key(id_: str) -> bytes:
    """Returns the key of a remembered report on `entities`."""
    return f"remembered:{id_}".encode()


def story_key(id_: str) -> bytes:
    """Returns the key of a happening's story on `entities`."""
    return f"story:{id_}".encode()


@dataclass(slots=True)
class Reading:
    """What the topic `entities` says of happenings, record by record."""

    _reports: dict[bytes, RememberedReport] = field(default_factory=dict)
    _first: dict[bytes, tuple[str, str]] = field(default_factory=dict)
    _story: dict[bytes, tuple[str, str, str]] = field(default_factory=dict)
    _retell: dict[str, Entity | None] = field(default_factory=dict)
    _newest: int = 0

    def read(self, record: Record) -> None:
        """Takes a record into account, if it is about happenings."""
        key, type_ = record.key or b"", record.header("ce_type")
        if record.value is None:
            for found in (self._reports, self._first, self._story):
                found.pop(key, None)
        elif type_ == REMEMBERED_REPORT.encode():
            self._reports[key] = RememberedReport.model_validate_json(record.value)
            self._newest = max(self._newest, record.timestamp_ms)
        elif type_ == CE_TYPES[Alias].encode() and _HAPPENING in record.value:
            alias = Alias.model_validate_json(record.value)
            self._first[key] = alias.id, alias.canonical.id if alias.canonical else ""
        elif type_ == CE_TYPES[Story].encode():
            story = Story.model_validate_json(record.value)
            self._story[key] = story.id, story.story or "", story.title
        elif type_ == RETELL.encode():
            retell = Retell.model_validate_json(record.value)
            self._retell = dict.fromkeys(retell.reports) | {one.id: one for one in retell.happenings}

    def saved(self) -> SavedReports:
        """Returns what was read."""
        return SavedReports(
            reports=self._reports.values(),
            first=dict(self._first.values()),
            story={id_: (story, title) for id_, story, title in self._story.values()},
            retell=self._retell,
            newest=self._newest,
        )
