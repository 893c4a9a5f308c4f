"""The feeds to use if the user gives none."""

from collections.abc import Iterator, Sequence
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
    posts = settings.data / "feeds" / "gsa-posts.jsonl"
    if posts.is_file():
        with_one = (item for item in read_source(str(posts)) if item.article and len(item.article.media) == 1)
        yield from islice(with_one, ILLUSTRATED)


def folders(items: Sequence[FeedRecord]) -> list[Path]:
    """Returns the folders of the articles' picture files."""
    named = {reference.uri for item in items if item.article for reference in item.article.media}
    return sorted({file_path(uri).parent for uri in named if uri.startswith("file:")})
