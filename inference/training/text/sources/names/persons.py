"""Names of persons, put together as the customs of many countries want it."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

FILE = Path(__file__).parent / "persons.txt"

_FAMILY_FIRST = frozenset({"chinese", "korean", "vietnamese"})
_MIXED = 0.08
"""Share of persons whose given name follows another custom than their family name."""
_INITIAL = 0.05
_HYPHEN = 0.03
_JUNIOR = 0.01
_TWO_SURNAMES = 0.35
"""Share of Spanish and Portuguese names that keep the mother's family name."""
_TWO_GIVEN = 0.04


@dataclass(slots=True)
class _Custom:
    weight: int = 1
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)
    families: tuple[str, ...] = ()


def person(rng: Random, sex: str = "", family: str = "") -> tuple[str, str]:
    """Draws a person.

    Args:
        rng: Draws.
        sex: `m`, `f`, or empty for either.
        family: The family name, if it is decided.

    Returns:
        The name and its short form, the family name.
    """
    customs = _customs()
    custom = _custom(rng)
    sex = sex or rng.choice("mf")
    given_custom = _custom(rng) if rng.random() < _MIXED else custom
    given = rng.choice(customs[given_custom].given[sex])
    if family:
        return f"{given} {family}", family
    family = rng.choice(customs[custom].families)
    if custom == "russian" and sex == "f":
        family = _womans(family)
    if custom in _FAMILY_FIRST and given_custom == custom:
        return f"{family} {given}", f"{given.split(' ')[-1]}" if custom == "vietnamese" else family
    if custom in {"spanish", "portuguese"} and rng.random() < _TWO_SURNAMES:
        other = rng.choice(customs[custom].families)
        if other != family:
            return f"{given} {family} {other}", family if custom == "spanish" else other
    if custom in {"english", "french", "german"} and rng.random() < _HYPHEN and " " not in family:
        family += f"-{rng.choice(customs[custom].families).split(' ')[-1]}"
    middle = ""
    if custom == "english" and rng.random() < 3 * _INITIAL:
        middle = f" {rng.choice('ABCDEFGHJKLMNPRSTW')}."
    elif rng.random() < _TWO_GIVEN and " " not in given and "-" not in given:
        middle = f" {rng.choice(customs[given_custom].given[sex])}"
    elif custom in {"english", "south_asian"} and rng.random() < _INITIAL:
        given = f"{given[0]}. {rng.choice('ABCDEGHJKLMNPRS')}." if rng.random() < 1 / 2 else f"{given[0]}."
    junior = " Jr." if custom in {"english", "southeast_asian"} and sex == "m" and rng.random() < _JUNIOR else ""
    return f"{given}{middle} {family}{junior}", family


def family_name(rng: Random) -> str:
    """Draws a family name."""
    return rng.choice(_customs()[_custom(rng)].families)


def given_name(rng: Random) -> str:
    """Draws a given name."""
    return rng.choice(_customs()[_custom(rng)].given[rng.choice("mf")])


def _custom(rng: Random) -> str:
    names, chances = _chances()
    return rng.choices(names, cum_weights=chances)[0]


@cache
def _chances() -> tuple[tuple[str, ...], tuple[int, ...]]:
    return tuple(_customs()), tuple(accumulate(custom.weight for custom in _customs().values()))


def _womans(family: str) -> str:
    if family.endswith(("ov", "ev", "yov", "in")):
        return family + "a"
    return family[:-2] + "aya" if family.endswith("sky") else family


@cache
def _customs() -> dict[str, _Custom]:
    found: dict[str, _Custom] = defaultdict(_Custom)
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("weight "):
            _, custom, weight = line.split()
            found[custom].weight = int(weight)
            continue
        head, _, rest = line.partition(": ")
        custom, kind = head.split()
        words = tuple(word.replace("_", " ") for word in rest.split())
        if kind == "families":
            found[custom].families = words
        else:
            found[custom].given[kind] = words
    return dict(found)
