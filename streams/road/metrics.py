"""What every worker counts, for Prometheus. Names follow `triplewire_<name>_<unit>[_total]`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prometheus_client import Counter, Gauge, Histogram

EVENTS_RECEIVED = Counter(
    "triplewire_received_events", "Records read from a topic, including repeats after a crash.", ["stage", "topic"]
)
EVENTS_SENT = Counter("triplewire_sent_events", "Records published and acknowledged by the broker.", ["stage", "topic"])
EVENTS_ACKNOWLEDGED = Counter("triplewire_acknowledged_events", "Records acknowledged to Kafka.", ["stage", "topic"])
ARTICLES_READ = Counter("triplewire_read_articles", "Articles read, by the language of their text.", ["language"])
MEDIA_READ = Counter("triplewire_read_media", "Pictures, videos and sounds read.", ["kind"])
MEDIA_BYTES = Counter("triplewire_media_bytes", "Bytes of pictures, videos and sounds read.")
MEDIA_SECONDS = Counter("triplewire_media_seconds", "Seconds of video and sound read.", ["kind"])
MEDIA_STEP_SECONDS = Histogram(
    "triplewire_media_step_seconds",
    "Seconds that one picture, video or sound spent in a step (fetch, decode, see, hear).",
    ["step"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
DEAD_LETTERS = Counter("triplewire_dead_letter_events", "Records sent to dead-letters.", ["stage", "reason"])
UNKNOWN_FIELDS = Counter("triplewire_unknown_fields", "Fields of a message that are not in its schema.", ["stage"])
LOOKUPS = Counter(
    "triplewire_wikidata_lookups", "Names looked up at the SPARQL endpoint: found, none, failed.", ["result"]
)
SUGGESTIONS = Counter(
    "triplewire_suggestions", "Links suggested, no longer suggested, and confirmed by a report.", ["change"]
)
REFRESHED = Counter("triplewire_refreshed_entities", "Entities whose vectors were computed again.")
FEED_POLLS = Counter("triplewire_feed_polls", "Feeds asked: changed, unchanged, failed.", ["result"])
FEED_ARTICLES = Counter(
    "triplewire_feed_articles", "Articles of feeds: new, revised, withdrawn, left_out, refused.", ["change"]
)
FEEDS = Gauge("triplewire_listed_feeds", "Feeds that this worker asks; 0 while it stands by.")
FEEDS_FAILING = Gauge("triplewire_failing_feeds", "Feeds whose last poll failed.")
ALERTS = Counter("triplewire_published_alerts", "Alerts published: reported, first, contradicts.", ["why"])
ALERT_CALLS = Counter(
    "triplewire_alert_calls", "Calls of receivers: delivered, failed (and tried again), given_up.", ["result"]
)
RETRIES = Counter("triplewire_retries", "Calls repeated after a transient error.", ["step", "error_type"])
BATCH_EVENTS = Histogram(
    "triplewire_batch_events",
    "Records in a batch.",
    ["stage"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096),
)
STEP_SECONDS = Histogram(
    "triplewire_step_seconds",
    "Seconds a batch spent in a step (parse, process, publish, acknowledge).",
    ["stage", "step"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
BATCHES_IN_FLIGHT = Gauge("triplewire_in_flight_batches", "Batches taken and not yet acknowledged.", ["stage"])
LAG = Gauge(
    "triplewire_lag_events", "Records of an assigned partition not yet acknowledged.", ["stage", "topic", "partition"]
)
END_TO_END_SECONDS = Histogram(
    "triplewire_end_to_end_seconds",
    "Seconds from an article's Kafka timestamp to its commit in the graph.",
    buckets=(0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 3600),
)


@contextmanager
def step(stage: str, name: str) -> Iterator[None]:
    """Measures one step of one batch, including its retries."""
    begin = time.perf_counter()
    try:
        yield
    finally:
        STEP_SECONDS.labels(stage, name).observe(time.perf_counter() - begin)


@contextmanager
def media_step(name: str) -> Iterator[None]:
    """Measures one step of one picture, video or sound."""
    begin = time.perf_counter()
    try:
        yield
    finally:
        MEDIA_STEP_SECONDS.labels(name).observe(time.perf_counter() - begin)


def observe_end_to_end(observed_at: datetime) -> None:
    """Records the seconds from `observed_at` (aware) until now. To be called when the effect is committed."""
    END_TO_END_SECONDS.observe(max(0.0, (datetime.now(UTC) - observed_at).total_seconds()))
