"""Reads from the graph what it has of everything that a batch names, in one statement where it can."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from neo4j import AsyncResult, AsyncTransaction

from streams.sink import batch_cypher, cypher
from streams.sink.attachments import Attachments
from streams.sink.evidence_rules import ArticleState, EvidenceState
from streams.sink.known_facts import KnownFacts
from streams.sink.rows import ContentRow, CorrectionRow, DocumentRow, NodeKey, Row, TripleRow
from topology.graph.names import ARTICLE, MEDIA

Rows = list[dict[str, Any]]

_GATHERED = ["gathered"]


async def rows_of(result: AsyncResult) -> Rows:
    """Returns a statement's rows, or those of the list that it gathered them in; see `cypher.gathered`."""
    rows = [dict(record) async for record in result]
    if list(result.keys()) == _GATHERED:
        found: Rows = rows[0]["gathered"]
        return found
    return rows


async def fetch(transaction: AsyncTransaction, query: str, **parameters: Any) -> list[Any]:
    """Runs a statement and returns its rows."""
    return await rows_of(await transaction.run(query, parameters))


@dataclass(slots=True)
class Look:
    """What the graph has of what a batch names.

    Attributes:
        offsets: Up to which offset each of the locked partitions is applied, by key.
        marks: Marks of erased articles, media items and entities among those that were asked for.
        corrected: Whether there is any correction.
        nodes: Articles and media items, as stored; those that the graph has not are missing.
        evidence: Ids of evidence.
        facts: Relationship types of facts, by id.
        elements: Element ids of those facts whose place was known.
    """

    offsets: dict[str, int]
    marks: Rows
    corrected: bool
    nodes: dict[NodeKey, dict[str, Any]]
    evidence: set[str]
    facts: dict[str, str]
    elements: dict[str, str] = field(default_factory=dict)


async def look(
    transaction: AsyncTransaction,
    rows: Iterable[Row],
    known: KnownFacts,
    *,
    group: str = "",
    offsets: Sequence[Mapping[str, Any]] = (),
    marks: Iterable[str] = (),
) -> Look:
    """Locks partitions and reads what the graph has of a batch.

    Args:
        transaction: An open transaction.
        rows: The batch.
        known: Where facts are: those are not asked for.
        group: The consumer group of the offsets.
        offsets: Partitions to lock; see `cypher.LOCK_OFFSETS`.
        marks: Keys of marks of erased things to read.
    """
    rows = list(rows)
    nodes = {row.node() for row in rows if isinstance(row, ContentRow)}
    triples = [row for row in rows if isinstance(row, TripleRow)]
    confirmed = [row.triple for row in rows if isinstance(row, CorrectionRow) and row.triple]
    facts = {triple.fact for triple in (*triples, *confirmed)}
    places = known.among(facts)
    batch = {
        "group": group,
        "offsets": list(offsets),
        "marks": sorted(marks),
        "articles": sorted(id_ for of, id_ in nodes if of == ARTICLE),
        "media": sorted(id_ for of, id_ in nodes if of == MEDIA),
        "evidence": sorted({row.id for row in triples}),
        "facts": sorted(facts - places.keys()),
    }
    (found,) = await fetch(transaction, batch_cypher.LOOK, batch=batch)
    stored = {(label, row["id"]): row for label, name in _LABELS for row in found[name]}
    types = {row["id"]: row["relation"] for row in found["facts"]}
    return Look(
        {row["key"]: int(row["offset"]) for row in found["offsets"]},
        found["marks"],
        found["corrected"],
        stored,
        {row["id"] for row in found["evidence"]},
        types | {fact: place.type for fact, place in places.items()},
        {fact: place.element for fact, place in places.items()},
    )


_LABELS = (ARTICLE, "articles"), (MEDIA, "media")


async def articles(
    transaction: AsyncTransaction, rows: Sequence[ContentRow], seen: Look
) -> dict[NodeKey, ArticleState]:
    """Returns the state of every article and media item that a batch names.

    Where a document of the batch may end or reinstate evidence, the state has all evidence.
    """
    states: dict[NodeKey, ArticleState] = {}
    for row in rows:
        if (node := row.node()) not in states:
            found = seen.nodes.get(node)
            states[node] = _state(found) if found else ArticleState()
    affected = {
        row.node()
        for row in rows
        if isinstance(row, DocumentRow) and states[row.node()].stored and states[row.node()].may_change_evidence(row)
    }
    for label in (ARTICLE, MEDIA):
        if ids := sorted(id_ for of, id_ in affected if of == label):
            for found in await fetch(transaction, cypher.read_evidence(label), ids=ids):
                states[label, found["article"]].evidence[found["id"]] = EvidenceState(
                    found["fact"], found["relation"], found["revision"], found["retracted_at"], stored=True
                )
    return states


def _state(found: Mapping[str, Any]) -> ArticleState:
    return ArticleState(
        stored=True,
        derived=found["derived"],
        at=found["at"],
        revision=found["revision"],
        retracted_at=found["retracted_at"],
        withdrawn_at=found["withdrawn_at"],
        mentions=dict(found["mentions"]),
        likeness=tuple(found["likeness"] or ()),
        attachments=_attachments(found),
    )


def _attachments(found: Mapping[str, Any]) -> Attachments:
    ids = found["brings"]
    return Attachments(
        None if ids is None else tuple(ids),
        found["brings_since"],
        dict(zip(found["dropped"] or (), found["dropped_at"] or (), strict=True)),
    )
