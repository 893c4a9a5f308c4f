"""JSON Feed, ninjs and our own JSON that nobody should write: refused, kept with the reason, or read as meant."""

import json
from typing import Any

import pytest

from streams.messages.events import stable_id
from streams.sources import FeedRecord, LeftOut, SourceError
from streams.sources.feed_record import Found
from streams.sources.feeds.reader import read_feed
from streams.sources.json_documents import read_document
from tests.streams.sources.hostile.reading import json_feed, read, rss

URN = "urn:newsml:coast.example:20260303:7"
TEXT = {"id": "1", "content_text": "Text."}
NO_DATE = "it cannot be read, or in more than one way"


def ninjs(*items: Any) -> tuple[list[dict], list[str]]:
    """Reads items, each `{}` plus what is given, of a list."""
    return read(json.dumps(items).encode())


def item(**fields: Any) -> dict[str, Any]:
    return {"uri": URN, "type": "text", "body_text": "Text.", **fields}


FEED_ITEMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "controls": (
        {"title": "A\0B", "author": {"name": "N\x1fM"}, "tags": ["a\0b"],
         "attachments": [{"url": "https://coast.example/a.jpg", "mime_type": "image/jpeg", "title": "c\0d"}]},
        {"headline": "AB", "author": "NM", "section": "ab",
         "media": [{"uri": "https://coast.example/a.jpg", "caption": "cd"}]}),
    "tags that are no list": ({"tags": "politics"}, {}),
    "tags of every type": ({"tags": [1, None, {"a": 1}, "ok", True]}, {"section": "1, ok"}),
    "an author that is no object": ({"author": "Ann"}, {}),
    "authors of every type": ({"authors": [1, None, {"name": 5}, {"name": "Ann"}]}, {"author": "5, Ann"}),
    "attachments that are no list": ({"attachments": {"url": "x"}}, {}),
    "attachments of every type": ({"attachments": [1, None, {"url": ["x"]}, {}]}, {}),
    "addresses that are numbers": ({"url": 5, "image": 5, "attachments": [{"url": 5}]}, {}),
    "a picture that is no text": ({"image": ["x"], "banner_image": {"a": 1}}, {}),
    "a title that is no text": ({"title": ["x"]}, {}),
    "a title that is a number": ({"title": 7}, {"headline": "7"}),
    "a link that is no text": ({"url": ["x"], "external_url": {"a": 1}}, {}),
    "a language that is no text": ({"language": 5}, {}),
    "a date that is a number": ({"date_published": 1_700_000_000}, {"published_at": "2023-11-14T22:13:20Z"}),
    "a date that is null": ({"date_published": None, "date_modified": [1]}, {}),
    "texts of every type": ({"content_html": ["x"], "summary": {"a": 1}}, {}),
    "fields nobody knows": ({"_x": {"deep": [[[[1]]]]}}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", FEED_ITEMS)
def test_a_strange_item_of_a_json_feed_is_read_with_exactly_these_fields(name: str) -> None:
    more, expected = FEED_ITEMS[name]
    ((found,), left) = read(json_feed({**TEXT, **more}))
    assert found.pop("id") == stable_id("feed", "coast.example", "1")
    assert found == {"body": "Text.", "source": "Coast", **expected}
    assert left == []


@pytest.mark.parametrize("id_", [True, None, [], {}, ["a"], "", "  ", "null", "N/A", 0, "\0"], ids=repr)
def test_an_id_that_says_nothing_is_none_and_two_such_items_are_two_articles(id_: object) -> None:
    found, left = read(json_feed({"id": id_, "content_text": "One."}, {"id": id_, "content_text": "Two."}))
    assert len({one["id"] for one in found}) == 2
    assert left == []


@pytest.mark.parametrize("id_", [1, -1, 1.5, 10**18, "1\x1f2", "x" * 9000], ids=lambda id_: str(id_)[:20])
def test_an_id_of_another_type_is_one(id_: object) -> None:
    ((one,), _) = read(json_feed({"id": id_, "content_text": "One."}))
    ((corrected,), _) = read(json_feed({"id": id_, "content_text": "Corrected."}))
    assert one["id"] == corrected["id"]


@pytest.mark.parametrize("items", [None, []])
def test_a_json_feed_may_be_quiet(items: object) -> None:
    assert read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()) == ([], [])


@pytest.mark.parametrize("element", [1, "x", None, [], True])
def test_an_item_that_is_no_object_is_left_out(element: object) -> None:
    assert read(json_feed(element, TEXT))[1] == ["it has neither a headline nor a text"]


NOT_READ = {
    "an object that is neither": b'{"error": "not found"}',
    "an empty object": b"{}",
    "an id alone": b'{"id": "x"}',
    "items that are an object": b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}',
    "items that are a text": b'{"version": "https://jsonfeed.org/version/1.1", "items": ""}',
    "a comma too many": b'{"id": "x", "body": "Text.",}',
    "NaN": b'{"id": "x", "body": "Text.", "z": NaN}',
    "half of it": b'{"id": "x", "body": "Te',
    "two objects": b'{"id": "x", "body": "Text."} {"id": "y"}',
    "too deep": b'{"id": "x", "body": "Text.", "z": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "brackets without end": b"[" * 100_000,
    "a number without end": b'{"id": "x", "body": "Text.", "published_at": ' + b"9" * 500 + b"}",
}


@pytest.mark.parametrize("name", NOT_READ)
def test_json_at_an_address_that_is_no_article_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match=r"not JSON|not an article"):
        read(NOT_READ[name])


@pytest.mark.parametrize("name", NOT_READ)
def test_json_in_a_file_that_is_no_article_is_kept_as_it_stands(name: str) -> None:
    (found,) = read_document(NOT_READ[name], "f.json")
    assert isinstance(found, FeedRecord)
    assert found.problem
    assert found.value == NOT_READ[name]


@pytest.mark.parametrize("half", [r"\ud83d", r"\uDE00", r"\ud83d\ud83d", r"\ud83dx\ude00", r"\\\ud83d"])
def test_half_a_character_does_not_cost_a_feed(half: str) -> None:
    whole = json_feed({"id": "1", "content_text": "cut HALF"}, {"id": "2", "content_text": "whole \U0001f600 \\ud83d"})
    found, _ = read(whole.replace(b"HALF", half.encode()))
    assert found[0]["body"].startswith("cut ")
    assert "\ufffd" in found[0]["body"]
    assert found[1]["body"] == "whole \U0001f600 \\ud83d"


STATUSES = {
    "canceled": True, "CANCELED": True, " canceled ": True, "stat:canceled": True, "withheld": True, "killed": True,
    "usable": False, "bogus": False, "": False,
}  # fmt: skip


@pytest.mark.parametrize("status", [*STATUSES, None, 5, [], ["canceled"], {"a": 1}, True], ids=repr)
def test_only_the_words_that_withdraw_withdraw(status: Any) -> None:
    ((found,), _) = ninjs(item(pubstatus=status))
    withdrawn = isinstance(status, str) and STATUSES[status]
    assert found == (
        {"id": URN, "op": "retract"} if withdrawn else {"id": URN, "body": "Text.", "source": "coast.example"}
    )


@pytest.mark.parametrize(
    "last", [{"version": "3"}, {}, {"version": 3.5}, {"versioncreated": "soon"}, {"versioncreated": None}]
)
def test_a_withdrawal_without_a_date_does_not_lose_against_a_version_with_one(last: dict) -> None:
    dated = item(version="2", versioncreated="2026-03-03T07:15:00Z")
    found, left = ninjs(dated, {"uri": URN, "type": "text", "pubstatus": "canceled", **last})
    assert found == [{"id": URN, "op": "retract"}]
    assert left == ["the list has a later version of it"]


@pytest.mark.parametrize("embargo", ["tomorrow", "2026-13-01", 5, ["x"], {"a": 1}, True], ids=repr)
def test_an_embargo_that_cannot_be_read_has_no_end(embargo: object) -> None:
    assert ninjs(item(embargoed=embargo)) == ([], ["it is embargoed without a time that ends it"])


@pytest.mark.parametrize("embargo", [None, "", [], {}, False, 0, "2020-01-01T00:00:00Z", 1.6e12], ids=repr)
def test_no_embargo_and_one_that_is_over_hold_nothing_back(embargo: object) -> None:
    assert len(ninjs(item(embargoed=embargo))[0]) == 1


NINJS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "controls": ({"headline": "A\0B", "byline": "N\x1fM", "subject": [{"name": "s\0t"}], "infosource": "i\0j"},
                 {"headline": "AB", "author": "NM", "section": "st", "source": "ij"}),
    "a headline without end": ({"headline": "a" * 20_000}, {"headline": "a" * 10_000}),
    "a headline that is a list": ({"headline": ["x"]}, {}),
    "bodies that are no list": ({"bodies": "x"}, {}),
    "bodies of every type": ({"bodies": [1, None, {"value": 5}, {"value": ["x"]}]}, {}),
    "subjects that are no list": ({"subject": "x"}, {}),
    "subjects of every type": ({"subject": [1, None, {"name": ["x"]}, {"name": "Oil"}]}, {"section": "Oil"}),
    "associations of every type": ({"associations": [1, {"renditions": 5}, {"renditions": [1, {"href": 5}]}]}, {}),
    "associations by name of every type": ({"associations": {"a": None, "b": 1, "c": {"renditions": None}}}, {}),
    "a width beyond reason": (
        {"associations": {"a": {"renditions": {"m": {"href": "https://i.example/a.jpg", "width": -(10**18)}}}}},
        {"media": [{"uri": "https://i.example/a.jpg"}]}),
    "a language that is none": ({"language": "English"}, {}),
    "a script as a link": ({"url": "javascript:x", "webcanonical": "data:text/html,x"}, {}),
    "a relative link": ({"url": "/7"}, {"url": "https://coast.example/7"}),
    "an id that is null": ({"id": None}, {}),
    "a date that is a number": ({"versioncreated": 1_700_000_000}, {"published_at": "2023-11-14T22:13:20Z"}),
}  # fmt: skip


@pytest.mark.parametrize("name", NINJS)
def test_a_strange_ninjs_item_is_read_with_exactly_these_fields(name: str) -> None:
    more, expected = NINJS[name]
    assert ninjs(item(**more)) == ([{"id": URN, "body": "Text.", "source": "coast.example", **expected}], [])


@pytest.mark.parametrize(
    ("date", "reason"), [("2999-01-01T00:00:00Z", "it is in the future"), ("soon", NO_DATE), (5, NO_DATE)]
)
def test_a_date_of_ninjs_that_cannot_be_is_left_out(date: object, reason: str) -> None:
    ((found,), left) = ninjs(item(versioncreated=date))
    assert "published_at" not in found
    assert left == [reason]


@pytest.mark.parametrize("uri", [5, None, "", "  ", [], True], ids=repr)
def test_an_item_without_a_uri_goes_to_dead_letters(uri: object) -> None:
    (found,) = read_document(json.dumps([item(uri=uri)]).encode(), "f.json")
    assert isinstance(found, FeedRecord)
    assert found.problem == "id: Field required"


@pytest.mark.parametrize("uri", ["1001", "x" * 600, "a b"])
def test_a_uri_that_is_none_counts_for_its_site_only(uri: str) -> None:
    value = json.dumps(item(uri=uri)).encode()
    ids = {
        one.key
        for site in ("north", "south")
        for one in read_feed(value, "n", address=f"https://{site}.example/")
        if isinstance(one, FeedRecord)
    }
    assert len(ids) == 2


OURS = {
    "published_at": ["x", True, [], "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", 1e300],
    "headline": [5, [], "x" * 20_000, "a\0b"],
    "body": [5, [], {}, "", " \n ", "\u200b\u2060", "\0", None],
    "media": ["x", [1], [{}], [{"uri": 5}], [{"uri": ""}], [{"uri": "https://a.example/x"}] * 300],
    "op": ["delete", "RETRACT", 5, ""],
    "erase": [True, "sometimes", 5],
    "id": [5, True, [], {}, "", "x" * 600, None],
    "language": [5, "x" * 99],
    "url": [5, ["x"], "x" * 5000],
}


@pytest.mark.parametrize(
    ("field", "value"), [(f, v) for f, several in OURS.items() for v in several], ids=lambda v: repr(v)[:24]
)
def test_an_article_of_ours_with_a_wrong_field_is_kept_with_the_reason(field: str, value: object) -> None:
    article = {"id": "x", "headline": "H", "body": "Text.", field: value}
    found: list[Found] = list(read_document(json.dumps(article).encode(), "f.json"))
    (one,) = found
    assert isinstance(one, FeedRecord)
    assert field in one.problem
    assert json.loads(one.value) == article


def test_an_rss_feed_named_json_is_read_by_what_it_is() -> None:
    assert not [one for one in read_feed(rss("<item><title>A</title></item>"), "f.json") if isinstance(one, LeftOut)]
