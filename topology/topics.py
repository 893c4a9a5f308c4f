"""The topics: partitions, retention, keys and consumer groups. They are created from these declarations."""

from dataclasses import dataclass, field

MIB = 1024 * 1024
DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic.

    Attributes:
        name: The topic's name.
        partitions: Their number limits how many workers of a group can share the topic.
        key: The record key. Records with the same key stay in order.
        value: The type of the record value.
        groups: Our consumer groups that read it.
        config: Kafka topic configuration.
    """

    name: str
    partitions: int
    key: str
    value: str
    groups: tuple[str, ...] = ()
    config: dict[str, str] = field(default_factory=dict)


NEWS_GROUP = "triplewire-news"
SINK_GROUP = "triplewire-sink"
ENTITIES_GROUP = "triplewire-entities"
MEDIA_GROUP = "triplewire-media"
SUGGESTIONS_GROUP = "triplewire-suggestions"
FEEDS_GROUP = "triplewire-feeds"
ALERTS_GROUP = "triplewire-alerts"
CORRECTIONS_GROUP = "triplewire-corrections"

RAW_NEWS = Topic(
    name="raw-news",
    partitions=4,
    key="article id",
    value="streams.messages.events.Article as JSON",
    groups=(NEWS_GROUP,),
    # Larger than Kafka's 1 MB, so that an oversized article reaches us and is refused with a reason, and not lost at
    # the producer. Timestamps come from the broker's clock, not from publishers: they order an article's revisions.
    config={
        "retention.ms": str(7 * DAY_MS),
        "max.message.bytes": str(8 * MIB),
        "message.timestamp.type": "LogAppendTime",
    },
)
RAW_MEDIA = Topic(
    name="raw-media",
    partitions=4,
    key="media id",
    value="streams.messages.events.MediaItem as JSON",
    groups=(MEDIA_GROUP,),
    config={"retention.ms": str(7 * DAY_MS), "message.timestamp.type": "LogAppendTime"},
)
TRIPLES = Topic(
    name="triples",
    partitions=4,
    key="article id",
    value="streams.messages.events.Triple, Document, Alias or Identity, or a Story or Correction, as JSON (header "
    "`ce_type` says which)",
    groups=(SINK_GROUP, SUGGESTIONS_GROUP, ALERTS_GROUP),
    config={"retention.ms": str(30 * DAY_MS), "compression.type": "producer", "max.message.bytes": str(8 * MIB)},
)
MENTIONS = Topic(
    name="mentions",
    # Which entity a name refers to depends on all articles. With one partition, one registry is at work and the others
    # are on standby.
    partitions=1,
    key="article id; entity id",
    value="streams.messages.events.Naming, an Identity from a look-up, or a Correction, as JSON (header `ce_type` says "
    "which)",
    groups=(ENTITIES_GROUP,),
    config={"retention.ms": str(7 * DAY_MS), "compression.type": "producer", "max.message.bytes": str(8 * MIB)},
)
ENTITIES = Topic(
    name="entities",
    partitions=1,
    key="entity id",
    value="streams.messages.events.Alias, and the state of the registry, as JSON (header `ce_type` says which)",
    config={"cleanup.policy": "compact"},
)
SUGGESTIONS = Topic(
    name="suggestions",
    # A separate topic, so that subscribers of `triples` receive only what was reported.
    partitions=4,
    key="entity id",
    value="streams.messages.suggestion_events.Suggestions as JSON: all current suggestions for an entity",
    config={"cleanup.policy": "compact"},
)
TERM_STATISTICS = Topic(
    name="term-statistics",
    partitions=1,
    key="topic, its id, partition, day modulo 16",
    value="streams.messages.events.TermSnapshot as JSON",
    # Rewritten every few thousand articles and read when a worker starts, so superseded records are compacted early.
    config={
        "cleanup.policy": "compact",
        "max.message.bytes": str(8 * MIB),
        "min.cleanable.dirty.ratio": "0.2",
        "segment.ms": str(60 * 60 * 1000),
    },
)
FEED_STATE = Topic(
    name="feed-state",
    # Whoever has its partition asks the feeds; the others stand by.
    partitions=1,
    key="the feed's address",
    value="streams.feeds.state.FeedState as JSON",
    groups=(FEEDS_GROUP,),
    # Rewritten whenever a feed changes and read when a worker takes over, so superseded records are compacted early.
    config={
        "cleanup.policy": "compact",
        "max.message.bytes": str(4 * MIB),
        "min.cleanable.dirty.ratio": "0.2",
        "segment.ms": str(60 * 60 * 1000),
    },
)
ALERTS = Topic(
    name="alerts",
    # Few records, and one order in which every receiver gets them.
    partitions=1,
    key="watch",
    value="streams.messages.alert_events.Alert as JSON",
    config={"retention.ms": str(30 * DAY_MS), "max.message.bytes": str(2 * MIB)},
)
ALERT_STATE = Topic(
    name="alert-state",
    partitions=1,
    key="`seen:`, watch and thing; `watch:` and watch; `receiver:` and receiver",
    value="streams.alerts.state.SeenThing, WatchBegin or CallPosition as JSON (header `ce_type` says which)",
    # Rewritten with each report and call, and read when a worker takes over, so old records are compacted early.
    config={
        "cleanup.policy": "compact",
        "max.message.bytes": str(4 * MIB),
        "min.cleanable.dirty.ratio": "0.2",
        "segment.ms": str(60 * 60 * 1000),
    },
)
CORRECTIONS = Topic(
    name="corrections",
    # The last correction of each thing, for ever: with one partition, all of them are in order.
    partitions=1,
    key="correction id",
    value="streams.messages.correction_events.Correction as JSON",
    groups=(CORRECTIONS_GROUP,),
    # The broker's clock says which correction is the later one, not those of the editors' machines.
    config={"cleanup.policy": "compact", "message.timestamp.type": "LogAppendTime"},
)
DEAD_LETTERS = Topic(
    name="dead-letters",
    partitions=1,
    key="the original key",
    value="the original bytes",
    # Must hold any record of any other topic, with extra headers.
    config={"retention.ms": str(90 * DAY_MS), "max.message.bytes": str(16 * MIB)},
)

TOPICS: tuple[Topic, ...] = (
    RAW_NEWS,
    RAW_MEDIA,
    TRIPLES,
    MENTIONS,
    ENTITIES,
    SUGGESTIONS,
    TERM_STATISTICS,
    FEED_STATE,
    ALERTS,
    ALERT_STATE,
    CORRECTIONS,
    DEAD_LETTERS,
)

LONE_GROUPS = frozenset({ENTITIES_GROUP, FEEDS_GROUP, ALERTS_GROUP})
"""Groups in which one worker at a time reads the whole topic, while further ones stand by."""


def read_by(stage: str) -> Topic:
    """Returns the topic that a stage reads."""
    return next(topic for topic in TOPICS if group_of(stage) in topic.groups)


def most_workers(stage: str) -> int:
    """Returns how many workers of a stage can be at work at once."""
    return 1 if group_of(stage) in LONE_GROUPS else read_by(stage).partitions


def group_of(stage: str) -> str:
    """Returns the consumer group of a stage."""
    return f"triplewire-{stage}"
