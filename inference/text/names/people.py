"""Names of one person within an article: with nickname or initials; and names of father and son, who are two."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nicknames import NickNamer

_GENERATION = re.compile(r",? (Jr|Sr|Junior|Senior|III|IV)\.?$")
_FOLLOWS = re.compile(r",? (Jr|Sr)\b")
_QUOTED = re.compile(r"^(\S.*?) [\"'(]([^\W\d_][\w'-]*)[\"')] (\S.*)$")
_INITIALS = re.compile(r"^(?:[A-Z]\.?-?){1,3}$")
_BEFORE = re.compile(r"(?:^|[\s(\"])((?:[A-Z]\.[ \u00a0]?){1,3}) ?$")
_LONGEST_BEFORE = 12
_LONGEST = 6
_SHORTENED = {"Junior": "Jr", "Senior": "Sr"}


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a person's name.

    Attributes:
        given: All words before the last one.
        last: The last word, without what tells generations apart.
        generation: `Jr`, `Sr`, `III`, `IV` or "".
        nickname: What stands in quotation marks: Bob, in 'Robert "Bob" Castell'.
    """

    given: tuple[str, ...]
    last: str
    generation: str = ""
    nickname: str = ""

    @property
    def initials(self) -> str:
        """The initials, in lower case, if all given names are initials; else ""."""
        if not self.given or not all(_INITIALS.match(word) for word in self.given):
            return ""
        return "".join(letter for word in self.given for letter in word if letter.isalpha()).lower()


@lru_cache(maxsize=1 << 14)
def parse_person(name: str) -> PersonName:
    """Returns the parts of a person's canonical name."""
    found = _GENERATION.search(name)
    base = name[: found.start()] if found and " " in name[: found.start()] else name
    generation = _SHORTENED.get(found[1], found[1]) if found and base != name else ""
    quoted = _QUOTED.match(base)
    words = f"{quoted[1]} {quoted[3]}".split() if quoted else base.split()
    if not words:
        return PersonName((), name)
    return PersonName(tuple(words[:-1]), words[-1], generation, quoted[2] if quoted else "")


def with_generation(name: str, text: str, end: int) -> str:
    """Returns a person's name with the "Jr." or "Sr." that belongs to it, in one spelling.

    Args:
        name: The name.
        text: The text that it stands in.
        end: Where it ends there: the model may have left the rest out.
    """
    if " " not in name:
        return name
    if found := _GENERATION.search(name):
        base = name[: found.start()]
        return f"{base} {_SHORTENED.get(found[1], found[1])}" if " " in base else name
    following = _FOLLOWS.match(text, end)
    return f"{name} {following[1]}" if following else name


def with_initials(name: str, text: str, start: int) -> str:
    """Returns a surname with the initials right before it, which the model may have left out: "R. T. Hale".

    Args:
        name: The name.
        text: The text that it stands in.
        start: Where it starts there.
    """
    before = _BEFORE.search(text[max(0, start - _LONGEST_BEFORE) : start]) if " " not in name else None
    return f"{' '.join(before[1].split())} {name}" if before else name


_IRREGULAR = frozenset(
    """
    bob bobby rob bill billy will dick rick jack hank harry ted ned ed teddy chuck bud jim jimmy jem tony gene gus larry
    liz lizzy beth betty betsy bess peggy meg maggie peg polly molly sally nancy kate katie kitty jenny jim bart fritz
    sandy sasha misha kolya volodya vova zhenya pepe paco pancho nacho chema lupe kiki tim ben don ron al andy drew alex
    """.split()  # noqa: SIM905 - read as prose
)
"""Nicknames that need not look like the names that they are short for. Of the others only those count that do: the
lists know "Lina" for Paula, and an article that names both means two people."""


@lru_cache(maxsize=1)
def _nicknames() -> NickNamer:
    return NickNamer()


@lru_cache(maxsize=1 << 12)
def formal_names(first: str) -> tuple[str, ...]:
    """Returns the first names that a first name may be short for, in lower case: robert, for "Bob"."""
    first = first.lower()
    names = _nicknames()
    shorter = names.nicknames_of(first)
    # Of two names that are listed as nicknames of each other, the longer one is the formal one.
    formal = (f for f in names.canonicals_of(first) if f not in shorter or len(f) > len(first))
    return tuple(sorted(f for f in formal if first in _IRREGULAR or f.startswith(first[:2]) or first in f))


_Key = tuple[str, str, str]


def same_people(people: Sequence[str]) -> dict[str, str]:
    """Maps names of an article's people to the fuller name of the same person.

    "Bob Castell" is 'Robert "Bob" Castell' or Robert Castell, "R. T. Hale" is Robert Hale, "JK Rowling" is J. K.
    Rowling. Only where the article has one such person: with a Rachel Hale, R. Hale may be either. A junior is never
    his father.
    """
    parsed = {name: parse_person(name) for name in people if 1 < len(name.split()) <= _LONGEST}
    quoted: dict[_Key, set[str]] = defaultdict(set)
    firsts: dict[_Key, set[str]] = defaultdict(set)
    letters: dict[_Key, set[str]] = defaultdict(set)
    initials: dict[_Key, set[str]] = defaultdict(set)
    for name, parts in parsed.items():
        if not parts.given:
            continue
        last, first = parts.last.lower(), parts.given[0].lower()
        if short := parts.initials:
            initials[short, last, parts.generation].add(name)
            continue
        firsts[first, last, parts.generation].add(name)
        letters[first[0], last, parts.generation].add(name)
        if parts.nickname:
            for called in (first, parts.nickname.lower()):
                quoted[called, last, parts.generation].add(name)
    longest = {key: max(names, key=lambda name: (len(name), name)) for key, names in initials.items()}
    found = {}
    for name, parts in parsed.items():
        if not parts.given or parts.nickname:
            continue
        last, first, rest = parts.last.lower(), parts.given[0].lower(), parts.generation
        if short := parts.initials:
            fuller = _fitting(short, letters.get((short[0], last, rest))) or longest[short, last, rest]
        else:
            formal = [firsts.get((one, last, rest)) for one in formal_names(first)]
            fuller = _only(quoted.get((first, last, rest))) or _only(*formal)
        if fuller and fuller != name:
            found[name] = fuller
    return found


def _only(*groups: set[str] | None) -> str:
    """Returns the only name in all groups together, without looking at the names of large ones."""
    filled = [group for group in groups if group]
    return next(iter(filled[0])) if sum(map(len, filled)) == 1 else ""


def _fitting(initials: str, people: set[str] | None) -> str:
    """Returns the only person whose given names may begin with these initials."""
    person = _only(people)
    given = "".join(word[0] for word in parse_person(person).given).lower() if person else ""
    return person if given and (given.startswith(initials) or initials.startswith(given)) else ""
