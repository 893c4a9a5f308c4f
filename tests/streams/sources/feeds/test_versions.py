"""Which version of an article is published, and what must not keep a withdrawal back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.sources import FeedRecord
from streams.sources.feeds import tree
from streams.sources.feeds.reader import read_feed
from streams.sources.folder import read_folder, read_inbox
from streams.sources.versions import NEWSML, NINJS, Version
from tests.streams.feeds.newsml import item, message
from tests.streams.sources.hostile.reading import atom, read, rss

URN = "urn:newsml:coast.example:20260303:7"
RETRACTED = {"id": URN, "op": "retract"}
CANCELED = "<pubStatus qcode='stat:canceled'/>"


def ninjs(**fields: Any) -> dict[str, Any]:
    return {"uri": URN, "type": "text", "body_text": "Text.", **fields}


def newsml_document(*versions: dict[str, Any]) -> bytes:
    items = []
    for number, one in enumerate(versions, start=1):
        status = CANCELED if one.get("pubstatus") else ""
        until = f"<embargoed>{one['embargoed']}</embargoed>" if "embargoed" in one else ""
        items.append(item(URN, str(number), text=one.get("body_text", "Text."), management=status + until))
    return message(*items)


def ninjs_document(*versions: dict[str, Any]) -> bytes:
    return json.dumps([ninjs(version=str(number), **one) for number, one in enumerate(versions, start=1)]).encode()


@pytest.mark.parametrize("document", [newsml_document, ninjs_document])
@pytest.mark.parametrize(
    "last", [{"embargoed": "2099-01-01T00:00:00Z"}, {"embargoed": "when the speech ends"}, {"body_text": " "}]
)
def test_what_is_held_back_keeps_no_earlier_version_back(document: Callable[..., bytes], last: dict[str, Any]) -> None:
    found, _ = read_all(document({}, {"pubstatus": "canceled"}, last))
    assert found == [RETRACTED]
    found, _ = read_all(document({"body_text": "First."}, last))
    assert [one["body"] for one in found] == ["First."]


def read_all(data: bytes) -> tuple[list[dict], list[str]]:
    """Returns the articles, and the problems of what is none; why the rest is left out does not matter here."""
    records = [one for one in read_feed(data, "feed") if isinstance(one, FeedRecord)]
    return [orjson.loads(one.value) for one in records if one.article], [one.problem for one in records if one.problem]


def test_an_item_that_is_too_large_keeps_no_earlier_version_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "LARGEST_ENTRY", 1000)
    large = item(URN, "3", text="x" * 2000)
    assert read(message(item(URN, "2", management=CANCELED), large))[0] == [RETRACTED]
    assert read(message(item(URN, "2", text="Good."), large))[0][0]["body"] == "Good."


def test_an_item_that_is_too_large_is_withdrawn_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "LARGEST_ENTRY", 1000)
    assert read(message(item(URN, "3", text="x" * 2000, management=CANCELED))) == ([RETRACTED], [])


LARGE = f"<description>{'x' * 2000}</description>"


@pytest.mark.parametrize("lesser", [LARGE, "<description>&amp;#8203;</description>", ""])
def test_an_entry_that_is_left_out_keeps_none_back(monkeypatch: pytest.MonkeyPatch, lesser: str) -> None:
    monkeypatch.setattr(tree, "LARGEST_ENTRY", 1000)
    guid = "<guid>7</guid><link>https://coast.example/7</link>"
    good = f"<item>{guid}<description>Good.</description><pubDate>2026-03-03T07:00:00Z</pubDate></item>"
    left = f"<item>{guid}<pubDate>2026-03-03T09:00:00Z</pubDate>{lesser}</item>"
    assert [one["body"] for one in read(rss(good + left))[0]] == ["Good."]


def test_an_entry_that_is_left_out_keeps_no_withdrawal_back() -> None:
    deleted = "<at:deleted-entry xmlns:at='http://purl.org/atompub/tombstones/1.0' ref='urn:x:1'/>"
    ((found,), _) = read(atom(f"{deleted}<entry><id>urn:x:1</id><title> </title></entry>"))
    assert found["op"] == "retract"


def in_files(folder: Path, *contents: bytes) -> list[dict]:
    for place, content in enumerate(contents):
        name = f"{place}.json" if content[:1] in {b"{", b"["} else f"{place}.xml"
        (folder / name).write_bytes(content)
    return [orjson.loads(one.value) for one in read_folder(folder) if isinstance(one, FeedRecord)]


def test_a_withdrawal_in_one_format_counts_in_the_other(tmp_path: Path) -> None:
    withdrawn = message(item(URN, "3", created="2026-03-03T09:00:00Z", management=CANCELED))
    older = ninjs(version="2", versioncreated="2026-03-03T08:00:00Z", pubstatus="usable")
    assert in_files(tmp_path, withdrawn, json.dumps(older).encode()) == [RETRACTED]


def test_a_version_that_states_nothing_does_not_make_an_earlier_one_forgotten(tmp_path: Path) -> None:
    first = message(item(URN, "3", created="2026-03-03T09:00:00Z", text="Newest."))
    second = json.dumps(ninjs(body_text="Undated.")).encode()
    third = json.dumps(ninjs(body_text="Old.", versioncreated="2026-03-03T08:00:00Z")).encode()
    bodies = [one["body"] for one in in_files(tmp_path, first, second, third)]
    assert bodies == ["Newest.", "Undated."]


def test_versions_of_two_formats_are_compared_by_what_both_state() -> None:
    third, second = Version(NEWSML, number=3), Version(NINJS, number=2)
    assert second.precedes(third)
    assert not third.precedes(second)
    later, earlier = Version(NEWSML, number=1, created=9.0), Version(NINJS, number=2, created=8.0)
    assert earlier.precedes(later)
    assert not later.precedes(earlier)


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_withdrawal_that_nothing_compares_wins_wherever_it_stands(tmp_path: Path, *, newest_first: bool) -> None:
    withdrawn = {"uri": URN, "type": "text", "pubstatus": "canceled"}
    items = [withdrawn, ninjs(versioncreated="2026-03-03T08:00:00Z")]
    items = items if newest_first else items[::-1]
    assert read(json.dumps(items).encode())[0] == [RETRACTED]
    assert in_files(tmp_path, *(json.dumps(one).encode() for one in items))[-1] == RETRACTED


BARE = "<newsItem guid='1001'><itemMeta>{}</itemMeta>{}</newsItem>"
TEXT = "<contentSet><inlineData>Text.</inlineData></contentSet>"
PROVIDERS = [
    ('<provider qcode="nprov:coast"><name>Coast News</name></provider>', '<provider qcode="nprov:coast"/>'),
    ('<provider qcode="nprov:coast"/>', '<provider uri="http://cv.example/nprov/coast"><name>Coast</name></provider>'),
    ('<provider literal="coast"><name>Coast News</name></provider>', '<provider literal="coast"/>'),
    ('<provider qcode="p:coast"/><provider qcode="p:north"/>', '<provider qcode="p:coast"/>'),
]


@pytest.mark.parametrize(("published", "withdrawal"), PROVIDERS)
def test_a_withdrawal_reaches_its_item_however_the_provider_is_written(published: str, withdrawal: str) -> None:
    ((one,), _) = read(message(BARE.format(published, TEXT)), "")
    ((other,), _) = read(message(BARE.format(withdrawal + CANCELED, "")), "")
    assert other == {"id": one["id"], "op": "retract"}


def test_an_item_that_is_too_large_is_withdrawn_under_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    ((one,), _) = read(message(item("1001")), "")
    monkeypatch.setattr(tree, "LARGEST_ENTRY", 1000)
    ((other,), _) = read(message(item("1001", text="x" * 2000, management=CANCELED)), "")
    assert other == {"id": one["id"], "op": "retract"}


def test_guids_that_say_nothing_of_their_publisher_count_for_their_inbox(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.xml").write_bytes(message(BARE.format("", TEXT)))
    (tmp_path / "deep" / "b.xml").write_bytes(message(BARE.format("", TEXT)))
    north = {one.key for one in read_inbox(tmp_path, "data/north") if isinstance(one, FeedRecord)}
    south = {one.key for one in read_inbox(tmp_path, "data/south") if isinstance(one, FeedRecord)}
    assert (len(north), len(south), len(north | south)) == (1, 1, 2)
