"""The wrong candidates of a story's question in training, and the expected frequency of each.

Those that counts rank highest are always included: to beat counting is to rank these. Others are drawn.
"""

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from inference.next_entity.layout import Layout

NEGATIVES = 48
"""Wrong candidates of each training question."""
FIRST = 16
"""So many of them, if there are, are the items named most often with the story's."""
BESIDE = 16
"""So many are drawn from the other items named with them; the rest are any items."""


def drawn_candidates(
    layout: Layout, answer: str, named: Collection[str], items: Sequence[str], rng: np.random.Generator
) -> tuple[list[str], list[float]]:
    """Returns the answer and `NEGATIVES` other items that the article does not name, and how often each was expected.

    Args:
        layout: The question.
        answer: What the article names next.
        named: All that it names.
        items: Any items, also of later articles: otherwise an item that was never named would surely be the answer.
        rng: Draws the candidates.
    """
    counted: Counter[str] = Counter()
    near: Counter[str] = Counter()
    for number, links in enumerate(layout.links):
        (counted if number <= layout.last else near).update(links)
    known = sorted((counted.keys() | near.keys()) - (set(named) - {answer}))
    ordered = sorted(known, key=lambda item: (-counted[item], -near[item]))
    # One more than is kept: the answer is among these like any other item.
    first, rest = ordered[: FIRST + 1], ordered[FIRST + 1 :]
    others = [item for item in rest if item != answer]
    drawn = [others[int(n)] for n in rng.permutation(len(others))[:BESIDE]]
    chosen = [item for item in first if item != answer] + drawn
    close, anywhere = len(drawn) / max(1, len(others)), (NEGATIVES - len(chosen)) / len(items)
    while len(chosen) < NEGATIVES:
        item = items[int(rng.integers(len(items)))]
        if item not in named:
            chosen.append(item)
    expected = {**dict.fromkeys(first, 1.0), **dict.fromkeys(rest, close)}
    candidates = [answer, *chosen]
    return candidates, [anywhere + expected.get(item, 0.0) for item in candidates]
