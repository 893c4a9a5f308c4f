"""Lists of feeds: what is in them, and what is wrong with them."""

import pytest

from streams.feeds.feed_list import Feed, FeedListError, ListFile, read_list

OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Press"><outline type="rss" text="North" xmlUrl="https://north.example/feed?a=1&amp;b=2"/>
<outline type="rss" text="South & Co" xmlUrl='https://south.example/atom' htmlUrl="https://south.example/"></outline>
</outline><outline text="No feed"/></body></opml>"""


def listed(tmp_path, content):
    path = tmp_path / "feeds"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_list(path)


def test_yaml(tmp_path):
    content = """
feeds:
  - https://wire.example/feed.xml
  - address: http://127.0.0.1:8080/a
    every: 60
    private: true
  - folder: inbox
"""
    assert listed(tmp_path, content) == (
        Feed("https://wire.example/feed.xml"),
        Feed("http://127.0.0.1:8080/a", 60, private=True),
        Feed(str(tmp_path / "inbox"), name="inbox"),
    )
    assert [feed.host for feed in listed(tmp_path, content)] == ["wire.example", "127.0.0.1:8080", ""]


def test_opml_however_broken(tmp_path):
    assert listed(tmp_path, OPML) == (
        Feed("https://north.example/feed?a=1&b=2"),
        Feed("https://south.example/atom"),
    )


def test_opml_may_have_a_feed_in_several_categories(tmp_path):
    assert listed(tmp_path, OPML.replace(b"https://south.example/atom", b"https://north.example/feed?a=1&amp;b=2")) == (
        Feed("https://north.example/feed?a=1&b=2"),
    )


def test_a_list_is_read_again_when_it_changes(tmp_path):
    listed(tmp_path, "feeds: ['https://a.example/']")
    used = ListFile(tmp_path / "feeds")
    assert not used.changed()
    listed(tmp_path, "feeds: ['https://a.example/']  # the same")
    assert not used.changed()
    listed(tmp_path, "feeds: ['https://a.example/', 'https://b.example/']")
    assert used.changed()
    assert not used.changed()
    assert [feed.address for feed in used.listed] == ["https://a.example/", "https://b.example/"]


def test_a_list_that_cannot_be_used_leaves_the_earlier_one_in_use_and_says_so(tmp_path):
    listed(tmp_path, "feeds: ['https://a.example/']")
    used = ListFile(tmp_path / "feeds")
    (tmp_path / "feeds").write_text("feeds: [x", encoding="utf-8")
    assert not used.changed()
    assert "expected ',' or ']'" in used.problem
    (tmp_path / "feeds").unlink()
    assert not used.changed()
    assert "No such file" in used.problem
    assert used.listed == (Feed("https://a.example/"),)
    listed(tmp_path, "feeds: []")
    assert used.changed()
    assert (used.listed, used.problem) == ((), "")


def test_a_list_may_be_empty(tmp_path):
    assert listed(tmp_path, "feeds: []") == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "one key, `feeds`"),
        ("feeds: https://a.example/", "one key, `feeds`"),
        ("feeds: [a]\nmore: 1", "one key, `feeds`"),
        ("feeds: [!!python/object/apply:os.system [true]]", "could not determine a constructor"),
        ("feeds: [{every: 5}]", "feed 1: it must have an `address` or a `folder`"),
        ("feeds: [{address: 'https://a.example/', folder: x}]", "feed 1: it must have"),
        ("feeds: [inbox]", "inbox is not an address; a folder is listed as `folder`"),
        ("feeds: [{address: 'https://a.example/', evry: 5}]", "evry: Extra inputs"),
        ("feeds: [{address: 'https://a.example/', every: 0}]", "every: Input should be greater"),
        ('feeds: [{folder: "\\ud800"}]', "surrogates not allowed"),
        ("feeds: 2026-13-45", "month must be"),
        ("[" * 5000, "recursion"),
        ("feeds: ['ftp://a.example/feed']", "only http and https"),
        ("feeds: ['https://user:secret@a.example/feed']", "user name or password"),
        ("feeds: ['https://a.example/', 'https://b.example/', 'https://a.example/']", "a.example/ is listed more"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, content, said):
    with pytest.raises(FeedListError, match=said.replace("(", r"\(")) as raised:
        listed(tmp_path, content)
    assert str(tmp_path) in str(raised.value)


def test_a_missing_list_is_said(tmp_path):
    with pytest.raises(FeedListError, match="No such file"):
        read_list(tmp_path / "none.yaml")
