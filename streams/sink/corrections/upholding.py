"""Upholds corrections: after a batch was written, what it touched is as editors want it."""

from collections.abc import Mapping
from typing import Any

from neo4j import AsyncTransaction

from streams.sink import cypher
from streams.sink.corrections import statements
from streams.sink.corrections.concerned import Batch, Concerned, concerned
from streams.sink.corrections.stored import Editing
from streams.sink.erasing import statements as erasing
from streams.sink.judging.contradictions import RelationTypes
from streams.sink.reading import fetch
from streams.sink.settling import settle_facts
from streams.sink.writing import find_facts

Marks = dict[str, dict[str, str]]
"""By the id of a correction, the facts that it forbids, each with its relationship type."""


async def uphold(transaction: AsyncTransaction, editing: Editing, batch: Batch, types: RelationTypes) -> None:
    """Makes what a transaction wrote as the corrections in force want it.

    Args:
        transaction: An open transaction, in which everything else but verdicts has been written.
        editing: What the transaction does to corrections.
        batch: What else it wrote.
        types: The ontology's relationship types.
    """
    found = await concerned(transaction, editing, batch)
    if not found.forbids and not found.classes and not editing.changed:
        return
    await _correct_classes(transaction, editing, found)
    marks = await _mark_facts(transaction, found)
    facts = dict(editing.released)
    facts |= {row.fact: row.relation for row in editing.confirmed.values()}
    facts |= await _types_of(transaction, {fact for row in found.forbids for fact in row["marks"]})
    facts |= {fact: type_ for marked in marks.values() for fact, type_ in marked.items()}
    if not facts:
        return
    await fetch(transaction, statements.DELETE_EVIDENCE, ids=sorted({*editing.unconfirmed, *editing.confirmed}))
    proofs = [fact.evidence | {"relation": fact.relation} for _, fact in sorted(editing.confirmed.items())]
    await fetch(transaction, statements.CREATE_EVIDENCE, rows=proofs)
    facts |= await _types_of(transaction, facts.keys())
    ends: set[str] = set()
    again = await settle_facts(transaction, facts, ends, types)
    batch.touched.groups |= again.groups
    batch.touched.objects |= again.objects
    if editing.unconfirmed:
        await fetch(transaction, statements.DELETE_UNUSED, ids=sorted(ends))
        await fetch(transaction, erasing.DELETE_VALUES, ids=sorted(ends))
    await _set_facts(transaction, facts, found, marks, types)


async def _types_of(transaction: AsyncTransaction, facts: Any) -> dict[str, str]:
    """Returns the relationship types of those of these facts that the graph has."""
    rows = await fetch(transaction, cypher.READ_FACTS, ids=sorted(facts)) if facts else []
    return {row["id"]: row["relation"] for row in rows}


async def _mark_facts(transaction: AsyncTransaction, found: Concerned) -> Marks:
    """Finds the facts that each correction forbids now, notes them on it, and returns them."""
    marks: Marks = {row["id"]: {} for row in found.forbids}
    if not marks:
        return marks
    asked = [row | {"subject": found.top(row["subject"]), "object": found.top(row["object"])} for row in found.forbids]
    for row in await fetch(transaction, statements.FIND_FACTS, rows=asked):
        marks[row["id"]][row["fact"]] = row["relation"]
    await _note(transaction, marks)
    return marks


async def _correct_classes(transaction: AsyncTransaction, editing: Editing, found: Concerned) -> None:
    """Gives all reports of a happening its corrected class, and those that are not of it any more their own."""
    class_of = {row["id"]: row["class"] for row in found.classes}
    before = editing.reports | {id_ for row in found.classes for id_ in row["marks"]}
    wanted: dict[str, str | None] = dict.fromkeys(before)
    if class_of:
        asked = [{"id": row["id"], "subject": found.top(row["subject"])} for row in found.classes]
        marks: Marks = {id_: {} for id_ in class_of}
        for row in await fetch(transaction, statements.FIND_REPORTS, rows=asked):
            marks[row["id"]][row["report"]] = ""
            wanted[row["report"]] = class_of[row["id"]]
        await _note(transaction, marks)
    if wanted:
        rows = [{"id": id_, "class": class_} for id_, class_ in sorted(wanted.items())]
        await fetch(transaction, statements.SET_CLASSES, rows=rows)


async def _note(transaction: AsyncTransaction, marks: Mapping[str, Mapping[str, str]]) -> None:
    """Notes on corrections the ids of what they change."""
    rows = [{"id": id_, "marks": sorted(some) or None} for id_, some in sorted(marks.items())]
    await fetch(transaction, statements.SET_MARKS, rows=rows)


async def _set_facts(
    transaction: AsyncTransaction, facts: Mapping[str, str], found: Concerned, marks: Marks, types: RelationTypes
) -> None:
    """Says on each fact which correction it is subject to; of one that forbids and one that confirms it, the later."""
    confirmed = await fetch(transaction, statements.READ_CONFIRMED, facts=sorted(facts))
    confirms = {row["fact"]: row for row in confirmed}
    # The later ones come later. No other correction in force forbids any of these facts: it would be concerned, too.
    forbidden = {fact: row for row in found.forbids for fact in marks[row["id"]]}
    rows = {}
    for fact in facts:
        yes, no = confirms.get(fact), forbidden.get(fact)
        if yes and no:
            yes, no = (yes, None) if yes["at"] > no["at"] else (None, no)
        rows[fact] = {"forbidden": no and no["id"], "at": no and no["at"], "confirmed": yes and yes["id"]}
    elements = await find_facts(transaction, facts, types.all)
    await fetch(transaction, statements.SET_FACTS, elements=list(elements.values()), rows=rows)
