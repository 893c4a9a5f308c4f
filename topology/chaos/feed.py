"""What flows while processes die: new articles, revisions, retractions, records that nobody can read, and pictures."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from streams.messages.events import Article, MediaReference
from streams.sources import FeedRecord, read_source

REVISED, RETRACTED, POISON, ILLUSTRATED = 0.15, 0.06, 0.06, 0.02
"""Shares of revisions, retractions, unreadable records and articles with a picture."""

_POISON = (
    b"\xff\xfe not text",
    b"{",
    b"[]",
    b'{"id": "chaos-without-a-body"}',
    b'{"id": "chaos-empty", "body": " "}',
    b'{"id": 7, "body": "an id that is a number"}',
    b'{"id": "chaos-nul", "body": "a \\u0000 in the text"}',
)


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the feed.

    Attributes:
        items: The records to publish before the blow.
        pulse: The article to publish right after it; when that has arrived, the stream flows again.
        poison: How many of the items can never be read.
    """

    items: list[FeedRecord]
    pulse: FeedRecord
    poison: int


def source_articles(*feeds: Path) -> list[Article]:
    """Returns the articles of some feeds, without retractions and media."""
    found = (item.article for feed in feeds for item in read_source(str(feed)))
    return [article.model_copy(update={"media": ()}) for article in found if article and article.op == "upsert"]


def slices(articles: Sequence[Article], size: int, seed: int, pictures: Sequence[str] = ()) -> Iterator[Slice]:
    """Yields slices without end; equal arguments give equal slices.

    Each version of an article has an address of its own, by which the audit recognises it.

    Args:
        articles: Texts to use, several times over under new ids.
        size: Records of a slice.
        seed: Seed of every choice.
        pictures: Addresses of pictures that some articles refer to.
    """
    chance = random.Random(seed)  # noqa: S311 - test data, not a secret
    versions: dict[str, int] = {}
    texts = count()

    def version(id_: str, *, picture: bool = False) -> FeedRecord:
        text = articles[next(texts) % len(articles)]
        versions[id_] = versions.get(id_, 0) + 1
        media = (MediaReference(uri=chance.choice(pictures), caption=text.headline),) if picture else ()
        fields = {"id": id_, "url": f"https://chaos.example/{id_}/{versions[id_]}", "media": media}
        return FeedRecord.of(text.model_copy(update=fields), "chaos")

    for turn in count():
        items: list[FeedRecord] = []
        poison = 0
        for n in range(size):
            draw, fresh = chance.random(), f"chaos-{turn}-{n}"
            if turn == n == 0:
                # A media worker starts its decoders with its first picture.
                items.append(version(fresh, picture=bool(pictures)))
            elif draw < POISON:
                value = _POISON[chance.randrange(len(_POISON))]
                items.append(FeedRecord(fresh, value, "chaos", problem="chaos"))
                poison += 1
            elif draw < POISON + RETRACTED and versions:
                # A retracted article is never heard of again, so that each version has one place in the order.
                gone = chance.choice(sorted(versions))
                del versions[gone]
                items.append(FeedRecord.of(Article(id=gone, op="retract"), "chaos"))
            elif draw < POISON + RETRACTED + REVISED and versions:
                items.append(version(chance.choice(sorted(versions))))
            else:
                items.append(version(fresh, picture=bool(pictures) and draw > 1 - ILLUSTRATED))
        yield Slice(items, version(f"chaos-{turn}-pulse"), poison)
