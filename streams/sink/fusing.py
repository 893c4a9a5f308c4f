"""Fusion in the graph: whatever a transaction touched of a relation of which one object holds is judged anew.

Judged is a group: all facts of one relation about one entity and its aliases. The entities are locked before the group
is read and after the transaction's own facts were written, so of two sinks the later one sees what the earlier did.
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
class Relations:
    """What the sink knows of relations.

    Attributes:
        types: The relationship types of facts, always in the same order.
        functional: Those of which one object holds, and whether for ever.
    """

    types: tuple[str, ...] = ()
    functional: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Ontology) -> Self:
        """Returns those of an ontology."""
        types = fact_types(ontology)
        functional = {types[r.id]: r.lasting for r in ontology.relations if r.functional}
        return cls(tuple(sorted({STATED, *types.values()})), functional)


@dataclass(slots=True)
class Touched:
    """What a transaction touched.

    Attributes:
        groups: Subject and relationship type of facts that have other evidence now.
        objects: Their objects.
        moved: Aliases that stand for somebody else now, with whom they stood for and stand for.
    """

    groups: set[tuple[str, str]] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    moved: Mapping[str, set[str]] = field(default_factory=dict)


async def fuse(transaction: AsyncTransaction, touched: Touched, relations: Relations) -> None:
    """Judges the groups that were touched, and writes what changed of the verdicts."""
    types = sorted(relations.functional)
    sides = {id_ for alias, both in touched.moved.items() for id_ in (alias, *both)}
    entities = {subject for subject, _ in touched.groups} | touched.objects | sides
    if not types or not entities:
        return
    await lock(transaction, entities)
    groups = set(touched.groups)
    if sides:
        # Where an alias is the object, its group's subject has two objects fewer or more.
        uses = await fetch(transaction, cypher.read_uses(types), ids=sorted(sides))
        groups |= {(row["subject"], row["type"]) for row in uses}
    canonical = await lock(transaction, {subject for subject, _ in groups})
    wanted: dict[str, set[str]] = defaultdict(set)
    for subject, type_ in groups:
        wanted[canonical.get(subject, subject)].add(type_)
    rows = [{"id": id_, "types": sorted(some)} for id_, some in sorted(wanted.items())]
    rivals = await fetch(transaction, cypher.read_rivals(types), rows=rows)
    if rivals:
        await _judge(transaction, rivals, relations)


async def ends(transaction: AsyncTransaction, elements: Iterable[str]) -> list[tuple[str, str, str]]:
    """Returns subject, type and object of relationships."""
    found = await fetch(transaction, cypher.READ_ENDS, elements=list(elements))
    return [(row["subject"], row["type"], row["object"]) for row in found]


async def _judge(transaction: AsyncTransaction, rivals: Sequence[dict[str, Any]], relations: Relations) -> None:
    of_fact = {row["fact"]: row for row in rivals}
    votes: dict[tuple[str, str], list[Vote]] = defaultdict(list)
    for row in await fetch(transaction, cypher.READ_VOTES, facts=sorted(of_fact)):
        rival = of_fact[row["fact"]]
        vote = Vote(row["at"], rival["value"], row["fact"], row["weight"], row["past"])
        votes[rival["subject"], rival["type"]].append(vote)
    names = {row["value"]: row["name"] for row in rivals}
    judged: dict[str, Verdict] = {}
    for (_, type_), some in votes.items():
        judged |= verdicts(some, lasting=relations.functional[type_], names=names)
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
