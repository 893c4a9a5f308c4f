"""What a worker checks when it starts: that it is admitted, that its topics exist, and that it may use them.

Faust would wait forever for a missing topic and report itself ready, and a worker without a right would retry forever.
"""

from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from aiokafka.protocol.admin import DescribeGroupsRequest_v3, DescribeGroupsResponse_v3
from aiokafka.protocol.api import Request, RequestStruct

from streams.road.lags import COORDINATION
from streams.road.topic_ids import UNSAID, DescribedTopic, described
from topology.access.kafka import check_admission, client_options
from topology.rights import GROUP, OPERATIONS, TOPIC, Acl, Rights

UNKNOWN_TOPIC = 3
DENIED = TopicAuthorizationFailedError.errno


@dataclass(frozen=True, slots=True)
class Lacks:
    """What a client lacks.

    Attributes:
        topics: Topics that do not exist.
        rights: Rights that the broker does not grant.
    """

    topics: tuple[str, ...]
    rights: tuple[Acl, ...]


async def lacking(bootstrap: str, rights: Rights) -> Lacks:
    """Returns what a client lacks for its work. A broker before 2.8 does not say what we may do.

    Raises:
        AccessError: The broker refuses us altogether.
        KafkaError: The broker does not answer.
        OSError: As before.
    """
    await check_admission(bootstrap)
    admin = AIOKafkaAdminClient(**client_options(bootstrap))
    try:
        await admin.start()
        return await lacking_by(admin, rights)
    finally:
        await admin.close()


async def lacking_by(admin: AIOKafkaAdminClient, rights: Rights) -> Lacks:
    """As `lacking`, with a client that is connected."""
    acls = rights.acls()
    names = sorted({acl.name for acl in acls if acl.kind == TOPIC})
    found = await described(admin, names)
    if found is None:
        return Lacks(tuple(sorted(set(names) - set(await admin.list_topics()))), ())
    missing = tuple(name for name in names if found[name].error == UNKNOWN_TOPIC)
    refused = [
        acl for acl in acls if acl.kind == TOPIC and acl.name not in missing and not _granted(acl, found[acl.name])
    ]
    groups = [acl for acl in acls if acl.kind == GROUP and not acl.name.endswith("*")]
    refused += [acl for acl in groups if not await _granted_on_group(admin, acl)]
    return Lacks(missing, tuple(refused))


def _granted(acl: Acl, topic: DescribedTopic) -> bool:
    if topic.error == DENIED:
        return False
    return topic.operations is None or bool(topic.operations >> OPERATIONS[acl.operation] & 1)


class _GroupsStruct(RequestStruct):  # type: ignore[misc, unused-ignore]
    """Version 3 of DescribeGroups; aiokafka 0.14 reads its answer as that of version 2, without the rights."""

    API_KEY = 15
    API_VERSION = 3
    RESPONSE_TYPE = DescribeGroupsResponse_v3
    SCHEMA = DescribeGroupsRequest_v3.SCHEMA


class _GroupsRequest(Request[_GroupsStruct]):  # type: ignore[misc, unused-ignore]
    API_KEY = 15

    def __init__(self, group: str) -> None:
        self._group = group

    def build(self, request_struct_class: type[_GroupsStruct]) -> _GroupsStruct:
        return request_struct_class([self._group], True)


async def _granted_on_group(admin: AIOKafkaAdminClient, acl: Acl) -> bool:
    try:
        node = await admin.find_coordinator(acl.name)
        answer = await admin._send_request(_GroupsRequest(acl.name), node)  # noqa: SLF001 - aiokafka has no public way
    except GroupAuthorizationFailedError:
        return False
    except (NotImplementedError, *COORDINATION):
        return True  # a broker that is old, or starting: then the consumer finds out
    code, *_, operations = answer.groups[0]
    if code == GroupAuthorizationFailedError.errno:
        return False
    return bool(code) or operations == UNSAID or bool(operations >> OPERATIONS[acl.operation] & 1)
