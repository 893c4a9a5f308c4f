"""Weak supervision of relations in news: what punctuation and offices say for certain.

"Stade, Lower Saxony, Germany" places one in the next; "the French President Emmanuel Macron" says whose president he
is; and two sovereign states are never part of each other. Nothing else is judged.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from inference.training.text.sources.gazetteer import Gazetteer
from inference.training.text.sources.passages import GoldFact, Judged, Mark, Passage, types

_PLACE = types(("location",))
_CONTAINMENT = types(
    ("P17", "P131", "P150", "P36", "P1376", "P30", "P206", "P527", "P361", "P706", "P276", "P1001", "P1366", "P1365")
)
_ALSO = ("P17", "P206", "P361", "P276", "P706")
"""What else may hold between a place and the larger one after it."""

_HEADS = {"president": "P35", "prime minister": "P6", "chancellor": "P6", "king": "P35", "queen": "P35"}
_OFFICE = re.compile(
    r"(?<!\w)(?P<once>(?:former|late|then|ex|\d+(?:st|nd|rd|th))[ -])?(?P<who>[A-Z][a-z]+|U\.S\.|U\.K\.|US|UK)(?:'s)? "
    r"(?P<office>(?:[\w-]+ ){0,3}?(?:president|minister|chancellor|king|queen|secretary|politician|"
    r"singer|actor|actress|footballer|journalist|activist|ambassador|general|leader)) $",
    re.IGNORECASE,
)


def add_facts(passage: Passage, gazetteer: Gazetteer) -> Passage:
    """Returns the passage with the facts that its links and their surroundings state."""
    marks = list(passage.marks)
    officials = _officials(passage.text, marks, gazetteer)
    marks = sorted(marks, key=lambda mark: mark.start)
    said = _Said(passage.text, marks, gazetteer)
    said.addresses()
    for official in officials:
        said.official(*official)
    said.states()
    return replace(
        passage,
        marks=tuple(marks),
        entities=tuple((i,) for i in range(len(marks))),
        facts=tuple(said.facts),
        judged=tuple(said.judged),
        open=tuple((a, tuple(r for r in rs if GoldFact(a, r, b) not in said.facts), b) for a, rs, b in said.open),
    )


class _Said:
    """Collects what one text says; marks are entities of their own."""

    def __init__(self, text: str, marks: Sequence[Mark], gazetteer: Gazetteer) -> None:
        self._names = [text[mark.start : mark.end] for mark in marks]
        self._between = [text[a.end : b.start] for a, b in pairwise(marks)]
        self._marks = marks
        self._gazetteer = gazetteer
        self.facts: dict[GoldFact, None] = {}
        self.judged: list[Judged] = []
        self.open: list[tuple[int, tuple[str, ...], int]] = []

    def addresses(self) -> None:
        """Reads "town, region, country": each lies in the next, and in no other country than the last."""
        found: list[tuple[list[int], str]] = []
        chain: list[int] = []
        for index, (mark, name) in enumerate(zip(self._marks, self._names, strict=True)):
            linked = (
                chain and self._between[index - 1] == ", " and self._names[chain[-1]] not in self._gazetteer.nations
            )
            chain = [*(chain if linked else ()), index] if mark.types == _PLACE else []
            if len(chain) > 1:
                sovereign = name in self._gazetteer.nations
                unsure = _ALSO if sovereign or name in self._gazetteer.unclear else _ALSO[1:]
                self._holds(chain[-2], "P131", index, unsure)
                if sovereign:
                    for place in chain[:-1]:
                        self._holds(place, "P17", index, ("P131", *_ALSO[1:]))
                    found.append((chain, name))
        for places, name in found:
            elsewhere = self._abroad(self._gazetteer.country_of(name))
            elsewhere += [other for others, country in found if country != name for other in others]
            self.judged += [Judged(place, other, _CONTAINMENT) for place in places for other in elsewhere]

    def official(self, person: int, nationality: tuple[int, int], office: str) -> None:
        """Reads "French President X"; the arguments are the person's start, the nationality's span, and the office."""
        who = next(i for i, m in enumerate(self._marks) if (m.start, m.end) == nationality)
        official = next(i for i, m in enumerate(self._marks) if m.start == person)
        self._holds(official, "P27", who, ("P19", "P551", "P937"))
        if office in _HEADS:
            self.facts[GoldFact(who, _HEADS[office], official)] = None
        elif "former" in office:
            self.open.append((who, ("P35", "P6"), official))
        for other in self._abroad(self._gazetteer.country_of(self._names[who])):
            self.judged += [Judged(official, other, types(("P27",))), Judged(other, official, types(("P35", "P6")))]

    def states(self) -> None:
        """Notes that no sovereign state is part of another."""
        states = [i for i, name in enumerate(self._names) if name in self._gazetteer.nations]
        self.judged += [Judged(a, b, _CONTAINMENT) for a in states for b in states if self._names[a] != self._names[b]]

    def _holds(self, subject: int, relation: str, obj: int, unsure: Sequence[str]) -> None:
        self.facts[GoldFact(subject, relation, obj)] = None
        self.judged += [Judged(subject, obj, None), Judged(obj, subject, None)]
        self.open += [(subject, tuple(unsure), obj), (obj, ("P150", "P527", "P36"), subject)]

    def _abroad(self, home: str) -> list[int]:
        """Returns the marks that name another country than `home`, or its people."""
        countries = map(self._gazetteer.country_of, self._names)
        return [index for index, country in enumerate(countries) if home and country and country != home]


def _officials(text: str, marks: list[Mark], gazetteer: Gazetteer) -> list[tuple[int, tuple[int, int], str]]:
    """Returns (start of the person, span of the nationality, office).

    Adds the nationality's mark and types the person.
    """
    found = []
    for index, mark in enumerate(list(marks)):
        office = _OFFICE.search(text, 0, mark.start)
        if office is None or "person" not in mark.types or not gazetteer.country_of(office["who"]):
            continue
        span = office.span("who")
        if any(m.start < span[1] and span[0] < m.end and (m.start, m.end) != span for m in marks):
            continue
        marks[index] = Mark(mark.start, mark.end, types(("person",)))
        if not any((m.start, m.end) == span for m in marks):
            marks.append(Mark(*span, types(("misc",) if office["who"] in gazetteer.demonyms else ("location",))))
        found.append((mark.start, span, f"{'former ' if office['once'] else ''}{office['office']}".lower()))
    return found
