"""Kafka's own id of a topic. A topic that is deleted and created again has the same name but another id.

aiokafka 0.14 implements the Metadata request up to version 5; ids come with version 10. The two structures here are
version 12 of KIP-516 (https://cwiki.apache.org/confluence/display/KAFKA/KIP-516%3A+Topic+Identifiers), field by field
after Kafka's MetadataRequest.json and MetadataResponse.json.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import UnknownTopicOrPartitionError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    AbstractType,
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

from topology.access.kafka import client_options

UNSAID = -(2**31)
"""The broker's answer where it was not asked for, or does not know, what we may do."""


class _Uuid(AbstractType[UUID]):  # type: ignore[misc, unused-ignore]
    """Sixteen bytes."""

    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: Any) -> UUID:
        return UUID(bytes=data.read(16))


class _MetadataResponse(Response):  # type: ignore[misc, unused-ignore]
    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", CompactString("utf-8")),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _MetadataStruct(RequestStruct):  # type: ignore[misc, unused-ignore]
    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 12
    RESPONSE_TYPE = _MetadataResponse
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Uuid), ("name", CompactString("utf-8")), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _MetadataRequest(Request[_MetadataStruct]):  # type: ignore[misc, unused-ignore]
    API_KEY = 3

    def __init__(self, topics: Sequence[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[_MetadataStruct]) -> _MetadataStruct:
        return request_struct_class([(UUID(int=0), topic, {}) for topic in self._topics], False, True, {})


@dataclass(frozen=True, slots=True)
class DescribedTopic:
    """What the broker says of a topic.

    Attributes:
        id: Kafka's own id.
        error: Kafka's error code; 0 for none, 3 for a missing topic, 29 if we may not describe it.
        operations: What we may do: bit n stands for Kafka's operation n. None if the broker does not say.
    """

    id: str
    error: int
    operations: int | None


async def described(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, DescribedTopic] | None:
    """Returns what the broker says of topics, by name; None if it is too old (before 2.8) for ids.

    Raises:
        aiokafka.errors.KafkaError: The broker does not answer.
    """
    try:
        response = await admin._send_request(_MetadataRequest(topics))  # noqa: SLF001 - aiokafka has no public way to send it
    except NotImplementedError:
        return None
    return {
        name: DescribedTopic(str(id_), error, None if operations == UNSAID else operations & 0xFFFF_FFFF)
        for error, name, id_, _internal, _partitions, operations, *_ in response.topics
    }


async def topic_id(bootstrap: str, topic: str) -> str:
    """Returns the id of a topic; "" if the broker is too old (before 2.8) to have ids.

    Raises:
        aiokafka.errors.UnknownTopicOrPartitionError: There is no such topic, or this broker does not know it yet.
        aiokafka.errors.KafkaError: The broker does not answer, or we may not describe the topic.
    """
    admin = AIOKafkaAdminClient(**client_options(bootstrap))
    try:
        await admin.start()
        found = await described(admin, [topic])
    finally:
        await admin.close()
    if found is None:
        return ""
    if topic not in found:
        raise UnknownTopicOrPartitionError(topic)
    if found[topic].error:
        raise for_code(found[topic].error)(topic)
    return found[topic].id
