"""Well-known places: which there are of a name, and where. Read from tables on first use, and small in memory.

`inference/training/geography/tables.py` makes the tables, from GeoNames.
"""

from bisect import bisect_left
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from inference.text.geography.keys import place_key
from inference.text.geography.regions import REGIONS, Region
from inference.text.names.countries import ALIASES, DEMONYMS

_FOLDER = Path(__file__).parent

WELL_KNOWN = 100_000
"""Inhabitants from which readers are expected to know a city, and we trust what we know of it."""

_COUNTRY_NAMES = {
    "Bosnia": "BA",
    "Cape Verde": "CV",
    "Czech Republic": "CZ",
    "East Timor": "TL",
    "Macau": "MO",
    "Palestine": "PS",
    "State of Palestine": "PS",
    "Vatican City": "VA",
}
"""Names of countries that GeoNames writes otherwise."""


class City(NamedTuple):
    """A city of the table.

    Attributes:
        country: Its country's code, ISO 3166-1.
        region: Its region's code, for countries with regions that news names (see `regions`); else "".
        latitude: Degrees north.
        longitude: Degrees east.
        population: Its inhabitants.
    """

    country: str
    region: str
    latitude: float
    longitude: float
    population: int


class Location(NamedTuple):
    """Where a place is.

    Attributes:
        country: Its country's code, ISO 3166-1.
        latitude: Degrees north; None for a country or region, which is no point.
        longitude: Degrees east; None if `latitude` is.
    """

    country: str
    latitude: float | None = None
    longitude: float | None = None


@lru_cache(maxsize=1)
def _lines() -> list[str]:
    """Returns the lines of the table of cities, sorted by key.

    They are parsed when asked for: as objects they would take ten times the memory.
    """
    return _read("cities.tsv")


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, str]]:
    """Returns code and continent of each country by key."""
    rows = (line.split("\t") for line in _read("countries.tsv"))
    found = {key.removeprefix("the "): (code, continent) for key, code, continent in rows}
    continents = dict(found.values())
    found |= {place_key(name): (code, continents[code]) for name, code in _COUNTRY_NAMES.items()}
    for other, name in ALIASES.items():
        if (country := found.get(place_key(name))) and place_key(other) not in found:
            found[place_key(other)] = country
    return found


def _read(name: str) -> list[str]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@lru_cache(maxsize=1 << 13)
def cities(name: str) -> tuple[City, ...]:
    """Returns the cities of a name, the largest first; none if no city that we know has it.

    "Bangor, Maine" is only the one in Maine, and "Tripoli, Lebanon" only the one in Lebanon.
    """
    town, _, where = name.partition(", ")
    key = f"{place_key(town)}\t"
    if key == "\t":
        return ()
    lines = _lines()
    found = []
    for i in range(bisect_left(lines, key), len(lines)):
        if not lines[i].startswith(key):
            break
        _, country, region, latitude, longitude, population = lines[i].split("\t")
        found.append(City(country, region, float(latitude), float(longitude), int(population)))
    if where:
        state, country = region_of(where), country_code(where)
        found = [c for c in found if (state and lies_in(c, state)) or (country and c.country == country)]
    return tuple(sorted(found, key=lambda city: (-city.population, city)))


@lru_cache(maxsize=1 << 12)
def country_code(name: str) -> str:
    """Returns the code of a country or dependent territory, given its name; "" if the name is none."""
    return _countries().get(place_key(name), ("", ""))[0]


@lru_cache(maxsize=1 << 9)
def continent_of(code: str) -> str:
    """Returns GeoNames' code of the continent of a country, given its code; "" if the code is none."""
    return next((continent for one, continent in _countries().values() if one == code), "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Returns the name of each country by code, as we call it."""
    ours = sorted({*DEMONYMS.values(), *ALIASES.values()})
    named = {code: key.title() for key, (code, _) in reversed(_countries().items())}
    return named | {country_code(name): name for name in ours}


def country_name(code: str) -> str:
    """Returns the name of a country, given its code."""
    return _names().get(code, code)


def nationality_code(name: str) -> str:
    """Returns the code of the country of a demonym ("Welsh" has none); "" if the word is none."""
    return country_code(DEMONYMS[name]) if name in DEMONYMS else ""


def region_of(name: str) -> Region | None:
    """Returns the region of a name; None if it is no region that we know."""
    return REGIONS.get(name)


def lies_in(city: City, region: Region) -> bool:
    """Returns whether a city lies in a region."""
    return (city.country, city.region) == (region.country, region.code)


DOMINANCE = 4
"""Times as many inhabitants as any namesake has the place that a bare name means."""


@lru_cache(maxsize=1 << 12)
def best_known(name: str) -> City | None:
    """Returns the city that a name means where nothing speaks for another; None if that is not clear."""
    found = cities(name)
    if not found or (len(found) > 1 and found[0].population < DOMINANCE * found[1].population):
        return None
    return found[0]


@lru_cache(maxsize=1 << 13)
def locate(name: str) -> Location | None:
    """Returns where the place of a canonical name is; None if it is unknown or not clear which place is meant.

    Depends on the name alone: where an article means another place than the best known one, the name says so.
    """
    if code := country_code(name):
        return Location(code)
    region = region_of(name)
    city = best_known(name)
    if region:
        # "New York" and "Victoria" are cities as well; where all lie in one country, that much is known.
        others = {one.country for one in cities(name) if one.population >= WELL_KNOWN}
        return Location(region.country) if others <= {region.country} else None
    if city:
        return Location(city.country, city.latitude, city.longitude)
    town, _, where = name.partition(", ")
    if where and country_code(where) == "US" and region_of(town):
        return Location("US")
    countries = {one.country for one in cities(name)}
    return Location(countries.pop()) if len(countries) == 1 else None
