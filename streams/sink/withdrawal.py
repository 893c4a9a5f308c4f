"""Withdraws attachments with what they belong to: an article's media items, and the articles derived from those.

Publishers withdraw an article, or publish a new text of it with other pictures. They do not know what we derived from
the old pictures. So a media item is withdrawn once every article that it illustrates is withdrawn or no longer names
it, and a derived article (a transcript, the text in a picture) is withdrawn in the same way once its media items are.
`withdrawn_at` says since when, and evidence from a withdrawn node does not hold. An article that is published again, or
names the item again, reinstates everything.

All of it is worked out from the graph as it stands, that is from links and attachments, so the order in which the
documents arrived cannot matter.

Whoever publishes a media item or a transcript under an id of their own may state what it belongs to. That makes it no
attachment: it is withdrawn with what it belongs to, but a text that does not name it does not end it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from neo4j import AsyncTransaction

from streams.messages.carried_ids import KINDS, derived_id, media_id
from streams.sink import cypher
from streams.sink.evidence_rules import ArticleState
from streams.sink.reading import fetch
from streams.sink.rows import NodeKey
from topology.graph.names import ARTICLE, DERIVED_FROM, ILLUSTRATES, MEDIA


async def update_attachments(
    transaction: AsyncTransaction, articles: Mapping[NodeKey, ArticleState], linked: Iterable[NodeKey]
) -> dict[str, str]:
    """Withdraws and reinstates the attachments of a batch's articles and media items.

    Args:
        transaction: An open transaction in which the batch's documents, links and evidence have been written.
        articles: The state of every article and media item that the batch names.
        linked: Those of them that the batch links to what they belong to, or has new evidence from. What they belong
            to may have been withdrawn since the batch read it.

    Returns:
        The relationship types, by fact id, of the facts whose evidence changed.
    """
    affected = {node for node, state in articles.items() if state.attachments_affected}
    linked = set(linked)
    items = {id_ for of, id_ in affected | linked if of == MEDIA}
    illustrated = sorted(id_ for of, id_ in affected if of == ARTICLE)
    derived = sorted(id_ for of, id_ in linked if of == ARTICLE)
    if illustrated or derived:
        found = await fetch(transaction, cypher.READ_MEDIA, illustrated=illustrated, derived=derived)
        items |= {row["id"] for row in found}
    if not items:
        return {}
    ids = sorted(items)
    # Another sink may be writing the same article: with the lock, the second one sees what the first one wrote.
    await fetch(transaction, cypher.LOCK_ILLUSTRATED, ids=ids)
    changed = await _update(transaction, ids, (MEDIA, ILLUSTRATES, ARTICLE))
    texts = [row["id"] for row in await fetch(transaction, cypher.READ_DERIVED, ids=ids)]
    if texts:
        changed += await _update(transaction, texts, (ARTICLE, DERIVED_FROM, MEDIA))
    return {row["fact"]: row["relation"] for row in changed}


async def _update(
    transaction: AsyncTransaction, ids: Sequence[str], path: tuple[str, str, str]
) -> list[dict[str, Any]]:
    """Sets `withdrawn_at` of nodes and ends or reinstates their evidence; `path` leads to their parents."""
    label = path[0]
    found = await fetch(transaction, cypher.read_parents(*path), ids=ids)
    rows = [{"id": row["id"], "withdrawn_at": _withdrawn_at(label, row)} for row in found]
    return await fetch(transaction, cypher.set_withdrawn(label), rows=rows)


def _withdrawn_at(label: str, row: Mapping[str, Any]) -> int | None:
    """Returns when a node lost the last of its parents; None if it still has one, or never had any."""
    times = [_lost_at(label, row["id"], row["uri"], parent) for parent in row["parents"]]
    lost = [time for time in times if time is not None]
    return max(lost) if lost and len(lost) == len(times) else None


def _lost_at(label: str, id_: str, uri: str | None, parent: Mapping[str, Any]) -> int | None:
    """Returns when a node lost this parent; None if it still belongs to it.

    It is lost when the parent is retracted, when the parent is itself withdrawn, or when the parent no longer lists the
    node: whichever came first.
    """
    times = [parent["retracted_at"], parent["withdrawn_at"]]
    if parent["unlisted"]:
        if parent["dropped_at"] is not None:
            times.append(parent["dropped_at"])
        elif _has_attachment_id(label, id_, uri, parent["id"]):
            # No document that lists attachments ever had it, so an older one did, from before they listed them.
            times.append(parent["brings_since"])
    return min((time for time in times if time is not None), default=None)


def _has_attachment_id(label: str, id_: str, uri: str | None, parent: str) -> bool:
    """Returns whether the node's id is one that we make for an attachment of this parent, not a publisher's own."""
    if label == MEDIA:
        return media_id(parent, uri or "") == id_
    return id_ in {derived_id(parent, kind) for kind in KINDS}
