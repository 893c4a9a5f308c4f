"""The rules by which one name is taken for another. Each is a pure function of what the registry remembers.

A rule finds candidates; the one that holds at least `SHARE` of all candidates' documents is taken, and otherwise none:
two people of one surname leave the surname alone. Names that Wikidata knows as different things are never taken for one
another; those that it knows as one are, whatever they look like (Apple, 苹果公司).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from streams.entities.fold import fold
from streams.entities.known_names import KNOWN
from streams.entities.memory import Known, Memory, keys

SHARE = 0.8
"""Least share of the documents of all candidates that the chosen one has."""

OVERRULES = 1.5
"""How many times as many documents a type needs to overrule another type of the same name."""

OVERRULES_PEOPLE = 4.0
"""The same, where one of the two is a person: Jordan, Paris and Chelsea are people, too."""

FAMILIAR = 0.04
"""Documents that a full name needs for each of the bare surname's; without them the surname means somebody else."""

_MIN_ACRONYM, _MAX_ACRONYM = 2, 7
FIRST_AND_LAST = 2
_LEARNT = 3.0
"""A document that says what a name stands for counts as much as so many that only mention a candidate."""


class Step(NamedTuple):
    """One name taken for another: the other's id, name and type, and the rule."""

    id: str
    name: str
    type: str
    reason: str


def step(memory: Memory, known: Known) -> Step | None:
    """Returns the name that a name is taken for, if there is one."""
    return _by_name(memory, known) or _by_id(memory, known)


def siblings(memory: Memory, known: Known) -> Iterator[Known]:
    """Returns the names of this one's Wikidata id whose type does not speak against it, itself included."""
    for other in memory.by_key(f"#{known.wikidata}") if known.wikidata else ():
        if compatible(other, known):
            yield other


def compatible(one: Known, other: Known) -> bool:
    """Returns whether two names may be of one type."""
    return one.name.type == other.name.type or "misc" in {one.name.type, other.name.type}


def _by_name(memory: Memory, known: Known) -> Step | None:
    leader = _leader(memory, known)
    if leader is not known:
        same = leader.name.type == known.name.type
        return Step(*leader.name, "spelling" if same else "type")
    if target := KNOWN.get(known.fold):
        if fold(target) == known.fold:
            return None
        there = (other for other in memory.by_key(f"={fold(target)}") if not _differ(other, known))
        found = max(there, key=_rank, default=None)
        return Step(*found.name, "known") if found else None
    return _elected(memory, known)


def _by_id(memory: Memory, known: Known) -> Step | None:
    """Returns the first of a Wikidata id's names, of those that stand for themselves: full names before short ones."""
    alone = (other for other in siblings(memory, known) if other is known or not _by_name(memory, other))
    first = max(alone, key=_rank_by_id, default=known)
    return None if first is known else Step(*first.name, "wikidata")


def _rank_by_id(known: Known) -> tuple[bool, bool, float, str, str]:
    full = known.name.type != "person" or len(known.fold.split()) > 1
    return known.name.type != "misc", full, known.documents.count, known.name.type, known.name.id


def _differ(one: Known, other: Known) -> bool:
    return None not in (one.wikidata, other.wikidata) and one.wikidata != other.wikidata


def contested(memory: Memory, known: Known) -> bool:
    """Returns whether there is, or may have been, anybody else that a name could be taken for."""
    if known.fold in KNOWN or known.told or any(other is not known for other in memory.by_key(f"={known.fold}")):
        return True
    return next(_candidates(memory, known), None) is not None


def affected(memory: Memory, known: Known) -> Iterator[str]:
    """Returns the ids of names whose step may change when something about this name does, itself included."""
    forms = [known.fold, known.fold.removesuffix("s"), *_own_keys(known)]
    words = known.fold.split()
    forms += [short for short, long in KNOWN.items() if fold(long) == known.fold] if known.fold in _TARGETS else []
    if len(words) > FIRST_AND_LAST and known.name.type == "person":
        forms.append(f"{words[0]} {words[-1]}")
    for form in forms:
        for other in memory.by_key(f"={form}"):
            yield other.name.id
    yield from memory.named_by.get(known.name.id, ())


_TARGETS = {fold(target) for target in KNOWN.values()}


def _own_keys(known: Known) -> list[str]:
    return [key[1:] for key in keys(known)[1:]]


def _rank(known: Known) -> tuple[bool, float, str, str]:
    name = known.name
    return name.type != "misc", known.documents.count, name.type, name.id


def _leader(memory: Memory, known: Known) -> Known:
    """Returns the name that stands for all spellings of this one.

    Within a type that is the most frequent spelling. A type gives way to another that is far more frequent, and `misc`
    to any; otherwise the name means two things (Barcelona).
    """
    spellings = [other for other in memory.by_key(f"={known.fold}") if not _differ(other, known)]
    if len(spellings) == 1:
        return known
    counts: dict[str, float] = {}
    for spelling in spellings:
        counts[spelling.name.type] = counts.get(spelling.name.type, 0) + spelling.documents.count
    own = known.name.type
    first = max(counts, key=lambda type_: (type_ != "misc", counts[type_], type_))
    factor = OVERRULES_PEOPLE if "person" in {own, first} else OVERRULES
    type_ = first if own == "misc" or counts[first] >= factor * counts[own] else own
    return max((s for s in spellings if s.name.type == type_), key=_rank)


def _elected(memory: Memory, known: Known) -> Step | None:
    votes: dict[str, tuple[float, Known, str]] = {}
    for candidate, weight, reason in _candidates(memory, known):
        leader = _leader(memory, candidate)
        if leader.fold == known.fold or _differ(leader, known):
            continue
        before = votes.get(leader.name.id, (0.0, leader, reason))
        votes[leader.name.id] = (before[0] + weight, leader, min(before[2], reason))
    if not votes:
        return None
    weight, leader, reason = max(votes.values(), key=lambda vote: (vote[0], vote[1].name))
    total = sum(vote[0] for vote in votes.values())
    if weight < SHARE * total or weight < FAMILIAR * known.documents.count:
        return None
    return Step(*leader.name, reason)


def _candidates(memory: Memory, known: Known) -> Iterator[tuple[Known, float, str]]:
    """Yields whom a name may stand for, each with its weight in documents and the rule."""
    for id_, sketch in known.stood_for.items():
        if other := memory.known.get(id_):
            yield other, _LEARNT * sketch.count, "learnt"
    name, type_ = known.name.name, known.name.type
    if type_ == "person":
        yield from _weighed(_longer(memory, known), "surname")
        return
    if type_ == "location":
        yield from _weighed(memory.by_key(f",{known.fold}"), "place")
    if name.isupper() and name.isalpha() and _MIN_ACRONYM <= len(name) <= _MAX_ACRONYM:
        yield from _weighed(memory.by_key(f"@{known.fold}"), "initials")
    if type_ == "misc" and not known.fold.endswith("s"):
        peoples = (other for other in memory.by_key(f"={known.fold}s") if other.name.type == type_)
        yield from _weighed(peoples, "plural")


def _longer(memory: Memory, known: Known) -> Iterator[Known]:
    """Yields the people whose full name ends in this one, or has its first and last word as its own."""
    yield from memory.by_key(f"^{known.fold}")
    words = known.fold.split()
    if len(words) == FIRST_AND_LAST:
        for other in memory.by_key(f"^{words[-1]}"):
            full = other.fold.split()
            if len(full) > FIRST_AND_LAST and full[0] == words[0]:
                yield other


def _weighed(candidates: Iterable[Known], reason: str) -> Iterator[tuple[Known, float, str]]:
    for candidate in candidates:
        yield candidate, candidate.documents.count, reason
