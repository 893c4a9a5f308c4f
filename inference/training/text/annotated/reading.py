"""Annotated news: the repository's labels joined with the data folder's texts.

The repository holds ids, offsets and labels only. A text is the headline, a line break and the body of the item with
the same id in `feeds/current-events.jsonl` or `feeds/gsa-posts.jsonl`; its hash is kept with the labels, so that labels
are never laid over a text that has changed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

PARTS = ("train", "dev", "test", "more")
FEEDS = ("current-events.jsonl", "gsa-posts.jsonl")
FOLDER = Path(__file__).parent

MODALITIES = ("asserted", "past", "planned", "possible", "denied")

Part = Literal["train", "dev", "test", "more"]
Form = Literal["name", "adjective", "anaphor"]


class TextMismatchError(ValueError):
    """The data folder lacks an annotated item, or holds it with another text."""


@dataclass(frozen=True, slots=True)
class AnnotatedMention:
    """A span of the text.

    Attributes:
        start: First character.
        end: One past the last character.
        form: `name`, `adjective` (a demonym), or `anaphor` (a pronoun or a phrase such as "the company").
    """

    start: int
    end: int
    form: Form


@dataclass(frozen=True, slots=True)
class AnnotatedEntity:
    """What some mentions stand for.

    Attributes:
        type: An entity type of the ontology, or `office`.
        mentions: In the order of the text.
        name: Its name where no mention gives it in full ("Indonesia" for "Indonesian"); else empty.
        of: Index of the entity whose office it is; None if the text does not say, or if it is no office.
    """

    type: str
    mentions: tuple[AnnotatedMention, ...]
    name: str = ""
    of: int | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedFact:
    """A relation between two entities.

    Attributes:
        subject: Index of an entity.
        relation: A relation id of the ontology.
        object: Index of an entity.
        modality: One of `MODALITIES`.
        implied: Likely, but not said: neither right nor wrong.
        by: Index of the entity that says so, if somebody is quoted.
        since: Index of the date from which it holds, if the text says.
        until: Index of the date until which it holds, if the text says.
    """

    subject: int
    relation: str
    object: int
    modality: str = "asserted"
    implied: bool = False
    by: int | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedHappening:
    """What happened.

    Attributes:
        kind: Its class (`attack`).
        trigger: First character, and one past the last, of the words that name it.
        modality: One of `MODALITIES`.
        by: Index of the entity that says so.
        roles: (role, index of an entity).
    """

    kind: str
    trigger: tuple[int, int]
    modality: str
    by: int | None
    roles: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A text with all that is annotated of it.

    Attributes:
        id: The item's id in its feed.
        headline: Its headline; `text` begins with it.
        text: Headline, a line break, body.
        published_at: As the feed has it (ISO 8601).
        entities: What is named.
        facts: What is stated or implied.
        happenings: What happened.
    """

    id: str
    headline: str
    text: str
    published_at: str
    entities: tuple[AnnotatedEntity, ...]
    facts: tuple[AnnotatedFact, ...]
    happenings: tuple[AnnotatedHappening, ...]


def annotated(data: Path, part: Part) -> Iterator[AnnotatedText]:
    """Yields the texts of a part, in the order of their ids.

    Args:
        data: The data folder.
        part: One of `PARTS`.

    Raises:
        FileNotFoundError: The data folder has no feeds.
        TextMismatchError: A text is missing or is another one.
    """
    rows = [json.loads(line) for line in labels(part).read_text(encoding="utf-8").splitlines()]
    items = _items(data, {row["id"] for row in rows})
    for row in rows:
        item = items.get(row["id"])
        if item is None:
            raise TextMismatchError(f"{data} has no item {row['id']}; the data folder is another version")
        text = f"{item['headline'] or ''}\n{item['body']}"
        if digest(text) != row["text"]:
            raise TextMismatchError(f"{row['id']} has another text in {data} than the one that was annotated")
        yield AnnotatedText(
            row["id"],
            item["headline"] or "",
            text,
            item["published_at"],
            tuple(map(_entity, row["entities"])),
            tuple(AnnotatedFact(**fact) for fact in row["facts"]),
            tuple(map(_happening, row["happenings"])),
        )


def labels(part: Part) -> Path:
    """Returns the file of a part's labels."""
    return FOLDER / f"{part}.jsonl"


def digest(text: str) -> str:
    """Returns the hash by which a text is recognised."""
    return sha256(text.encode()).hexdigest()[:16]


def _items(data: Path, wanted: set[str]) -> dict[str, dict[str, Any]]:
    found = {}
    for feed in FEEDS:
        for line in (data / "feeds" / feed).read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            if item["id"] in wanted:
                found[item["id"]] = item
    return found


def _entity(row: dict[str, Any]) -> AnnotatedEntity:
    mentions = tuple(AnnotatedMention(start, end, *(form or ("name",))) for start, end, *form in row["mentions"])
    return AnnotatedEntity(row["type"], mentions, row.get("name", ""), row.get("of"))


def _happening(row: dict[str, Any]) -> AnnotatedHappening:
    start, end = row["trigger"]
    roles = tuple((role, filler) for role, filler in row["roles"])
    return AnnotatedHappening(row["class"], (start, end), row.get("modality", "asserted"), row.get("by"), roles)
