"""What the graph knows of what a batch names."""

from collections.abc import Sequence
from typing import Any

from neo4j import AsyncTransaction

from streams.sink import cypher
from streams.sink.merge import ArticleState, Proof
from streams.sink.rows import Claim, Page, Told


async def fetch(transaction: AsyncTransaction, query: str, **parameters: Any) -> list[dict[str, Any]]:
    """Runs a statement and returns its rows."""
    result = await transaction.run(query, parameters)
    return await result.data()


async def articles(transaction: AsyncTransaction, rows: Sequence[Told]) -> dict[str, ArticleState]:
    """Returns the state of every article a batch names, with all evidence of those that a document may turn."""
    states: dict[str, ArticleState] = {}
    for row in rows:
        states.setdefault(row.id if isinstance(row, Page) else row.article, ArticleState())
    for found in await fetch(transaction, cypher.READ_ARTICLES, ids=sorted(states)):
        states[found["id"]] = ArticleState(
            stored=True,
            at=found["at"],
            revision=found["revision"],
            retracted_at=found["retracted_at"],
            mentions=dict(found["mentions"]),
        )
    turned = {row.id for row in rows if isinstance(row, Page) and states[row.id].stored and states[row.id].turns(row)}
    if turned:
        for found in await fetch(transaction, cypher.READ_PROOFS, ids=sorted(turned)):
            states[found["article"]].proofs[found["id"]] = Proof(
                found["fact"], found["relation"], found["revision"], found["retracted_at"], stored=True
            )
    return states


async def known(transaction: AsyncTransaction, rows: Sequence[Told]) -> set[str]:
    """Returns which of a batch's evidence the graph has."""
    ids = sorted({row.id for row in rows if isinstance(row, Claim)})
    return {found["id"] for found in await fetch(transaction, cypher.READ_KNOWN, ids=ids)} if ids else set()
