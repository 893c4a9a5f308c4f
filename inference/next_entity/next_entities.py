"""Who a story may name next: everybody who stood beside its entities earlier, likeliest first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from inference.next_entity.layout import Layout, lay_out
from inference.next_entity.question import Floats
from inference.text_embedding.text import entity_text

MOST = 256
"""Candidates at most: those named in most of the earlier articles."""


class Texts(Protocol):
    """Makes vectors of texts; `inference.text_embedding.client.EmbeddingClient` is one."""

    async def vectors(self, texts: Sequence[str]) -> Floats:
        """Returns float32 [texts, 384]."""


class Sessions(Protocol):
    """Scores candidates; `inference.next_entity.client.SessionClient` is one."""

    async def scores(
        self, layout: Layout, candidates: Sequence[str], vectors: Mapping[str, Floats], seen: Mapping[str, int]
    ) -> Floats:
        """Returns float32 [candidates], higher is likelier."""


async def next_entities(
    texts: Texts,
    sessions: Sessions,
    *,
    current: Sequence[str],
    related: Sequence[Sequence[str]],
    names: Mapping[str, tuple[str, str]],
    seen: Mapping[str, int],
) -> list[tuple[str, float]]:
    """Returns candidates with their scores, likeliest first.

    Args:
        texts: Makes vectors.
        sessions: Scores.
        current: Keys of the story's entities, in order, at least one.
        related: Keys of what earlier articles name.
        names: Name and type of each key.
        seen: In how many articles each is named.

    Raises:
        InferenceUnavailable: The server is down, not ready or too slow.
        InferenceRejected: The server refuses a request.
    """
    layout = lay_out(current, related)
    beside = Counter(key for earlier in related for key in set(earlier).difference(current))
    candidates = sorted(beside, key=lambda key: (-beside[key], key))[:MOST]
    keys = sorted({*layout.nodes, *candidates})
    made = await texts.vectors([entity_text(*names[key]) for key in keys])
    scores = await sessions.scores(layout, candidates, dict(zip(keys, made, strict=True)), seen)
    order = np.lexsort((np.array(candidates), -scores)) if candidates else ()
    return [(candidates[place], float(scores[place])) for place in order]
