"""The time of a Kafka cluster: its controller's, in the answer to DescribeQuorum (KIP-595, KIP-836), for itself.

No request asks a broker for its time, and a record with a time stamp would have to be written. The two structures are
version 1, field by field after Kafka's DescribeQuorumRequest.json and DescribeQuorumResponse.json.
"""

from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

_METADATA_TOPIC = "__cluster_metadata"

_REPLICAS = CompactArray(
    ("replica_id", Int32),
    ("log_end_offset", Int64),
    ("last_fetch_timestamp", Int64),
    ("last_caught_up_timestamp", Int64),
    ("tags", TaggedFields),
)


class _Response(Response):  # type: ignore[misc, unused-ignore]
    API_KEY = 55
    API_VERSION = 1
    SCHEMA = Schema(
        ("error_code", Int16),
        (
            "topics",
            CompactArray(
                ("name", CompactString("utf-8")),
                (
                    "partitions",
                    CompactArray(
                        ("partition", Int32),
                        ("error_code", Int16),
                        ("leader_id", Int32),
                        ("leader_epoch", Int32),
                        ("high_watermark", Int64),
                        ("voters", _REPLICAS),
                        ("observers", _REPLICAS),
                        ("tags", TaggedFields),
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Struct(RequestStruct):  # type: ignore[misc, unused-ignore]
    FLEXIBLE_VERSION = True
    API_KEY = 55
    API_VERSION = 1
    RESPONSE_TYPE = _Response
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("partitions", CompactArray(("partition", Int32), ("tags", TaggedFields))),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Request(Request[_Struct]):  # type: ignore[misc, unused-ignore]
    API_KEY = 55

    def build(self, request_struct_class: type[_Struct]) -> _Struct:
        return request_struct_class([(_METADATA_TOPIC, [(0, {})], {})], {})


async def cluster_time_ms(admin: AIOKafkaAdminClient) -> float | None:
    """Returns the controller's time, in milliseconds since 1970; None if the cluster does not know the request.

    Raises:
        aiokafka.errors.KafkaError: We may not ask (`Describe` on the cluster), or nobody answers.
    """
    try:
        answer: Any = await admin._send_request(_Request())  # noqa: SLF001 - aiokafka has no public way to send it
    except NotImplementedError:
        return None
    if answer.error_code:
        raise for_code(answer.error_code)
    ((_name, ((_partition, error, leader, _epoch, _mark, voters, *_),), _tags),) = answer.topics
    if error:
        raise for_code(error)
    times = [caught_up for replica, _end, _fetched, caught_up, *_ in voters if replica == leader]
    return float(times[0]) if times and times[0] > 0 else None
