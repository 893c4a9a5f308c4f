"""Reads from the graph what it has of the articles, media items and evidence that a batch names."""

from collections.abc import Mapping, Sequence
from typing import Any

from neo4j import AsyncTransaction

from streams.sink import cypher
from streams.sink.attachments import Attachments
from streams.sink.evidence_rules import ArticleState, EvidenceState
from streams.sink.rows import ContentRow, DocumentRow, NodeKey, TripleRow
from topology.graph.names import ARTICLE, MEDIA


async def fetch(transaction: AsyncTransaction, query: str, **parameters: Any) -> list[dict[str, Any]]:
    """Runs a statement and returns its rows."""
    result = await transaction.run(query, parameters)
    return await result.data()


async def articles(transaction: AsyncTransaction, rows: Sequence[ContentRow]) -> dict[NodeKey, ArticleState]:
    """Returns the state of every article and media item that a batch names.

    Where a document of the batch may end or reinstate evidence, the state has all evidence.
    """
    states: dict[NodeKey, ArticleState] = {}
    for row in rows:
        states.setdefault(row.node(), ArticleState())
    for label in (ARTICLE, MEDIA):
        if ids := sorted(id_ for of, id_ in states if of == label):
            for found in await fetch(transaction, cypher.read_articles(label), ids=ids):
                states[label, found["id"]] = ArticleState(
                    stored=True,
                    at=found["at"],
                    revision=found["revision"],
                    retracted_at=found["retracted_at"],
                    withdrawn_at=found["withdrawn_at"],
                    mentions=dict(found["mentions"]),
                    attachments=_attachments(found),
                )
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


async def stored_evidence(transaction: AsyncTransaction, rows: Sequence[ContentRow]) -> set[str]:
    """Returns the ids of a batch's evidence that the graph has already."""
    ids = sorted({row.id for row in rows if isinstance(row, TripleRow)})
    return {found["id"] for found in await fetch(transaction, cypher.READ_STORED_EVIDENCE, ids=ids)} if ids else set()


def _attachments(found: Mapping[str, Any]) -> Attachments:
    ids = found["brings"]
    return Attachments(
        None if ids is None else tuple(ids),
        found["brings_since"],
        dict(zip(found["dropped"] or (), found["dropped_at"] or (), strict=True)),
    )
