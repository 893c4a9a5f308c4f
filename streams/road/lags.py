"""How far consumer groups lag behind: end offsets of topics and committed offsets of groups."""

import asyncio
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocol
from aiokafka.errors import GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError

from topology.access.kafka import client_options

COORDINATION = (GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError)
"""Errors that a broker answers about a group while the broker is starting."""

_COORDINATION_CODES = frozenset(error.errno for error in COORDINATION)

Offsets = dict[int, int]
"""Offset by partition."""


class Lags:
    """A connection that queries offsets. It reads no records and joins no group.

    Args:
        bootstrap: Kafka's bootstrap servers.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap

    async def __aenter__(self) -> Self:
        self._consumer = AIOKafkaConsumer(**client_options(self._bootstrap), enable_auto_commit=False)
        self._admin = AIOKafkaAdminClient(**client_options(self._bootstrap))
        try:
            await self._consumer.start()
            await self._admin.start()
        except BaseException:
            await self._admin.close()
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._admin.close()
        await self._consumer.stop()

    async def _partitions(self, topic: str) -> list[TopicPartition]:
        (described,) = await self._admin.describe_topics([topic])
        return sorted(TopicPartition(topic, p["partition"]) for p in described["partitions"])

    async def ends(self, topic: str) -> Offsets:
        """Returns the end offset of each partition: that of the next record."""
        found = await self._consumer.end_offsets(await self._partitions(topic))
        return {tp.partition: offset for tp, offset in found.items()}

    async def committed(self, group: str, topic: str) -> Offsets:
        """Returns the offset that the group reads next in each partition.

        That is the first offset if the group has committed none, or if the broker cannot answer at the moment.
        """
        partitions = await self._partitions(topic)
        first = await self._consumer.beginning_offsets(partitions)
        try:
            found = await self._admin.list_consumer_group_offsets(group, partitions=partitions)
        except COORDINATION:
            found = {}  # a broker that has just started cannot answer yet; assume that nothing was committed
        return {tp.partition: max(first[tp], found[tp].offset if tp in found else -1) for tp in partitions}

    async def stable(self, group: str) -> bool:
        """Returns whether the group has members and all partitions are assigned to them. Unknown is no."""
        return await self.settled(group) is True

    async def settled(self, group: str) -> bool | None:
        """Returns whether the group is at work; None if the broker cannot say.

        It is not while a member joins or leaves it, and not if it is at rest and nobody has any partition.
        """
        try:
            (answer,) = await self._admin.describe_consumer_groups([group])
        except COORDINATION:
            return None
        error, _, state, _, _, members, *_ = answer.groups[0]
        return None if error else state == "Stable" and any(_partitions(member[-1]) for member in members)

    async def unread(self, group: str, patience: float = 5.0) -> bool:
        """Returns whether the group has no member: nobody reads its topics. Unknown is no.

        Args:
            group: The group.
            patience: Seconds to wait for an answer. A broker that has never seen a group first has to make the topic
                that it keeps them on.
        """
        deadline = time.monotonic() + patience
        while True:
            with suppress(*COORDINATION):
                (answer,) = await self._admin.describe_consumer_groups([group])
                error, _, state, *_ = answer.groups[0]
                if not error:
                    return state in {"Empty", "Dead"}
                if error not in _COORDINATION_CODES:
                    return False
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.2)

    async def lag(self, group: str, topic: str) -> int:
        """Returns how many records the group has not acknowledged yet."""
        committed = await self.committed(group, topic)
        return sum(end - committed[p] for p, end in (await self.ends(topic)).items())


def _partitions(assignment: bytes) -> int:
    """Returns how many partitions a member has, given what the leader of its group has sent it."""
    return len(ConsumerProtocol.ASSIGNMENT.decode(assignment).partitions()) if assignment else 0
