"""A serial story: articles of which each names what follows from those before."""

import json
from pathlib import Path

import numpy as np

from inference.training.next_entity.stories.articles import Article

NAMES = [f"{letter}{number}" for letter in "abcd" for number in range(4)]


def serial(days=50, seed=0):
    """Each article names an item and the one after it, in a ring: who is before stands beside it as often."""
    rng = np.random.default_rng(seed)
    articles = []
    for day in range(days):
        for _ in range(5):
            first = int(rng.integers(16))
            named = NAMES[first], NAMES[(first + 1) % 16]
            articles.append(Article(f"2026-{1 + day // 28:02}-{1 + day % 28:02}", named))
    return articles


def write_feed(path: Path, days: int = 12) -> None:
    """Writes the serial as a feed of linked articles, as `read_linked` reads it."""
    path.parent.mkdir(parents=True)
    lines = [
        {"published_at": f"{a.day}T00:00:00Z", "links": [{"text": e.upper(), "title": e} for e in a.entities]}
        for a in serial(days)
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
