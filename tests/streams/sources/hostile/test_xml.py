"""RSS and Atom that nobody should write: refused with a reason, or read with exactly these fields."""

import gzip
from typing import Any

import pytest

from streams.sources import LeftOut, SourceError
from streams.sources.feeds.reader import read_feed
from tests.streams.sources.hostile.reading import atom, read, rss

G = "<guid>g</guid>"
ENTRY = "<entry{}><id>urn:1</id><title>A</title>{}</entry>"
PLAIN = f"{G}<title>Title</title><description>Text.</description>"
FIELDS = {"headline": "Title", "body": "Text.", "source": "Coast"}
TOMB = "xmlns:t='http://purl.org/atompub/tombstones/1.0'"
NO_ADDRESS = "its address is no http(s) address"
NO_DATE = "it cannot be read, or in more than one way"


def only(body: str, **fields: object) -> dict[str, Any]:
    return {"body": body, "source": "Coast", **fields}


ITEMS: dict[str, tuple[str, dict[str, Any]]] = {
    "NUL": (f"{G}<title>A\0B</title><description>x\0y</description>", {**FIELDS, "headline": "AB", "body": "xy"}),
    "NUL in the rest": (
        f"{PLAIN}<author>m\0e</author><category>c\0d</category>",
        {**FIELDS, "author": "me", "section": "cd"},
    ),
    "references to controls": (f"{G}<title>A&#0;B&#x1F;C&#xD800;D&#xFFFE;E</title>", only("ABCDE")),
    "references beyond Unicode": (f"{G}<title>A&#1114112;B&#99999999999999999999;C</title>", only("ABC")),
    "controls that are escaped twice": (f"{G}<title>A&amp;#0;B&amp;#31;C</title>", only("ABC")),
    "a mark in a word": (f"{G}<title>a\ufeffb</title>", only("ab")),
    "half a surrogate pair": (f"{G}<title>ééé a\ud800b</title>", only("ééé a\ufffd\ufffd\ufffdb")),
    "bare ampersands and angles": (
        f"{G}<title>AT&T < & > R&D &bogus; 5 &lt; 6</title>",
        only("AT&T < & > R&D &bogus; 5 < 6"),
    ),
    "two guids and titles": (f"{G}<guid>h</guid><title>One</title><title>Two</title>", only("One")),
    "a title of somebody else's": (
        f"{G}<x:title xmlns:x='http://x.example/'>X</x:title><title>Title</title>",
        only("Title"),
    ),
    "a prefix for another namespace": (
        f"{G}<media:title xmlns:media='http://x.example/'>X</media:title><title>Title</title>",
        only("Title"),
    ),
    "nothing but spaces in fields": (f"{PLAIN}<author> </author><category/><pubDate> </pubDate><link/>", FIELDS),
    "a huge attribute": (f"{PLAIN}<x a='{'b' * 300_000}'/><category>c</category>", {**FIELDS, "section": "c"}),
    "many attributes": (
        f"{PLAIN}<x {' '.join(f'a{n}=1' for n in range(9000))}/><category>c</category>",
        {**FIELDS, "section": "c"},
    ),
    "deep HTML": (f"{G}<description>{'<b>' * 5000}deep{'</b>' * 5000}</description>", only("deep")),
    "elements of another vocabulary": (
        f"{G}<description><x:a xmlns:x='u:x'>Ann &lt; Bob</x:a></description>",
        only("Ann < Bob"),
    ),
    "scripts and styles": (
        f"{G}<description>&lt;p&gt;Text.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;&lt;style&gt;y&lt;/style&gt;</description>",
        only("Text."),
    ),
    "a headline without end": (
        f"{G}<title>{'a' * 20_000}</title><description>b</description>",
        only("b", headline="a" * 10_000),
    ),
    "an author without end": (f"{PLAIN}<author>{'a' * 5000}</author>", {**FIELDS, "author": "a" * 1024}),
    "categories without end": (
        f"{PLAIN}{'<category>c</category>' * 99}<category>{'d' * 999}</category>",
        {**FIELDS, "section": ("c, " + "d" * 999)[:512]},
    ),
    "a language that is none": (f"{PLAIN}<language>English (US)</language>", FIELDS),
    "a language that is long": (f"{PLAIN}<language>{'x' * 99}</language>", FIELDS),
    "CDATA that ends within": (f"{G}<description><![CDATA[a]]]]><![CDATA[>b]]></description>", only("a]]>b")),
}


@pytest.mark.parametrize("name", ITEMS)
def test_a_strange_item_is_read_with_exactly_these_fields(name: str) -> None:
    inner, expected = ITEMS[name]
    ((found,), left) = read(rss(f"<item>{inner}</item>"))
    assert found.pop("id").startswith("feed-")
    assert found == expected
    assert left == []


LINKS = {
    "javascript:alert(1)": None,
    "data:text/html,hi": None,
    "file:///etc/passwd": None,
    "ftp://coast.example/x": None,
    "mailto:a@b.example": None,
    "https://u:p@coast.example/x": None,
    "https://u@coast.example/x": None,
    "https://coast.example\\@x.example/y": None,
    "https://coast.example:99999/x": None,
    "https://coast.example:0/x": None,
    "https://coast.example:x/y": None,
    "https://[::1/x": None,
    "https://[zz]/x": None,
    "https://c .example/x": None,
    "https://c%2e.example/x": None,
    "https://a&lt;b.example/": None,
    "#top": None,
    "https://coast.example/" + "a" * 5000: None,
    "//other.example/x": "https://other.example/x",
    "../../../x": "https://coast.example/x",
    "?p=1": "https://coast.example/?p=1",
    "x y": "https://coast.example/x%20y",
    "https:///x": "https://coast.example/x",
    "HTTPS://COAST.EXAMPLE/X": "https://COAST.EXAMPLE/X",
    "https://bücher.example/ü": "https://bücher.example/ü",
    "https://coast.example/a&#1;b": "https://coast.example/ab",
    "https://coast.example/?a=1&utm_source=x&b=2": "https://coast.example/?a=1&b=2",
}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_is_an_address_of_the_web_or_none(link: str) -> None:
    ((found,), _) = read(rss(f"<item>{PLAIN}<link>{link}</link></item>"))
    assert found.get("url") == LINKS[link]


@pytest.mark.parametrize(
    "address", [link for link, meant in LINKS.items() if meant is None and not link.startswith("#")]
)
def test_a_picture_is_at_an_address_of_the_web_or_left_out_without_its_password(address: str) -> None:
    found = list(read_feed(rss(f"<item>{PLAIN}<enclosure type='image/jpeg' url='{address}'/></item>"), "f"))
    (left,) = [one for one in found if isinstance(one, LeftOut)]
    assert left.reason == NO_ADDRESS
    assert ":p@" not in left.what


DATES = {
    "2026-13-01": None, "2026-02-30T00:00:00Z": None, "32 Mar 2026": None, "yesterday": None, "Thu": None,
    "12:00": None,
    "2026": None, "1/2/2026": None, "2026-W01-1": None, "0000-00-00 00:00:00": None, "0001-01-01T00:00:00Z": None,
    "0001-01-01T00:00:00+14:00": None, "9999-12-31T23:59:59-14:00": None, "1970-01-01T00:00:00Z": None, "-5": None,
    "1e3": None, "99999999999999999999": None, "2026-01-01T25:00:00Z": None, "2026-01-01T00:00:00 PM": None,
    "2026-01-01T00:00:00 ../../etc/passwd": None, "x" * 5000: None, "2026\u201101\u201101": None,
    "13/2/2026": "2026-02-13T00:00:00Z", "2026-3-1": "2026-03-01T00:00:00Z", "20260101": "2026-01-01T00:00:00Z",
    "1700000000": "2023-11-14T22:13:20Z", "1700000000000": "2023-11-14T22:13:20Z",
    "2026-01-01T24:00:00Z": "2026-01-02T00:00:00Z", "2026-06-30T23:59:60Z": "2026-06-30T23:59:59Z",
    "2026-01-01T00:00:00.123456789Z": "2026-01-01T00:00:00Z", "2026-01-01 00:00:00 +0530": "2025-12-31T18:30:00Z",
    "2026-01-01T00:00:00 Europe/Oslo": "2025-12-31T23:00:00Z", "2026-01-01T00:00:00-00:00": "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00+99:00": "2026-01-01T00:00:00Z", "Tue, 02 Mar 2026 10:00:00 +0000": "2026-03-02T10:00:00Z",
    "2026-01-01T10:00:00 XYZ": "2026-01-01T10:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize("date", DATES, ids=lambda date: date[:40])
def test_a_date_is_a_day_of_the_calendar_or_left_out(date: str) -> None:
    ((found,), left) = read(rss(f"<item>{PLAIN}<pubDate>{date}</pubDate></item>"))
    assert found.get("published_at") == DATES[date]
    assert left == ([] if DATES[date] else [NO_DATE])


BLANK = {
    "nothing": "",
    "empty fields": "<guid/><title/><link/><description/>",
    "spaces": "<title> \n </title><description>&nbsp; &#8195;</description>",
    "joiners": "<title>\u200b</title><description>\u200b\u200d\u2060</description>",
    "a soft hyphen": "<title>&shy;</title>",
    "controls": "<title>\0\1</title>",
    "a picture alone": "<description>&lt;img src='https://coast.example/a.jpg'&gt;</description>",
    "a script alone": "<description>&lt;script&gt;x()&lt;/script&gt;</description>",
}


@pytest.mark.parametrize("name", BLANK)
def test_an_item_without_a_visible_character_is_left_out(name: str) -> None:
    assert read(rss(f"<item>{G}{BLANK[name]}</item>")) in (
        ([], ["it has neither a headline nor a text"]),
        ([], ["its headline and text contain no words"]),
    )


REFUSED = {
    "nothing": b"",
    "spaces": b" \n ",
    "a mark alone": b"\xef\xbb\xbf",
    "a declaration alone": b"<?xml version='1.0'?>",
    "a comment alone": b"<!-- x -->",
    "a page": b"<html><body><rss/></body></html>",
    "an item alone": b"<item><title>T</title></item>",
    "a ZIP": b"PK\x03\x04" + bytes(50),
    "zeros": bytes(1000),
    "bytes of every kind": bytes(range(256)) * 20,
    "packed twice": gzip.compress(gzip.compress(rss(f"<item>{PLAIN}</item>"))),
    "packed nothing": gzip.compress(b""),
    "the head of a packed file": b"\x1f\x8b",
    "half of a packed file": gzip.compress(rss(f"<item>{PLAIN}</item>"))[:40],
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_feed_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(SourceError, match=r"is not an RSS or Atom feed: (its|it)|the gzip data ends too early"):
        read(REFUSED[name])


WHOLE: dict[str, tuple[bytes, list[str], list[str]]] = {
    "an empty feed": (b"<rss/>", [], []),
    "no channel": (b"<rss><item><title>A</title></item></rss>", ["A"], []),
    "text before it": (b"Warning: out of memory\n" + rss("<item><title>A</title></item>"), ["A"], []),
    "a base that is none": (
        b"<rss xml:base='https://[::1/'><item><title>A</title><link>x</link></item></rss>",
        ["A"],
        [],
    ),
    "two marks": (b"\xef\xbb\xbf\xef\xbb\xbf" + rss("<item><title>A</title></item>"), ["A"], []),
    "two feeds": (rss("<item><title>A</title></item>") + rss("<item><title>B</title></item>"), ["A", "B"], []),
    "an item that is not closed": (rss("<item><title>A</title><item><title>B</title></item>"), ["A", "B"], []),
    "CDATA that is not closed": (
        rss("<item><title>A</title></item><item><title><![CDATA[B</title></item>"),
        ["A"],
        ["the feed ends in the middle of it"],
    ),
    "a comment that is not closed": (
        rss("<item><title>A</title></item><!-- <item><title>B</title></item>"),
        ["A", "B"],
        [],
    ),
    "one guid for different stories": (
        rss("".join(f"<item><guid>x</guid><title>{t}</title></item>" for t in "ABC")),
        ["A", "B", "C"],
        [],
    ),
    "one story three times": (
        rss(f"<item>{G}<title>A</title></item>" * 3),
        ["A"],
        ["entry 1 is the same article, and at least as new"] * 2,
    ),
    "a billion laughs": (
        b"<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY c '&b;&b;'>]>"
        + rss("<item><title>&c; &a;</title></item>"),
        ["&c; ha"],
        [],
    ),
    "a file as an entity": (
        b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY % p SYSTEM 'http://x.example/'> %p;]>"
        + rss("<item><title>&x;</title></item>"),
        ["&x;"],
        [],
    ),
    "an entity with markup": (
        b"<!DOCTYPE r [<!ENTITY x '&lt;/title&gt;'>]>" + rss("<item><title>A&x;</title></item>"),
        ["A&x;"],
        [],
    ),
    "Atom: withdrawn twice": (atom(f"<t:deleted-entry {TOMB} ref='urn:1'/>" * 2), ["", ""], []),
    "Atom: withdrawn and here again": (
        atom(f"<t:deleted-entry {TOMB} ref='urn:1'/><entry><id>urn:1</id><title>A</title></entry>"),
        ["A"],
        ["it is withdrawn, but entry 2 has it again"],
    ),
    "Atom: withdrawn without a name": (
        atom(f"<t:deleted-entry {TOMB}/>"),
        [],
        ["it withdraws an article without saying which"],
    ),
    "Atom: the home page is withdrawn": (
        atom(f"<t:deleted-entry {TOMB} ref='https://coast.example/'/>"),
        [],
        ["it withdraws an article without saying which"],
    ),
    "Atom: data as content": (atom(ENTRY.format("", "<content type='image/png'>iVBORw0KGgo=</content>")), ["A"], []),
    "Atom: a base that is none": (atom(ENTRY.format(" xml:base='https://[::1/'", "<link href='x'/>")), ["A"], []),
    "Atom: a script as a base": (atom(ENTRY.format(" xml:base='javascript:x'", "<link href='x'/>")), ["A"], []),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_strange_feed_is_read_as_far_as_it_can_be(name: str) -> None:
    data, bodies, reasons = WHOLE[name]
    found, left = read(data)
    assert [one.get("body", "") for one in found] == bodies
    assert left == reasons


LABELS = [
    "",
    "utf-8",
    "iso-8859-1",
    "windows-1252",
    "utf-16",
    "utf-7",
    "ascii",
    "bogus",
    "rot13",
    "base64",
    "idna",
    "x" * 99,
]
BYTES = ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("written", BYTES)
@pytest.mark.parametrize("label", LABELS)
def test_the_bytes_decide_whatever_the_declaration_says(label: str, written: str) -> None:
    declared = f"<?xml version='1.0' encoding='{label}'?>" if label else ""
    text = "Jürgen Müller aß “Øl” – in Århus"  # noqa: RUF001
    feed = rss(f"<item><guid>g</guid><title>{text}</title></item>").decode()
    ((found,), _) = read((declared + feed).encode(written))
    assert found["body"] == text
