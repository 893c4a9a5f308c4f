"""Bytes from which fuzzing starts, and words that it puts in."""

import json

import numpy as np

from tests.helpers import media_samples as samples


def _media() -> list[bytes]:
    tone = 0.5 * np.sin(np.arange(samples.RATE) / 20)
    pictures = [samples.picture(format_=kind) for kind in ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")]
    videos = [
        samples.video(["red"], frames=3, sound=tone[:5000], size=(64, 48)),
        samples.video(["red"], frames=3, size=(64, 48), format_="matroska"),
    ]
    sounds = [samples.sound(tone[:3000]), samples.sound(tone[:3000], "flac")]
    bad = [samples.huge(), samples.lying(), samples.unknown_codec()]
    return [*pictures, samples.photograph(), *videos, *sounds, *bad, b"GIF89a", b"OggS", b"ID3", b"fLaC"]


def _exif() -> list[bytes]:
    data = samples.photograph()
    at = data.index(b"Exif\x00\x00") + 6
    return [data[at : at + int.from_bytes(data[at - 8 : at - 6]) - 8]]


_ITEM = {
    "id": "m", "uri": "https://example.org/a.png", "sha256": "0" * 64, "size": 3, "data": "QUJD", "article": "a",
    "caption": "Ada Berg in Ostrava", "headline": "Berg", "published_at": "2026-03-04T12:00:00Z",
    "mentions": [{"entity": {"id": "e", "name": "Ada Berg", "type": "person"}, "names": ["Berg"]}],
}  # fmt: skip
_ARTICLE = {
    "id": "a", "headline": "Berg speaks", "body": "Ada Berg leads Norvia. She spoke on 4 March 2026.",
    "url": "https://example.org/a", "language": "en", "media": [{"uri": "https://example.org/a.png"}],
    "published_at": "2026-03-04T12:00:00+01:00", "passages": [{"start": 0, "end": 3, "spot": {"media": "m"}}],
}  # fmt: skip
_RSS = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>T</title><language>en</language>
<item><title>Hello &amp; welcome</title><guid isPermaLink="false">1</guid><link>http://example.org/1</link>
<pubDate>Wed, 04 Mar 2026 12:00:00 +0100</pubDate><author>a@example.org (Ann)</author><category>News</category>
<enclosure url="http://example.org/a.jpg" type="image/jpeg" length="3"/>
<description>&lt;p&gt;A &lt;b&gt;word&lt;/b&gt;&lt;/p&gt;</description></item></channel></rss>"""
_ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://example.org/"><title>T</title><entry><id>urn:1</id>
<title type="html">Hello</title><link href="1"/><updated>2026-03-04T12:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text</p></div></content></entry></feed>"""

_NEWSML = b"""<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="urn:x:1" version="2">
<itemMeta><versionCreated>2026-03-04T12:00:00Z</versionCreated><pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta><headline>Hello</headline></contentMeta><contentSet><inlineXML><body.content><p>Text</p><media>
<media-reference source="a"/></media></body.content></inlineXML>
<remoteContent href="http://example.org/a.jpg" contenttype="image/jpeg"/></contentSet></newsItem></itemSet>
</newsMessage>"""


def _json(*events: dict[str, object]) -> list[bytes]:
    return [json.dumps(event).encode() for event in events]


SEEDS: dict[str, list[bytes]] = {
    "addresses": [
        b"http://example.org/a.png",
        b"https://example.org/a\x00http://example.com/b",
        b"http://[2606:2800::1]:80/\x00//b/c",
        "http://bücher.example/ä?b#c".encode(),
        b"file:///a/b",
        b"s3://bucket/a",
        b"memory://a/b",
    ],
    "names_of_machines": [b"127.0.0.1", b"0x7f.1", b"017700000001", b"[::1]", b"[::ffff:10.0.0.1]", b"localhost."],
    "paths": [b"ab", b"%61b", b"../secret", b"a%2Fb", b"a?b#c"],
    "formats": [data[:64] for data in _media()],
    "media": _media(),
    "exif": _exif(),
    "captions": [b"Ada Berg\nOstrava\nForeign Minister Ada Berg speaks in Ostrava.", b"A\nB\nA photo of A and B"],
    "media_items": _json(_ITEM, {"id": "m", "op": "retract"}),
    "articles": _json(_ARTICLE, {"id": "a", "op": "retract"}),
    "feeds": [_RSS, _ATOM, _NEWSML],
    "lines": [b"\n".join(_json(_ARTICLE, _ARTICLE)), b"\xef\xbb\xbf{}\n[]\n"],
}

_ADDRESS_WORDS = (
    "xn--a", "xn--", "http://", "https:", "//", "@", ":18999", ":99999", ":-1", "[", "]", "[::127.0.0.1]", "%0a", "%00",
    "\n", "\r", "\t", "\\", "%2e%2e", "..", "::", "%25", "。", "①", "ß", "\u200d", "2002:7f00:1::", "64:ff9b::7f00:1",
    "0x7f000001", "0177.1", "localhost", "?", "#", "%", "\x00", ".", "a" * 64, "٣", "fe80::1%eth0", "file://", "s3://",
)  # fmt: skip
_JSON_WORDS = (
    "null", "true", "1e999", "-1", '"', "[" * 40, "{", "}", "\\ud800", "\\u0000", "\\u001f", "é", "😀", "[]", "{}",
    '"op":"retract"', '"data":"é"', '"data":"===="', '"media":null', '"author":null', "\ufdfa" * 8, "9" * 30,
    '"published_at":"0001-01-01T00:00:00+23:59"', '"published_at":"9999-12-31T23:59:59-23:59"',
)  # fmt: skip
_FEED_WORDS = (
    "<", ">", "&#0;", "&#xD800;", "<![CDATA[", "]]>", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "xml:base='http://['",
    "<link>http://[</link>", "<link>javascript:1</link>", "<guid></guid>", "2016/6/29", "0000-00-00", "99999", "\xff",
    "encoding='utf-16'", "encoding='x'", "<georss:point>a b</georss:point>", "<media:content url='http://[1'/>",
    "<category/>", "<dc:date>1</dc:date>", "<a:b>", "rel='enclosure'", "<itunes:author/>", "xmlns:a='b'",
    "<embargoed/>", "version='9'", "<pubStatus qcode='stat:canceled'/>", "<packageItem guid='1'/>", "<inlineXML>",
)  # fmt: skip
WORDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("addresses", "names_of_machines", "paths"), _ADDRESS_WORDS),
    **dict.fromkeys(("media_items", "articles", "lines"), _JSON_WORDS),
    "feeds": _FEED_WORDS,
    "captions": ("(", ")", "\\", "[", "'s", " and ", "left", "中", "İ", "\u0301", "A" * 50, " "),
    "exif": (
        "\x00\x00\x00\x00",
        "\xff\xff\xff\xff",
        "II*\x00",
        "MM\x00*",
        "2026:03:04 12:30:00",
        "\x87\x69",
        "\x88\x25",
    ),
    **dict.fromkeys(
        ("formats", "media"), ("\x00" * 8, "\xff" * 4, "\x7f\xff\xff\xff", "ftypisom", "moov", "IDAT", "IEND")
    ),
}
