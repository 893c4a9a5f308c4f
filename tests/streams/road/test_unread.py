"""Whether anybody reads a topic, asked of a broker that is only just ready."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import GroupCoordinatorNotAvailableError

from streams.road.lags import Lags


class Admin:
    """Answers what it is given, one after the other; the last answer for ever."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def describe_consumer_groups(self, groups: list[str]) -> list[Any]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        error, state = answer
        return [SimpleNamespace(groups=[(error, groups[0], state, "", "", [])])]


@pytest.mark.parametrize(
    ("answers", "unread", "asked"),
    [
        ([(0, "Empty")], True, 1),
        ([(0, "Dead")], True, 1),
        ([(0, "Stable")], False, 1),
        ([(0, "PreparingRebalance")], False, 1),
        ([GroupCoordinatorNotAvailableError(), (GroupCoordinatorNotAvailableError.errno, ""), (0, "Dead")], True, 3),
        ([(30, "")], False, 1),
    ],
)
async def test_a_group_without_members_reads_nothing(answers: list[Any], unread: bool, asked: int) -> None:
    lags = Lags("nowhere")
    admin = lags._admin = Admin(*answers)  # type: ignore[assignment]
    assert await lags.unread("triplewire-news") is unread
    assert admin.asked == asked


async def test_a_broker_that_does_not_know_is_not_asked_for_ever() -> None:
    lags = Lags("nowhere")
    lags._admin = Admin(GroupCoordinatorNotAvailableError())  # type: ignore[assignment]
    assert await lags.unread("triplewire-news", patience=0.1) is False
