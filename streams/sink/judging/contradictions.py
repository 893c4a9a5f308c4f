"""Resolves contradictions in the graph: applies the rules of `fusion` to what a transaction touched.

Of a functional relation one object holds at a time, and facts of some other relations can end. All facts of one such
relation about one entity and its aliases form a group, and a group is judged as a whole, together with the denials of
its facts. The entities are locked before the group is read and after the transaction wrote its own facts, so of two
sinks the second one sees what the first one wrote.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Self

from neo4j import AsyncTransaction

from streams.sink.aliases import lock
from streams.sink.judging import statements
from streams.sink.judging.ballots import Ballot, Ballots, Proof
from streams.sink.judging.fusion import EDITOR, Verdict, Vote, verdicts
from streams.sink.reading import fetch
from topology.graph.names import CLAIMED, HAPPENING_TYPES, STATED, fact_types
from topology.ontology import Ontology

_FIELDS = ("standing", "since", "until", "by", "at_latest", "before")


Judged = Literal["one at a time", "lasting", "each"]
"""How the facts of a relation are judged: one object holds at a time, or for ever, or each until its end."""


@dataclass(frozen=True, slots=True)
class RelationTypes:
    """The relationship types of facts.

    Attributes:
        all: All of them, always in the same order.
        judged: Those of relations whose facts can end or exclude each other, each with how they are judged.
    """

    all: tuple[str, ...] = ()
    judged: Mapping[str, Judged] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Ontology) -> Self:
        """Returns the types of an ontology."""
        types = fact_types(ontology)
        judged: dict[str, Judged] = {}
        for relation in ontology.relations:
            if relation.functional:
                judged[types[relation.id]] = "lasting" if relation.lasting else "one at a time"
            elif relation.ends:
                judged[types[relation.id]] = "each"
        return cls(tuple(sorted({STATED, CLAIMED, *HAPPENING_TYPES.values(), *types.values()})), judged)


class Link(NamedTuple):
    """A fact about an entity: the ids of its subject, its relation and its object."""

    subject: str
    property: str
    object: str


class Ends(NamedTuple):
    """The ends of a relationship.

    Attributes:
        subject: Id of its subject.
        type: Its type; of a claim, that of the fact that it is about.
        object: Id of its object.
        property: Id of its relation, if it is a fact about an entity; None of everything else.
    """

    subject: str
    type: str
    object: str
    property: str | None


@dataclass(slots=True)
class Touched:
    """What a transaction changed that verdicts and corrections depend on.

    Attributes:
        groups: Subject and relationship type of the judged facts whose evidence changed, or that of denials of them.
        objects: The objects of those facts.
        moved: Aliases whose canonical entity changed, with the canonical entities before and after.
        links: All facts about entities whose evidence changed, judged or not.
    """

    groups: set[tuple[str, str]] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    moved: Mapping[str, set[str]] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)

    def add(self, found: Ends, judged: Container[str]) -> None:
        """Adds a fact or claim whose evidence changed.

        Args:
            found: Its ends.
            judged: The relationship types of judged facts.
        """
        if found.type in judged:
            self.groups.add((found.subject, found.type))
            self.objects.add(found.object)
        if found.property:
            self.links.add(Link(found.subject, found.property, found.object))

    def moved_ids(self) -> set[str]:
        """Returns the ids of aliases that stand for another entity than before, and of both entities."""
        return {id_ for alias, both in self.moved.items() for id_ in (alias, *both)}


async def resolve_contradictions(
    transaction: AsyncTransaction, touched: Touched, types: RelationTypes, ballots: Ballots
) -> None:
    """Judges the groups that a transaction touched, and writes the verdicts that changed.

    Args:
        transaction: An open transaction, in which everything else has been written.
        touched: What it changed.
        types: The ontology's relationship types.
        ballots: The votes that this sink knows.
    """
    judged = sorted(types.judged)
    moved = touched.moved_ids()
    entities = {subject for subject, _ in touched.groups} | touched.objects | moved
    if not judged or not entities:
        return
    canonical = await lock(transaction, entities)
    groups = set(touched.groups)
    if moved:
        # A merge or split also changes the groups in which the alias is an object: two objects become one, or one two.
        uses = await fetch(transaction, statements.read_uses(judged), ids=sorted(moved), types=judged)
        groups |= {(row["subject"], row["type"]) for row in uses}
        canonical = await lock(transaction, {subject for subject, _ in groups})
    wanted: dict[str, set[str]] = defaultdict(set)
    for subject, type_ in groups:
        wanted[canonical.get(subject, subject)].add(type_)
    rows = [{"id": id_, "types": sorted(some)} for id_, some in sorted(wanted.items())]
    rivals = await fetch(transaction, statements.read_rivals(judged), rows=rows)
    if rivals:
        await _judge(transaction, rivals, types, ballots)


async def ends(transaction: AsyncTransaction, elements: Iterable[str]) -> list[Ends]:
    """Returns the ends of relationships, given by element id."""
    return [Ends(**row) for row in await fetch(transaction, statements.READ_ENDS, elements=list(elements))]


def _to_vote(rivals: Iterable[Mapping[str, Any]], types: RelationTypes) -> list[str]:
    """Returns the facts whose votes are needed: no verdict without another object, a denial, or an end.

    Most facts have none of these, and reading all evidence of those that are in every other article takes long.
    """
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rivals:
        each = types.judged[row["type"]] == "each"
        groups[row["subject"], row["type"], row["value"] if each else ""].append(row)
    doubtful = (
        some
        for some in groups.values()
        if len({row["value"] for row in some}) > 1 or any(row["denied"] or row["over"] for row in some)
    )
    return sorted({row["fact"] for some in doubtful for row in some})


async def _ballots(
    transaction: AsyncTransaction, facts: Mapping[str, Mapping[str, Any]], known: Ballots
) -> dict[str, Ballot]:
    """Returns the votes on facts: rows of `statements.read_rivals`, by id."""
    found: dict[str, Ballot] = {}
    unread: dict[str, Ballot] = {}
    unmarked = []
    for fact, row in sorted(facts.items()):
        if (ballot := known.known(fact, row["batch"])) is not None:
            found[fact] = ballot
            continue
        if row["batch"] is None:
            unmarked.append(row["element"])
        unread[fact] = Ballot(known.batch if row["batch"] is None else row["batch"])
    if unmarked:
        # Before the votes are read: whoever adds to them from now on waits, and then marks the fact as his.
        await fetch(transaction, statements.MARK, elements=unmarked, batch=known.batch)
    for row in await fetch(transaction, statements.READ_PROOFS, facts=list(unread)) if unread else ():
        unread[row.pop("fact")].add(Proof(**row))
    for fact, ballot in unread.items():
        known.learn(fact, ballot)
    return found | unread


async def _judge(
    transaction: AsyncTransaction, rivals: Sequence[dict[str, Any]], types: RelationTypes, known: Ballots
) -> None:
    """Writes the verdicts of rival facts where they differ from what the graph has."""
    of_fact = {row["fact"]: row for row in rivals}
    votes: dict[tuple[str, str], list[Vote]] = defaultdict(list)
    asked = {fact: of_fact[fact] for fact in _to_vote(rivals, types)}
    for fact, ballot in (await _ballots(transaction, asked, known)).items():
        rival = of_fact[fact]
        if not rival["forbidden"]:
            votes[rival["subject"], rival["type"]] += ballot.votes(rival["value"], fact, denied=rival["denied"])
    for rival in rivals:
        if rival["confirmed_at"] is not None and not rival["denied"]:
            vote = Vote(rival["confirmed_at"], rival["value"], rival["fact"], EDITOR, change=True)
            votes[rival["subject"], rival["type"]].append(vote)
    names = {row["value"]: row["name"] for row in rivals}
    judged: dict[str, Verdict] = {}
    for (_, type_), some in votes.items():
        how = types.judged[type_]
        judged |= verdicts(some, lasting=how == "lasting", names=names, many=how == "each")
    changed = {}
    for fact, row in of_fact.items():
        if row["denied"]:
            continue
        verdict = judged.get(fact)
        now = {name: getattr(verdict, name, None) for name in _FIELDS} | {
            "before": list(verdict.before if verdict else ()),
            "at_latest": verdict is not None and verdict.at_latest,
        }
        if now != {name: row[name] for name in _FIELDS}:
            changed[fact] = now | {"before": now["before"] or None, "at_latest": now["at_latest"] or None}
    if changed:
        elements = [of_fact[fact]["element"] for fact in sorted(changed)]
        await fetch(transaction, statements.SET_VERDICTS, elements=elements, rows=changed)
