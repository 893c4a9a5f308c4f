"""Which feed to take when none is named."""

from pathlib import Path

from topology.settings import Settings

SAMPLE = Path(__file__).resolve().parent / "sample-feed.jsonl"


def default_feed(settings: Settings) -> Path:
    """Returns the best feed there is on this machine: current events from the data folder, else our sample feed."""
    events = settings.data / "feeds" / "current-events.jsonl"
    return events if events.is_file() else SAMPLE
