"""Whom a story's answer stands beside in training, and how often each was to be expected there.

What counts rank highest is always there: to be better than counting is to rank these. Others are drawn.
"""

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from inference.next_entity.layout import Layout

NEGATIVES = 48
"""Other items kept for each training question."""
FIRST = 16
"""As many of them, if there are, stood most often beside the story's items."""
BESIDE = 16
"""As many are drawn from the others that stood beside them; the rest are any."""


def beside(
    layout: Layout, answer: str, named: Collection[str], items: Sequence[str], rng: np.random.Generator
) -> tuple[list[str], list[float]]:
    """Returns the answer and `NEGATIVES` other items that the article does not name, and how often each was expected.

    Args:
        layout: The question.
        answer: What the article names next.
        named: All that it names.
        items: Any items, also of later articles: else whatever was never named would be sure to be the answer.
        rng: Draws.
    """
    counted: Counter[str] = Counter()
    near: Counter[str] = Counter()
    for number, links in enumerate(layout.links):
        (counted if number <= layout.last else near).update(links)
    known = sorted((counted.keys() | near.keys()) - (set(named) - {answer}))
    ordered = sorted(known, key=lambda item: (-counted[item], -near[item]))
    # One more than are kept: the answer is among these as any other would be.
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
