"""What falls with an article: the pictures, videos and sounds that it names, and what was said or written in them.

Publishers withdraw articles and know nothing of what we derived from them. So a media item whose article was withdrawn
is withdrawn with it, and an article derived from the item too: their `withdrawn_at` says since when, and their evidence
does not hold. It is reckoned from the graph as it stands, by links and withdrawals alone, so that it does not depend on
which of them arrived first; an article that is published again brings everything back.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from neo4j import AsyncTransaction

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
        linked: Of these, the ones that documents of the batch say the origin of.

    Returns:
        The relationship types of facts of which evidence changed, by fact id.
    """
    turned = {source for source, state in articles.items() if state.withdrawal}
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
    # Another sink may be withdrawing the article right now: whoever is second sees what the first one did.
    await fetch(transaction, cypher.LOCK_ILLUSTRATED, ids=ids)
    changed: list[dict[str, Any]] = await fetch(transaction, cypher.inherit(MEDIA, ILLUSTRATES, ARTICLE), ids=ids)
    texts = [row["id"] for row in await fetch(transaction, cypher.READ_DERIVED, ids=ids)]
    if texts:
        changed += await fetch(transaction, cypher.inherit(ARTICLE, DERIVED_FROM, MEDIA), ids=texts)
    return {row["fact"]: row["relation"] for row in changed}
