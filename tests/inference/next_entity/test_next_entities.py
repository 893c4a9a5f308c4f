"""Who a story may name next."""

from collections.abc import Mapping, Sequence

import numpy as np

from inference.next_entity.layout import Layout
from inference.next_entity.next_entities import next_entities
from inference.next_entity.question import Floats

NAMES = {key: (key.upper(), "person") for key in "abcde"}


class Texts:
    async def vectors(self, texts: Sequence[str]) -> Floats:
        return np.array([[ord(text[0])] for text in texts], np.float32)


class Sessions:
    """The later in the alphabet, the likelier; d and e are alike."""

    async def scores(
        self, layout: Layout, candidates: Sequence[str], vectors: Mapping[str, Floats], seen: Mapping[str, int]
    ) -> Floats:
        assert set(layout.nodes) | set(candidates) <= vectors.keys()
        assert seen.items() <= {"c": 2}.items()
        return np.array([min(vectors[key][0], ord("D")) for key in candidates], np.float32)


async def test_whoever_stood_beside_the_story_is_ranked_and_ties_go_by_key() -> None:
    related = [("a", "e", "c"), ("b", "d"), ("a",)]
    found = await next_entities(Texts(), Sessions(), current=("a", "b"), related=related, names=NAMES, seen={"c": 2})
    assert [key for key, _ in found] == ["d", "e", "c"]


async def test_without_earlier_articles_there_is_nobody() -> None:
    assert await next_entities(Texts(), Sessions(), current=("a",), related=[], names=NAMES, seen={}) == []
