"""Resolves contradictions in the graph: applies the rules of `streams.sink.fusion` to what a transaction touched.

Of a functional relation one object holds at a time. All facts of one such relation about one entity and its aliases
form a group, and a group is judged as a whole. The entities are locked before the group is read and after the
transaction wrote its own facts, so of two sinks the second one sees what the first one wrote.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from neo4j import AsyncTransaction

from streams.sink import cypher
from streams.sink.aliases import lock
from streams.sink.fusion import Verdict, Vote, verdicts
from streams.sink.reading import fetch
from topology.graph.names import STATED, fact_types
from topology.ontology import Ontology

_FIELDS = ("standing", "since", "until", "by", "before")


@dataclass(frozen=True, slots=True)
class RelationTypes:
    """The relationship types of facts.

    Attributes:
        all: All of them, always in the same order.
        functional: Those of functional relations, each with whether its object holds permanently.
    """

    all: tuple[str, ...] = ()
    functional: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Ontology) -> Self:
        """Returns the types of an ontology."""
        types = fact_types(ontology)
        functional = {types[r.id]: r.lasting for r in ontology.relations if r.functional}
        return cls(tuple(sorted({STATED, *types.values()})), functional)


@dataclass(slots=True)
class Touched:
    """What a transaction changed that verdicts depend on.

    Attributes:
        groups: Subject and relationship type of the functional facts whose evidence changed.
        objects: The objects of those facts.
        moved: Aliases whose canonical entity changed, with the canonical entities before and after.
    """

    groups: set[tuple[str, str]] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    moved: Mapping[str, set[str]] = field(default_factory=dict)


async def resolve_contradictions(transaction: AsyncTransaction, touched: Touched, types: RelationTypes) -> None:
    """Judges the groups that a transaction touched, and writes the verdicts that changed."""
    functional = sorted(types.functional)
    moved = {id_ for alias, both in touched.moved.items() for id_ in (alias, *both)}
    entities = {subject for subject, _ in touched.groups} | touched.objects | moved
    if not functional or not entities:
        return
    await lock(transaction, entities)
    groups = set(touched.groups)
    if moved:
        # A merge or split also changes the groups in which the alias is an object: two objects become one, or one two.
        uses = await fetch(transaction, cypher.read_uses(functional), ids=sorted(moved))
        groups |= {(row["subject"], row["type"]) for row in uses}
    canonical = await lock(transaction, {subject for subject, _ in groups})
    wanted: dict[str, set[str]] = defaultdict(set)
    for subject, type_ in groups:
        wanted[canonical.get(subject, subject)].add(type_)
    rows = [{"id": id_, "types": sorted(some)} for id_, some in sorted(wanted.items())]
    rivals = await fetch(transaction, cypher.read_rivals(functional), rows=rows)
    if rivals:
        await _judge(transaction, rivals, types)


async def ends(transaction: AsyncTransaction, elements: Iterable[str]) -> list[tuple[str, str, str]]:
    """Returns subject, type and object of relationships, given by element id."""
    found = await fetch(transaction, cypher.READ_ENDS, elements=list(elements))
    return [(row["subject"], row["type"], row["object"]) for row in found]


async def _judge(transaction: AsyncTransaction, rivals: Sequence[dict[str, Any]], types: RelationTypes) -> None:
    """Writes the verdicts of rival facts where they differ from what the graph has."""
    of_fact = {row["fact"]: row for row in rivals}
    votes: dict[tuple[str, str], list[Vote]] = defaultdict(list)
    for row in await fetch(transaction, cypher.READ_VOTES, facts=sorted(of_fact)):
        rival = of_fact[row["fact"]]
        vote = Vote(row["at"], rival["value"], row["fact"], row["weight"], row["past"])
        votes[rival["subject"], rival["type"]].append(vote)
    names = {row["value"]: row["name"] for row in rivals}
    judged: dict[str, Verdict] = {}
    for (_, type_), some in votes.items():
        judged |= verdicts(some, lasting=types.functional[type_], names=names)
    changed = {}
    for fact, row in of_fact.items():
        verdict = judged.get(fact)
        now = {name: getattr(verdict, name, None) for name in _FIELDS} | {
            "before": list(verdict.before if verdict else ())
        }
        if now != {name: row[name] for name in _FIELDS}:
            changed[fact] = now | {"before": now["before"] or None}
    if changed:
        elements = [of_fact[fact]["element"] for fact in sorted(changed)]
        await fetch(transaction, cypher.SET_VERDICTS, elements=elements, rows=changed)
