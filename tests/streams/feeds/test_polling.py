"""Hours of polling a real server, in simulated time: when it is asked, and how it is spared."""

from itertools import pairwise

import pytest

from streams.feeds import schedule
from streams.feeds.poller import Pace
from streams.feeds.schedule import WallClock, after_failures, wished
from streams.feeds.state import FeedState
from tests.streams.feeds.world import BEGIN, HOUR, MINUTE, Answer, World, rss


@pytest.fixture
def world():
    world = World()
    yield world
    world.close()


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


async def test_a_quiet_feed_is_asked_at_its_interval_and_sends_nothing_again(world):
    world.press.answers["/a"] = Answer(rss(("1", "Hello.")))
    await world.pass_(24 * HOUR, world.feed("/a"))
    assert world.press.statuses("/a")[0] == 200
    assert set(world.press.statuses("/a")[1:]) == {304}
    found = gaps(world.press.times("/a"))
    assert 130 <= len(found) <= 160
    assert 540 <= min(found) < max(found) <= 660  # jitter, both ways
    assert world.topics.bodies() == ["Hello."]


async def test_a_feed_may_have_an_interval_of_its_own(world):
    world.press.answers |= {"/often": Answer(rss(("1", "A."))), "/seldom": Answer(rss(("2", "B.")))}
    await world.pass_(6 * HOUR, world.feed("/often", MINUTE), world.feed("/seldom", 2 * HOUR))
    assert len(world.press.asked) == pytest.approx(360 + 4, abs=12)
    assert 3 <= len(world.press.times("/seldom")) <= 4


async def test_one_host_is_asked_one_at_a_time_with_a_gap(world):
    paths = [f"/{n}" for n in range(12)]
    world.press.answers = {path: Answer(rss((path, f"Text {path}."))) for path in paths}
    await world.pass_(HOUR, *map(world.feed, paths), pace=world.pace(gap=5.0))
    times = [time for time, _, _ in world.press.asked]
    assert min(gaps(times)) >= 5.0
    assert len(world.topics.published) == 12


async def test_a_server_that_answers_slowly_does_not_hold_up_another_host(world):
    other = World()
    other.press.clock = world.clock
    try:
        world.press.answers["/slow"] = Answer(drips=True)
        other.press.answers["/fast"] = Answer(rss(("1", "Fast.")))
        poller = await world.pass_(HOUR, world.feed("/slow"), other.feed("/fast"), within=0.3)
        assert world.topics.bodies() == ["Fast."]
        assert len(other.press.times("/fast")) >= 5
        (reason,) = poller.failing()
        assert "took too long" in reason
    finally:
        other.close()


async def test_errors_back_off_and_a_success_ends_it(world):
    world.press.answers["/a"] = Answer(status=500)
    poller = await world.pass_(48 * HOUR, world.feed("/a"))
    found = gaps(world.press.times("/a"))
    assert found[:5] == pytest.approx([20 * MINUTE, 40 * MINUTE, 80 * MINUTE, 160 * MINUTE, 320 * MINUTE], rel=0.11)
    assert max(found) <= 6 * HOUR * 1.1
    assert "500" in poller.failing()[0]
    world.press.answers["/a"] = Answer(rss(("1", "Back.")))
    world.press.asked.clear()
    poller = await world.pass_(24 * HOUR, world.feed("/a"))
    assert poller.failing() == []
    assert world.topics.bodies() == ["Back."]
    assert max(gaps(world.press.times("/a"))) <= 11 * MINUTE


async def test_the_back_off_outlives_the_worker(world):
    world.press.answers["/a"] = Answer(status=503)
    await world.pass_(3 * HOUR, world.feed("/a"))
    for _ in range(20):
        await world.pass_(MINUTE, world.feed("/a"))
    assert min(gaps(world.press.times("/a"))) >= 20 * MINUTE


async def test_the_back_off_of_a_feed_that_is_asked_weekly_outlives_the_worker(world):
    world.press.answers["/a"] = Answer(status=503)
    for _ in range(3):
        await world.pass_(MINUTE, world.feed("/a", 7 * 24 * HOUR))
    assert len(world.press.asked) == 1


async def test_a_time_that_only_a_wrong_clock_can_have_set_is_not_believed(world):
    world.press.answers["/a"] = Answer(rss(("1", "A.")))
    feed = world.feed("/a")
    state = FeedState(address=feed.address, failures=1, not_before=BEGIN + 365 * 24 * HOUR)
    world.topics.states[feed.address] = state.model_dump_json().encode()
    await world.pass_(MINUTE, feed)
    assert world.topics.bodies() == ["A."]


def test_the_time_goes_on_when_the_clock_of_the_machine_is_set(monkeypatch):
    clock = WallClock()
    before = clock.now()
    monkeypatch.setattr(schedule.time, "time", lambda: 0.0)
    assert 0 <= clock.now() - before < HOUR


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_kept(world, status):
    world.press.answers["/a"] = Answer(status=status, headers={"Retry-After": "7200"})
    await world.pass_(12 * HOUR, world.feed("/a", MINUTE))
    assert min(gaps(world.press.times("/a"))) >= 2 * HOUR


async def test_too_many_requests_spares_the_whole_host(world):
    world.press.answers |= {
        "/a": Answer(status=429, headers={"Retry-After": "3600"}),
        "/b": Answer(rss(("1", "B."))),
    }
    await world.pass_(HOUR - 1, world.feed("/a"), world.feed("/b"))
    assert [path for _, path, _ in world.press.asked] == ["/a"]
    await world.pass_(2 * HOUR, world.feed("/b"))
    assert world.topics.bodies() == ["B."]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0), (" 120 ", 120.0), ("", 0.0), ("soon", 0.0), ("-5", 0.0), ("1" * 400, 0.0),
        ("Thu, 28 May 2026 20:28:20 GMT", 100.0), ("Thu, 28 May 2020 20:28:20 GMT", 0.0),
        ("Thu, 28 May 2026 20:28:20 +9999999999999999", 0.0), ("Thu, 28 May 2026 99999999999999999999:1:1 GMT", 0.0),
    ],
)  # fmt: skip
def test_retry_after_is_read(text, seconds):
    assert wished(text, BEGIN) == seconds


def test_no_server_keeps_us_away_for_longer_than_a_day():
    assert after_failures(60, 1, 1e9, Pace(1, 1, 1).random) <= 24 * HOUR * 1.1


async def test_a_list_may_change_while_its_feeds_are_asked(world):
    a, b, c = (world.feed(path) for path in ("/a", "/b", "/c"))
    world.press.answers = {f"/{n}": Answer(rss((n, f"{n}."))) for n in "abc"}
    lists = [[b, type(a)(a.address, MINUTE, private=True)], [b, c], []]
    at = []

    async def relist():
        if not lists or world.clock.time < BEGIN + HOUR * (4 - len(lists)):
            return None
        at.append(world.clock.time - BEGIN)
        return lists.pop(0), {}

    last = await world.pass_(6 * HOUR, a, b, relist=relist)
    assert at == pytest.approx([HOUR, 2 * HOUR, 3 * HOUR], abs=31)
    asked = world.press.times
    # `/b` is in both lists: it goes on at its pace, and nothing of it is published again.
    assert 530 <= min(gaps(asked("/b"))) <= max(gaps(asked("/b"))) <= 670
    assert len([time for time in asked("/a") if time > at[0]]) == pytest.approx(60, abs=8)
    assert max(asked("/a")) <= at[1] <= min(asked("/c")) <= at[1] + MINUTE
    assert max(*asked("/b"), *asked("/c")) <= at[2]
    assert sorted(world.topics.bodies()) == ["a.", "b.", "c."]
    assert last.failing() == []


async def test_a_list_may_be_empty_and_filled_later(world):
    world.press.answers["/a"] = Answer(rss(("1", "A.")))
    lists = [[world.feed("/a")]]

    async def relist():
        return (lists.pop(), {}) if lists else None

    await world.pass_(HOUR, relist=relist)
    assert world.topics.bodies() == ["A."]


async def test_a_worker_without_feeds_sleeps():
    clock = WallClock()
    begin = clock.now()
    await clock.wait(set(), begin + 0.05)
    assert clock.now() - begin >= 0.05


async def test_redirects_without_end_are_a_failure(world):
    world.press.answers["/a"] = Answer(status=302, headers={"Location": "/a"})
    poller = await world.pass_(HOUR, world.feed("/a"))
    assert "more than 5 redirects" in poller.failing()[0]
    assert len(world.press.asked) == 2 * 6


async def test_a_redirect_that_leads_nowhere_is_a_failure(world):
    world.press.answers["/a"] = Answer(status=302)
    poller = await world.pass_(MINUTE, world.feed("/a"))
    assert "302" in poller.failing()[0]


async def test_a_feed_that_is_not_listed_as_private_never_reaches_this_machine(world):
    world.press.answers["/a"] = Answer(rss(("1", "Secret.")))
    feed = world.feed("/a")
    poller = await world.pass_(HOUR, type(feed)(feed.address))
    assert "not a public address" in poller.failing()[0]
    assert world.press.asked == []


async def test_unasked_304_is_a_failure(world):
    world.press.answers["/a"] = Answer(status=304, validates=False)
    poller = await world.pass_(MINUTE, world.feed("/a"))
    assert "304" in poller.failing()[0]
