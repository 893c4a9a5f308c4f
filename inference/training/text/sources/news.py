"""Wikipedia's Current Events: real news, where links give entity spans whose types must be inferred."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inference.training.text.sources.absence import with_absences
from inference.training.text.sources.gazetteer import ABBREVIATED, Gazetteer
from inference.training.text.sources.news_facts import add_facts
from inference.training.text.sources.offices import country_of_office
from inference.training.text.sources.passages import NAMED, Mark, Passage, types

HELD_OUT = 500
"""The last articles are the development set: found links are counted on them."""

_UNTYPED = types(NAMED)
_SORTS: tuple[tuple[str, str], ...] = (
    ("work", r"\((film|album|song|TV series|novel|book|newspaper|magazine|video game|musical|EP)\)$"),
    ("organization", r"\((company|band|militant group|political party|organization|airline|bank|group|party)\)$"),
    ("person", r"\((politician|footballer|actor|actress|singer|rapper|musician|businessman|journalist|judge)[^)]*\)$"),
    ("location", r"\((city|town|country|region|island|province|U\.S\. state|state|village|district)\)$"),
    (
        "",
        (
            r"^(President|Prime Minister|Vice President|King|Queen|Pope|Minister|Secretary|Governor|Mayor|Chancellor"
            r"|Speaker|List|Politics|Supreme Leader|Chief|Attorney General|Leader|Crown Prince|Foreign Minister"
            r"|Director)\b.* (of|for) "
        ),
    ),
    (
        "organization",
        (
            r"\b(Armed Forces|Army|Navy|Air Force|Police|Ministry|Party|F\.?C\.?|University|Council|Agency|Association"
            r"|Front|Movement|Inc\.|Union|Committee|Organi[sz]ation|Commission|Corporation|Company|Airlines|Airways|Bank"
            r"|Group|Brigades?|Corps|Guard|Department|Authority|Parliament|Senate|Congress|Supreme Court|Institute"
            r"|Foundation|Defense Forces|Defence Forces|Support Forces|Court of Justice|Coalition|Federation"
            r"|League|Knesset)\b"
        ),
    ),
    (
        "event",
        (
            r"^\d{4}(–\d+)? |\b(war|War|conflict|crisis|Olympics|World Cup|Grand Prix|election|elections"  # noqa: RUF001
            r"|Championships?|Super Bowl|earthquake|insurgency|Hurricane|Typhoon|Cyclone|Tropical Storm|Operation|Open"
            r"|Tour de France|pandemic|protests|massacre|genocide|offensive|Games)\b"
        ),
    ),
    (
        "location",
        (
            r"\b(District|County|Province|Oblast|Governorate|Region|River|Islands?|Strait|Airport|Lake|Mount|City|Sea"
            r"|Gulf|Ocean|Prefecture|Peninsula|Desert|Bay|Street|Avenue|Bridge|Prison|Hospital|Stadium|Square|Border"
            r"|Voivodeship|Raion|Township|Municipality|Highway|Canal|Hills|Mountains?|Valley|Base|Park|Camp)\b"
        ),
    ),
    ("location", r"^[^,]+, [A-Z][\w .'-]+$"),
)
_PATTERNS = tuple((re.compile(pattern), kind) for kind, pattern in _SORTS)
"""What a page's title says about its type; "" for offices and lists, which name nothing."""

_TITLE_ONLY = re.compile(
    r"^(President|Prime Minister|Vice President|Governor|Mayor|King|Queen|Pope|Minister|Senator)s?$"
)


def articles(data: Path) -> list[dict[str, Any]]:
    """Returns the feed's articles in order of time."""
    lines = (data / "feeds/current-events.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def current_events(data: Path, gazetteer: Gazetteer, part: str) -> Iterator[Passage]:
    """Yields the bodies of the articles.

    Args:
        data: The data folder.
        gazetteer: Names that type links.
        part: `train`, or `dev` for the last `HELD_OUT` articles.
    """
    rows = articles(data)
    rows = rows[:-HELD_OUT] if part == "train" else rows[-HELD_OUT:]
    for row in rows:
        body = row["body"]
        marks, silent = _read_links(body, row["links"], gazetteer)
        passage = Passage("current-events", row["id"], body, tuple(marks), silent=tuple(silent))
        yield with_absences(add_facts(passage, gazetteer))


def gold_spans(article: dict[str, Any]) -> list[tuple[int, int]]:
    """Returns the links of an article's body that name something: those written with a capital letter."""
    return [(a, b) for a, b, _ in _places(article["body"], article["links"]) if _names(article["body"][a:b])]


def _names(text: str) -> bool:
    return bool(re.search(r"\b[A-Z]", text)) and not _TITLE_ONLY.match(text)


def _places(body: str, links: list[dict[str, str]]) -> Iterator[tuple[int, int, str]]:
    """Yields the place of each link; links come in reading order."""
    at = 0
    for link in links:
        start = body.find(link["text"], at)
        if start >= 0 and link["text"].strip():
            at = start + len(link["text"])
            yield start, at, link["title"]


def _read_links(
    body: str, links: list[dict[str, str]], gazetteer: Gazetteer
) -> tuple[list[Mark], list[tuple[int, int]]]:
    """Returns the spans that name something, and those of links about which nothing is said."""
    marks: list[Mark] = []
    silent: list[tuple[int, int]] = []
    for start, end, title in _places(body, links):
        text = body[start:end]
        kinds = link_types(text, title, gazetteer) if _names(text) else frozenset()
        if kinds:
            marks.append(Mark(start, end, kinds))
        elif country := country_of_office(body, start, end, gazetteer):
            marks.append(country)
        elif re.search(r"\b[A-Z]", text):
            silent.append((start, end))
    return marks, silent


def link_types(text: str, title: str, gazetteer: Gazetteer) -> frozenset[str]:
    """Returns the types a linked span may have; none where nothing is said, as for an office or a list."""
    if text in gazetteer.countries or text in ABBREVIATED:
        return types(("location",))
    if text in gazetteer.demonyms:
        return types(("misc",))
    first, *_, last = text.split(" ") if " " in text else (text, text)
    described = first in gazetteer.demonyms and last.islower()
    if described or text[0].islower() or text.removeprefix("The ").islower():
        return frozenset()
    kind = next((kind for pattern, kind in _PATTERNS if pattern.search(title)), None)
    if kind is None and title in gazetteer.countries:
        kind = "location"
    if kind is None and gazetteer.companies & {title, text}:
        kind = "organization"
    return _UNTYPED if kind is None else types((kind,) if kind else ())
