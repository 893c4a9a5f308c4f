"""When a worker that starts or takes over asks each feed for the first time, in simulated time."""

import threading
from collections import Counter

import pytest

from streams.feeds.feed_list import Feed
from streams.feeds.reading import Reading
from streams.feeds.schedule import FIRST_A_SECOND
from streams.feeds.state import FeedState
from streams.sources.fetch import Validators
from tests.streams.feeds.world import BEGIN, HOUR, MINUTE, World


class Hosts:
    """Hosts that say nothing new, and note when they were asked."""

    def __init__(self, world: World) -> None:
        self.world, self.lock = world, threading.Lock()
        self.asked: list[tuple[float, str]] = []

    def read(self, feed: Feed, _known: FeedState) -> Reading:
        with self.lock:
            self.asked.append((self.world.clock.time - BEGIN, feed.address))
        return Reading(None, Validators(), "")

    def first(self) -> dict[str, float]:
        return {address: time for time, address in reversed(self.asked)}


@pytest.fixture
def world():
    world = World()
    yield world
    world.close()


def feeds(number: int, *, a_host: int = 1, every: float | None = None) -> list[Feed]:
    return [Feed(f"https://h{n // a_host}.example/{n}.xml", every) for n in range(number)]


async def test_the_first_polls_of_a_long_list_are_spread_and_each_comes_within_the_interval(world):
    hosts = Hosts(world)
    listed = feeds(500)
    await world.pass_(10 * MINUTE, *listed, pace=world.pace(every=10 * MINUTE), read=hosts.read)
    first = hosts.first()
    assert first.keys() == {feed.address for feed in listed}
    assert max(Counter(map(int, first.values())).values()) <= FIRST_A_SECOND + 1
    assert 90 <= max(first.values()) <= 100


async def test_a_list_that_is_too_long_for_that_is_still_asked_within_its_interval(world):
    hosts = Hosts(world)
    await world.pass_(10.0, *feeds(400), pace=world.pace(every=10.0), read=hosts.read)
    first = hosts.first()
    assert len(first) == 400
    assert max(Counter(map(int, first.values())).values()) <= 400 / 10 + 1


async def test_a_feed_that_is_to_be_asked_often_does_not_wait_for_those_that_are_not(world):
    hosts = Hosts(world)
    often, seldom = Feed("https://often.example/", 5.0), Feed("https://seldom.example/", 7 * 24 * HOUR)
    await world.pass_(10 * MINUTE, *feeds(400), often, seldom, read=hosts.read)
    assert hosts.first()[often.address] <= 5.0
    assert hosts.first()[seldom.address] <= 402 / FIRST_A_SECOND


async def test_one_feed_and_a_feed_that_is_added_are_asked_at_once(world):
    hosts = Hosts(world)
    (one,) = feeds(1)
    await world.pass_(1.0, one, read=hosts.read)
    assert hosts.asked == [(0.0, one.address)]
    listed = feeds(500)
    added, lists = Feed("https://added.example/"), [[*listed, Feed("https://added.example/")]]

    async def relist():
        return (lists.pop(), {}) if lists and world.clock.time > BEGIN + 5 * MINUTE else None

    await world.pass_(8 * MINUTE, *listed, read=hosts.read, relist=relist)
    assert 5 * MINUTE <= hosts.first()[added.address] <= 5.5 * MINUTE + 1


async def test_each_worker_asks_in_the_same_order_whatever_order_the_list_has_and_no_host_again_and_again(world):
    listed = feeds(200, a_host=20)
    orders = []
    for given in (listed, listed[::-1]):
        world.clock.time = BEGIN
        hosts = Hosts(world)
        await world.pass_(2 * MINUTE, *given, pace=world.pace(gap=0.0), read=hosts.read)
        orders.append([address for _, address in hosts.asked])
    assert orders[0] == orders[1]
    names = [address.split("/")[2] for address in orders[0]]
    runs = max(sum(names[at + n] == names[at] for n in range(10)) for at in range(len(names) - 10))
    assert runs < 10 / 2


async def test_what_a_server_asked_for_is_kept_and_folders_do_not_wait(world, tmp_path):
    hosts = Hosts(world)
    listed = feeds(500)
    last = listed[-1].address
    folder = Feed(str(tmp_path), name="inbox")
    kept = FeedState(address=last, failures=1, not_before=BEGIN + 7 * MINUTE)
    world.topics.states[last] = kept.model_dump_json().encode()
    await world.pass_(8 * MINUTE, *listed, folder, read=hosts.read)
    assert 7 * MINUTE <= hosts.first()[last] <= 7 * MINUTE + 1
    assert hosts.first()[folder.address] == 0.0
