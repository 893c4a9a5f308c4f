"""Folders and lists of feeds that somebody else fills: nothing outside is read, and nothing is lost in silence."""

import gzip
import os
from pathlib import Path

import pytest

from streams.feeds.feed_list import FeedListError, read_list
from streams.sources import FeedRecord, LeftOut, SourceError
from streams.sources.feed_record import Found
from streams.sources.folder import read_folder, read_inbox
from tests.streams.feeds.newsml import item, message
from tests.streams.sources.hostile.reading import json_feed, read_path, rss

TEXT = "Jürgen Müller aß “Øl” – in Århus."  # noqa: RUF001
OUTLINE = "<outline xmlUrl='{}'/>"


def opml(inner: str) -> bytes:
    return f"<?xml version='1.0'?><opml version='2.0'><body>{inner}</body></opml>".encode()


def listed(folder: Path, content: bytes) -> list[str]:
    path = folder / "feeds"
    path.write_bytes(content)
    return [feed.address for feed in read_list(path)]


REFUSED = {
    "a folder of this machine": (opml(OUTLINE.format("/etc")), "'/etc' is not an address"),
    "a folder beside it": (opml(OUTLINE.format("../inbox")), "is not an address"),
    "a script": (opml(OUTLINE.format("javascript:x")), "'javascript:x' is not an address"),
    "a file": (opml(OUTLINE.format("file:///etc/passwd")), "only http and https"),
    "a password": (opml(OUTLINE.format("https://u:p@a.example/f")), "contains a user name or password; such"),
    "a password without slashes": (opml(OUTLINE.format("u:p@a.example/f")), "'a.example/f' is not an address"),
    "a password of FTP": (opml(OUTLINE.format("ftp://u:p@a.example/f")), "contains a user name or password; such"),
    "a password of a reader": (
        opml(OUTLINE.format("feed://u:p@a.example/f")),
        "contains a user name or password; such",
    ),
    "a password before a port": (opml(OUTLINE.format("https://u:p@a.example:99999/f")), "contains a user name"),
    "a password with a slash": (opml(OUTLINE.format("https://u:q/#:p@a.example/f")), "'https://a.example/f': the"),
    "a password with a line break": (opml(OUTLINE.format("https://u:q&#10;:p@a.example/f")), "contains a user name"),
    "a password and one slash": (
        opml(OUTLINE.format("https:/u:p@a.example/f")),
        "'https:/a.example/f' is not an address",
    ),
    "a password in YAML": (b"feeds: ['u:p@a.example/f']", "feed 1: a.example/f is not an address"),
    "a password in broken YAML": (b"feeds:\n  - https://u:p@a.example/f: [", "line 2: expected the node content"),
    "a line break": (opml(OUTLINE.format("https://a.example/&#10;f")), "control character or a line break"),
    "no such port": (opml(OUTLINE.format("https://a.example:99999/f")), "there is no port 99999"),
    "half of an OPML": (opml(OUTLINE.format("https://a.example/f") * 2)[:-20], "the OPML ends too early"),
    "a page that asks for patience": (b"<html><body>Just a moment</body></html>", "it is XML, but not OPML"),
    "a feed": (rss(f"<item><title>A</title>{OUTLINE.format('https://a.example/')}</item>"), "it is XML, but not OPML"),
    "too many": (
        opml("".join(OUTLINE.format(f"https://a.example/{n}") for n in range(10_001))),
        "it lists 10001 feeds",
    ),
    "nothing": (b"", "one key, `feeds`"),
    "bytes": (b"\xff\xfe", "one key, `feeds`"),
    "a tab": (b"\t", "cannot start any token"),
    "no list": (b"feeds: {a: b}", "one key, `feeds`"),
    "null": (b"feeds:", "one key, `feeds`"),
    "a number": (b"feeds: [1]", "feed 1: it must be an address, or have"),
    "null in it": (b"feeds: [null]", "feed 1: it must be an address, or have"),
    "a list in it": (b"feeds: [[a]]", "feed 1: it must be an address, or have"),
    "itself": (b"feeds: &a [*a]", "feed 1: it must be an address, or have"),
    "no address": (b"feeds: [{}]", "feed 1: it must have an `address` or a `folder`"),
    "an empty address": (b"feeds: ['']", "feed 1: it must have"),
    "an address that is a number": (b"feeds: [{address: 5}]", "feed 1: address: Input should be a valid string"),
    "never": (b"feeds: [{address: 'https://a.example/', every: .inf}]", "every: Input should be less"),
    "not a number": (b"feeds: [{address: 'https://a.example/', every: .nan}]", "every: Input should be less"),
    "every yes": (b"feeds: [{address: 'https://a.example/', every: yes}]", "every: it is a number of seconds"),
    "perhaps private": (
        b"feeds: [{address: 'https://a.example/', private: perhaps}]",
        "private: Input should be a valid",
    ),
    "half a character": (b'feeds: ["\\ud800"]', "surrogates not allowed"),
    "half a character in an address": (b'feeds: ["https://a.example/\\ud800"]', "surrogates not allowed"),
    "NUL in a folder": (b'feeds: [{folder: "a\\0b"}]', "no folder has the name"),
    "code": (b"!!python/object/apply:os.system [id]", "could not determine a constructor"),
    "brackets": (b"[" * 5000, "recursion"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_list_that_names_what_is_no_feed_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(FeedListError) as raised:
        listed(tmp_path, content)
    assert reason in str(raised.value)
    str(raised.value).encode()  # it can be printed
    assert ":p@" not in str(raised.value)


ONE = opml(OUTLINE.format("https://a.example/f?a=1&b=2"))
READ = {
    "plain": ONE,
    "a mark": b"\xef\xbb\xbf" + ONE,
    "UTF-16": ONE.decode().encode("utf-16"),
    "a wrong label": ONE.replace(b"'1.0'", b"'1.0' encoding='utf-16'", 1),
    "capitals": ONE.replace(b"outline", b"OUTLINE").replace(b"xmlUrl", b"XMLURL").replace(b"opml", b"OPML"),
    "in each category": opml(f"<outline>{OUTLINE.format('https://a.example/f?a=1&b=2')}</outline>" * 9),
    "deep": opml("<outline>" * 5000 + OUTLINE.format("https://a.example/f?a=1&b=2")),
    "in spaces": ONE.replace(b"'https", b"' https"),
    "NUL": ONE.replace(b"/f?", b"/\0f?"),
    "an empty address": ONE.replace(b"<body>", b"<body><outline xmlUrl=''/>"),
    "a huge attribute": ONE.replace(b"<body>", b"<body a='" + b"b" * 300_000 + b"'>"),
}


@pytest.mark.parametrize("name", READ)
def test_a_strange_opml_is_read(tmp_path: Path, name: str) -> None:
    assert listed(tmp_path, READ[name]) == ["https://a.example/f?a=1&b=2"]


@pytest.mark.parametrize("empty", [opml(""), b"<opml/>", b"feeds: []"])
def test_a_list_may_be_empty(tmp_path: Path, empty: bytes) -> None:
    assert listed(tmp_path, empty) == []


# A plain text in UTF-16 without a mark could be anything.
WRITTEN = [
    *((name, written) for name in ("a.txt", "a.md") for written in ("utf-8", "utf-8-sig", "cp1252", "utf-16")),
    *((name, written) for name in ("a.json", "a.xml") for written in ("utf-8", "utf-8-sig", "cp1252", "utf-16-be")),
]


@pytest.mark.parametrize(("name", "written"), WRITTEN)
def test_a_file_is_read_in_whatever_encoding_it_is(tmp_path: Path, name: str, written: str) -> None:
    contents = {
        "a.txt": TEXT,
        "a.md": TEXT,
        "a.json": f'{{"id": "x", "body": "{TEXT}"}}',
        "a.xml": message(item("urn:x:1", text=TEXT)).decode(),
    }
    data = contents[name].encode(written)
    (tmp_path / name).write_bytes(data)
    ((found,), left) = read_path(tmp_path / name)
    assert found["body"] == TEXT
    assert left == []


@pytest.mark.parametrize("name", ["a.json.gz", "a.json", "a.rss.gz", "a.xml"])
def test_a_packed_file_is_unpacked_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    plain = (
        json_feed({"id": "1", "content_text": "Text."}) if "json" in name else rss("<item><title>Text.</title></item>")
    )
    (tmp_path / name).write_bytes(gzip.compress(plain))
    ((found,), _) = read_path(tmp_path / name)
    assert found["body"] == "Text."


def test_packed_json_that_unpacks_without_end_or_is_damaged_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"[" + b" " * (130 * 2**20))
    (tmp_path / "bomb.json.gz").write_bytes(packed)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read_path(tmp_path / "bomb.json.gz")
    (tmp_path / "half.json.gz").write_bytes(packed[:100])
    with pytest.raises(SourceError, match="fetch it again"):
        read_path(tmp_path / "half.json.gz")


def outcome(found: list[Found]) -> dict[str, str]:
    return {
        one.where.removeprefix("in/"): one.reason if isinstance(one, LeftOut) else one.problem or "read"
        for one in found
    }


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("A secret of this machine.", encoding="utf-8")
    folder = tmp_path / "inbox"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("Text.", encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "zeros.md").write_bytes(bytes(9))
    (folder / "joiners.txt").write_text("\u200b", encoding="utf-8")
    (folder / "page.xml").write_bytes(b"<html/>")
    (folder / "nothing.xml").write_bytes(b"")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inner.txt").symlink_to(folder / "a.txt")
    (folder / "nowhere.txt").symlink_to(tmp_path / "nowhere")
    (folder / "loop").symlink_to(folder)
    (folder / "deep" / "up.jsonl").symlink_to(Path("../../secret.txt"))
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.txt").mkdir()
    (folder / os.fsdecode(b"\xff.txt")).write_text("Text.", encoding="utf-8")
    return folder


EMPTY = "article: body is empty; an article needs text (or op: retract)"


def test_an_inbox_gives_away_nothing_outside_of_it_and_names_what_it_leaves_out(inbox: Path) -> None:
    found = outcome(list(read_inbox(inbox, "in")))
    outside = "it is a link to a file outside of the folder"
    page, nothing = found.pop("page.xml"), found.pop("nothing.xml")
    assert "is not an RSS or Atom feed" in page
    assert "is not an RSS or Atom feed" in nothing
    assert found == {
        "a.txt": "read",
        "inner.txt": "read",
        "empty.txt": EMPTY,
        "zeros.md": EMPTY,
        "joiners.txt": EMPTY,
        "link.txt": outside,
        "deep/up.jsonl": outside,
        "?.txt": "its name is not UTF-8",
    }


def test_a_folder_with_a_name_that_is_not_utf_8_is_published_but_for_that_file(inbox: Path) -> None:
    found = outcome(list(read_folder(inbox)))
    assert found["?.txt"] == "its name is not UTF-8"
    assert found["a.txt"] == "read"


def test_files_of_several_formats_say_which_version_they_have(tmp_path: Path) -> None:
    urn = "urn:newsml:coast.example:1"
    ninjs = '{{"uri": "{}", "type": "text", "body_text": "{}", "version": "{}"}}'
    for name, text, version in (("a", "Third.", 3), ("b", "First.", 1), ("c", "Second.", 2)):
        (tmp_path / f"{name}.json").write_text(ninjs.format(urn, text, version), encoding="utf-8")
        (tmp_path / f"{name}.xml").write_bytes(message(item("urn:x:2", str(version), text=text)))
    found = list(read_folder(tmp_path))
    assert [one.article.body for one in found if isinstance(one, FeedRecord) and one.article] == ["Third.", "Third."]
    assert {one.reason for one in found if isinstance(one, LeftOut)} == {"a file before it has a later version"}


def test_a_withdrawal_in_a_later_file_without_a_version_counts(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(message(item("urn:x:2", "7")))
    withdrawn = "<newsItem guid='urn:x:2'><itemMeta><pubStatus qcode='stat:canceled'/></itemMeta></newsItem>"
    (tmp_path / "b.xml").write_bytes(message(withdrawn))
    found, _ = read_path(tmp_path)
    assert found[-1] == {"id": "urn:x:2", "op": "retract"}


@pytest.mark.parametrize("written", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_json_in_ascii_characters_is_read_in_wide_encodings_without_a_mark(tmp_path: Path, written: str) -> None:
    (tmp_path / "a.json").write_bytes('{"id": "x", "body": "Text."}'.encode(written))
    assert read_path(tmp_path / "a.json") == ([{"id": "x", "body": "Text."}], [])


def test_half_a_character_does_not_cost_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(rb'{"uri": "urn:x:1", "body_text": "cut \ud83d"}')
    ((found,), _) = read_path(tmp_path / "a.jsonl")
    assert found["body"] == "cut \ufffd"
