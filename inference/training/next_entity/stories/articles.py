"""The project's own stream as sessions: the entities of each article, in the order in which it names them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.text_embedding.text import entity_text
from inference.training.links.own_graph import read_articles


@dataclass(frozen=True, slots=True)
class Article:
    """A session.

    Attributes:
        day: ISO date on which it was published.
        entities: What it names, each once, in order.
    """

    day: str
    entities: tuple[str, ...]


def read_linked(path: Path) -> list[Article]:
    """Returns the articles of a feed with gold links that name at least two entities, by day and, within it, as filed.

    Entities are page titles. Links on common nouns are left out: a name is written with a capital letter or a digit.

    Raises:
        OSError: The feed cannot be read.
    """
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        named = (link["title"] for link in article["links"] if not link["text"][:1].islower())
        found.append(Article(article["published_at"][:10], tuple(dict.fromkeys(named))))
    return _ordered(found)


def read_own(path: Path) -> list[Article]:
    """Returns the articles of the project's own graph; entities are the texts that their vectors are made of.

    Raises:
        OSError: The file cannot be read.
    """
    return _ordered(
        Article(own.day.isoformat(), tuple(dict.fromkeys(entity_text(e.name, e.type) for e in own.entities)))
        for own in read_articles(path)
    )


def _ordered(articles: Iterable[Article]) -> list[Article]:
    return sorted((a for a in articles if len(a.entities) > 1), key=lambda article: article.day)


def by_time(articles: Sequence[Article]) -> tuple[list[Article], list[Article], list[Article]]:
    """Returns training, validation and test articles, about 7:1:2 by time; no day is in two of them."""
    days = [article.day for article in articles]
    if not days:
        return [], [], []
    first, second = (days[len(days) * tenths // 10] for tenths in (7, 8))
    return (
        [article for article in articles if article.day < first],
        [article for article in articles if first <= article.day < second],
        [article for article in articles if article.day >= second],
    )
