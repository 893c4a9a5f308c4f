import itertools
import os
from pathlib import Path

import orjson
import pytest

from streams.sources import FeedRecord, LeftOut, SourceError, feed_record, jsonl, read_source
from streams.sources.folder import read_inbox
from streams.sources.json_documents import read_document

GOOD = {"id": "a-1", "headline": "Cook leads Apple", "body": "Tim Cook leads Apple.", "links": [{"text": "Apple"}]}


def items(path: Path) -> list[FeedRecord]:
    return list(read_source(str(path)))


def write(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"\n".join(lines))
    return path


def test_a_valid_line_keeps_its_id_and_loses_what_we_do_not_know(tmp_path):
    (item,) = items(write(tmp_path / "f.jsonl", orjson.dumps(GOOD)))
    assert item.key == "a-1"
    assert orjson.loads(item.value) == {k: GOOD[k] for k in ("id", "headline", "body")}
    assert not item.problem


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{broken", "not JSON"),
        (b'{"id": "x", "body": "\xff"}', "not JSON"),
        (b'{"id": "x"}', "body is empty"),
        (b'{"body": "text"}', "id: Field required"),
        (b'["a list"]', "article:"),
        (b'{"id": "x", "body": "nul \\u0000"}', "NUL"),
        (b'{"id": "x", "body": "t", "published_at": "2025-01-01T00:00:00"}', "published_at"),
    ],
)
def test_a_bad_line_is_told_by_number_and_travels_as_it_stands(tmp_path, line, reason):
    first, bad, last = items(write(tmp_path / "f.jsonl", orjson.dumps(GOOD), line, orjson.dumps(GOOD | {"id": "a-2"})))
    assert (first.key, last.key) == ("a-1", "a-2")
    assert bad.value == line
    assert bad.where == "f.jsonl line 2"
    assert reason in bad.problem
    assert bad.article is None
    assert bad.key


def test_a_bad_line_goes_to_the_partition_of_its_id(tmp_path):
    (item,) = items(write(tmp_path / "f.jsonl", b'{"id": "a-1", "body": " "}'))
    assert item.key == "a-1"


def test_blank_lines_a_byte_order_mark_and_windows_line_ends_are_no_problem(tmp_path):
    lines = write(tmp_path / "f.jsonl", b"\xef\xbb\xbf" + orjson.dumps(GOOD) + b"\r", b"", b"  ", orjson.dumps(GOOD))
    assert [i.problem for i in items(lines)] == ["", ""]


def test_a_json_file_holds_one_article_or_a_list(tmp_path):
    one, many = tmp_path / "one.json", tmp_path / "many.json"
    one.write_bytes(orjson.dumps(GOOD, option=orjson.OPT_INDENT_2))
    many.write_bytes(orjson.dumps([GOOD, {"id": "a-2"}]))
    assert [i.key for i in items(one)] == ["a-1"]
    assert [(i.key, bool(i.problem)) for i in items(many)] == [("a-1", False), ("a-2", True)]


def test_a_folder_gives_its_files_in_order_with_ids_that_last(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.txt").write_text("not this")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "b.jsonl").write_bytes(orjson.dumps(GOOD))
    (tmp_path / "a.txt").write_text("Cook leads Apple\n\nTim Cook leads Apple.\nHe lives in California.\n")
    (tmp_path / "sub" / "c.md").write_text("# Barra leads GM\n\nMary **Barra** leads [GM](https://gm.example).\n")
    text, line, mark = items(tmp_path)
    assert text.article.headline == "Cook leads Apple"
    assert text.article.body == "Tim Cook leads Apple.\nHe lives in California."
    assert line.key == "a-1"
    assert (mark.article.headline, mark.article.body) == ("Barra leads GM", "Mary Barra leads GM.")

    (tmp_path / "a.txt").write_text("Cook leads Apple\n\nTim Cook no longer leads Apple.")
    edited = items(tmp_path)[0]
    assert edited.key == text.key
    assert edited.article.revision != text.article.revision


def test_a_text_without_a_headline_is_all_body(tmp_path):
    (tmp_path / "a.txt").write_text("Tim Cook leads Apple.")
    (item,) = items(tmp_path)
    assert (item.article.headline, item.article.body) == ("", "Tim Cook leads Apple.")


def test_an_empty_text_is_told_and_still_travels(tmp_path):
    (tmp_path / "a.txt").write_text(" \n")
    (item,) = items(tmp_path)
    assert item.problem.startswith("article: body is empty")
    assert orjson.loads(item.value)["id"] == item.key


def test_a_web_page_gives_its_article_without_menus(tmp_path):
    paragraph = "Mary Barra became the chief executive officer of General Motors, which is based in Detroit. " * 3
    (tmp_path / "page.html").write_text(
        "<html lang='en'><head><title>Barra leads General Motors</title></head><body><nav><a href='/'>Home</a>"
        f"<a href='/cars'>Cars</a></nav><article><h1>Barra leads General Motors</h1><p>{paragraph}</p><p>{paragraph}"
        "</p></article><footer>All rights reserved</footer><script>track()</script></body></html>"
    )
    (item,) = items(tmp_path)
    assert item.article.headline == "Barra leads General Motors"
    assert "based in Detroit" in item.article.body
    assert not any(word in item.article.body for word in ("track", "Cars", "rights"))


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere.jsonl", "no such file"), ("x.pdf", "unknown file type"), ("empty", "contains no file")],
)
def test_a_source_that_cannot_be_read_says_why(tmp_path, name, message):
    (tmp_path / "x.pdf").write_bytes(b"%PDF")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=message):
        items(tmp_path / name)


def test_the_sample_feed_is_sound():
    found = items(Path(__file__).parents[3] / "topology" / "demo" / "sample-feed.jsonl")
    assert not [(i.where, i.problem) for i in found if i.problem]
    articles = [i.article for i in found]
    assert len({a.id for a in articles}) >= 60
    assert all(a.published_at for a in articles if a.op == "upsert")
    assert [a.id for a in articles if a.op == "retract"]
    values = [i.value for i in found]
    assert len(set(values)) == len(values) - 1, "one article is in it twice"


def test_pictures_beside_the_feed_get_their_address(tmp_path):
    media = [{"path": "in/a b.png", "caption": "A"}, {"uri": "https://example.org/b.png", "path": "c.png"}]
    (item,) = items(write(tmp_path / "f.jsonl", orjson.dumps(GOOD | {"media": media})))
    first, second = item.article.media
    assert (first.uri, first.caption) == ((tmp_path / "in" / "a b.png").as_uri(), "A")
    assert second.uri == "https://example.org/b.png"
    (tmp_path / "f.json").write_bytes(orjson.dumps([GOOD | {"media": media}]))
    assert items(tmp_path / "f.json")[0].article == item.article


@pytest.mark.parametrize("path", ["../secret.png", "/etc/passwd", "", 7, "nul\x00.png"])
def test_a_path_that_leads_out_of_the_folder_is_no_picture(tmp_path, path):
    (item,) = items(write(tmp_path / "f.jsonl", orjson.dumps(GOOD | {"media": [{"path": path}]})))
    assert item.article is None
    assert "media.0.uri" in item.problem


def test_a_line_that_no_topic_takes_is_left_out_and_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 100)
    path = write(tmp_path / "f.jsonl", b"x" * 350, orjson.dumps({"id": "a", "body": "A."}), b"y" * 101)
    left = []
    assert [item.key for item in read_source(str(path), left_out=left.append)] == ["a"]
    assert [one.where for one in left] == ["f.jsonl line 1", "f.jsonl line 3"]


def test_a_file_that_is_read_as_a_whole_has_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(feed_record.read_bytes, "__defaults__", (1000,))
    (tmp_path / "f.txt").write_text("x" * 1001)
    with pytest.raises(SourceError, match="larger than"):
        items(tmp_path / "f.txt")


def test_a_folder_reads_its_feeds_and_names_what_it_leaves_out(tmp_path):
    (tmp_path / "a.xml").write_text("<rss><channel><title>T</title><item><title>One</title></item></channel></rss>")
    (tmp_path / "b.xml").write_text("<other/>")
    (tmp_path / "c.pdf").write_bytes(b"%PDF")
    left = []
    assert [item.article.body for item in read_source(str(tmp_path), left_out=left.append)] == ["One"]
    assert [(one.where, one.reason.partition(":")[0]) for one in left] == [
        ("b.xml", "b.xml is not an RSS or Atom feed"),
        ("c.pdf", ".pdf is no known type"),
    ]


def test_an_element_that_cannot_be_written_again_is_left_out_by_itself(tmp_path):
    deep = b'{"id": "d", "body": ' + b"[" * 400 + b"]" * 400 + b"}"
    (tmp_path / "f.json").write_bytes(b"[" + orjson.dumps(GOOD) + b"," + deep + b"," + orjson.dumps(GOOD) + b"]")
    left = []
    found = list(read_source(str(tmp_path / "f.json"), left_out=left.append))
    assert [one.key for one in found] == ["a-1", "a-1"]
    assert [one.where for one in left] == ["f.json element 2"]


USABLE = {"uri": "urn:newsml:w.example:1", "body_text": "A claim.", "versioncreated": "2026-03-01T10:00:00Z"}
LATER = {**USABLE, "body_text": "Another claim.", "versioncreated": "2026-03-01T11:00:00Z"}
KILLED = {"uri": USABLE["uri"], "pubstatus": "canceled", "versioncreated": "2026-03-01T12:00:00Z"}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_of_several_versions_in_a_list_the_latest_counts_wherever_it_stands(tmp_path, order):
    items_ = [(USABLE, LATER, KILLED)[place] for place in order]
    (tmp_path / "f.json").write_bytes(orjson.dumps(items_))
    (found,) = items(tmp_path / "f.json")
    assert found.article.op == "retract"


def test_plain_ids_of_two_agencies_do_not_meet():
    plain = orjson.dumps({"uri": "1001", "body_text": "A claim."})
    addresses = ("https://north.example/wire", "https://south.example/wire")
    north, south = (one for address in addresses for one in read_document(plain, address, address=address))
    assert north.key != south.key
    # A kill says which item it is, and not always the same of everything else.
    kill = orjson.dumps({"uri": "1001", "infosource": "North", "pubstatus": "canceled"})
    (killed,) = read_document(kill, addresses[0], address=addresses[0])
    assert (killed.key, killed.article.op) == (north.key, "retract")


def test_versions_without_a_time_count_by_number_and_then_by_place(tmp_path):
    plain = {"uri": USABLE["uri"], "body_text": "None."}
    numbered = [{**plain, "body_text": f"Version {n}.", "version": str(n)} for n in (3, 1, 2)]
    (tmp_path / "a.json").write_bytes(orjson.dumps(numbered))
    (tmp_path / "b.json").write_bytes(orjson.dumps([plain, {**plain, "body_text": "Last."}]))
    assert [one.article.body for one in items(tmp_path)] == ["Version 3.", "Last."]


def test_an_inbox_is_read_whatever_is_in_it(tmp_path):
    assert list(read_inbox(tmp_path, "in")) == []
    for name in ("a.txt", "b.xml", "c.pdf", "e.txt"):
        (tmp_path / name).write_text(f"{name} says something.", encoding="utf-8")
    with (tmp_path / "d.txt").open("wb") as file:
        file.truncate(feed_record.LARGEST_FILE + 1)
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff.txt", os.O_CREAT))
    found = list(read_inbox(tmp_path, "in"))
    assert [one.article.body for one in found if isinstance(one, FeedRecord)] == [
        "a.txt says something.",
        "e.txt says something.",
    ]
    assert [one.where for one in found if isinstance(one, LeftOut)] == ["in/b.xml", "in/c.pdf", "in/d.txt", "in/?.txt"]


def test_files_of_two_inboxes_are_two_articles(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("Text.", encoding="utf-8")
    first, second = (one for name in ("one", "two") for one in read_inbox(tmp_path / name, name))
    assert first.key != second.key


def test_an_inbox_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="No such file"):
        list(read_inbox(tmp_path / "none", "none"))
