"""The project's own graph as data: what each article of a stream names and states, in order of time.

One JSON line per article. Entities are canonical: the registry has resolved the names over the whole stream.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import orjson


class OwnEntity(NamedTuple):
    """An entity: its id, canonical name and type."""

    id: str
    name: str
    type: str


class OwnFact(NamedTuple):
    """A fact that an article states: both entities' ids, the relation's id, and the confidence."""

    subject: str
    relation: str
    object: str
    confidence: float


@dataclass(frozen=True, slots=True)
class OwnArticle:
    """An article of the stream.

    Attributes:
        id: The article's id.
        day: When it was published.
        entities: The entities that it names, each once, in the order in which they are first named.
        facts: The facts that it states, each once.
    """

    id: str
    day: date
    entities: tuple[OwnEntity, ...]
    facts: tuple[OwnFact, ...]


def read_articles(path: Path) -> Iterator[OwnArticle]:
    """Yields the articles of a file in their order."""
    with path.open("rb") as lines:
        for line in lines:
            given = orjson.loads(line)
            yield OwnArticle(
                given["id"],
                date.fromisoformat(given["day"]),
                tuple(OwnEntity(*entity) for entity in given["entities"]),
                tuple(OwnFact(*fact) for fact in given["facts"]),
            )


def write_articles(path: Path, articles: Iterable[OwnArticle]) -> None:
    """Writes articles; a kill at any moment leaves no partial file under that name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as lines:
        for article in articles:
            entities, facts = ([list(one) for one in many] for many in (article.entities, article.facts))
            line = {"id": article.id, "day": article.day, "entities": entities, "facts": facts}
            lines.write(orjson.dumps(line) + b"\n")
    partial.replace(path)
