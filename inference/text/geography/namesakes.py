"""Which of several places of one name an article means: the one that fits the other places that it names.

The answer becomes part of the name ("Bangor, Wales"), since an entity is its type and name. A name alone stays for the
best known place of that name, and for one that nobody can tell.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from inference.text.geography.atlas import (
    City,
    best_known,
    cities,
    country_code,
    country_name,
    nationality_code,
    region_of,
)
from inference.text.geography.regions import BY_CODE, REGIONS
from inference.text.names.institutions import NamedSpan

LEAST_POPULATION = 15_000
"""Inhabitants of a city that an article may mean without saying so."""

OUT_OF_DOUBT = 20
"""Times as many inhabitants as any namesake has a city that an article means unless it says otherwise."""

SURE = 8
"""Times as many inhabitants as any namesake has a city by which others are placed."""

_REGION, _COUNTRY = 3, 1
"""How much it counts that an article names a region or a country, beside a place that lies there."""

_COUNTRY_AND_STATE = {"Georgia": ("GE", "Georgia, United States")}
"""Names of a country that are also a state of the USA, and how that state is told apart."""

_STATES_IF_SAID = {"Washington": "Washington state"}
"""Names of a city that are also a state, far from it, which news means only where it calls it one."""

_CITIES_ELSEWHERE = frozenset({"Washington", "Victoria"})
"""Names of regions that news also uses for cities in other regions."""

_STATE_OF = re.compile(r"\b(?:state of|State of|Gov\.|Governor of|governor of|statehouse in) $")
_STATE_AFTER = re.compile(
    r" (?:Gov\. |[Gg]overnor|Legislature|General Assembly|[Ss]tate (?:[Gg]ov|[Ss]enat|[Rr]ep|[Ll]egis|[Ll]aw|Patrol))"
)
_LONGEST_HINT = 24


class Candidate(NamedTuple):
    """One of the places of a name."""

    country: str
    region: str
    population: int


@dataclass(slots=True)
class Surroundings:
    """What an article says about where it is: how many of its names lie in each country and region."""

    countries: Counter[str] = field(default_factory=Counter)
    regions: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, name: str, number: int = 1) -> None:
        """Adds a name that means one place only, or a nationality; others say nothing."""
        if name in _COUNTRY_AND_STATE:
            return
        if code := country_code(name) or nationality_code(name):
            self.countries[code] += number
        elif region := region_of(name):
            # "New York" is the city or its state, and both lie in New York; "Washington" may be far from Washington.
            self.regions[region.country, region.code] += number * (name not in _CITIES_ELSEWHERE)
        elif city := _surely(name):
            self.countries[city.country] += number
            self.regions[city.country, city.region] += number

    def fit(self, place: Candidate) -> int:
        """Returns how well a place fits the others; the country is all there is where news names no regions."""
        named = self.countries[place.country] > 0
        near = self.regions[place.country, place.region] > 0 if place.region else named
        return _REGION * near + _COUNTRY * named


def meant(names: Iterable[str], places: Sequence[NamedSpan], texts: Mapping[str, str]) -> dict[str, str]:
    """Returns the fuller name of each place that an article means another place by than the best known one.

    Args:
        names: Everything that the article names.
        places: Its mentions of places.
        texts: Its fields.
    """
    doubtful = sorted({place.name for place in places if place.name in _COUNTRY_AND_STATE or candidates(place.name)})
    said_states = {place.name for place in places if place.name in _STATES_IF_SAID and _is_state(place, texts)}
    found = {name: _STATES_IF_SAID[name] for name in said_states}
    if not doubtful:
        return found
    around = Surroundings()
    for name in set(names):
        around.add(name)
    said = {place.name for place in places if place.name in _COUNTRY_AND_STATE and _is_state(place, texts)}
    for name in doubtful:
        if name in found:
            continue
        full = _state(name, around, said) if name in _COUNTRY_AND_STATE else _fitting(name, around)
        if full:
            found[name] = full
    return found


def _state(name: str, around: Surroundings, said: set[str]) -> str:
    """Returns the state's name where the text calls it one, or names places in other states and none of the country."""
    country, state = _COUNTRY_AND_STATE[name]
    states = any(number for (code, _), number in around.regions.items() if code == "US")
    return state if name in said or (states and not around.countries[country]) else ""


def _is_state(place: NamedSpan, texts: Mapping[str, str]) -> bool:
    text = texts[place.field]
    before = text[max(0, place.start - _LONGEST_HINT) : place.start]
    after = text[place.end : place.end + _LONGEST_HINT]
    return bool(_STATE_OF.search(before) or _STATE_AFTER.match(after))


def _fitting(name: str, around: Surroundings) -> str:
    around.add(name, -1)
    fits = [(around.fit(place), place) for place in candidates(name)]
    home = best_known(name)
    home_fit = next((fit for fit, place in fits if home and (place.country, place.region) == home[:2]), 0)
    around.add(name)
    best = max(fit for fit, _ in fits)
    first, *others = [place for fit, place in fits if fit == best]
    if not best or (others and first.population < OUT_OF_DOUBT * others[0].population):
        return ""
    # The best known place needs no proof. Another one does: its region is named, and nothing near the best known one.
    if home and (best < _REGION or home_fit >= (_REGION if first.country == home.country else _COUNTRY)):
        return ""
    region = BY_CODE.get((first.country, first.region))
    return f"{name}, {region.name if region else country_name(first.country)}"


@lru_cache(maxsize=1 << 12)
def candidates(name: str) -> tuple[Candidate, ...]:
    """Returns the places that a name may mean, the largest of each region or country; none if there is no doubt."""
    if country_code(name) or name in REGIONS or "," in name:
        return ()
    largest: dict[tuple[str, str], Candidate] = {}
    for city in cities(name):
        if city.population >= LEAST_POPULATION:
            largest.setdefault((city.country, city.region), Candidate(city.country, city.region, city.population))
    found = tuple(largest.values())
    if len(found) < 2 or found[0].population >= OUT_OF_DOUBT * found[1].population:  # noqa: PLR2004
        return ()
    return found


@lru_cache(maxsize=1 << 12)
def _surely(name: str) -> City | None:
    """Returns the city that a name means in nearly every article; None if that is not sure."""
    found = cities(name)
    if not found or (len(found) > 1 and found[0].population < SURE * found[1].population):
        return None
    return found[0]
