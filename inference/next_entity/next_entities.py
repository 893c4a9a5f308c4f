"""Ranks the entities that a story may name next: those that earlier articles mention together with its entities."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from inference.next_entity.layout import Layout, lay_out
from inference.next_entity.question import Floats
from inference.text_embedding.text import entity_text

MOST = 256
"""Most candidates: those that most of the earlier articles mention."""


class Texts(Protocol):
    """The sentence encoder; `inference.text_embedding.client.EmbeddingClient` implements it."""

    async def vectors(self, texts: Sequence[str]) -> Floats:
        """Returns float32 [texts, OWN_WIDTH]."""


class Sessions(Protocol):
    """The session model; `inference.next_entity.client.SessionClient` implements it."""

    async def scores(
        self, layout: Layout, candidates: Sequence[str], vectors: Mapping[str, Floats], seen: Mapping[str, int]
    ) -> Floats:
        """Returns the log-odds of each candidate, float32 [candidates]."""


async def next_entities(
    texts: Texts,
    sessions: Sessions,
    *,
    current: Sequence[str],
    related: Sequence[Sequence[str]],
    names: Mapping[str, tuple[str, str]],
    seen: Mapping[str, int],
) -> list[tuple[str, float]]:
    """Returns candidates with their scores, most likely first.

    Args:
        texts: The sentence encoder.
        sessions: The session model.
        current: Keys of the story's entities, in order, at least one.
        related: For each earlier article, keys of the entities that it mentions.
        names: Name and type of each key.
        seen: How many articles mention each entity, by key.

    Raises:
        InferenceUnavailable: The server is down, not ready or too slow.
        InferenceRejected: The server refuses a request.
    """
    layout = lay_out(current, related)
    together = Counter(key for earlier in related for key in set(earlier).difference(current))
    candidates = sorted(together, key=lambda key: (-together[key], key))[:MOST]
    keys = sorted({*layout.nodes, *candidates})
    made = await texts.vectors([entity_text(*names[key]) for key in keys])
    scores = await sessions.scores(layout, candidates, dict(zip(keys, made, strict=True)), seen)
    order = np.lexsort((np.array(candidates), -scores)) if candidates else ()
    return [(candidates[place], float(scores[place])) for place in order]
