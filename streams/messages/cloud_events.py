"""What makes messages CloudEvents 1.0 in binary mode for Kafka.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from datetime import datetime

from streams.messages.events import Alias, Article, Document, Event, Identity, MediaItem, Naming, TermSnapshot, Triple
from streams.messages.suggestion_events import Suggestions

CE_TYPES: dict[type[Event], str] = {
    Article: "triplewire.article",
    TermSnapshot: "triplewire.term-snapshot",
    Alias: "triplewire.alias",
    Identity: "triplewire.identity",
    Naming: "triplewire.naming",
    Suggestions: "triplewire.suggestions",
    MediaItem: "triplewire.media",
    Triple: "triplewire.triple",
    Document: "triplewire.document",
}
"""CloudEvents `type` of each message."""


def cloud_event_headers(event: Event, *, id_: str, source: str, time: datetime) -> list[tuple[str, bytes]]:
    """Returns CloudEvents binary-mode headers for a message."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        ("ce_type", CE_TYPES[type(event)].encode()),
        ("ce_source", source.encode()),
        ("ce_time", time.isoformat().encode()),
        ("content-type", b"application/json"),
    ]
