"""Gives all partitions of a topic to one member of a consumer group."""

from typing import Any

from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from faust.assignor.client_assignment import ClientAssignment, ClientMetadata
from faust.assignor.partition_assignor import PartitionAssignor


class WholeTopicAssignor(PartitionAssignor):
    """Assigns everything to the member that has most already, or else to the first by its id."""

    def _perform_assignment(self, cluster: Any, member_metadata: Any) -> Any:
        known = {member: self._get_client_metadata(said) for member, said in member_metadata.items()}
        chosen = min(known, key=lambda member: (-len(known[member].assignment.active_tps), member))
        assigned = super()._perform_assignment(cluster, {chosen: member_metadata[chosen]})
        for member, said in known.items():
            if member != chosen:
                assigned[member] = self._nothing(said.url)
        return assigned

    def _nothing(self, url: str) -> ConsumerProtocolMemberAssignment:
        nothing = ClientMetadata(
            assignment=ClientAssignment(actives={}, standbys={}),
            url=url,
            changelog_distribution={},
            external_topic_distribution={},
            topic_groups={},
        )
        return ConsumerProtocolMemberAssignment(self.version, [], self._compress(nothing.dumps()))
