"""The headers of messages: CloudEvents 1.0, binary mode for Kafka.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from datetime import datetime

from streams.messages.alert_events import Alert
from streams.messages.base import Event
from streams.messages.correction_events import Correction
from streams.messages.events import Alias, Article, Document, Identity, MediaItem, Naming, Triple
from streams.messages.happening_events import Story
from streams.messages.suggestion_events import Suggestions
from streams.messages.term_events import TermSnapshot

CE_TYPES: dict[type[Event], str] = {
    Article: "triplewire.article",
    TermSnapshot: "triplewire.term-snapshot",
    Alias: "triplewire.alias",
    Identity: "triplewire.identity",
    Story: "triplewire.story",
    Naming: "triplewire.naming",
    Correction: "triplewire.correction",
    Suggestions: "triplewire.suggestions",
    Alert: "triplewire.alert",
    MediaItem: "triplewire.media",
    Triple: "triplewire.triple",
    Document: "triplewire.document",
}
"""The CloudEvents `type` of each message."""


def cloud_event_headers(event: Event, *, id_: str, source: str, time: datetime) -> list[tuple[str, bytes]]:
    """Returns the CloudEvents headers of a message.

    Args:
        event: The message; its class decides the CloudEvents `type`.
        id_: The CloudEvents id.
        source: The CloudEvents source: who states it.
        time: When it was stated, aware.
    """
    return headers_of_type(CE_TYPES[type(event)], id_=id_, source=source, time=time)


def headers_of_type(type_: str, *, id_: str, source: str, time: datetime) -> list[tuple[str, bytes]]:
    """Returns the CloudEvents headers of a record whose type is not one of `CE_TYPES`; see `cloud_event_headers`."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        ("ce_type", type_.encode()),
        ("ce_source", source.encode()),
        ("ce_time", time.isoformat().encode()),
        ("content-type", b"application/json"),
    ]
