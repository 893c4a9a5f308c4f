import pytest

from streams.sources import SourceError, read_source
from streams.sources.feeds.reader import read_feed

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Example Wire</title><link>https://wire.example/</link><language>en-gb</language>
<item><title>Cook leads Apple</title><guid>urn:1</guid><link>https://wire.example/1</link>
<category>Business</category><pubDate>Wed, 24 Aug 2011 18:30:00 -0700</pubDate>
<description>Short.</description>
<content:encoded><![CDATA[<p>Tim Cook leads <b>Apple</b>.</p><script>x()</script>
<p>He&nbsp;lives in California &amp; works there.</p>]]></content:encoded>
</item>
<item><title>Only a headline about Detroit</title><link>https://wire.example/2</link></item>
</channel></rss>"""

ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Example Atom</title>
<entry><id>tag:wire.example,2014:1</id><title type="html">Barra &amp;amp; GM</title>
<link href="https://wire.example/gm"/><updated>2014-01-15T10:00:00Z</updated><author><name>A. Writer</name></author>
<summary>Mary Barra leads GM.</summary></entry></feed>"""


def test_rss_entries_become_articles():
    full, short = (i.article for i in read_feed(RSS, "feed"))
    assert full.headline == "Cook leads Apple"
    assert full.body == "Tim Cook leads Apple.\nHe lives in California & works there."
    assert (full.source, full.section, full.language) == ("Example Wire", "Business", "en-gb")
    assert full.published_at.isoformat() == "2011-08-25T01:30:00+00:00"
    assert full.url == "https://wire.example/1"
    assert (short.headline, short.body) == ("", "Only a headline about Detroit")


def test_atom_entries_become_articles():
    (entry,) = (i.article for i in read_feed(ATOM, "feed"))
    assert (entry.headline, entry.body, entry.author) == ("Barra & GM", "Mary Barra leads GM.", "A. Writer")
    assert entry.published_at.isoformat() == "2014-01-15T10:00:00+00:00"


def test_ids_depend_on_the_guid_alone():
    again = RSS.replace(b"Tim Cook leads", b"Tim Cook still leads").replace(b"wire.example/1", b"wire.example/moved")
    before, after = list(read_feed(RSS, "feed")), list(read_feed(again, "elsewhere"))
    assert [i.key for i in before] == [i.key for i in after]
    assert before[0].article.revision != after[0].article.revision
    assert before[0].key != before[1].key


def test_a_broken_feed_gives_the_entries_before_the_break():
    assert [i.article.headline for i in read_feed(RSS[: RSS.index(b"<item><title>Only")], "feed")] == [
        "Cook leads Apple"
    ]


def test_what_is_no_feed_is_refused():
    with pytest.raises(SourceError, match="not an RSS or Atom feed"):
        list(read_feed(b"<html><body>Hello</body></html>", "page"))


def test_an_external_entity_reads_no_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    hostile = (
        RSS.replace(b"<rss ", f'<!DOCTYPE rss [<!ENTITY leak SYSTEM "{secret.as_uri()}">]><rss '.encode())
        .replace(b"Short.", b"Leak &leak;.")
        .replace(b"content:encoded", b"nothing")
    )
    assert not any(b"the secret" in i.value for i in read_feed(hostile, "feed"))


def test_bytes_that_name_a_file_are_not_opened(tmp_path):
    (tmp_path / "feed").write_bytes(RSS)
    with pytest.raises(SourceError, match="not an RSS"):
        list(read_feed(str(tmp_path / "feed").encode(), "feed"))


def test_a_feed_file_is_read_by_its_suffix(tmp_path):
    (tmp_path / "feed.xml").write_bytes(ATOM)
    assert [i.article.headline for i in read_source(str(tmp_path / "feed.xml"))] == ["Barra & GM"]
