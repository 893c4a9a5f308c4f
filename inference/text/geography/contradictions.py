"""Statements about places that contradict what is known of a well-known place: "Paris" in "Germany".

Only a well-known place rules anything out, and only where its name is rare enough: there may always be a village that
nobody has heard of. Where states dispute a territory, either answer passes.
"""

from functools import lru_cache

from inference.text.geography.atlas import (
    WELL_KNOWN,
    City,
    cities,
    continent_of,
    country_code,
    lies_in,
    region_of,
)
from inference.text.names.countries import DEMONYMS

WITHIN = frozenset({"P17", "P131", "P276", "P1376"})
"""Relations whose subject lies in their object: country, administrative territorial entity, location, capital of."""

HOLDS = frozenset({"P36"})
"""Relations whose object lies in their subject: capital."""

CONTINENT = "P30"

MOST_COUNTRIES = 4
"""Most countries that have a place of a name that is still rare enough."""

LEAST_SHARE = 0.8
"""Share of the inhabitants of all places of a name that makes the largest one the only well-known one, however many
there are."""

_DEPENDENT = (
    "PR GU VI AS MP US; GL FO DK; HK MO CN; GP RE MQ GF YT NC PF PM WF BL MF FR; "
    "BM KY FK GI VG TC AI MS SH JE GG IM GB; AW CW SX BQ NL; AX FI; SJ NO; CK NU TK NZ; CX CC NF AU"
)
_DISPUTES = "UA RU; IL PS; IL SY; IL LB; PS JO; PS EG; TW CN; XK RS; EH MA; IN PK; IN CN; GE RU; CY TR; AZ AM; SD SS"
_DISPUTES += "; MD RU; KP KR; GB IE; AR FK; JP RU; ET ER; SO ET; IR AE; KE SO"

_TOGETHER = {frozenset(pair.split()) for pair in _DISPUTES.split("; ")}
for _codes in _DEPENDENT.split("; "):
    *_lands, _owner = _codes.split()
    _TOGETHER |= {frozenset((land, _owner)) for land in _lands}

_CONTINENTS = {
    "Africa": "AF",
    "Antarctica": "AN",
    "Asia": "AS",
    "Europe": "EU",
    "North America": "NA",
    "Oceania": "OC",
    "South America": "SA",
}
_ON_TWO_CONTINENTS = frozenset({"RU", "TR", "EG", "KZ", "GE", "AM", "AZ", "CY", "ID", "TL", "FR", "US", "GL", "PA"})


@lru_cache(maxsize=1 << 13)
def contradicts(subject: str, predicate: str, object_: str) -> bool:
    """Returns whether a relation between two places contradicts what is known of them.

    Args:
        subject: Canonical name of a place.
        predicate: A relation id of the ontology. Only relations between a place and what it lies in are judged.
        object_: Canonical name of another place.
    """
    if predicate in WITHIN:
        return not _may_lie_in(subject, object_)
    if predicate in HOLDS:
        return not _may_lie_in(object_, subject)
    if predicate == CONTINENT:
        return not _may_lie_on(subject, object_)
    return False


def _may_lie_in(place: str, area: str) -> bool:
    """Returns whether a place may lie in an area, for all we know."""
    area = DEMONYMS.get(area, area)
    code, country, state = country_code(area), country_code(place), region_of(place)
    if place == area or not (country or state):
        return place == area or _city_may_lie_in(place, area)
    # A country or a state lies in no other country. "Georgia" may be either, "Victoria" also a city.
    if not code or region_of(area) or (state and (country or cities(place))):
        return True
    return _belong_together(state.country if state else country, code)


def _city_may_lie_in(place: str, area: str) -> bool:
    known, around = cities(place), cities(area)
    code, region = country_code(area), region_of(area)
    if not _rare(known):
        return True
    if code and any(_belong_together(city.country, code) for city in known):
        return True
    if region and any(lies_in(city, region) for city in known):
        return True
    if (code or region) and not (around and around[0].population >= WELL_KNOWN):
        return False
    # Provinces are often called after their capital, so two cities of one country may be a town and its province. And
    # "Luxembourg" and "New York" are cities as well.
    return not (code or region or _rare(around)) or _same_country(known, around)


def _may_lie_on(place: str, continent: str) -> bool:
    wanted = _CONTINENTS.get(continent)
    own = country_code(place)
    known = cities(place) if not own else ()
    if not wanted or region_of(place) or (not own and not _rare(known)):
        return True
    codes = {own} if own else {city.country for city in known}
    return any(code in _ON_TWO_CONTINENTS or continent_of(code) == wanted for code in codes)


def _rare(known: tuple[City, ...]) -> bool:
    """Returns whether these are all places of a name, as far as matters: one is well known, and the name is rare."""
    if not known or known[0].population < WELL_KNOWN:
        return False
    share = known[0].population / sum(city.population for city in known)
    return share >= LEAST_SHARE or len({city.country for city in known}) <= MOST_COUNTRIES


def _same_country(some: tuple[City, ...], others: tuple[City, ...]) -> bool:
    """Returns whether well-known cities of two names may lie in one country."""
    countries, of_others = (
        {city.country for city in known if city.population >= WELL_KNOWN} for known in (some, others)
    )
    return any(_belong_together(one, other) for one in countries for other in of_others)


def _belong_together(one: str, other: str) -> bool:
    return one == other or frozenset((one, other)) in _TOGETHER
