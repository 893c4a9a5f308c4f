"""Institutions that every country has, such as a parliament, distinguished by the country that the text names.

"The Supreme Court" of one article is not that of another. Where the text says whose it is, the country becomes part of
the name, so that the two never become one entity.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from inference.text.names.countries import ALIASES, DEMONYMS

_OFFICES = (
    "president, vice president, prime minister, deputy prime minister, foreign minister, defense minister, "
    "defence minister, interior minister, finance minister, health minister, justice minister, king, queen, "
    "supreme leader, attorney general, parliament, senate, national assembly, house of representatives, "
    "chamber of deputies, legislative assembly, supreme court, constitutional court, high court, court of appeal, "
    "court of appeals, federal court, national guard, coast guard, air force, navy, army, armed forces, military, "
    "police, national police, federal police, government, cabinet, central bank, election commission, "
    "electoral commission, foreign ministry, defense ministry, defence ministry, interior ministry, finance ministry, "
    "health ministry, ministry of defense, ministry of defence, ministry of foreign affairs, ministry of health, "
    "ministry of the interior, ministry of finance, ministry of justice, justice ministry, security council, "
    "opposition, labour party, labor party, social democratic party, socialist party, communist party, "
    "conservative party, liberal party, green party, people's party, national party, constitution"
)
SHARED = frozenset(_OFFICES.split(", "))
"""Institutions and offices that every country has, in lower case."""

_COUNTRIES = frozenset(ALIASES.values()) | frozenset(DEMONYMS.values())
_WITH_THE = frozenset(
    {
        "Bahamas",
        "Central African Republic",
        "Comoros",
        "Czech Republic",
        "Democratic Republic of the Congo",
        "Gambia",
        "Maldives",
        "Netherlands",
        "Philippines",
        "Republic of the Congo",
        "Seychelles",
        "Solomon Islands",
        "United Arab Emirates",
        "United Kingdom",
        "United States",
    }
)
_JOINED = re.compile(r"(?:['’]s?)?\s+(?:[a-z]+\s+){0,2}")  # noqa: RUF001
_OF = re.compile(r"\s+(?:of|in)\s+(?:the\s+)?")
_STOP = re.compile(r"[.!?]\s")
_MAX_DISTANCE = 120
"""Most characters between a country and the institution that it owns."""

_REACH = 2 * _MAX_DISTANCE
"""Characters before an institution within which such a country begins; the longest name of one has 40."""

_MAIN_SHARE = 0.6
"""Share of an article's mentions of countries that makes one the article's country."""


class NamedSpan(NamedTuple):
    """Where a mention is, and its canonical name."""

    field: str
    start: int
    end: int
    name: str


def country_of(name: str) -> str:
    """Returns the country of a name or demonym, or ""."""
    return DEMONYMS.get(name) or (name if name in _COUNTRIES else "")


def owners(places: Sequence[NamedSpan], texts: Mapping[str, str]) -> list[str]:
    """Returns for each mention of a shared institution the name with its country, and "" for everything else.

    The country is the one right before it ("Brazil's Supreme Court") or after it ("the Senate of the Philippines"),
    else the nearest before it in its sentence, else the one that the article is about. Without any, the result is "".

    Args:
        places: The article's mentions.
        texts: Its fields.
    """
    shared = [place if place.name.lower() in SHARED else None for place in places]
    found = owning_countries(shared, places, texts)
    return [_titled(place.name, country) if country else "" for place, country in zip(places, found, strict=True)]


def owning_countries(
    owned: Sequence[NamedSpan | None], places: Sequence[NamedSpan], texts: Mapping[str, str]
) -> list[str]:
    """Returns the country of each institution or office as `owners` finds it; "" if there is none.

    Args:
        owned: The institutions or offices; None for what is neither.
        places: The article's mentions.
        texts: Its fields.
    """
    if not any(owned):
        return [""] * len(owned)
    countries = [(place, country) for place in places if (country := country_of(place.name))]
    main = _main(country for _, country in countries)
    near = _Nearby(countries)
    return [(_owner(one, near.of(one), texts[one.field]) or main) if one else "" for one in owned]


def _titled(name: str, country: str) -> str:
    return f"{name} of {'the ' if country in _WITH_THE else ''}{country}"


def _main(countries: Iterable[str]) -> str:
    counts = Counter(countries)
    if not counts:
        return ""
    country, most = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return country if most >= _MAIN_SHARE * counts.total() else ""


class _Nearby:
    """Finds the countries near a mention, so that many of both cost no more than their number."""

    def __init__(self, countries: Sequence[tuple[NamedSpan, str]]) -> None:
        self._by_field: dict[str, list[tuple[NamedSpan, str]]] = {}
        for found in sorted(countries, key=lambda found: found[0].start):
            self._by_field.setdefault(found[0].field, []).append(found)
        self._starts = {field: [f.start for f, _ in found] for field, found in self._by_field.items()}

    def of(self, place: NamedSpan) -> Sequence[tuple[NamedSpan, str]]:
        """Returns the countries of its field within reach of a mention, in reading order."""
        starts = self._starts.get(place.field, [])
        first = bisect_left(starts, place.start - _REACH)
        last = bisect_left(starts, place.end + _MAX_DISTANCE)
        return self._by_field.get(place.field, [])[first:last]


def _owner(place: NamedSpan, countries: Sequence[tuple[NamedSpan, str]], text: str) -> str:
    nearest, distance = "", _MAX_DISTANCE
    for other, country in countries:
        if other.field != place.field:
            continue
        if other.start >= place.end and _OF.fullmatch(text, place.end, other.start):
            return country
        gap = place.start - other.end
        if gap >= 0 and _JOINED.fullmatch(text, other.end, place.start):
            return country
        if 0 <= gap < distance and not _STOP.search(text, other.end, place.start):
            nearest, distance = country, gap
    return nearest
