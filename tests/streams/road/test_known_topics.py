"""The leader of a group never divides a topic that it does not know, if the broker soon tells it."""

import asyncio
from types import SimpleNamespace

import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator

from streams.road.stalled import known_topics


class Client:
    """Knows the topic after so many questions."""

    def __init__(self, after: float) -> None:
        self.asked, self._after = 0, after
        self.cluster = self

    def partitions_for_topic(self, _topic: str) -> set[int] | None:
        return {0} if self.asked >= self._after else None

    def force_metadata_update(self) -> None:
        self.asked += 1


class Coordinator:
    """What of aiokafka's is used."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._subscription = SimpleNamespace(topics=frozenset({"mentions"}))
        self._session_timeout_ms = 900
        self.joins_again = asyncio.Event()

    def request_rejoin(self) -> None:
        self.joins_again.set()

    @known_topics.waiting
    async def divide(self, response: str) -> tuple[str, object]:
        return response, self._client.partitions_for_topic("mentions")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_topics, "JOIN_AGAIN_AFTER", 0.01)
    monkeypatch.setattr(known_topics, "ASK_EVERY", 0.01)


@pytest.mark.parametrize("questions", [0, 1, 3])
async def test_the_leader_divides_when_it_knows_the_topic(questions: int) -> None:
    client = Client(after=questions)
    assert await Coordinator(client).divide("joined") == ("joined", {0})
    assert client.asked == questions


async def test_a_leader_that_never_hears_of_it_joins_again() -> None:
    coordinator = Coordinator(Client(after=float("inf")))
    assert await coordinator.divide("joined") == ("joined", None)
    async with asyncio.timeout(10):
        await coordinator.joins_again.wait()


def test_it_is_installed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GroupCoordinator, "_perform_assignment", GroupCoordinator._perform_assignment)
    known_topics.install()
    installed = GroupCoordinator._perform_assignment
    known_topics.install()
    assert GroupCoordinator._perform_assignment is installed
    assert installed.__wrapped__.__name__ == "_perform_assignment"
