"""NewsML-G2: which item is which article, which version counts, and what is not to be published."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from streams.sources import FeedRecord, LeftOut, SourceError, read_source
from streams.sources.feed_record import Found
from streams.sources.feeds import media, newsml_article
from streams.sources.feeds.entry import Medium
from streams.sources.feeds.reader import read_feed
from tests.streams.feeds.newsml import item, message

URN = "urn:newsml:coast.example:20260303:7"


def read(*items: str, address: str = "") -> list[Found]:
    return list(read_feed(message(*items), "m.xml", address=address))


def articles(found: list[Found]) -> list[dict]:
    return [orjson.loads(one.value) for one in found if isinstance(one, FeedRecord)]


def reasons(found: list[Found]) -> list[str]:
    return [one.reason for one in found if isinstance(one, LeftOut)]


@pytest.mark.parametrize(
    "guid", ["1001", "a:1", "http://localhost/7", "http://10.0.0.7/7", "tag:local,2026:7", "é" * 600]
)
def test_two_providers_never_share_an_id(guid: str) -> None:
    (north,) = articles(read(item(guid, provider="north")))
    (south,) = articles(read(item(guid, provider="south")))
    assert north["id"] != south["id"]
    (one,) = articles(read(item(guid), address="https://north.example/1.xml"))
    (two,) = articles(read(item(guid), address="https://south.example/1.xml"))
    assert one["id"] != two["id"]
    (again,) = articles(read(item(guid, "9", text="Other."), address="https://www.north.example/2.xml"))
    assert again["id"] == one["id"]


@pytest.mark.parametrize("guid", [URN, "tag:coast.example,2026:7", "https://coast.example/7", "URN:uuid:1b4e28ba-2fa1"])
def test_an_item_has_the_id_that_it_has_as_ninjs(guid: str) -> None:
    (ninjs,) = read_feed(orjson.dumps({"uri": guid, "type": "text", "body_text": "Text."}), "n.json")
    (newsml,) = read(item(guid, provider="whoever"), address="https://other.example/")
    assert isinstance(ninjs, FeedRecord)
    assert isinstance(newsml, FeedRecord)
    assert newsml.key == ninjs.key == guid


@pytest.mark.parametrize("order", [(1, 2, 10), (10, 2, 1), (2, 10, 1)])
def test_of_several_versions_the_highest_counts_wherever_it_stands(order: tuple[int, ...]) -> None:
    found = read(*(item(URN, str(n), text=f"Version {n}.") for n in order))
    assert [one["body"] for one in articles(found)] == ["Version 10."]
    assert len(reasons(found)) == 2


def test_of_versions_with_one_number_the_one_created_last_counts() -> None:
    later, earlier = (item(URN, created=f"2026-03-03T0{hour}:00:00Z", text=f"At {hour}.") for hour in (8, 7))
    assert [one["body"] for one in articles(read(later, earlier))] == ["At 8."]


@pytest.mark.parametrize(
    "status",
    ['qcode="stat:canceled"', 'qcode="stat:withheld"', 'uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"'],
)
def test_what_is_cancelled_or_withheld_is_withdrawn_and_not_published(status: str) -> None:
    found = read(item(URN, "1"), item(URN, "2", management=f"<pubStatus {status}/>"))
    assert articles(found) == [{"id": URN, "op": "retract"}]
    found = read(item(URN, "2", management=f"<pubStatus {status}/>"), item(URN, "3", text="Again."))
    assert [one["body"] for one in articles(found)] == ["Again."]


def test_an_embargo_is_kept_and_what_is_no_longer_under_one_is_published() -> None:
    def under(text: str) -> list[Found]:
        return read(item(URN, management=f"<embargoed>{text}</embargoed>"))

    (held,) = under((datetime.now(UTC) + timedelta(hours=2)).isoformat())
    assert isinstance(held, LeftOut)
    assert held.passing
    for without_end in ("", "when the speech ends"):
        (held,) = under(without_end)
        assert isinstance(held, LeftOut)
        assert not held.passing
    assert articles(under("2026-01-01T00:00:00Z"))


@pytest.mark.parametrize("first", ["a", "b"])
def test_files_of_a_folder_are_read_in_whatever_order_their_versions_are(tmp_path: Path, first: str) -> None:
    for name, version in (("a", "1"), ("b", "2")):
        number = version if first == "a" else "21"[int(version) - 1]
        (tmp_path / f"{name}.xml").write_bytes(message(item(URN, number, text=f"Version {number}.")))
    bodies = [record.article.body for record in read_source(str(tmp_path)) if record.article]
    assert bodies[-1] == "Version 2."


def test_an_item_without_a_guid_is_named_and_keeps_no_other_from_being_read() -> None:
    found = read(item("", text="Nobody's."), item(URN))
    assert len(articles(found)) == 1
    assert reasons(found) == ["it has no guid, by which it could be corrected or withdrawn"]


def test_a_message_that_ends_in_an_item_leaves_that_one_out() -> None:
    whole = message(item(URN), item(URN + "8"))
    found = list(read_feed(whole[: whole.index(b"</contentSet>", whole.index(b"7</inline") + 40)], "m.xml"))
    assert [one["id"] for one in articles(found)] == [URN]
    assert reasons(found) == ["the feed ends in the middle of it"]


def test_newsml_1_is_refused_and_not_taken_for_its_successor() -> None:
    with pytest.raises(SourceError, match="<NewsML>, which is not from NewsML-G2 either"):
        list(read_feed(b"<NewsML><NewsItem Duid='1'><NewsComponent/></NewsItem></NewsML>", "old.xml"))


def test_a_quiet_message_is_no_failure() -> None:
    assert read() == []


def test_a_package_with_a_text_of_its_own_is_an_article_with_its_pictures() -> None:
    groups = (
        '<groupSet root="g"><group id="g"><itemRef residref="x" contenttype="image/jpeg" href="https://i.example/1.jpg">'
        "<title>Bridge</title></itemRef><itemRef residref='urn:a:1'><title>Text</title></itemRef></group></groupSet>"
    )
    package = item(URN, text="", about="<description>Five stories of the day.</description>", more=groups)
    (found,) = articles(read(package.replace("newsItem", "packageItem")))
    assert found["body"] == "Five stories of the day."
    assert found["media"] == [{"uri": "https://i.example/1.jpg", "caption": "Bridge"}]


NITF = "<inlineXML><nitf><body><body.content>{}</body.content></body></nitf></inlineXML></contentSet>"
NITF_MEDIA = (
    "<media media-type='image'><media-reference source='https://i.example/{0}.jpg'/>"
    "<media-caption>Picture {0}</media-caption>{1}</media>"
)


def in_nitf(text: str, more: str = "") -> list[dict]:
    (found,) = articles(read(item(URN, text="").replace("</contentSet>", more + NITF.format(text))))
    return found["media"]


def test_pictures_of_all_blocks_and_texts_are_kept() -> None:
    blocks = "".join(f"<block><p>Text.</p>{NITF_MEDIA.format(n, '')}</block>" for n in (1, 2))
    other = NITF.removesuffix("</contentSet>").format(NITF_MEDIA.format(3, ""))
    renditions = "<remoteContent contenttype='image/jpeg' href='https://i.example/4.jpg'/>"
    assert sorted(one["uri"][-5:] for one in in_nitf(blocks, other + renditions)) == [
        "1.jpg",
        "2.jpg",
        "3.jpg",
        "4.jpg",
    ]


def test_what_an_item_shows_is_not_taken_for_a_picture_of_its_text() -> None:
    shown = (
        "<remoteContent contenttype='image/jpeg' href='https://i.example/4.jpg' width='100'/>"
        "<remoteContent contenttype='image/jpeg' href='https://i.example/5.jpg' width='200'/>"
    )
    document = item(URN, text="", management="<itemClass qcode='ninat:picture'/>")
    text = NITF.format(f"<p>Text.</p>{NITF_MEDIA.format(1, '')}")
    (found,) = articles(read(document.replace("</contentSet>", shown + text)))
    assert [one["uri"][-5:] for one in found["media"]] == ["5.jpg", "1.jpg"]


def test_media_within_media_have_their_own_captions() -> None:
    found = in_nitf("<p>Text.</p>" + NITF_MEDIA.format(1, NITF_MEDIA.format(2, NITF_MEDIA.format(3, ""))))
    assert [(one["uri"][-5:], one["caption"]) for one in found] == [(f"{n}.jpg", f"Picture {n}") for n in (1, 2, 3)]


@pytest.mark.parametrize("depth", [1, 150])
def test_media_are_looked_at_once_and_only_so_many(monkeypatch: pytest.MonkeyPatch, depth: int) -> None:
    made: list[str] = []

    def counted(address: str, *given: object, **named: object) -> Medium:
        made.append(address)
        return Medium(address, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(newsml_article, "Medium", counted)
    references = "".join(f"<media-reference source='https://i.example/{n}.jpg'/>" for n in range(4000))
    in_nitf("<p>Text.</p>" + "<media media-type='image'>" * depth + references + "</media>" * depth)
    assert len(made) == 2 * media.MOST_READ  # a document is read twice


@pytest.mark.parametrize("guid", ["https://bob:secret@agency.example/1", "HTTPS:/\\bob:secret@agency.example/1"])
def test_a_password_in_a_guid_is_in_no_id_and_no_message(guid: str) -> None:
    (newsml,) = articles(read(item(guid, provider="north")))
    (ninjs,) = articles(list(read_feed(orjson.dumps({"uri": guid, "type": "text", "body_text": "Text."}), "n.json")))
    assert "secret" not in newsml["id"] + ninjs["id"]
    found = [
        *read(item(guid, management="<embargoed/>"), item(guid, "2"), item(guid)),
        *read_feed(orjson.dumps([{"uri": guid, "body_text": "x", "embargoed": "x"}] * 2), "n.json"),
        *read_feed(orjson.dumps([{"uri": guid, "body_text": "x"}] * 2), "n.json"),
        *read_feed(f"<rss><channel><item><guid>{guid}</guid></item></channel></rss>".encode(), "n.xml"),
    ]
    assert len(reasons(found)) >= 5
    assert "secret" not in "".join(one.what for one in found if isinstance(one, LeftOut))


def test_an_item_whose_guid_has_a_user_name_is_the_same_in_both_formats() -> None:
    guid = "https://bob:secret@agency.example/1"
    (newsml,) = articles(read(item(guid, provider="north"), address="https://other.example/"))
    (ninjs,) = articles(list(read_feed(orjson.dumps({"uri": guid, "type": "text", "body_text": "Text."}), "n.json")))
    assert newsml["id"] == ninjs["id"]
