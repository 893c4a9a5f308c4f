"""What an export is made of, one record a thing of the graph, independent of any format."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["entity", "value", "article", "media"]


@dataclass(frozen=True, slots=True)
class Day:
    """A time as precisely as it is known.

    Attributes:
        value: As ISO 8601: a year, a month, a day, or a time in UTC.
        datatype: `xsd:gYear`, `xsd:gYearMonth`, `xsd:date` or `xsd:dateTime`.
    """

    value: str
    datatype: str


@dataclass(frozen=True, slots=True)
class EntityRecord:
    """An entity.

    Attributes:
        name: Its name; of an office with whose it is: "foreign minister of Germany".
        canonical: Id of the entity that it stands for; None if it stands for itself.
        country: ISO 3166-1 code of the country in which it lies.
        stories: Ids of the stories that it is a part of.
    """

    id: str
    name: str
    type: str
    canonical: str | None
    wikidata: str | None
    role: str | None
    class_: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    stories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueRecord:
    """A value: a date, number or text."""

    id: str
    value: str
    datatype: str
    unit: str


@dataclass(frozen=True, slots=True)
class Mentioned:
    """How often an article or media item names an entity, under any of its names."""

    entity: str
    count: int


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article. The graph has no bodies.

    Attributes:
        derived_from: Ids of the media items that it is a transcript of, or whose text it is.
    """

    id: str
    headline: str | None
    url: str | None
    source: str | None
    language: str | None
    published_at: datetime | None
    keywords: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()
    mentions: tuple[Mentioned, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """A picture, video or sound.

    Attributes:
        kind: `Picture`, `Video`, `Sound`, or "" if it is not known.
        illustrates: Ids of the articles that name it.
    """

    id: str
    kind: str
    uri: str | None
    caption: str | None
    format: str | None
    sha256: str | None
    source: str | None
    published_at: datetime | None
    illustrates: tuple[str, ...] = ()
    mentions: tuple[Mentioned, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryRecord:
    """Happenings that belong together over days."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class End:
    """The subject or object of a fact.

    Attributes:
        kind: What it is.
        id: Its id; of an alias that of the entity it stands for.
        name: Its name or value.
        value: The value, if it is one.
    """

    kind: Kind
    id: str
    name: str
    value: ValueRecord | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An editor's word that a fact holds.

    Attributes:
        id: The correction's id.
        by: Who says so.
        why: The reason.
        at: When it was said.
    """

    id: str
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FactRecord:
    """A fact or a claim.

    Attributes:
        type: The relationship type in the graph.
        property: The relation's id: a Wikidata property, or a name of ours.
        relation: The relation's name.
        about: Of a claim, the id of the fact that it is about, which need not be there; None of a fact.
        modality: Of a claim `planned`, `possible` or `denied`; None of a fact.
        holds: Whether it holds, or held at the time of the export. No claim does.
        standing: `current`, `closed`, `disputed` or `contradicted`; None if nothing contradicts it.
        count: Pieces of evidence that count.
        confidence: The highest confidence of these, 0 to 1.
        since: Since when it is known to hold; None of a claim.
        until: When it ended.
        at_latest: Whether it may have ended before.
        periods: Earlier periods in which it held.
        confirmed: The editor's word that it holds; None if nobody gave it. What editors forbid is not exported.
    """

    id: str
    type: str
    property: str
    relation: str
    subject: End
    object: End
    about: str | None
    modality: str | None
    holds: bool
    kind: str | None
    standing: str | None
    count: int
    confidence: float
    first_seen: datetime
    last_seen: datetime
    since: Day | None
    until: Day | None
    at_latest: bool
    periods: tuple[tuple[datetime, datetime], ...] = ()
    confirmed: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """A place in an article or media item that states a fact, or makes a claim. It follows the fact.

    Attributes:
        fact: Id of the fact or claim.
        origin: `article` or `media`.
        document: Id of the article or media item.
        span: First character of the sentence, and one past the last, in the article's `field`.
        past: Whether it says that the fact held and no longer does.
        since: Day, month or year from which it says that the fact holds.
        until: Until when.
        attributed_to: Id of the entity that is quoted.
        speaker: Its name.
        media: Id of the media item in which it is seen or heard.
        begin: Second at which it begins there.
        box: Left, top, right and bottom in its pixels.
    """

    id: str
    fact: str
    origin: Literal["article", "media"]
    document: str
    sentence: str | None
    field: str | None
    span: tuple[int, ...]
    kind: str | None
    confidence: float
    seen_at: datetime
    model: str | None
    model_version: str | None
    past: bool
    since: str | None
    until: str | None
    qualifier: str | None
    speaker: str | None
    attributed_to: str | None
    media: str | None
    begin: float | None
    end: float | None
    box: tuple[float, ...] = ()


Record = EntityRecord | ValueRecord | ArticleRecord | MediaRecord | StoryRecord | FactRecord | EvidenceRecord
