"""Has the leader of a consumer group wait until it knows the topic that it divides.

Whoever joins first after a broker came back leads the group, and may not have heard of the topic yet. Faust ignores a
topic that it does not know and gives everybody nothing; the group is at rest, and nobody reads until the client asks
for the topics again, which is after minutes.
"""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from aiokafka.consumer.group_coordinator import GroupCoordinator

log = structlog.get_logger(__name__)

ASK_EVERY = 0.1
"""Seconds between two questions."""

SHARE = 3
"""The leader waits for this part of its session at most: by then its group takes it for dead."""

JOIN_AGAIN_AFTER = 1.0
"""Seconds after which a leader that has divided nothing joins again."""


def install() -> None:
    """Changes aiokafka's coordinators of this process."""
    original = GroupCoordinator._perform_assignment  # noqa: SLF001 - the only place between joining and dividing
    if not hasattr(original, "__wrapped__"):
        GroupCoordinator._perform_assignment = waiting(original)  # noqa: SLF001


def waiting(perform: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Returns a coordinator's method that first waits for the topics."""

    @functools.wraps(perform)
    async def after_asking(coordinator: Any, response: Any) -> Any:
        client, topics = coordinator._client, coordinator._subscription.topics  # noqa: SLF001
        known = await _known(client, topics, coordinator._session_timeout_ms / 1000 / SHARE)  # noqa: SLF001
        divided = await perform(coordinator, response)
        if not known:
            log.warning("consumer.unknown_topic", topics=sorted(topics))
            asyncio.get_running_loop().call_later(JOIN_AGAIN_AFTER, coordinator.request_rejoin)
        return divided

    return after_asking


async def _known(client: Any, topics: Iterable[str], patience: float) -> bool:
    """Returns whether a client knows all topics, for which it asks for a while."""
    deadline = time.monotonic() + patience
    while not all(client.cluster.partitions_for_topic(topic) for topic in topics):
        if time.monotonic() > deadline:
            return False
        client.force_metadata_update()
        await asyncio.sleep(ASK_EVERY)
    return True
