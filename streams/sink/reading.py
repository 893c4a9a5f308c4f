"""What the graph knows of what a batch names."""

from collections.abc import Mapping, Sequence
from typing import Any

from neo4j import AsyncTransaction

from streams.sink import cypher
from streams.sink.carried import Brought
from streams.sink.merge import ArticleState, Proof
from streams.sink.rows import Claim, Page, Source, Told
from topology.graph.names import ARTICLE, MEDIA


async def fetch(transaction: AsyncTransaction, query: str, **parameters: Any) -> list[dict[str, Any]]:
    """Runs a statement and returns its rows."""
    result = await transaction.run(query, parameters)
    return await result.data()


async def articles(transaction: AsyncTransaction, rows: Sequence[Told]) -> dict[Source, ArticleState]:
    """Returns the state of every article and media item a batch names.

    All evidence comes along of those that a document may turn.
    """
    states: dict[Source, ArticleState] = {}
    for row in rows:
        states.setdefault(row.source(), ArticleState())
    turned = set[Source]()
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
                    brought=_brought(found),
                )
    for row in rows:
        if isinstance(row, Page) and states[row.source()].stored and states[row.source()].turns(row):
            turned.add(row.source())
    for label in (ARTICLE, MEDIA):
        if ids := sorted(id_ for of, id_ in turned if of == label):
            for found in await fetch(transaction, cypher.read_proofs(label), ids=ids):
                states[label, found["article"]].proofs[found["id"]] = Proof(
                    found["fact"], found["relation"], found["revision"], found["retracted_at"], stored=True
                )
    return states


def _brought(found: Mapping[str, Any]) -> Brought:
    ids = found["brings"]
    return Brought(
        None if ids is None else tuple(ids),
        found["brings_since"],
        dict(zip(found["dropped"] or (), found["dropped_at"] or (), strict=True)),
    )


async def known(transaction: AsyncTransaction, rows: Sequence[Told]) -> set[str]:
    """Returns which of a batch's evidence the graph has."""
    ids = sorted({row.id for row in rows if isinstance(row, Claim)})
    return {found["id"] for found in await fetch(transaction, cypher.READ_KNOWN, ids=ids)} if ids else set()
