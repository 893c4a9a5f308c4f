"""Names for the slots of templates: drawn from lists, or put together of parts, so that no name says what holds."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from inference.text.names.countries import DEMONYMS
from inference.training.text.sources.passages import types

FOLDER = Path(__file__).parent / "templates"
DATES = frozenset({"day", "date", "month", "year"})

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TYPED_AS = {"person": "first", "work": "work_noun", "product": "game", "club": "team"}
"""Pools whose names are put together, and the list that gives their types."""

_EAST_ASIAN = 0.06
_INITIAL = 0.05
_REAL_COMPANY = 0.5
_BRAND = 0.7
_BARE_BRAND = 0.15
_BARE_CITY = 0.5
_REAL_TEAM = 0.2


def types_of(pool: str) -> frozenset[str]:
    """Returns the entity types that names of a pool may have."""
    return types(("date",)) if pool in DATES else _pools()[_TYPED_AS.get(pool, pool)][0]


def new_name(pool: str, rng: Random) -> str:
    """Draws a name."""
    return _MAKERS[pool](rng) if pool in _MAKERS else rng.choice(_names(pool))


@cache
def _pools() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    """Reads `templates/pools.txt`: the entity types and the names of each pool."""
    found = {}
    for line in (FOLDER / "pools.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            head, _, names = line.partition(": ")
            name, kinds = head.split(" ")
            found[name] = (types(kinds.split("|")), tuple(word.replace("_", " ") for word in names.split()))
    found["country"] = (types(("location",)), tuple(sorted(set(DEMONYMS.values()))))
    found["demonym"] = (types(("misc",)), tuple(sorted(DEMONYMS)))
    return found


def _names(pool: str) -> tuple[str, ...]:
    return _pools()[pool][1]


def _person(rng: Random) -> str:
    if rng.random() < _EAST_ASIAN:
        return rng.choice(_names("chinese"))
    middle = f" {rng.choice('ABCDEFGHJKLMNPRSTW')}." if rng.random() < _INITIAL else ""
    return f"{rng.choice(_names('first'))}{middle} {rng.choice(_names('last'))}"


def _company(rng: Random) -> str:
    if rng.random() < _REAL_COMPANY:
        return rng.choice(_names("company"))
    stem = rng.choice(_names("brand" if rng.random() < _BRAND else "last"))
    return stem if rng.random() < _BARE_BRAND else f"{stem} {rng.choice(_names('business'))}"


def _club(rng: Random) -> str:
    if rng.random() < _REAL_TEAM:
        return rng.choice(_names("team"))
    city = rng.choice(_names("city"))
    return city if rng.random() < _BARE_CITY else f"{city} {rng.choice(_names('club_suffix'))}"


def _work(rng: Random) -> str:
    the = rng.choice(("The ", ""))
    return f"{the}{rng.choice(_names('work_adjective'))} {rng.choice(_names('work_noun'))}"


def _product(rng: Random) -> str:
    return f"{rng.choice(_names('product_name'))} {rng.choice(('X', 'Pro ', 'Mini ', ''))}{rng.randint(2, 99)}"


def _month(rng: Random) -> str:
    return rng.choice(_MONTHS) + rng.choice(("", f" {rng.randint(1990, 2030)}"))


def _date(rng: Random) -> str:
    day, month, year = rng.randint(1, 28), rng.choice(_MONTHS), rng.choice(("", f" {rng.randint(1950, 2030)}"))
    return rng.choice((f"{month} {day}{',' if year else ''}{year}", f"{day} {month}{year}"))


_MAKERS: dict[str, Callable[[Random], str]] = {
    "person": _person,
    "company": _company,
    "club": _club,
    "work": _work,
    "product": _product,
    "day": lambda rng: rng.choice(_DAYS),
    "month": _month,
    "year": lambda rng: str(rng.randint(1890, 2030)),
    "date": _date,
}
