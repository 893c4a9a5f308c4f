"""Places of the same name, distinguished by the region that the text names right after them."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from inference.text.geography.atlas import best_known, country_code
from inference.text.geography.namesakes import candidates
from inference.text.geography.regions import ABBREVIATIONS, REGIONS
from inference.text.names.institutions import NamedSpan, country_of

STATES = frozenset(REGIONS)
"""Regions that English news names right after a town: states of the USA and of Australia, provinces of Canada."""

_COMMA = re.compile(r",\s+")
_SHARED_NAMES = (
    "Springfield, Portland, Birmingham, Cambridge, Richmond, Columbus, Columbia, Aurora, Arlington, Charleston, "
    "Manchester, Rochester, Jackson, Jacksonville, Glendale, Peoria, Wilmington, Worcester, Burlington, Salem, "
    "Naples, Odessa, Valencia, Cordoba, Córdoba, Santiago, San Jose, San José, Tripoli, Hyderabad, Victoria, "
    "Newcastle, Perth, Hamilton, Kingston, Georgetown, Punjab, Balochistan, Kashmir, Granada, Mérida, León, "
    "Toledo, Alexandria, York, Windsor, London, Paris, Rome, Athens, Moscow, Dublin, Vancouver, Melbourne, Concord, "
    "Dover, Durham, Fairfield, Franklin, Greenville, Lexington, Milton, Oxford, Plymouth, Clinton, Newport, "
    "Lancaster, Bloomington, Lafayette, Kansas City, Pasadena, Fayetteville, Covington, Monroe, Auburn, Bristol"
)
_NAMESAKES = frozenset(_SHARED_NAMES.split(", "))
"""Names that several newsworthy places share."""

_IN_ENGLAND = frozenset({"London", "Birmingham", "Manchester", "Cambridge", "Oxford", "York", "Bristol", "Newcastle"})
_HOME = {
    **dict.fromkeys(_IN_ENGLAND, "United Kingdom"),
    **dict.fromkeys(("Perth", "Melbourne"), "Australia"),
    "Paris": "France",
    "Rome": "Italy",
    "Athens": "Greece",
    "Moscow": "Russia",
    "Dublin": "Ireland",
    "Vancouver": "Canada",
    "Naples": "Italy",
    "Odessa": "Ukraine",
    "Kingston": "Jamaica",
}
"""The country of a name's best-known place: "Paris, France" is still Paris."""


def regions(places: Sequence[NamedSpan], texts: Mapping[str, str]) -> list[str]:
    """Returns each place's name with its region, if the text names one after it and the name needs it; else "".

    Only names that several well-known places share need it ("Springfield, Illinois", "Tripoli, Lebanon"): Kyiv is
    Kyiv, whether the text adds "Ukraine" or not.

    Args:
        places: The article's mentions of places.
        texts: Its fields.
    """
    found = [""] * len(places)
    order = sorted(range(len(places)), key=lambda i: (places[i].field, places[i].start, places[i].end))
    for i, j in pairwise(order):
        place, region = places[i], places[j]
        if (
            not place.field
            or place.field != region.field
            or not _COMMA.fullmatch(texts[place.field], place.end, region.start)
        ):
            continue
        if country_of(place.name):
            continue
        where = ABBREVIATIONS.get(region.name, region.name)
        if _needs_region(place.name, where) and (where in STATES or country_of(where) == where):
            found[i] = f"{place.name}, {where}"
    return found


def _needs_region(name: str, region: str) -> bool:
    """Returns whether a town's name with this region is told apart from the best known town of the name."""
    if name in _NAMESAKES:
        return _HOME.get(name) != region
    home, there = best_known(name), REGIONS.get(region)
    at_home = home and (home[:2] == there[:2] if there else home.country == country_code(region))
    return bool(candidates(name)) and not at_home
