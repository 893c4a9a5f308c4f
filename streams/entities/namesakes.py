"""Tells people of one name apart: by their roles, and by what else the articles name that are about them.

The same name with another role is another entity (`footballer` and `painter`), and stands for the bare name as long as
nothing keeps them apart. Two roles are those of two people if one person seldom has both, and their articles name no
place, organization or person in common. Where the articles name nothing, or only the same country, we are not sure: the
role then goes to the best known person, and the decision says so. So does the bare name once two people bear it.

Everything here is a pure function of the set of documents seen, and of a bounded sample of them.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import cast

from inference.text.names.roles import of_one_life, unlike
from streams.entities.contexts import is_country
from streams.entities.memory import KnownName, Memory

MOST_ROLES = 24
"""Roles of one name that are compared, the most frequent first. The others go to the best known person."""

LEAST_SHARE = 8
"""A context counts if it is in one of so many sampled documents: what a president's articles name once is chance."""


class Likeness(IntEnum):
    """Whether two roles of a name are those of one person."""

    APART = 0
    UNSURE = 1
    SAME = 2


@dataclass(slots=True)
class People:
    """The people of one name.

    Attributes:
        heads: The main role of each person, by entity id, the best known first.
        head_of: The head of each role, by entity id.
        unsure: Roles of which nobody knows whose they are.
    """

    heads: list[str] = field(default_factory=list)
    head_of: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)


def people(memory: Memory, bare: str) -> People:
    """Returns the people of a name, given the entity id of the bare name."""
    if bare not in memory.decided.people:
        memory.decided.people[bare] = _told_apart(list(memory.with_role(bare)))
    return cast("People", memory.decided.people[bare])


def _told_apart(roles: list[KnownName]) -> People:
    ranked = sorted(roles, key=lambda known: (-known.documents.count, known.name.id))
    found = People()
    persons: list[list[KnownName]] = []
    usual = {known.name.id: characteristic(known) for known in ranked[:MOST_ROLES]}
    for known in ranked[:MOST_ROLES]:
        alike = [_belongs(known, person, usual) for person in persons]
        place = max(range(len(persons)), key=lambda i: (alike[i], -i), default=None)
        if place is None or alike[place] == Likeness.APART:
            persons.append([known])
        else:
            persons[place].append(known)
            if alike[place] == Likeness.UNSURE or sum(one > Likeness.APART for one in alike) > 1:
                found.unsure.add(known.name.id)
    found.heads = [person[0].name.id for person in persons]
    found.head_of = {known.name.id: person[0].name.id for person in persons for known in person}
    for known in ranked[MOST_ROLES:]:
        found.head_of[known.name.id] = found.heads[0]
        found.unsure.add(known.name.id)
    return found


def _belongs(known: KnownName, person: list[KnownName], usual: dict[str, frozenset[int]]) -> Likeness:
    """Returns whether a role is one of a person's: like the main one, or with the surroundings of another one."""
    found = _likeness(known, person[0], usual)
    others = (other for other in person[1:] if unlike(known.name.role, other.name.role))
    if found == Likeness.APART and any(_likeness(known, other, usual) == Likeness.SAME for other in others):
        return Likeness.SAME
    return found


def _likeness(one: KnownName, other: KnownName, usual: dict[str, frozenset[int]]) -> Likeness:
    if not unlike(one.name.role, other.name.role):
        return Likeness.SAME
    here, there = usual[one.name.id], usual[other.name.id]
    shared = here & there
    if any(not is_country(number) for number in shared):
        return Likeness.SAME
    if not here or not there or (shared and of_one_life(one.name.role, other.name.role)):
        return Likeness.UNSURE
    return Likeness.APART


def characteristic(known: KnownName) -> frozenset[int]:
    """Returns the contexts that are in enough of the sampled documents of a name with its role."""
    counts: dict[int, int] = {}
    for some in known.contexts.values():
        for number in some:
            counts[number] = counts.get(number, 0) + 1
    least = -(-len(known.contexts) // LEAST_SHARE)
    return frozenset(number for number, count in counts.items() if count >= least)
