"""Takes the corrections of a batch into the graph, and says what that changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from neo4j import AsyncTransaction

from streams.sink.corrections import statements
from streams.sink.evidence_rules import Changes
from streams.sink.judging.contradictions import Link
from streams.sink.reading import fetch
from streams.sink.rows import CorrectionRow, TripleRow

CLASS = "class"
"""The `upheld` of a correction of a happening's class. One that forbids a fact has the relation's id there; others have
none, because no batch has to look them up."""


@dataclass(slots=True)
class Editing:
    """What a batch does to corrections.

    Attributes:
        changed: Ids of those that were made, changed or withdrawn.
        confirmed: The facts that are confirmed now, by the correction's id.
        released: Relationship types, by id, of the facts that corrections were about until now.
        links: The facts that changed corrections are about, or were until now.
        reports: Ids of happenings whose class was corrected until now.
        unconfirmed: Ids of corrections that are no evidence any more, or with another reason.
    """

    changed: set[str] = field(default_factory=set)
    confirmed: dict[str, TripleRow] = field(default_factory=dict)
    released: dict[str, str] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)
    reports: set[str] = field(default_factory=set)
    unconfirmed: list[str] = field(default_factory=list)


async def accept(transaction: AsyncTransaction, rows: Sequence[CorrectionRow], changes: Changes) -> Editing:
    """Writes the corrections of a batch, and adds the facts that they confirm to what is to be written.

    Args:
        transaction: An open transaction in which no other sink can write.
        rows: The corrections in order of arrival.
        changes: What the batch changes.
    """
    editing = Editing()
    latest = _latest(rows)
    if not latest:
        return editing
    found = await fetch(transaction, statements.READ_STORED, ids=sorted(latest))
    stored = {row["id"]: row for row in found}
    accepted = [row for id_, row in sorted(latest.items()) if row.at >= stored.get(id_, {"latest": row.at})["latest"]]
    for row in accepted:
        editing.changed.add(row.id)
        _release(editing, stored.get(row.id))
        if row.withdrawn or not row.triple:
            continue
        editing.links.add(Link(row.triple.subject.id, row.triple.property, row.triple.object.id))
        if row.kind == "confirm":
            editing.confirmed[row.id] = row.triple
            changes.add_ends(row.triple)
            changes.add_support(row.triple)
    await fetch(transaction, statements.WRITE, rows=[_written(row) for row in accepted])
    return editing


def _latest(rows: Iterable[CorrectionRow]) -> dict[str, CorrectionRow]:
    latest: dict[str, CorrectionRow] = {}
    for row in rows:
        if row.id not in latest or row.at >= latest[row.id].at:
            latest[row.id] = row
    return latest


def _release(editing: Editing, before: dict[str, Any] | None) -> None:
    if before is None or before["withdrawn"]:
        return
    if before["property"]:
        editing.links.add(Link(before["subject"], before["property"], before["object"]))
    if before["kind"] == "confirm":
        editing.unconfirmed.append(before["id"])
        editing.released[before["fact"]] = before["relation"]
    elif before["kind"] == "forbid":
        editing.released |= dict.fromkeys(before["marks"] or (), before["relation"])
    elif before["kind"] == "class":
        editing.reports |= set(before["marks"] or ())


def _written(row: CorrectionRow) -> dict[str, Any]:
    content: dict[str, Any] = {"upheld": None}
    if row.kind and not row.withdrawn:
        fact = row.triple
        content = {
            "upheld": CLASS if row.kind == "class" else fact.property if fact and row.kind == "forbid" else None,
            "kind": row.kind,
            "subject": row.subject,
            "object": row.object,
            "class": row.class_,
            "by": row.by,
            "why": row.why,
            "said": row.said,
            "fact": fact.fact if fact else None,
            "property": fact.property if fact else None,
            "relation": fact.relation if fact else None,
            "marks": None,
        }
    return {"id": row.id, "at": row.at, "withdrawn": row.withdrawn, "by": row.by, "why": row.why, "content": content}
