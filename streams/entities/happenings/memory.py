"""What is remembered of a report: as the document gave it, and as it is compared, with the names that hold now."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from sys import intern
from typing import NamedTuple

from streams.entities.happenings.leaders import Keys, Order
from streams.entities.happenings.wording import alike_words, stems, weight, weight_of_name
from streams.messages.base import Entity, EntityLocation, Event, Identifier
from streams.messages.events import Naming
from streams.messages.happening_events import HappeningReport

MOST_NAMED = 16
"""Participants and places of a report that are compared: those that say most."""

MOST_KEYS = 16
"""Keys by which a report is found."""

_LONGEST_TRIGGER = 8

UNKNOWN_WEIGHT = 2.0
"""Weight of an entity that the document does not list."""

CLASS_GROUPS = {"battle": "attack", "crime": "attack", "disaster": "accident", "sanction": "law"}
"""Classes that readers do not tell apart: one calls a shooting an attack, another a crime."""


class RememberedReport(Event):
    """A report, and what its document says of those that it names. Topic `entities`; private to the stage."""

    document: Identifier
    report: HappeningReport
    names: dict[Identifier, str]
    located: dict[Identifier, EntityLocation]


class Place(NamedTuple):
    """A place: its id, and where it is as far as is known; a country or region is no point."""

    id: str
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report as its document gave it. Tens of thousands are kept, so it holds no message.

    Attributes:
        id: The happening's id, as the document's own entity.
        name: The words that name it.
        type: Its entity type.
        class_: Its class.
        document: The document's id.
        published: When the document was published, in milliseconds.
        day: The stated day, month or year; "" if there is none.
        places: Where it happened.
        named: Participants and places by id, with their weights.
        words: Stems of its wording, with their weights.
        headline: The document's headline.
        modality: As of its triples.
    """

    id: str
    name: str
    type: str
    class_: str | None
    document: str
    published: int
    day: str
    places: tuple[Place, ...]
    named: Mapping[str, float]
    words: Mapping[str, float]
    headline: str
    modality: str

    @property
    def order(self) -> Order:
        """Its place among all reports."""
        return self.published, self.id

    @property
    def entity(self) -> Entity:
        """The happening, as the document's own entity."""
        return Entity(id=self.id, name=self.name, type=self.type, class_=self.class_)


@dataclass(frozen=True)
class Report:
    """A report as it is compared: with the entities that its names stand for now.

    Attributes:
        known: The report as its document gave it.
        places: Where it happened.
        named: Participants and places, with their weights.
    """

    known: KnownReport
    places: tuple[Place, ...]
    named: Mapping[str, float]

    @cached_property
    def order(self) -> Order:
        """Its place among all reports."""
        return self.known.order

    @cached_property
    def group(self) -> str:
        """Its class, or the one that is not told apart from it."""
        class_ = self.known.class_ or ""
        return CLASS_GROUPS.get(class_, class_)

    @property
    def words(self) -> Mapping[str, float]:
        """The stems of its wording, with their weights."""
        return self.known.words

    @cached_property
    def trigger(self) -> Mapping[str, float]:
        """The stems of the words that name it, with their weights; of words that mean the same the first."""
        return alike_words(stems(self.known.name.split()[:_LONGEST_TRIGGER]))

    @cached_property
    def said(self) -> frozenset[str]:
        """The stems of its wording; of words that mean the same the first."""
        return frozenset(alike_words(self.known.words))

    @cached_property
    def keys(self) -> Keys:
        """What it is found by: its class with a name or a word, those that say most."""
        found = [(most, True, id_) for id_, most in self.named.items()]
        found += [(most, False, word) for word, most in self.words.items()]
        found = sorted(found, reverse=True)[:MOST_KEYS]
        names = tuple(key for _, of_name, key in found if of_name)
        words = tuple(key for _, of_name, key in found if not of_name)
        return (intern(f"{self.group}@"), names), (intern(f"{self.group}="), words)


MOST_REPORTS = 8
"""Reports of a happening, the first, that decide which story it belongs to."""


@dataclass(frozen=True)
class Happening:
    """A happening as it is compared with others: what its first reports say.

    Attributes:
        order: The place of its first report.
        named: Participants and places, with their weights.
        words: The stems of its wording, with their weights.
        documents: The documents of these reports, sorted.
        last: The place of the last of them; None if there is room for more.
        title: The first one's headline.
    """

    order: Order
    named: Mapping[str, float]
    words: Mapping[str, float]
    documents: tuple[str, ...]
    last: Order | None
    title: str

    @cached_property
    def keys(self) -> Keys:
        """What it is found by: the names and documents, and the words that say most."""
        return (
            ("@", _most(MOST_KEYS, self.named)),
            ("=", _most(MOST_KEYS // 2, self.words)),
            ("#", self.documents),
        )


def _most(count: int, weights: Mapping[str, float]) -> tuple[str, ...]:
    """Returns those that weigh most. Sorting is faster than a heap for some dozens."""
    return tuple(key for _, key in sorted(((most, key) for key, most in weights.items()), reverse=True)[:count])


def happening(reports: Iterable[Report]) -> Happening:
    """Returns a happening, given its reports, at least one."""
    first = sorted(reports, key=attrgetter("order"))[:MOST_REPORTS]
    # Most are reported once; then it is compared as its report, and shares what that holds.
    named, words = first[-1].named, first[-1].words
    for report in reversed(first[:-1]):
        named = {**named, **report.named}
        words = {**words, **report.words}
    return Happening(
        order=first[0].order,
        named=named,
        words=words,
        documents=tuple(sorted({report.known.document for report in first})),
        last=first[-1].order if len(first) == MOST_REPORTS else None,
        title=first[0].known.headline,
    )


def remembered(naming: Naming) -> list[RememberedReport]:
    """Returns what to remember of the happenings in a document."""
    entities = {mention.entity.id: mention.entity for mention in naming.mentions}
    found = {}
    for report in naming.happenings:
        named = [id_ for id_ in dict.fromkeys((*report.places, *report.participants)) if id_ in entities]
        found[report.happening.id] = RememberedReport(
            document=naming.id,
            report=report,
            names={id_: entities[id_].name for id_ in named},
            located={id_: place for id_ in named if (place := entities[id_].location)},
        )
    return list(found.values())


def known(saved: RememberedReport) -> KnownReport:
    """Returns a remembered report in the form that is kept in memory."""
    report, happening_ = saved.report, saved.report.happening
    weights = {
        # One string for each name, however many reports name it.
        intern(id_): weight_of_name(saved.names[id_]) if id_ in saved.names else UNKNOWN_WEIGHT
        for id_ in (*report.places, *report.participants)
    }
    return KnownReport(
        id=happening_.id,
        name=happening_.name,
        type=intern(happening_.type),
        class_=happening_.class_ and intern(happening_.class_),
        document=intern(saved.document),
        published=int(report.published_at.timestamp() * 1000),
        day=intern(report.day or ""),
        places=tuple(_place(intern(id_), saved.located.get(id_)) for id_ in report.places),
        named={id_: weights[id_] for id_ in _most(MOST_NAMED, weights)},
        words={word: weight(word) for word in stems(report.words)},
        headline=intern(report.headline),
        modality=intern(report.modality),
    )


def compared(report: KnownReport, canonical: Callable[[str], str]) -> Report:
    """Returns a report with the entities that its names stand for.

    Args:
        report: The report.
        canonical: Returns the id of the entity that the one of this id stands for.
    """
    named: dict[str, float] = {}
    for id_, most in report.named.items():
        key = canonical(id_)
        named[key] = max(most, named.get(key, 0.0))
    places = {canonical(place.id): place for place in sorted(report.places, key=_known_less)}
    return Report(report, tuple(place._replace(id=id_) for id_, place in places.items()), named)


def _place(id_: str, where: EntityLocation | None) -> Place:
    return Place(id_, where.country, where.latitude, where.longitude) if where else Place(id_)


def _known_less(place: Place) -> tuple[bool, bool, str]:
    """Sorts places of one entity so that the last is the one of which most is known."""
    return place.latitude is not None, bool(place.country), place.id


def ids(reports: Iterable[KnownReport]) -> set[str]:
    """Returns the ids of the names in some reports."""
    return {id_ for report in reports for id_ in (*report.named, *(place.id for place in report.places))}
