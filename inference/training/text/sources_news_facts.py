"""Weak supervision of relations in news: what punctuation and offices say for certain.

"Stade, Lower Saxony, Germany" places one in the next; "the French President Emmanuel Macron" says whose president he
is; and two sovereign states are never part of each other. Nothing else is judged.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from inference.training.text.gazetteer import Gazetteer
from inference.training.text.passages import Fact, Judged, Mark, Passage, types

_PLACE = types(("location",))
_CONTAINMENT = types(
    ("P17", "P131", "P150", "P36", "P1376", "P30", "P206", "P527", "P361", "P706", "P276", "P1001", "P1366", "P1365")
)
_HEADS = {"President": "P35", "Prime Minister": "P6", "Chancellor": "P6", "King": "P35", "Queen": "P35"}
_OFFICE = re.compile(
    r"(?<!\w)(?P<who>[A-Z][a-z]+) (?P<office>President|Prime Minister|Chancellor|King|Queen|Foreign Minister|"
    r"Defen[cs]e Minister|Finance Minister|Vice President|politician|singer|actor|footballer|journalist) $"
)


def add_facts(passage: Passage, gazetteer: Gazetteer) -> Passage:
    """Returns the passage with the facts that its links and their surroundings state."""
    marks = list(passage.marks)
    officials = _officials(passage.text, marks, gazetteer)
    marks = sorted(marks, key=lambda mark: mark.start)
    facts: dict[Fact, None] = {}
    judged: list[Judged] = []
    open_: list[tuple[int, tuple[str, ...], int]] = []

    def holds(subject: int, relation: str, obj: int, unsure: Sequence[str]) -> None:
        facts[Fact(subject, relation, obj)] = None
        judged.extend((Judged(subject, obj, None), Judged(obj, subject, None)))
        open_.append((subject, tuple(unsure), obj))
        open_.append((obj, ("P150", "P527", "P36"), subject))

    chain: list[int] = []
    for index, mark in enumerate(marks):
        linked = chain and passage.text[marks[chain[-1]].end : mark.start] == ", "
        chain = [*chain, index] if mark.types == _PLACE and linked else [index] if mark.types == _PLACE else []
        if len(chain) > 1:
            nation = passage.text[mark.start : mark.end] in gazetteer.nations
            inner = passage.text[marks[chain[-2]].start : marks[chain[-2]].end]
            if inner in gazetteer.nations:  # a list of states, not an address
                chain = [index]
                continue
            holds(chain[-2], "P131", index, ("P17", "P206", "P361", "P276", "P706"))
            for place in chain[:-1] if nation else ():
                holds(place, "P17", index, ("P131", "P361", "P276", "P206", "P706"))
    for person, (start, end), office in officials:
        who = next(i for i, m in enumerate(marks) if (m.start, m.end) == (start, end))
        official = next(i for i, m in enumerate(marks) if m.start == person)
        holds(official, "P27", who, ("P19", "P551", "P937"))
        if office in _HEADS:
            facts[Fact(who, _HEADS[office], official)] = None
    nations = [i for i, mark in enumerate(marks) if passage.text[mark.start : mark.end] in gazetteer.nations]
    judged += [Judged(a, b, _CONTAINMENT) for a in nations for b in nations if _differ(passage, marks[a], marks[b])]
    return replace(
        passage,
        marks=tuple(marks),
        entities=tuple((i,) for i in range(len(marks))),
        facts=tuple(facts),
        judged=tuple(judged),
        open=tuple((a, tuple(r for r in rs if Fact(a, r, b) not in facts), b) for a, rs, b in open_),
    )


def _officials(text: str, marks: list[Mark], gazetteer: Gazetteer) -> list[tuple[int, tuple[int, int], str]]:
    """Returns (start of the person, span of the nationality, office).

    Adds the nationality's mark and types the person.
    """
    found = []
    for index, mark in enumerate(list(marks)):
        office = _OFFICE.search(text, 0, mark.start)
        if office is None or "person" not in mark.types or office["who"] not in gazetteer.demonyms:
            continue
        span = office.span("who")
        if any(m.start < span[1] and span[0] < m.end and (m.start, m.end) != span for m in marks):
            continue
        marks[index] = Mark(mark.start, mark.end, types(("person",)))
        if not any((m.start, m.end) == span for m in marks):
            marks.append(Mark(*span, types(("misc",))))
        found.append((mark.start, span, office["office"]))
    return found


def _differ(passage: Passage, a: Mark, b: Mark) -> bool:
    return passage.text[a.start : a.end] != passage.text[b.start : b.end]
