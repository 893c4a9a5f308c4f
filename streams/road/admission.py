"""What a worker checks when it starts: that it is admitted, that its topics exist, and that it may use them.

Faust would wait forever for a missing topic and report itself ready, and a worker without a right would retry forever.
"""

from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from streams.road.lags import COORDINATION
from streams.road.topic_ids import DescribedTopic, described
from topology.access.kafka import check_admission, client_options
from topology.rights import OPERATIONS, READ, TOPIC, Acl, Rights

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
    if rights.group and not rights.group.endswith("*") and not await _may_join(admin, rights.group):
        refused.append(Acl("group", rights.group, READ))
    return Lacks(missing, tuple(refused))


def _granted(acl: Acl, topic: DescribedTopic) -> bool:
    if topic.error == DENIED:
        return False
    return topic.operations is None or bool(topic.operations >> OPERATIONS[acl.operation] & 1)


async def _may_join(admin: AIOKafkaAdminClient, group: str) -> bool:
    try:
        (answer,) = await admin.describe_consumer_groups([group], include_authorized_operations=True)
    except GroupAuthorizationFailedError:
        return False
    except COORDINATION:
        return True  # a broker that is starting; the consumer waits for it too
    code, *_, operations = answer.groups[0]
    if code == GroupAuthorizationFailedError.errno:
        return False
    return bool(code) or operations < 0 or bool(operations >> OPERATIONS[READ] & 1)
