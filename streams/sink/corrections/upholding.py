"""Upholds corrections: after a batch was written, what it touched is as editors want it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from neo4j import AsyncTransaction

from streams.sink import cypher, erasure_cypher
from streams.sink.aliases import lock
from streams.sink.contradictions import RelationTypes, Touched
from streams.sink.corrections import statements
from streams.sink.corrections.stored import Editing
from streams.sink.evidence_rules import FactUpdate
from streams.sink.reading import fetch
from streams.sink.settling import settle_facts
from streams.sink.writing import find_facts

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a transaction wrote that corrections may be about.

    Attributes:
        touched: What is to be judged again; what corrections change is added.
        settled: Relationship types, by id, of the facts that were counted again.
        facts: The facts with new evidence, by id.
        entities: Ids of the entities that were named.
    """

    touched: Touched
    settled: Mapping[str, str]
    facts: Mapping[str, FactUpdate] = field(default_factory=dict)
    entities: AbstractSet[str] = frozenset()

    def moved(self) -> set[str]:
        """Returns the ids of aliases that stand for another entity than before, and of both entities."""
        return {id_ for alias, both in self.touched.moved.items() for id_ in (alias, *both)}


async def uphold(transaction: AsyncTransaction, editing: Editing, batch: Batch, types: RelationTypes) -> None:
    """Makes what a transaction wrote as the corrections in force want it.

    Args:
        transaction: An open transaction, in which everything else but verdicts has been written.
        editing: What the transaction does to corrections.
        batch: What else it wrote.
        types: The ontology's relationship types.
    """
    in_force = await fetch(transaction, statements.READ_IN_FORCE)
    if not in_force and not editing.changed:
        return
    canonical = await _canonical(transaction, in_force, editing, batch)
    facts = dict(editing.released)
    facts |= {row.fact: row.relation for row in editing.confirmed.values()}
    forbids = [row for row in in_force if row["kind"] == "forbid"]
    facts |= await _mark_facts(transaction, forbids, editing, batch, canonical)
    await _correct_classes(transaction, in_force, editing, batch, canonical)
    if not facts:
        return
    await fetch(transaction, statements.DELETE_EVIDENCE, ids=sorted({*editing.unconfirmed, *editing.confirmed}))
    proofs = [fact.evidence | {"relation": fact.relation} for _, fact in sorted(editing.confirmed.items())]
    await fetch(transaction, statements.CREATE_EVIDENCE, rows=proofs)
    found = await fetch(transaction, cypher.READ_FACTS, ids=sorted(facts))
    facts |= {row["id"]: row["relation"] for row in found}
    ends: set[str] = set()
    again = await settle_facts(transaction, facts, ends, types)
    batch.touched.groups |= again.groups
    batch.touched.objects |= again.objects
    if editing.unconfirmed:
        await fetch(transaction, statements.DELETE_UNUSED, ids=sorted(ends))
        await fetch(transaction, erasure_cypher.DELETE_VALUES, ids=sorted(ends))
    await _set_facts(transaction, facts, types)


async def _canonical(transaction: AsyncTransaction, in_force: Rows, editing: Editing, batch: Batch) -> dict[str, str]:
    """Locks what decides which facts a correction is about; returns what aliases among it stand for.

    Only where the batch may be about it: locks keep other sinks waiting.
    """
    stated = [update.triple for update in batch.facts.values() if not update.triple.claim]
    relations = {triple.property for triple in stated} & {row["property"] for row in in_force}
    moved = bool(batch.touched.moved)
    ends = {
        id_
        for row in in_force
        if moved or row["id"] in editing.changed or row["property"] in relations or row["subject"] in batch.entities
        for id_ in (row["subject"], row["object"])
    }
    ends |= {end.id for triple in stated if triple.property in relations for end in (triple.subject, triple.object)}
    return await lock(transaction, ends) if ends else {}


async def _mark_facts(
    transaction: AsyncTransaction,
    forbids: Rows,
    editing: Editing,
    batch: Batch,
    canonical: Mapping[str, str],
) -> dict[str, str]:
    """Finds the facts that each correction forbids now, where that may have changed, and notes them.

    Returns:
        The relationship types, by id, of the facts that are forbidden or no longer forbidden, or were written again.
    """

    def top(id_: str) -> str:
        return canonical.get(id_, id_)

    stated = {
        (top(update.triple.subject.id), update.triple.property, top(update.triple.object.id))
        for update in batch.facts.values()
        if not update.triple.claim
    }
    moved = batch.moved()
    again = {*batch.settled, *batch.facts}
    due = [
        row
        for row in forbids
        if row["id"] in editing.changed
        or (top(row["subject"]), row["property"], top(row["object"])) in stated
        or moved & {row["subject"], row["object"], top(row["subject"]), top(row["object"])}
        or again & set(row["marks"])
    ]
    if not due:
        return {}
    asked = [row | {"subject": top(row["subject"]), "object": top(row["object"])} for row in due]
    found: dict[str, dict[str, str]] = {row["id"]: {} for row in due}
    for row in await fetch(transaction, statements.FIND_FACTS, rows=asked):
        found[row["id"]][row["fact"]] = row["relation"]
    await fetch(
        transaction,
        statements.SET_MARKS,
        rows=[{"id": id_, "marks": sorted(some) or None} for id_, some in sorted(found.items())],
    )
    # A fact that is no longer there has no type, and nothing to be settled.
    gone = {fact for row in due for fact in row["marks"]}
    left = await fetch(transaction, cypher.READ_FACTS, ids=sorted(gone))
    facts = {row["id"]: row["relation"] for row in left}
    return facts | {fact: relation for some in found.values() for fact, relation in some.items()}


async def _correct_classes(
    transaction: AsyncTransaction,
    in_force: Rows,
    editing: Editing,
    batch: Batch,
    canonical: Mapping[str, str],
) -> None:
    """Gives all reports of a happening its corrected class, and those that are not of it any more their own."""
    moved = batch.moved()
    due = [
        row
        for row in in_force
        if row["kind"] == "class"
        and (
            row["id"] in editing.changed
            or {row["subject"], *row["marks"]} & batch.entities
            or moved & {row["subject"], canonical.get(row["subject"], row["subject"]), *row["marks"]}
        )
    ]
    reports = dict.fromkeys(sorted(editing.reports | {id_ for row in due for id_ in row["marks"]}))
    asked = [row | {"subject": canonical.get(row["subject"], row["subject"])} for row in due]
    found = await fetch(transaction, statements.FIND_REPORTS, rows=asked) if due else []
    class_of = {row["id"]: row["class"] for row in due}
    marks: dict[str, list[str]] = {row["id"]: [] for row in due}
    wanted: dict[str, Any] = dict(reports)
    for row in found:
        marks[row["id"]].append(row["report"])
        wanted[row["report"]] = class_of[row["id"]]
    if due:
        await fetch(
            transaction,
            statements.SET_MARKS,
            rows=[{"id": id_, "marks": sorted(some) or None} for id_, some in sorted(marks.items())],
        )
    if wanted:
        rows = [{"id": id_, "class": class_} for id_, class_ in sorted(wanted.items())]
        await fetch(transaction, statements.SET_CLASSES, rows=rows)


async def _set_facts(transaction: AsyncTransaction, facts: Mapping[str, str], types: RelationTypes) -> None:
    """Says on each fact which correction it is subject to; of one that forbids and one that confirms it, the later."""
    confirmed = await fetch(transaction, statements.READ_CONFIRMED, facts=sorted(facts))
    confirms = {row["fact"]: row for row in confirmed}
    forbidden: dict[str, dict[str, Any]] = {}
    for row in sorted(await fetch(transaction, statements.READ_IN_FORCE), key=lambda row: (row["at"], row["id"])):
        if row["kind"] == "forbid":
            forbidden |= dict.fromkeys(facts.keys() & set(row["marks"]), row)
    rows = {}
    for fact in facts:
        yes, no = confirms.get(fact), forbidden.get(fact)
        if yes and no:
            yes, no = (yes, None) if yes["at"] > no["at"] else (None, no)
        rows[fact] = {"forbidden": no and no["id"], "at": no and no["at"], "confirmed": yes and yes["id"]}
    elements = await find_facts(transaction, facts, types.all)
    await fetch(transaction, statements.SET_FACTS, elements=list(elements.values()), rows=rows)
