"""The feeds to use if the user gives none."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from streams.messages.files import file_path
from streams.sources import FeedRecord, read_source
from topology.settings import Settings

ILLUSTRATED = 20
"""Posts with a picture to take from the data folder; a picture takes about two seconds."""

SAMPLE = Path(__file__).resolve().parent / "sample-feed.jsonl"


def current_events(settings: Settings) -> Path | None:
    """Returns the data folder's feed of current events, if it exists."""
    events = settings.data / "feeds" / "current-events.jsonl"
    return events if events.is_file() else None


def default_feed(settings: Settings) -> Path:
    """Returns the current events from the data folder, or else our sample feed."""
    return current_events(settings) or SAMPLE


def illustrated_posts(settings: Settings) -> Iterator[FeedRecord]:
    """Yields a few posts with one picture each from the data folder, if it has them."""
    for posts in long_posts(settings):
        with_one = (item for item in read_source(str(posts)) if item.article and len(item.article.media) == 1)
        yield from islice(with_one, ILLUSTRATED)


def long_posts(settings: Settings) -> list[Path]:
    """Returns the data folder's feed of posts of several hundred words, if it exists."""
    posts = settings.data / "feeds" / "gsa-posts.jsonl"
    return [posts] if posts.is_file() else []


def folders(items: Sequence[FeedRecord]) -> list[Path]:
    """Returns the folders of the articles' picture files."""
    named = {reference.uri for item in items if item.article for reference in item.article.media}
    return sorted({file_path(uri).parent for uri in named if uri.startswith("file:")})


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What the records of a feed are. Several records may be about one article, so there are fewer articles.

    Attributes:
        records: Number of records.
        articles: Number of different ids.
        corrections: Records that repeat an id with another text.
        repeats: Records that repeat an id with the same text.
        withdrawals: Retractions.
        invalid: Records that are no articles.
    """

    records: int
    articles: int
    corrections: int
    repeats: int
    withdrawals: int
    invalid: int

    @classmethod
    def of(cls, items: Iterable[FeedRecord]) -> "FeedContent":
        """Counts a feed's records."""
        seen: dict[str, str] = {}
        found: Counter[str] = Counter()
        for item in items:
            found["records"] += 1
            if item.article is None:
                found["invalid"] += 1
            elif item.article.op == "retract":
                found["withdrawals"] += 1
                seen.setdefault(item.key, "")
            else:
                if item.key in seen:
                    found["repeats" if seen[item.key] == item.article.revision else "corrections"] += 1
                seen[item.key] = item.article.revision
        return cls(articles=len(seen), **{name: found[name] for name in _COUNTED})

    def __str__(self) -> str:
        """Says it in words: `91 records: 89 articles, 1 correction and 1 withdrawal of them`."""
        later = [
            f"{number} {noun}{'s' * (number != 1)}"
            for number, noun in (
                (self.corrections, "correction"),
                (self.withdrawals, "withdrawal"),
                (self.repeats, "repeat"),
            )
            if number
        ]
        parts = [f"{self.articles} article{'s' * (self.articles != 1)}"]
        if later:
            parts.append(f"{' and '.join(filter(None, (', '.join(later[:-1]), later[-1])))} of them")
        if self.invalid:
            parts.append(f"{self.invalid} that no article can be made of")
        return f"{self.records} record{'s' * (self.records != 1)}: {', '.join(parts)}"


_COUNTED = ("records", "corrections", "repeats", "withdrawals", "invalid")
