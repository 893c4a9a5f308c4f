"""Which feed to take when none is named."""

from pathlib import Path

from topology.settings import Settings

SAMPLE = Path(__file__).resolve().parent / "sample-feed.jsonl"


def current_events(settings: Settings) -> Path | None:
    """Returns the data folder's feed of current events, if it is there."""
    events = settings.data / "feeds" / "current-events.jsonl"
    return events if events.is_file() else None


def default_feed(settings: Settings) -> Path:
    """Returns the longest feed there is on this machine: current events from the data folder, else our sample feed."""
    return current_events(settings) or SAMPLE
