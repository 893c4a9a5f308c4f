"""Short articles without end, made from a feed: ids, dates and names vary, so that nothing is simply repeated."""

import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from streams.messages.events import Article
from streams.sources import FeedRecord

SENTENCES = 2
"""Sentences of an article's body."""

NAMES = 2000
"""Different invented names. Drawn by Zipf's law, they are soon all known, as in a newswire the names of a year are."""

REPLACED = 0.5
"""Share of the capitalised words of a text that are replaced by an invented name."""

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_SYLLABLES = ["ba", "do", "ka", "lu", "mer", "ni", "ost", "pel", "ri", "sa", "ton", "ul", "ven", "wil", "zor"]
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}")
_YEAR = re.compile(r"\b(1[89]|20)\d\d\b")
_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def soak_items(articles: Sequence[Article], seed: int, run: str) -> Iterator[FeedRecord]:
    """Yields records without end; equal arguments give equal records.

    Args:
        articles: Texts to vary.
        seed: Seed of every choice.
        run: Part of every id.
    """
    chance = random.Random(seed)  # noqa: S311 - test data, not a secret
    names = [_invented(chance) for _ in range(NAMES)]
    frequent = list(accumulate(1 / (rank + 1) for rank in range(NAMES)))
    number = 0
    while True:
        for article in articles:
            drawn: dict[str, str] = {}

            def named(found: re.Match[str], drawn: dict[str, str] = drawn) -> str:
                word = found[0]
                if word not in drawn:
                    drawn[word] = chance.choices(names, cum_weights=frequent)[0] if chance.random() < REPLACED else word
                return drawn[word]

            shift = chance.randrange(20)
            body = " ".join(_END.split(article.body)[:SENTENCES])
            body = _NAME.sub(named, _YEAR.sub(lambda found, years=shift: str(int(found[0]) + years), body))  # type: ignore[misc]
            fields = {
                "id": f"{run}-{number}",
                "body": body,
                "media": (),
                "published_at": _BEGIN + timedelta(seconds=number),
            }
            yield FeedRecord.of(article.model_copy(update=fields), "soak")
            number += 1


def _invented(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).capitalize()
