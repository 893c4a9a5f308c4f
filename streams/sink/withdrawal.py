"""What falls with an article: the pictures, videos and sounds that it names, and what was said or written in them.

Publishers withdraw articles, or name other pictures in them, and know nothing of what we derived from those. So a media
item whose article was withdrawn or names it no longer is withdrawn with it, and an article derived from the item too:
their `withdrawn_at` says since when, and their evidence does not hold. It is reckoned from the graph as it stands, by
links and what the documents bring along, so that it does not depend on which of them arrived first; an article that is
published again, or names the item again, brings everything back.

Whoever publishes a media item or a transcript under an id of their own may say to what it belongs. That does not bring
it along, so it falls with a withdrawal alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from neo4j import AsyncTransaction

from streams.messages.carried_ids import KINDS, derived_id, media_id
from streams.sink import cypher
from streams.sink.merge import ArticleState
from streams.sink.reading import fetch
from streams.sink.rows import Source
from topology.graph.names import ARTICLE, DERIVED_FROM, ILLUSTRATES, MEDIA


async def inherit(
    transaction: AsyncTransaction, articles: Mapping[Source, ArticleState], linked: Iterable[Source]
) -> dict[str, str]:
    """Brings up to date what a batch's documents withdraw along with them, or bring back.

    Args:
        transaction: Where documents, links and evidence of the batch are written already.
        articles: The state of every article and media item the batch names.
        linked: Of these, the ones that documents of the batch say the origin of, and those with new evidence: others
            may have withdrawn it since it was looked up.

    Returns:
        The relationship types of facts of which evidence changed, by fact id.
    """
    turned = {source for source, state in articles.items() if state.shifted}
    linked = set(linked)
    items = {id_ for of, id_ in turned | linked if of == MEDIA}
    illustrated = sorted(id_ for of, id_ in turned if of == ARTICLE)
    derived = sorted(id_ for of, id_ in linked if of == ARTICLE)
    if illustrated or derived:
        found = await fetch(transaction, cypher.READ_MEDIA, illustrated=illustrated, derived=derived)
        items |= {row["id"] for row in found}
    if not items:
        return {}
    ids = sorted(items)
    # Another sink may be writing the article right now: whoever is second sees what the first one did.
    await fetch(transaction, cypher.LOCK_ILLUSTRATED, ids=ids)
    changed = await _judge(transaction, ids, (MEDIA, ILLUSTRATES, ARTICLE))
    texts = [row["id"] for row in await fetch(transaction, cypher.READ_DERIVED, ids=ids)]
    if texts:
        changed += await _judge(transaction, texts, (ARTICLE, DERIVED_FROM, MEDIA))
    return {row["fact"]: row["relation"] for row in changed}


async def _judge(transaction: AsyncTransaction, ids: Sequence[str], path: tuple[str, str, str]) -> list[dict[str, Any]]:
    label = path[0]
    found = await fetch(transaction, cypher.read_origins(*path), ids=ids)
    rows = [{"id": row["id"], "gone": _gone(label, row)} for row in found]
    return await fetch(transaction, cypher.inherit(label), rows=rows)


def _gone(label: str, row: Mapping[str, Any]) -> int | None:
    """Returns since when nothing stands any more that something comes from; None if something does."""
    times = [_ended(label, row["id"], row["uri"], origin) for origin in row["origins"]]
    ended = [time for time in times if time is not None]
    return max(ended) if ended and len(ended) == len(times) else None


def _ended(label: str, id_: str, uri: str | None, origin: Mapping[str, Any]) -> int | None:
    """Returns since when something no longer comes from this origin."""
    times = [origin["retracted_at"], origin["withdrawn_at"]]
    if origin["left_out"]:
        own = media_id(origin["id"], uri or "") == id_ if label == MEDIA else _is_derived(id_, origin["id"])
        # Named by no document that told: by one before them, if by any.
        times.append(origin["brings_since"] if own and origin["dropped_at"] is None else origin["dropped_at"])
    return min((time for time in times if time is not None), default=None)


def _is_derived(id_: str, item: str) -> bool:
    return id_ in {derived_id(item, kind) for kind in KINDS}
