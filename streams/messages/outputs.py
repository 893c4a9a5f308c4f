"""Turns events into records to publish."""

from streams.messages.base import Event
from streams.messages.cloud_events import cloud_event_headers
from streams.road.stage import Output, Record


def output(topic: str, key: bytes, event: Event, id_: str, *, source: str, origin: Record) -> Output:
    """Returns the record that carries an event.

    Args:
        topic: The topic to publish it to.
        key: The record's key.
        event: The event.
        id_: The CloudEvents id.
        source: The CloudEvents source: who states it.
        origin: The record it was made from; its time becomes the CloudEvents time.
    """
    headers = cloud_event_headers(event, id_=id_, source=source, time=origin.time)
    return Output(topic, key, serialise(event), headers, origin)


def serialise(event: Event) -> bytes:
    """Returns a message's value: UTF-8 JSON, by pydantic's own serialiser, which needs no intermediate dictionary."""
    return event.__pydantic_serializer__.to_json(event)
