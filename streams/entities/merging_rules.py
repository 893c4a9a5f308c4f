"""The rules that decide whether one name stands for another. Each is a pure function of the registry's memory.

A rule finds candidates. The candidate with at least `MIN_SHARE` of all candidates' documents is chosen. If none has so
many, the name stands for itself: a surname of two people in the news stands for neither. Names with different Wikidata
ids are never merged; names with the same id always are, however different they look (Apple, 苹果公司).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from inference.text.geography.atlas import locate
from streams.entities.abbreviations import FULL_NAMES
from streams.entities.fold import fold
from streams.entities.memory import KnownName, Memory, keys
from streams.entities.namesakes import people

MIN_SHARE = 0.8
"""Least share of all candidates' documents that the chosen candidate needs."""

TYPE_MAJORITY = 1.5
"""A type overrules another type of the same name if it has this many times as many documents."""

TYPE_MAJORITY_OVER_PEOPLE = 4.0
"""The same if one of the two types is person: Jordan, Paris and Chelsea are also people."""

MIN_CANDIDATE_RATIO = 0.04
"""Least ratio of a candidate's documents to those of the name itself.

If a surname is in far more documents than the only full name with it, the surname must mean somebody else.
"""

_MIN_ACRONYM, _MAX_ACRONYM = 2, 7
_STATED_WEIGHT = 3.0
"""A document that states what a name stands for counts as much as this many that only mention a candidate."""


CORRECTED = "correction"
"""The reason of an editor's decision."""


class Target(NamedTuple):
    """The name that another name stands for: its id, the rule that decided, and whether it can be nobody else."""

    id: str
    reason: str
    certain: bool = True


def target_of(memory: Memory, known: KnownName) -> Target | None:
    """Returns the name that a name stands for; None if it stands for itself."""
    if pin := memory.pins.get(known.name.id):
        return None if pin.apart else Target(pin.other, CORRECTED)
    found = _by_rules(memory, known)
    pin = memory.pins.get(found.id) if found else None
    return None if pin and pin.apart and pin.other == known.name.id else found


def _by_rules(memory: Memory, known: KnownName) -> Target | None:
    """Returns the name that a name stands for by the rules, whatever editors say."""
    if known.name.role:
        return _by_role(memory, known)
    if found := _by_name(memory, known) or _by_id(memory, known):
        return found
    heads = people(memory, known.name.id).heads if memory.has_roles(known.name.id) else ()
    return Target(heads[0], "namesake", certain=False) if len(heads) > 1 else None


def _by_role(memory: Memory, known: KnownName) -> Target | None:
    """Returns whom a name with a role stands for: the bare name, if one person bears it; else that person's head."""
    id_, bare = known.name.id, memory.known[known.name.bare.id]
    found = people(memory, bare.name.id)
    first, head = found.heads[0], found.head_of[id_]
    # The best known of several is no longer called by the bare name, unless that is only one name of his.
    shared = len(found.heads) > 1 and not (_by_name(memory, bare) or _by_id(memory, bare))
    target = head if head != first or shared else bare.name.id
    return None if target == id_ else Target(target, "role", id_ not in found.unsure)


def siblings(memory: Memory, known: KnownName) -> Iterator[KnownName]:
    """Yields the names with the same Wikidata id and a compatible type, including the name itself."""
    for other in memory.by_key(f"#{known.wikidata}") if known.wikidata else ():
        if compatible(other, known):
            yield other


def compatible(one: KnownName, other: KnownName) -> bool:
    """Returns whether two names have the same type, or one of them has the type `misc`."""
    return one.name.type == other.name.type or "misc" in {one.name.type, other.name.type}


def _by_name(memory: Memory, known: KnownName) -> Target | None:
    targets = memory.decided.targets
    if known.name.id not in targets:
        targets[known.name.id] = _found_by_name(memory, known)
    return cast("Target | None", targets[known.name.id])


def _found_by_name(memory: Memory, known: KnownName) -> Target | None:
    main = _main_spelling(memory, known)
    if main is not known:
        same = main.name.type == known.name.type
        return Target(main.name.id, "spelling" if same else "type")
    if target := FULL_NAMES.get(known.fold):
        if fold(target) == known.fold:
            return None
        there = (other for other in memory.by_key(f"={fold(target)}") if not _differ(other, known))
        found = max(there, key=_rank, default=None)
        return Target(found.name.id, "known") if found else None
    return _majority_candidate(memory, known)


def _by_id(memory: Memory, known: KnownName) -> Target | None:
    """Returns the main name of the Wikidata id, among those that stand for themselves: full names before short ones."""
    if not known.wikidata:
        return None
    key = known.wikidata, known.name.type
    if key not in memory.decided.first:
        alone = (other for other in siblings(memory, known) if not _by_name(memory, other))
        memory.decided.first[key] = max(alone, key=_rank_by_id, default=None)
    first = max(memory.decided.first[key] or known, known, key=_rank_by_id)
    return None if first is known else Target(first.name.id, "wikidata")


def _rank_by_id(known: KnownName) -> tuple[bool, bool, float, str, str]:
    full = known.name.type != "person" or len(known.fold.split()) > 1
    return known.name.type != "misc", full, known.documents.count, known.name.type, known.name.id


def _differ(one: KnownName, other: KnownName) -> bool:
    return None not in (one.wikidata, other.wikidata) and one.wikidata != other.wikidata


def _elsewhere(one: KnownName, other: KnownName) -> bool:
    """Returns whether two names are those of places known to be apart: "Georgia" and "Georgia, United States"."""
    if one.name.type != "location" or other.name.type != "location":
        return False
    here, there = locate(one.name.name), locate(other.name.name)
    return None not in (here, there) and here != there


def contested(memory: Memory, known: KnownName) -> bool:
    """Returns whether a name could stand, or may have stood, for another name."""
    if known.fold in FULL_NAMES or known.published or known.name.role or memory.has_roles(known.name.id):
        return True
    if any(other is not known for other in memory.by_key(f"={known.fold}")):
        return True
    return next(_candidates(memory, known), None) is not None


def affected(memory: Memory, changed: Iterable[KnownName]) -> set[str]:
    """Returns the ids of names whose target may change when these names change, including their own."""
    forms: dict[str, None] = {}
    found: set[str] = set()
    for known in changed:
        if known.name.role:
            found.update((known.name.id, known.name.bare.id))
            continue
        forms |= dict.fromkeys(_forms(known))
        found |= memory.named_by.get(known.name.id, set())
    # Many names have the same forms, so each form is looked up once.
    for form in forms:
        found.update(other.name.id for other in memory.by_key(f"={form}"))
        found.update(other.name.id for other in memory.by_key(f"%{form}"))
    return found


def with_roles(memory: Memory, ids: Iterable[str]) -> set[str]:
    """Returns the ids of the names with roles whose target may change when those of these names do."""
    return {other.name.id for id_ in ids for other in memory.with_role(id_)}


def _forms(known: KnownName) -> list[str]:
    """Returns the folded forms of the names whose target may change when this name changes."""
    forms = [known.fold, known.fold.removesuffix("s"), *_own_keys(known)]
    if known.fold in _FOLDED_FULL_NAMES:
        forms += [short for short, full in FULL_NAMES.items() if fold(full) == known.fold]
    return forms


_FOLDED_FULL_NAMES = {fold(target) for target in FULL_NAMES.values()}


def _own_keys(known: KnownName) -> list[str]:
    return [key[1:] for key in keys(known)[1:]]


def _rank(known: KnownName) -> tuple[bool, float, str, str]:
    name = known.name
    return name.type != "misc", known.documents.count, name.type, name.id


def _main_spelling(memory: Memory, known: KnownName) -> KnownName:
    """Returns the spelling that all spellings of this name stand for.

    Within a type it is the most frequent one. A type that is far more frequent overrules another, and any type
    overrules `misc`. Otherwise the name means two things (Barcelona).
    """
    key = known.fold, known.wikidata, known.name.type
    if key not in memory.decided.spellings:
        memory.decided.spellings[key] = _found_main_spelling(memory, known)
    return memory.decided.spellings[key]


def _found_main_spelling(memory: Memory, known: KnownName) -> KnownName:
    spellings = [other for other in memory.by_key(f"={known.fold}") if not _differ(other, known)]
    if len(spellings) == 1:
        return known
    counts: dict[str, float] = {}
    for spelling in spellings:
        counts[spelling.name.type] = counts.get(spelling.name.type, 0) + spelling.documents.count
    own = known.name.type
    first = max(counts, key=lambda type_: (type_ != "misc", counts[type_], type_))
    factor = TYPE_MAJORITY_OVER_PEOPLE if "person" in {own, first} else TYPE_MAJORITY
    type_ = first if own == "misc" or counts[first] >= factor * counts[own] else own
    return max((s for s in spellings if s.name.type == type_), key=_rank)


def _majority_candidate(memory: Memory, known: KnownName) -> Target | None:
    votes: dict[str, tuple[float, KnownName, str]] = {}
    for candidate, weight, reason in _candidates(memory, known):
        leader = _main_spelling(memory, candidate)
        if leader.fold == known.fold or _differ(leader, known) or _elsewhere(leader, known):
            continue
        before = votes.get(leader.name.id, (0.0, leader, reason))
        votes[leader.name.id] = (before[0] + weight, leader, min(before[2], reason))
    if not votes:
        return None
    weight, leader, reason = max(votes.values(), key=lambda vote: (vote[0], vote[1].name))
    total = sum(vote[0] for vote in votes.values())
    if weight < MIN_SHARE * total or weight < MIN_CANDIDATE_RATIO * known.documents.count:
        return None
    return Target(leader.name.id, reason)


def _candidates(memory: Memory, known: KnownName) -> Iterator[tuple[KnownName, float, str]]:
    """Yields the names that a name may stand for, each with its weight in documents and the rule."""
    for id_, sketch in known.stood_for.items():
        if other := memory.known.get(id_):
            yield other, _STATED_WEIGHT * sketch.count, "learnt"
    name, type_ = known.name.name, known.name.type
    if type_ == "person":
        longer = list(_longer(memory, known))
        yield from _weighed(longer or _formal(memory, known), "surname" if longer else "nickname")
        return
    if type_ == "location":
        yield from _weighed(memory.by_key(f",{known.fold}"), "place")
    if name.isupper() and name.isalpha() and _MIN_ACRONYM <= len(name) <= _MAX_ACRONYM:
        yield from _weighed(memory.by_key(f"@{known.fold}"), "initials")
    if type_ == "misc" and not known.fold.endswith("s"):
        peoples = (other for other in memory.by_key(f"={known.fold}s") if other.name.type == type_)
        yield from _weighed(peoples, "plural")


def _longer(memory: Memory, known: KnownName) -> Iterator[KnownName]:
    """Yields people whose longer name ends with this one, or begins and ends with its two words."""
    yield from memory.by_key(f"^{known.fold}")
    yield from memory.by_key(f"~{known.fold}")


def _formal(memory: Memory, known: KnownName) -> Iterator[KnownName]:
    """Yields people whose first name may be what this one is short for: Robert Castell, for "Bob Castell"."""
    for key in keys(known):
        if key.startswith("%"):
            yield from memory.by_key(f"={key[1:]}")
            yield from memory.by_key(f"~{key[1:]}")


def _weighed(candidates: Iterable[KnownName], reason: str) -> Iterator[tuple[KnownName, float, str]]:
    for candidate in candidates:
        yield candidate, candidate.documents.count, reason
