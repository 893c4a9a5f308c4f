"""What is published of feeds that change, in simulated time: each article once for each thing it says."""

import json
from pathlib import Path

import pytest

from streams.feeds import changes, poller, state
from streams.feeds.changes import remembered
from streams.feeds.feed_list import Feed
from streams.feeds.reading import FeedReader
from streams.feeds.state import LEAST_ITEMS, MOST_IN_ALL, MOST_ITEMS, FeedState, room
from streams.sources import FeedRecord, SourceError, read_source
from streams.sources.feeds.reader import read_feed
from tests.streams.feeds.world import HOUR, MINUTE, READERS, Answer, KilledError, World, rss

CASES = Path(__file__).parents[1] / "sources" / "feeds" / "cases"


@pytest.fixture
def world():
    world = World()
    yield world
    world.close()


def test_the_cases_are_found():
    assert len(list(CASES.iterdir())) > 50


async def test_every_kind_of_broken_feed_is_published_once_and_no_other_feed_suffers(world):
    """All feeds with the faults that somebody reported, asked for hours by two workers, one after the other."""
    feeds, expected, refused = [], set(), set()
    for path in sorted(CASES.iterdir()):
        if path.suffix not in {".xml", ".atom", ".json", ".rss"}:
            continue
        world.press.answers[f"/{path.name}"] = Answer(path.read_bytes())
        feed = world.feed(f"/{path.name}", HOUR)
        feeds.append(feed)
        try:
            found = list(read_feed(path.read_bytes(), feed.address, address=feed.address))
        except SourceError:
            refused.add(feed.address)
            continue
        expected |= {one.key for one in found if isinstance(one, FeedRecord)}
    await world.pass_(3 * HOUR, *feeds)
    first = list(world.topics.published)
    last = await world.pass_(3 * HOUR, *feeds)
    assert world.topics.published == first
    assert {key for _, key in first} == expected
    assert len(last.failing()) == len(refused) == 3


async def test_a_correction_is_a_revision_and_what_vanishes_stays(world):
    feed = world.feed("/a")
    world.press.answers["/a"] = Answer(rss(("1", "Doyle leads."), ("2", "Rain.")))
    await world.pass_(HOUR, feed)
    world.press.answers["/a"] = Answer(rss(("1", "Boyle leads."), ("2", "Rain.")))
    await world.pass_(HOUR, feed)
    assert [change for change, _ in world.topics.published] == ["new", "new", "revised"]
    assert world.topics.published[0][1] == world.topics.published[2][1]
    world.press.answers["/a"] = Answer(rss(("3", "Sun.")))
    await world.pass_(HOUR, feed)
    world.press.answers["/a"] = Answer(rss(("3", "Sun."), ("2", "Rain."), ("1", "Boyle leads.")))
    await world.pass_(HOUR, feed)
    assert world.topics.bodies() == ["Doyle leads.", "Rain.", "Boyle leads.", "Sun."]


async def test_addresses_that_are_signed_anew_at_each_poll_are_no_revision(world):
    picture = "<enclosure type='image/jpeg' url='https://pictures.example/1.jpg?signature={}'/>"
    feed = world.feed("/a")
    for turn in range(5):
        body = rss(("1", "Text.")).replace(b"</item>", picture.format(turn).encode() + b"</item>")
        world.press.answers["/a"] = Answer(body)
        await world.pass_(HOUR, feed)
    assert len(world.topics.published) == 1
    assert world.topics.articles[0]["media"] == [{"uri": "https://pictures.example/1.jpg?signature=0"}]


async def test_two_publishers_that_count_from_one_do_not_meet(world):
    world.press.answers |= {
        "/north": Answer(rss(("1001", "North."), title="North", more="<link>https://north.example/</link>")),
        "/south": Answer(rss(("1001", "South."), title="South", more="<link>https://south.example/</link>")),
    }
    await world.pass_(HOUR, world.feed("/north"), world.feed("/south"))
    assert len({key for _, key in world.topics.published}) == 2
    assert sorted(article["source"] for article in world.topics.articles) == ["North", "South"]


async def test_sections_of_one_publisher_publish_a_shared_article_once(world):
    home = "<link>https://north.example/</link>"
    world.press.answers |= {
        "/politics": Answer(rss(("1", "Shared."), ("2", "Politics."), more=home)),
        "/world": Answer(rss(("1", "Shared."), ("3", "World."), more=home)),
    }
    feeds = [world.feed("/politics"), world.feed("/world")]
    await world.pass_(2 * HOUR, *feeds)
    await world.pass_(2 * HOUR, *feeds)
    assert sorted(world.topics.bodies()) == ["Politics.", "Shared.", "World."]


NINJS = {"uri": "urn:newsml:wire.example:20260301:1", "body_text": "A claim.", "pubstatus": "usable"}


async def test_a_ninjs_kill_is_a_retraction_once(world):
    feed = world.feed("/wire")
    world.press.answers["/wire"] = Answer(json.dumps(NINJS).encode())
    await world.pass_(HOUR, feed)
    world.press.answers["/wire"] = Answer(json.dumps({**NINJS, "pubstatus": "canceled"}).encode())
    await world.pass_(HOUR, feed)
    await world.pass_(HOUR, feed)
    assert world.topics.published == [("new", NINJS["uri"]), ("withdrawn", NINJS["uri"])]
    assert world.topics.articles[1] == {"id": NINJS["uri"], "op": "retract"}


async def test_a_feed_with_an_embargo_is_read_in_full_each_time_as_it_may_end_without_a_change(world):
    feed = world.feed("/wire")
    world.press.answers["/wire"] = Answer(json.dumps([{**NINJS, "embargoed": "2999-01-01T00:00:00Z"}]).encode())
    await world.pass_(2 * HOUR, feed)
    assert world.topics.published == []
    assert set(world.press.statuses("/wire")) == {200}


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<title>Wire</title><id>https://wire.example/</id><link href="https://wire.example/"/>{}</feed>"""
ENTRY = "<entry><id>tag:wire.example,2026:{0}</id><title>{1}</title><summary>{1} happened.</summary></entry>"
DELETED = '<at:deleted-entry ref="tag:wire.example,2026:{}" when="2026-03-01T12:00:00Z"/>'


async def test_a_deleted_entry_is_a_retraction_once_and_may_come_back(world):
    feed = world.feed("/atom")
    for content in (
        ENTRY.format(1, "One") + ENTRY.format(2, "Two"),
        DELETED.format(1) + ENTRY.format(2, "Two"),
        DELETED.format(1) + ENTRY.format(3, "Three"),
        ENTRY.format(1, "One"),
        DELETED.format(1) + ENTRY.format(1, "One"),
    ):
        world.press.answers["/atom"] = Answer(ATOM.format(content).encode())
        await world.pass_(HOUR, feed)
    ids = [key for _, key in world.topics.published]
    assert [change for change, _ in world.topics.published] == ["new", "new", "withdrawn", "new", "revised"]
    assert ids[0] == ids[2] == ids[4]


async def test_a_killed_worker_loses_nothing_and_repeats_only_what_nobody_could_know(world, monkeypatch):
    monkeypatch.setattr(poller, "PORTION", 10)
    world.press.answers["/a"] = Answer(rss(*((str(n), f"Text {n}.") for n in range(100))))
    feed = world.feed("/a")
    deaths = 0
    for survived in (0, 3, 2, 0, 100):
        world.topics.fail_after = survived
        try:
            await world.pass_(MINUTE, feed)
        except KilledError:
            deaths += 1
    assert deaths == 4
    assert set(world.topics.bodies()) == {f"Text {n}." for n in range(100)}
    assert len(world.topics.published) == 100 + deaths * 10
    # What is repeated says the same under the same id, so that nothing changes downstream.
    assert len({(article["id"], article["body"]) for article in world.topics.articles}) == 100


async def test_a_folder_is_read_again_when_a_file_changes(world, tmp_path):
    feed = Feed(str(tmp_path), MINUTE)
    await world.pass_(HOUR, feed)
    (tmp_path / "one.txt").write_text("Mara Voss leads.\n", encoding="utf-8")
    await world.pass_(HOUR, feed)
    (tmp_path / "one.txt").write_text("Mara Voss no longer leads.\n", encoding="utf-8")
    (tmp_path / "two.jsonl").write_text('{"id": "x", "body": "Two."}\n{"no": "article"}\n', encoding="utf-8")
    await world.pass_(HOUR, feed)
    await world.pass_(HOUR, feed)
    assert [change for change, _ in world.topics.published] == ["new", "revised", "new", "new"]
    # The line that is no article is published as it stands; the news worker sends it to the dead letters.
    assert world.topics.articles[-1] == {"no": "article"}


async def test_two_versions_of_an_article_in_one_folder_are_not_revised_in_turn(world, tmp_path):
    feed = Feed(str(tmp_path), MINUTE)
    first, second = '{"id": "x", "body": "First."}\n', '{"id": "x", "body": "Second."}\n'
    for number in range(4):
        (tmp_path / "log.jsonl").write_text(first + second + '{"id": "y", "body": "Y."}\n' * number, encoding="utf-8")
        await world.pass_(HOUR, feed)
    assert world.topics.bodies() == ["Second.", "Y."]
    (tmp_path / "log.jsonl").write_text(first, encoding="utf-8")
    await world.pass_(HOUR, feed)
    assert world.topics.bodies() == ["Second.", "Y.", "First."]


async def test_an_empty_folder_is_no_failure_and_a_missing_one_is(world, tmp_path):
    last = await world.pass_(HOUR, Feed(str(tmp_path), MINUTE), Feed(str(tmp_path / "none"), MINUTE))
    (reason,) = last.failing()
    assert "none: No such file" in reason


async def test_a_server_without_validators_is_asked_in_full_but_what_is_the_same_is_not_read_again(world):
    world.press.answers["/a"] = Answer(rss(("1", "A.")), validates=False)
    changed = []

    def read(feed, known):
        reading = FeedReader(READERS, 5.0).read(feed, known)
        changed.append(reading.found is not None)
        return reading

    await world.pass_(HOUR, world.feed("/a"), read=read)
    world.press.answers["/a"] = Answer(rss(("1", "B.")), validates=False)
    await world.pass_(HOUR, world.feed("/a"), read=read)
    assert set(world.press.statuses("/a")) == {200}
    assert changed.count(True) == 2
    assert world.topics.bodies() == ["A.", "B."]


async def test_a_feed_that_states_the_time_and_no_news_is_not_written_down_each_time(world):
    feed = world.feed("/a", MINUTE)

    def read(feed, known):
        time = f"<lastBuildDate>{world.clock.time}</lastBuildDate>"
        world.press.answers["/a"] = Answer(rss(("1", "A."), more=time))
        return FeedReader(READERS, 5.0).read(feed, known)

    await world.pass_(HOUR, feed, read=read)
    assert set(world.press.statuses("/a")) == {200}
    assert world.topics.written == 2
    assert json.loads(world.topics.states[feed.address])["content"]
    await world.pass_(HOUR, feed, read=read)
    assert (world.topics.written, world.topics.bodies()) == (2, ["A."])


async def test_a_feed_that_was_not_sent_to_its_end_is_read_again_although_it_does_not_change(world):
    whole = rss(("1", "A."), ("2", "B."))
    world.press.answers["/a"] = Answer(whole[: whole.index(b"B.")])
    await world.pass_(HOUR, world.feed("/a"))
    assert set(world.press.statuses("/a")) == {200}
    world.press.answers["/a"] = Answer(whole)
    await world.pass_(HOUR, world.feed("/a"))
    assert world.topics.bodies() == ["A.", "B."]


async def test_a_correction_that_was_half_published_when_the_worker_died_is_undone_by_the_next(world, monkeypatch):
    monkeypatch.setattr(poller, "PORTION", 1)
    feed = world.feed("/a")
    before = Answer(rss(("1", "A."), ("2", "B.")))
    world.press.answers["/a"] = before
    await world.pass_(MINUTE, feed)
    world.press.answers["/a"] = Answer(rss(("1", "Not A."), ("2", "Not B.")))
    world.topics.fail_after = 1
    with pytest.raises(KilledError):
        await world.pass_(HOUR, feed)
    world.topics.fail_after = None
    world.press.answers["/a"] = before
    await world.pass_(HOUR, feed)
    assert world.topics.bodies()[-2:] == ["Not B.", "A."]


def test_what_is_remembered_is_bounded_and_what_the_feed_has_is_never_forgotten():
    known = {"a": "1", "b": "1", "c": "1", "d": "1"}
    assert list(remembered(known, {"e": "1", "b": "2"}, 4)) == ["c", "d", "b", "e"]
    assert list(remembered(known, dict.fromkeys("wxyz", "1"), 4)) == ["z", "y", "x", "w"]
    assert list(remembered(known, dict.fromkeys("wxyz", "1"), 2)) == ["z", "y", "x", "w"]


def test_many_feeds_share_the_memory():
    assert room(0) == room(1) == MOST_ITEMS
    for feeds in (100, 1000, 10_000):
        assert LEAST_ITEMS <= room(feeds) <= MOST_IN_ALL / feeds


async def test_the_more_feeds_the_less_is_remembered_of_what_has_left_them(world, monkeypatch):
    monkeypatch.setattr(state, "MOST_IN_ALL", 6)
    monkeypatch.setattr(state, "LEAST_ITEMS", 1)
    feeds = [world.feed("/a"), world.feed("/b")]
    world.press.answers["/b"] = Answer(rss())
    for number in range(9):
        world.press.answers["/a"] = Answer(rss((str(number), f"Text {number}.")))
        await world.pass_(HOUR, *feeds)
    assert len(FeedState.model_validate_json(world.topics.states[feeds[0].address]).items) == 3
    assert len(world.topics.published) == 9


async def test_a_feed_of_too_many_articles_is_read_up_to_the_limit_and_says_so(world, monkeypatch):
    monkeypatch.setattr(changes, "MOST_ITEMS", 5)
    world.press.answers["/a"] = Answer(rss(*((str(n), f"Text {n}.") for n in range(9))))
    last = await world.pass_(6 * HOUR, world.feed("/a"))
    assert world.topics.bodies() == [f"Text {n}." for n in range(5)]
    assert "4 articles more" in last.failing()[0]
    assert set(world.press.statuses("/a")[1:]) == {304}  # it is no error of the publisher's, and nothing is sent again


async def test_an_article_that_changes_all_the_time_is_revised_a_few_times_and_then_once_an_hour(world):
    """Another server of the publisher, a counter in the text, or an advertisement."""
    feed = world.feed("/a", MINUTE)
    for turn in range(180):
        world.press.answers["/a"] = Answer(rss(("1", f"{turn} readers."), ("2", "Rain.")))
        await world.pass_(MINUTE, feed)
    assert world.topics.bodies().count("Rain.") == 1
    assert 12 + 2 <= len(world.topics.published) - 2 <= 12 + 3
    await world.pass_(2 * HOUR, feed)
    # The last one is not lost, and then there is peace.
    assert world.topics.bodies()[-1] == "179 readers."
    count = len(world.topics.published)
    await world.pass_(24 * HOUR, feed)
    assert len(world.topics.published) == count


async def test_a_withdrawal_does_not_wait(world):
    feed = world.feed("/wire", MINUTE)
    for turn in range(30):
        world.press.answers["/wire"] = Answer(json.dumps({**NINJS, "body_text": f"Claim {turn}."}).encode())
        await world.pass_(MINUTE, feed)
    world.press.answers["/wire"] = Answer(json.dumps({**NINJS, "pubstatus": "canceled"}).encode())
    await world.pass_(MINUTE, feed)
    assert world.topics.published[-1][0] == "withdrawn"


async def test_ids_are_those_of_publish(world):
    world.press.answers["/a"] = Answer(rss(("1", "Text.")), validates=False)
    feed = world.feed("/a")
    await world.pass_(MINUTE, feed)
    (record,) = read_source(feed.address, allow_private=True)
    assert world.topics.published == [("new", record.key)]


async def test_a_fault_of_ours_in_one_feed_does_not_cost_the_others(world):
    world.press.answers |= {"/a": Answer(rss(("1", "A."))), "/b": Answer(rss(("2", "B.")))}

    def read(feed, known):
        if feed.address.endswith("/a"):
            raise ZeroDivisionError("a fault")
        return FeedReader(READERS, 5.0).read(feed, known)

    last = await world.pass_(HOUR, world.feed("/a"), world.feed("/b"), read=read)
    assert world.topics.bodies() == ["B."]
    assert "ZeroDivisionError" in last.failing()[0]
