"""Sentences made from templates: who leads, owns, founded, married or beat whom, in the words of news.

The public sets hold little news, and their sentences rarely name several candidates for a role. Here every pair of a
sentence is decided: of two people only one is the chief executive, and a company does not lead its boss. The names are
drawn by chance, so nothing but the wording says what holds; the sentences claim nothing about the world.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from inference.training.text.sources.passages import NAMED, GoldFact, Judged, Mark, Passage, types
from inference.training.text.sources.template_names import DATES, FOLDER, new_name, types_of

_SLOT = re.compile(r"\{([A-Z]):(\w+)\}")
_BEFORE = _AFTER = 0.12
_PREFIXES = (
    "On {Q:day}, ",
    "Late on {Q:day}, ",
    "According to {Q:agency}, ",
    "{Q:agency} reported on {Z:day} that ",
    "Officials said that ",
)
_SUFFIXES = (
    ", {Q:agency} reported.",
    ", according to {Q:paper}.",
    ", a spokesman said on {Q:day}.",
    ", {Q:agency} said, citing {Z:paper}.",
)
_KEEPS_CAPITAL = re.compile(r"\{|\S+ (?:[A-Z]|\{\w:person\})|\S*\.\S")
"""A sentence that begins with a name, an office or an abbreviation."""
_NUMBER = "{#}"
_NUMBERS = re.compile(re.escape(_NUMBER))
_LONGER = 0.4
"""Share of passages of two sentences."""
_AGAIN = 0.5
"""How often a second sentence is about a person named in the first one."""
_SURNAME = 0.7
"""How often it then gives only the surname."""

IMPLIED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "P6": (("P488", "P1001"), ("P27", "P39", "P19", "P551", "P937", "P108", "P463", "P1001")),
    "P35": (("P6", "P488"), ("P27", "P39", "P19", "P551", "P937", "P1001")),
    "P17": (("P131", "P495", "P159", "P276", "P361", "P740", "P1001"), ("P150", "P527", "P36")),
    "P19": (("P27", "P551"), ()),
    "P20": (("P551", "P937"), ()),
    "P22": ((), ("P40",)),
    "P27": (("P19", "P551", "P937"), ()),
    "P36": (("P150", "P527"), ("P1376", "P131", "P17", "P361")),
    "P40": ((), ("P22", "P25")),
    "P50": ((), ("P800",)),
    "P54": (("P108", "P463"), ("P527",)),
    "P57": (("P58", "P162", "P170"), ("P800",)),
    "P69": (("P108",), ()),
    "P86": ((), ("P800",)),
    "P102": (("P463",), ("P488", "P527")),
    "P108": (("P463",), ()),
    "P112": (("P170", "P488", "P127", "P169"), ("P800", "P108")),
    "P118": (("P463", "P1344", "P361"), ("P710", "P527")),
    "P127": (("P749", "P137", "P361", "P112"), ("P355", "P1056", "P527")),
    "P131": (("P17", "P361", "P706"), ("P150", "P527", "P36")),
    "P159": (("P131", "P276", "P740", "P17"), ()),
    "P161": ((), ("P800", "P1344")),
    "P169": (("P488", "P112"), ("P108",)),
    "P170": (("P50", "P57", "P58", "P112", "P162", "P178"), ("P800",)),
    "P175": (("P50", "P86", "P162", "P170"), ("P800",)),
    "P176": (("P178", "P495"), ("P1056",)),
    "P178": (("P176", "P170", "P123"), ("P1056", "P800")),
    "P272": (("P162", "P123"), ("P800",)),
    "P276": (("P131", "P17"), ()),
    "P355": (("P527", "P127"), ("P749", "P127", "P361")),
    "P449": (("P123",), ()),
    "P463": (("P102", "P361", "P108"), ("P527", "P488")),
    "P488": (("P112", "P169", "P6"), ("P108", "P102", "P463", "P39")),
    "P551": (("P19", "P937", "P27"), ()),
    "P571": (("P577", "P585"), ()),
    "P577": (("P571", "P585"), ()),
    "P607": (("P1344",), ("P710",)),
    "P1344": (("P607",), ("P710",)),
    "P1365": ((), ("P1366",)),
}
"""What may also hold where a relation does: (from subject to object, from object to subject). Left undecided."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with slots, what it states, leaves open and denies: triples of slot, relation, slot."""

    text: str
    facts: tuple[tuple[str, str, str], ...]
    open: tuple[tuple[str, str, str], ...]
    denied: tuple[tuple[str, str, str], ...]


@cache
def templates(file: str = "facts.txt") -> tuple[Template, ...]:
    """Reads a file of `templates/`."""
    found = []
    for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, _, stated = line.partition(" |")
            parts = [part.split() for part in stated.split(";") if part.strip()]
            said: dict[str, list[tuple[str, str, str]]] = {"": [], "?": [], "!": []}
            for *sign, s, r, o in parts:
                said["".join(sign)].append((s, r, o))
            found.append(Template(text, *map(tuple, said.values())))
    return tuple(found)


def made(number: int, seed: int = 0, file: str = "facts.txt") -> Iterator[Passage]:
    """Yields `number` passages of one or two sentences, made from a file of `templates/`."""
    for index in range(number):
        rng = Random(f"{seed}:{index}")  # noqa: S311  no secret depends on it
        chosen = rng.sample(templates(file), 2 if rng.random() < _LONGER else 1)
        yield _Filled(rng).passage(f"templates-{seed}-{index}", chosen)


def _written_out(template: Template) -> bool:
    """Returns whether a template is a sentence, and no slug or table: only to these is "Reuters reported" added."""
    text = _SLOT.sub("", template.text)
    return text.endswith(".") and _NUMBER not in text and ": " not in text and re.search("[a-z]", text) is not None


class _Filled:
    """Fills the slots of a few sentences; a slot of the same pool may name the same thing again."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._text = ""
        self._marks: list[Mark] = []
        self._entities: list[list[int]] = []
        self._named: dict[str, list[tuple[int, str]]] = {}
        self._facts: dict[GoldFact, None] = {}
        self._open: list[tuple[int, tuple[str, ...], int]] = []
        self._labelled = types(NAMED)

    def passage(self, id_: str, chosen: Sequence[Template]) -> Passage:
        for template in chosen:
            self._add(template)
        return Passage(
            "templates",
            id_,
            self._text,
            tuple(self._marks),
            labelled=self._labelled,
            entities=tuple(map(tuple, self._entities)),
            facts=tuple(self._facts),
            judged=(Judged(-1, -1, None),),
            open=tuple((a, tuple(r for r in rs if GoldFact(a, r, b) not in self._facts), b) for a, rs, b in self._open),
        )

    def _add(self, template: Template) -> None:
        if self._text:
            self._text += " " if self._text.endswith((".", '"')) else ". "
        if _NUMBER in template.text:
            # A score is no quantity, and never part of the name next to it.
            self._labelled |= {"quantity"}
        self._fill(self._attributed(template) if _written_out(template) else template)

    def _attributed(self, template: Template) -> Template:
        """Returns the template, sometimes with who reported it or when: more names that have no part in it."""
        text, drawn = template.text, self._rng.random()
        if drawn < _BEFORE and not text.startswith('"'):
            start = text if _KEEPS_CAPITAL.match(text) else text[0].lower() + text[1:]
            text = self._rng.choice(_PREFIXES) + start
        elif drawn > 1 - _AFTER and text.endswith("."):
            text = text[:-1] + self._rng.choice(_SUFFIXES)
        return replace(template, text=text)

    def _fill(self, template: Template) -> None:
        slots: dict[str, int] = {}
        at = 0
        text = _NUMBERS.sub(lambda _: str(self._rng.randint(0, self._rng.choice((9, 99, 450)))), template.text)
        capitals = not re.search("[a-z]", _SLOT.sub("", text))
        for match in _SLOT.finditer(text):
            self._text += text[at : match.start()]
            at = match.end()
            key, pool = match.groups()
            entity, name = self._chosen(pool, set(slots.values()))
            slots[key] = entity
            name = name.upper() if capitals and len(name.upper()) == len(name) else name
            if self._text.endswith(" a ") and name[0] in "AEIO":
                self._text = self._text[:-1] + "n "
            self._mark(entity, name, types_of(pool))
        self._text += text[at:]
        unsure: list[tuple[str, tuple[str, ...], str]] = []
        for s, r, o in template.facts:
            self._facts[GoldFact(slots[s], r, slots[o])] = None
            there, back = IMPLIED.get(r, ((), ()))
            unsure += [(s, there, o), (o, back, s)]
        for s, r, o in template.open:
            there, back = IMPLIED.get(r, ((), ()))
            unsure += [(s, (r, *there), o), (o, back, s)]
        for s, rs, o in unsure:
            self._open.append((slots[s], tuple(r for r in rs if (s, r, o) not in template.denied), slots[o]))

    def _chosen(self, pool: str, taken: set[int]) -> tuple[int, str]:
        """Returns entity and name for a slot: one of an earlier sentence, or a new one."""
        again = [(entity, name) for entity, name in self._named.get(pool, []) if entity not in taken]
        if again and pool not in DATES and self._rng.random() < _AGAIN:
            entity, name = self._rng.choice(again)
            surname = pool == "person" and self._rng.random() < _SURNAME
            return entity, name.split(" ")[-1] if surname else name
        used = {name for names in self._named.values() for _, name in names}
        name = next(name for name in iter(lambda: new_name(pool, self._rng), "") if name not in used)
        entity = len(self._entities)
        self._entities.append([])
        self._named.setdefault(pool, []).append((entity, name))
        return entity, name

    def _mark(self, entity: int, name: str, kinds: frozenset[str]) -> None:
        self._entities[entity].append(len(self._marks))
        self._marks.append(Mark(len(self._text), len(self._text) + len(name), kinds))
        self._text += name
