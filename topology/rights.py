"""What each client may do on the broker, and no more.

The source of ACLs, of their table in docs/operations.md, and of what a worker checks when it starts.

Rights on a topic to read or to write include the right to describe it.
"""

from dataclasses import dataclass

from topology.topics import (
    ALERT_STATE,
    ALERTS,
    ALERTS_GROUP,
    CORRECTIONS,
    CORRECTIONS_GROUP,
    DEAD_LETTERS,
    ENTITIES,
    ENTITIES_GROUP,
    FEED_STATE,
    FEEDS_GROUP,
    MEDIA_GROUP,
    MENTIONS,
    NEWS_GROUP,
    RAW_MEDIA,
    RAW_NEWS,
    SINK_GROUP,
    SUGGESTIONS,
    SUGGESTIONS_GROUP,
    TERM_STATISTICS,
    TOPICS,
    TRIPLES,
    Topic,
)

READ, WRITE, CREATE, ALTER, DESCRIBE = "Read", "Write", "Create", "Alter", "Describe"
DESCRIBE_CONFIGS, ALTER_CONFIGS = "DescribeConfigs", "AlterConfigs"

OPERATIONS = {
    READ: 3,
    WRITE: 4,
    CREATE: 5,
    ALTER: 7,
    DESCRIBE: 8,
    DESCRIBE_CONFIGS: 10,
    ALTER_CONFIGS: 11,
}
"""Kafka's number of each operation (org.apache.kafka.common.acl.AclOperation)."""

TOPIC, GROUP, CLUSTER = "topic", "group", "cluster"


@dataclass(frozen=True, slots=True, order=True)
class Acl:
    """One right.

    Attributes:
        kind: `topic`, `group` or `cluster`.
        name: Name of the topic or group; `kafka-cluster` for the cluster. With `*` at its end, a prefix.
        operation: What is allowed, in Kafka's words.
    """

    kind: str
    name: str
    operation: str


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of a client.

    Attributes:
        what: The client, in words.
        reads: Topics that it reads.
        writes: Topics that it writes.
        group: Its consumer group; with `*` at its end, a prefix; "" for none.
        describes: Topics of which it asks only for partitions and offsets.
        follows: Groups of which it asks only for their offsets and members.
        administers: Operations that it may do on every declared topic.
        cluster: Operations that it may do on the cluster.
    """

    what: str
    reads: tuple[Topic, ...] = ()
    writes: tuple[Topic, ...] = ()
    group: str = ""
    describes: tuple[Topic, ...] = ()
    follows: tuple[str, ...] = ()
    administers: tuple[str, ...] = ()
    cluster: tuple[str, ...] = ()

    def acls(self) -> list[Acl]:
        """Returns every right as an ACL, sorted."""
        allowed = {Acl(TOPIC, topic.name, READ) for topic in self.reads}
        allowed |= {Acl(TOPIC, topic.name, WRITE) for topic in self.writes}
        allowed |= {Acl(TOPIC, topic.name, DESCRIBE) for topic in self.describes}
        allowed |= {Acl(TOPIC, topic.name, operation) for topic in TOPICS for operation in self.administers}
        allowed |= {Acl(GROUP, self.group, READ)} if self.group else set()
        allowed |= {Acl(GROUP, group, DESCRIBE) for group in self.follows}
        allowed |= {Acl(CLUSTER, "kafka-cluster", operation) for operation in self.cluster}
        return sorted(allowed)


GROUPS = tuple(sorted({group for topic in TOPICS for group in topic.groups}))

RIGHTS: dict[str, Rights] = {
    "news": Rights(
        what="`triplewire worker news`",
        reads=(RAW_NEWS, TERM_STATISTICS),
        group=NEWS_GROUP,
        writes=(TRIPLES, MENTIONS, RAW_MEDIA, TERM_STATISTICS, DEAD_LETTERS),
    ),
    "entities": Rights(
        what="`triplewire worker entities`",
        reads=(MENTIONS, ENTITIES),
        group=ENTITIES_GROUP,
        writes=(TRIPLES, ENTITIES, MENTIONS, DEAD_LETTERS),
    ),
    "media": Rights(
        what="`triplewire worker media`",
        reads=(RAW_MEDIA,),
        group=MEDIA_GROUP,
        writes=(TRIPLES, RAW_NEWS, DEAD_LETTERS),
    ),
    "sink": Rights(
        what="`triplewire worker sink`",
        reads=(TRIPLES,),
        group=SINK_GROUP,
        writes=(DEAD_LETTERS,),
    ),
    "suggestions": Rights(
        what="`triplewire worker suggestions`",
        reads=(TRIPLES,),
        group=SUGGESTIONS_GROUP,
        follows=(SINK_GROUP,),
        writes=(SUGGESTIONS, DEAD_LETTERS),
    ),
    "feeds": Rights(
        what="`triplewire worker feeds`",
        reads=(FEED_STATE,),
        group=FEEDS_GROUP,
        writes=(RAW_NEWS, FEED_STATE, DEAD_LETTERS),
    ),
    # No group: each stream has a consumer of its own, and nothing is acknowledged.
    "serve": Rights(what="`triplewire serve`", reads=(TRIPLES,)),
    "alerts": Rights(
        what="`triplewire worker alerts`",
        reads=(TRIPLES, ENTITIES, ALERTS, ALERT_STATE),
        group=ALERTS_GROUP,
        writes=(ALERTS, ALERT_STATE, DEAD_LETTERS),
    ),
    "corrections": Rights(
        what="`triplewire worker corrections`",
        reads=(CORRECTIONS,),
        group=CORRECTIONS_GROUP,
        writes=(TRIPLES, MENTIONS, DEAD_LETTERS),
    ),
    "editor": Rights(
        what="`triplewire correct`, and `triplewire serve` if editors correct through it", writes=(CORRECTIONS,)
    ),
    "publisher": Rights(what="`triplewire publish` and publishers of your own", writes=(RAW_NEWS, RAW_MEDIA)),
    "subscriber": Rights(
        what="`triplewire watch`, and subscribers of your own",
        reads=(TRIPLES, SUGGESTIONS, ALERTS),
        group="subscriber-*",
    ),
    "operator": Rights(
        what="`triplewire doctor`, `topics list`, `dead-letters`",
        reads=(DEAD_LETTERS,),
        writes=(*(topic for topic in TOPICS if topic.groups), ALERTS, DEAD_LETTERS),
        describes=TOPICS,
        follows=GROUPS,
        administers=(DESCRIBE_CONFIGS,),
        cluster=(DESCRIBE,),
    ),
    "setup": Rights(
        what="`triplewire topics create`",
        administers=(CREATE, ALTER, DESCRIBE, ALTER_CONFIGS, DESCRIBE_CONFIGS),
        cluster=(DESCRIBE_CONFIGS,),
    ),
}
"""The rights by client. Workers have the names of their stages."""


def table() -> str:
    """Returns the rights as a Markdown table, for docs/operations.md."""
    rows = ["| client | reads | group | writes | describes | more |", "|---|---|---|---|---|---|"]
    for name, rights in RIGHTS.items():
        described = [topic.name for topic in rights.describes if topic not in (*rights.reads, *rights.writes)]
        described += [f"group {group}" for group in rights.follows]
        more = [f"{operation} on every topic" for operation in rights.administers]
        more += [f"{operation} on the cluster" for operation in rights.cluster]
        cells = (
            f"{name}: {rights.what}",
            ", ".join(topic.name for topic in rights.reads),
            rights.group,
            ", ".join(topic.name for topic in rights.writes),
            ", ".join(described),
            ", ".join(more),
        )
        rows.append(f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |"))
    return "\n".join(rows)
