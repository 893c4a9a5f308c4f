"""Where the consumer groups stand: end offsets of topics and committed offsets of groups."""

from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError

COORDINATION = (GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError)
"""What a broker says of a group while it is starting."""

Offsets = dict[int, int]
"""Offset by partition."""


class Lags:
    """A connection that asks for offsets; reads nothing and joins no group.

    Args:
        bootstrap: Kafka's bootstrap servers.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap

    async def __aenter__(self) -> Self:
        self._consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, enable_auto_commit=False)
        self._admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
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
        """Returns the offset that the next record of each partition will get."""
        found = await self._consumer.end_offsets(await self._partitions(topic))
        return {tp.partition: offset for tp, offset in found.items()}

    async def committed(self, group: str, topic: str) -> Offsets:
        """Returns the offset that the group reads next in each partition.

        Where it has committed none, or the broker cannot say at the moment, that is the first.
        """
        partitions = await self._partitions(topic)
        first = await self._consumer.beginning_offsets(partitions)
        try:
            found = await self._admin.list_consumer_group_offsets(group, partitions=partitions)
        except COORDINATION:
            found = {}  # a broker that just started cannot say yet: claim no more than is certain
        return {tp.partition: max(first[tp], found[tp].offset if tp in found else -1) for tp in partitions}

    async def stable(self, group: str) -> bool:
        """Returns whether the group has members and all of them know their partitions."""
        try:
            (answer,) = await self._admin.describe_consumer_groups([group])
        except COORDINATION:
            return False
        _, _, state, *_ = answer.groups[0]
        return bool(state == "Stable")

    async def lag(self, group: str, topic: str) -> int:
        """Returns how many records the group has still to acknowledge."""
        committed = await self.committed(group, topic)
        return sum(end - committed[p] for p, end in (await self.ends(topic)).items())
