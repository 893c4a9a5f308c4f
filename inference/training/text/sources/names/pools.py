"""Pools of names: their types, and how a name is drawn.

A file of this folder is a pool. Its names are separated by semicolons or line ends. A name may hold the names of other
pools in braces; "5*" before it draws it five times as often; "the" before it is no part of the name, but stands before
it in a sentence; brackets enclose its short form. "types:" gives the entity types of the pool.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from inference.text.names.countries import DEMONYMS
from inference.training.text.sources.names.numbers import DATES, is_number, made_number
from inference.training.text.sources.names.persons import family_name, given_name, person

FOLDER = Path(__file__).parent

_ITEM = re.compile(r"(?:(\d+)\* )?(the )?(.+)")
_PART = re.compile(r"\{(\w+)\}")
_WITH_THE = ("United ", "Netherlands", "Philippines", "Maldives", "Gambia", "Seychelles", "Solomon", "Marshall")
_OTHER_NAMES = {
    "United States": ("US", "U.S."), "United Kingdom": ("UK", "Britain"), "Czech Republic": ("Czechia",),
    "United Arab Emirates": ("UAE",), "Myanmar": ("Burma",), "Democratic Republic of the Congo": ("DR Congo",),
}  # fmt: skip
_OTHER_NAME = 0.4


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in a text.

    Attributes:
        text: The name.
        short: Its short form; the name itself if it has none.
        article: Whether "the" stands before it in a sentence.
    """

    text: str
    short: str
    article: bool = False


@dataclass(frozen=True, slots=True)
class _Pool:
    types: frozenset[str]
    items: tuple[tuple[bool, str], ...]
    chances: tuple[int, ...]


COUNTRIES = tuple(sorted(set(DEMONYMS.values())))


def types_of(pool: str) -> frozenset[str]:
    """Returns the entity types that names of a pool may have."""
    if is_number(pool):
        return frozenset({"date" if pool in DATES else "quantity"})
    known = {"person": {"person"}, "country": {"location"}, "demonym": {"misc", "location"}}
    return frozenset(known[pool]) if pool in known else _pool(pool).types


def number(pool: str, rng: Random, before: str, after: str) -> Name:
    """Draws a date or quantity that fits between two texts."""
    text = made_number(pool, rng, before, after)
    return Name(text, text)


def somebody(rng: Random, sex: str = "", family: str = "") -> Name:
    """Draws a person; `sex` is `m`, `f` or empty."""
    return Name(*person(rng, sex, family))


def country(rng: Random, known: str) -> Name:
    """Returns a country's name as news write it."""
    others = _OTHER_NAMES.get(known, ())
    text = rng.choice(others) if others and rng.random() < _OTHER_NAME else known
    article = text in {"US", "U.S.", "UK", "UAE"} or text.startswith(_WITH_THE) or "Republic" in text
    return Name(text, text, article)


def demonym(rng: Random, known: str) -> Name:
    """Returns the adjective of a country."""
    text = rng.choice(_demonyms()[known])
    return Name(text, text)


def named(pool: str, rng: Random, article: bool | None = None) -> Name:
    """Draws a name of a pool that is a file.

    Args:
        pool: The pool.
        rng: Draws.
        article: Whether only names with "the", or only names without it, fit; None for either.
    """
    found = _pool(pool)
    with_the, text = rng.choices(found.items, cum_weights=found.chances)[0]
    for _ in range(30):
        if article is None or with_the == article:
            break
        with_the, text = rng.choices(found.items, cum_weights=found.chances)[0]
    text = _expanded(text, rng)
    short = text[text.find("[") + 1 : text.find("]")] if "[" in text else text
    return Name(text.replace("[", "").replace("]", ""), short, with_the)


def _expanded(text: str, rng: Random) -> str:
    while match := _PART.search(text):
        text = text[: match.start()] + _drawn_part(match[1], rng) + text[match.end() :]
    return text


def _drawn_part(pool: str, rng: Random) -> str:
    if pool in _PARTS:
        return _PARTS[pool](rng)
    return named(pool, rng).text


def _country_part(rng: Random) -> str:
    known = rng.choice(COUNTRIES)
    return f"the {known}" if country(Random(0), known).article and "Congo" not in known else known  # noqa: S311


@cache
def _demonyms() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word, known in DEMONYMS.items():
        found.setdefault(known, []).append(word)
    return {known: tuple(words[:2]) for known, words in found.items()}


_PARTS: dict[str, Callable[[Random], str]] = {
    "family": family_name,
    "given": given_name,
    "person_full": lambda rng: person(rng)[0],
    "country_name": _country_part,
    "demonym_name": lambda rng: rng.choice(_demonyms()[rng.choice(COUNTRIES)]),
    "number": lambda rng: str(rng.choice((rng.randint(2, 9), rng.randint(10, 99), 100 * rng.randint(1, 9)))),
}


@cache
def _pool(name: str) -> _Pool:
    kinds: frozenset[str] = frozenset()
    items: list[tuple[bool, str]] = []
    weights: list[int] = []
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("types: "):
            kinds = frozenset(line.removeprefix("types: ").split())
            continue
        for part in line.split(";"):
            if match := _ITEM.fullmatch(part.strip()):
                items.append((bool(match[2]), match[3]))
                weights.append(int(match[1] or 1))
    return _Pool(kinds, tuple(items), tuple(accumulate(_balanced(items, weights))))


def _balanced(items: list[tuple[bool, str]], weights: list[int]) -> list[int]:
    """Lets composed names be drawn about as often as the real ones: there are few lines of them."""
    composed = sum(w for (_, text), w in zip(items, weights, strict=True) if "{" in text)
    real = sum(weights) - composed
    if not composed or not real:
        return weights
    return [w * (real if "{" in text else composed) for (_, text), w in zip(items, weights, strict=True)]
