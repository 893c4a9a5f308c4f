"""Happenings as they are shown to people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

NUMBERS = ("killed", "injured", "amount")
"""Roles that are numbers; of the others the fillers are entities."""

FILLERS = ("who", "whom", "what", "with", "where")

_LARGE = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
_PEOPLE = {"person", "people"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that was reported of a happening, by the first source that had it.

    Attributes:
        value: As in the graph: a decimal, or the text's own words.
        unit: `USD`, `km`, the noun that is counted, or "".
        qualifier: "", `about`, `at least` or `at most`.
    """

    value: str
    unit: str
    qualifier: str
    source: str
    at: datetime

    @property
    def text(self) -> str:
        """For people: `at least 17`, `2.5 billion USD`."""
        return counted(self.value, "" if self.unit in _PEOPLE else self.unit, self.qualifier)


def counted(value: str, unit: str | None, qualifier: str | None) -> str:
    """Returns a number for people: `at least 17 protesters`, `2.5 billion USD`."""
    return " ".join(filter(None, (qualifier, _rounded(value), unit)))


def _rounded(value: str) -> str:
    """Returns a large number in words, as exactly as it was reported: `2500000000` is `2.5 billion`."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    for size, word in _LARGE:
        if abs(number) >= size:
            return f"{(number / size).normalize():f} {word}"
    return f"{number.normalize():,f}"


def told(figures: Sequence[Figure]) -> str:
    """Returns numbers over time: `12 (Reuters, 3 May), later at least 17 (AP, 4 May)`."""
    return ", later ".join(
        f"{each.text} ({', '.join(filter(None, (each.source, f'{each.at.day} {each.at:%b}')))})" for each in figures
    )


@dataclass(frozen=True, slots=True)
class Report:
    """A sentence that reports a happening, and the first article that had it.

    Attributes:
        modality: `asserted`, or of a claim `planned`, `possible` or `denied`.
        speaker: Who is quoted as saying so; "" if nobody is.
    """

    sentence: str
    source: str
    headline: str
    url: str | None
    article: str
    seen_at: datetime
    modality: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class HappeningView:
    """A happening, all of its reports together.

    Attributes:
        id: Its entity's id; that of the canonical one if several articles report it.
        class_: Its class in the ontology.
        called: The words that name it, the most frequent first.
        day: When it happened or is to happen, as ISO 8601 day, month or year; else the day of the first report.
        dated: Whether a text says so.
        articles: How many articles report it.
        voices: How many of them are no copies of another, with the same sentence or nearly the same text.
        sources: The sources of these; the first to report comes first.
        reports: Their sentences, the best one first and then by time.
        fillers: Who or what plays a part in it, by role, the most often said first.
        numbers: The numbers reported of it, by role and in order of time.
        story: Id and title of its story; None if it belongs to none.
    """

    id: str
    class_: str
    called: Sequence[str]
    day: str
    dated: bool
    articles: int
    voices: int
    sources: Sequence[str]
    reports: Sequence[Report]
    fillers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, Sequence[Figure]] = field(default_factory=dict)
    story: tuple[str, str] | None = None

    @property
    def modality(self) -> str:
        """What its reports say together: one that asserts it outweighs plans and denials."""
        said = [report.modality for report in self.reports]
        return "asserted" if "asserted" in said else max(dict.fromkeys(said), key=said.count)

    @property
    def standing(self) -> str:
        """In words, "" if nobody doubts it: `planned`, `denied by Moscow`."""
        modality = self.modality
        if modality == "asserted" and not any(report.modality == "denied" for report in self.reports):
            return ""
        what = "denied" if modality == "asserted" else modality
        speakers = sorted({r.speaker for r in self.reports if r.modality == what and r.speaker})
        by = " by" if what == "denied" else ", says"
        return what + (f"{by} {', '.join(speakers)}" if speakers else "")
