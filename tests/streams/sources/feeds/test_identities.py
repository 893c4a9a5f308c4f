"""Ids last as long as the article, and two publishers never share one."""

import orjson
import pytest

from streams.messages.events import stable_id
from streams.sources import FeedRecord
from streams.sources.feeds.reader import read_feed
from streams.sources.json_documents import read_document

ITEM = "<item><title>{title}</title><link>{link}</link><guid>{guid}</guid><description>{text}</description></item>"


def ids(*items: str, link: str = "https://north.example/", title: str = "North", name: str = "feed.xml") -> list[str]:
    feed = f"<rss><channel><title>{title}</title><link>{link}</link>{''.join(items)}</channel></rss>"
    return [found.key for found in read_feed(feed.encode(), name) if isinstance(found, FeedRecord)]


def item(guid: str = "", link: str = "", title: str = "A title", text: str = "A text.") -> str:
    return ITEM.format(guid=guid, link=link, title=title, text=text)


@pytest.mark.parametrize(
    "guid", ["1001", "N/A", "story-7", "urn:uuid:4d6f0a", "http://localhost/?p=7", "https://elsewhere.example/7", "7#2"]
)
def test_two_publishers_never_share_an_id(guid: str) -> None:
    north = ids(item(guid, "https://north.example/7"))
    south = ids(item(guid, "https://south.example/7"), link="https://south.example/", title="South")
    assert north != south


def test_two_publishers_on_one_host_do_not_share_an_id_either() -> None:
    one, other = (ids(item("7"), link=f"https://blogs.example/{who}/") for who in ("ida", "per"))
    assert one != other


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("http://www.north.example", "feed.xml"),
        ("https://north.example/index.html", "other.xml"),
        ("https://north.example/?utm_source=rss", "feed-2026-03-03.xml"),
    ],
)
def test_an_id_outlasts_how_the_home_page_is_written_and_the_name_of_the_file(link: str, name: str) -> None:
    assert ids(item("7"), link=link, name=name) == ids(item("7"))


def test_an_id_outlasts_a_correction_and_another_link() -> None:
    before = ids(item("7", "https://north.example/7", "Doyle leads", "Peter Doyle leads."))
    assert ids(item("7", "https://north.example/seven", "Boyle leads", "Petra Boyle leads.")) == before


@pytest.mark.parametrize(
    "guid", ["https://north.example/7", "http://www.north.example/?p=7", "tag:north.example,2026:7"]
)
def test_a_guid_on_the_publishers_own_site_keeps_the_id_it_has_always_had(guid: str) -> None:
    assert ids(item(guid)) == [stable_id("feed", guid)]


def test_a_link_without_a_guid_keeps_its_id_and_loses_only_tracking() -> None:
    assert ids(item("", "https://north.example/7?id=1")) == [stable_id("feed", "https://north.example/7?id=1")]
    assert ids(item("", "https://north.example/7?id=1&amp;utm_source=a")) == ids(
        item("", "https://north.example/7?id=1")
    )


def test_a_repeated_guid_of_different_stories_is_none() -> None:
    stories = [item("x", f"https://north.example/{n}", f"Story {n}") for n in range(3)]
    assert ids(*stories) == [stable_id("feed", f"https://north.example/{n}") for n in range(3)]


def test_without_links_headlines_and_dates_tell_stories_apart() -> None:
    assert len(set(ids(*(item("x", title=f"Story {n}") for n in range(3))))) == 3
    assert len(set(ids(*(item("", title="Weather", text=f"{n} degrees.") for n in range(3))))) == 3


def test_a_feed_without_a_home_page_is_known_by_what_else_it_says() -> None:
    bare = "<rss><channel><title>{}</title><item><guid>7</guid><title>T</title>{}</item></channel></rss>"

    def key(title: str, link: str = "") -> str:
        (found,) = read_feed(bare.format(title, link).encode(), "feed.xml")
        assert isinstance(found, FeedRecord)
        return found.key

    assert key("North") == key("North")
    assert key("North") != key("South")
    linked = "<link>https://north.example/{}</link>"
    assert key("North", linked.format(1)) == key("Renamed", linked.format(2))


def test_the_home_page_may_follow_the_entries() -> None:
    feed = f"<rss><channel>{item('7')}<title>North</title><link>https://north.example/</link></channel></rss>"
    (found,) = read_feed(feed.encode(), "feed.xml")
    assert isinstance(found, FeedRecord)
    assert [found.key] == ids(item("7"))
    assert found.article is not None
    assert found.article.source == "North"


USER = "https://editor:secret@coast.example"
CHANNEL = (
    "<rss><channel><title>Coast</title><link>{}/</link><item>{}<description>Text.</description></item></channel></rss>"
)
GUID = "<guid isPermaLink='false'>1001</guid>"


def of_xml(inner: str, link: str = USER) -> dict:
    (found,) = read_feed(CHANNEL.format(link, inner).encode(), "f.xml", address="https://feeds.example/1")
    assert isinstance(found, FeedRecord)
    return orjson.loads(found.value)


def of_json(home: str, **fields: str) -> dict:
    head = {"version": "https://jsonfeed.org/version/1", "home_page_url": f"{home}/"}
    feed = {**head, "items": [{"content_text": "Text.", **fields}]}
    (found,) = read_feed(orjson.dumps(feed), "f.json", address="https://feeds.example/1")
    assert isinstance(found, FeedRecord)
    return orjson.loads(found.value)


def test_a_user_name_in_the_publishers_address_changes_no_id() -> None:
    expected = stable_id("feed", "coast.example", "1001")
    assert of_xml(GUID)["id"] == of_xml(GUID, "https://coast.example")["id"] == expected
    assert of_json(USER, id="1001")["id"] == expected
    ours = {"guid": "1001", "url": f"{USER}/7", "body": "Text."}
    (found,) = read_document(orjson.dumps(ours), "f.json")
    assert isinstance(found, FeedRecord)
    assert found.key == expected


def test_a_link_with_a_user_name_identifies_its_entry_but_is_not_published() -> None:
    expected = stable_id("feed", f"{USER}/7")
    for found in (of_xml(f"<link>{USER}/7</link>"), of_json(USER, url=f"{USER}/7")):
        assert found["id"] == expected
        assert "url" not in found


def test_what_is_relative_to_an_address_with_a_user_name_is_published_without_it() -> None:
    inner = "<link>/7</link><enclosure url='/a.jpg' type='image/jpeg'/>"
    for found in (of_xml(inner), of_json(USER, url="/7", image="/a.jpg")):
        assert found["id"] == stable_id("feed", f"{USER}/7")
        assert found["url"] == "https://coast.example/7"
        assert found["media"] == [{"uri": "https://coast.example/a.jpg"}]
