"""NewsML-G2 that nobody should write: refused, left out with a reason, or read with exactly these fields."""

from typing import Any

import pytest

from streams.sources import SourceError
from tests.streams.feeds.newsml import message
from tests.streams.sources.hostile.reading import read

URN = "urn:newsml:coast.example:20260303:7"
NAR = "xmlns='http://iptc.org/std/nar/2006-10-01/'"
TEXT = "<inlineData contenttype='text/plain'>Text.</inlineData>"
FIELDS = {"id": URN, "body": "Text.", "source": "coast.example"}
XHTML = "<inlineXML><html xmlns='http://www.w3.org/1999/xhtml'>{}</html></inlineXML>"
NITF = "<inlineXML><nitf><body><body.content>{}</body.content></body></nitf></inlineXML>"
SCRIPTS = "<head><script>x()</script></head><body><script>y()</script><p>Text.</p></body>"
NO_ADDRESS = "its address is no http(s) address"


def item(management: str = "", about: str = "", content: str = TEXT, given: str = f"guid='{URN}' version='1'") -> str:
    inner = f"<itemMeta>{management}</itemMeta><contentMeta>{about}</contentMeta><contentSet>{content}</contentSet>"
    return f"<newsItem {given}>{inner}</newsItem>"


ITEMS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "plain": (item(), {}, []),
    "controls": (
        item(about="<headline>A\0&#0;&#31;B</headline><by>N&#1;M</by>"),
        {"headline": "AB", "author": "NM"},
        [],
    ),
    "no metadata": (f"<newsItem guid='{URN}'><contentSet>{TEXT}</contentSet></newsItem>", {}, []),
    "two guids": (item(given=f"guid='{URN}' guid='urn:x:2'"), {}, []),
    "a guid in spaces": (item(given=f"guid=' {URN}\n'"), {}, []),
    "a language that is none": (item(about="<language tag='??'/>", given=f"guid='{URN}' xml:lang='x' "), {}, []),
    "a date that is none": (
        item("<versionCreated>soon</versionCreated><firstCreated>2026-01-01T00:00:00Z</firstCreated>"),
        {"published_at": "2026-01-01T00:00:00Z"},
        ["it cannot be read, or in more than one way"],
    ),
    "a date to come": (item("<versionCreated>2999-01-01T00:00:00Z</versionCreated>"), {}, ["it is in the future"]),
    "a status nobody knows": (item("<pubStatus qcode='stat:bogus'/>"), {}, []),
    "a headline without end": (item(about=f"<headline>{'a' * 20_000}</headline>"), {"headline": "a" * 10_000}, []),
    "subjects without names": (item(about="<subject qcode='medtop:1'/><subject><name/></subject>"), {}, []),
    "scripts": (item(content=XHTML.format(SCRIPTS)), {}, []),
    "escaped HTML": (item(content="<inlineData contenttype='text/html'>&lt;p&gt;Text.&lt;/p&gt;</inlineData>"), {}, []),
    "HTML in CDATA": (item(content="<inlineXML><![CDATA[<p>Text.</p>]]></inlineXML>"), {}, []),
    "NITF without a paragraph": (item(content=NITF.format("<block>Text.</block>")), {}, []),
    "NITF that is deep": (item(content=NITF.format("<block>" * 3000 + "Text." + "</block>" * 3000)), {}, []),
    "an item within a text": (
        item(content="<inlineXML><newsItem guid='urn:x:2'><headline>Text.</headline></newsItem></inlineXML>"),
        {},
        [],
    ),
    "data in base64": (
        item(content=TEXT + "<inlineData contenttype='image/png' encoding='base64'>iVBO</inlineData>"),
        {},
        ["it is data in an encoding, and no text"],
    ),
    "a table of numbers": (
        item(content=TEXT + "<inlineXML contenttype='application/x-stats+xml'><n>1</n></inlineXML>"),
        {},
        ["it cannot be read as a text"],
    ),
    "a script as a link": (item("<link rel='irel:alternate' href='javascript:x'/>"), {}, []),
    "a title alone": (item("<title>Text.</title>", content=""), {}, []),
}


@pytest.mark.parametrize("name", ITEMS)
def test_a_strange_item_is_read_with_exactly_these_fields(name: str) -> None:
    document, expected, reasons = ITEMS[name]
    assert read(message(document)) == ([{**FIELDS, **expected}], reasons)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:x",
        "data:image/png;base64,AA",
        "file:///etc/passwd",
        "https://u:p@i.example/a.jpg",
        "https://[::1/a.jpg",
    ],
)
def test_a_picture_that_is_not_on_the_web_is_left_out(href: str) -> None:
    found, left = read(message(item(content=f"{TEXT}<remoteContent contenttype='image/jpeg' href='{href}'/>")))
    assert (found, left) == ([FIELDS], [NO_ADDRESS])


@pytest.mark.parametrize("width", ["-5", "9" * 30, "wide", "", "٣"])
def test_a_picture_has_a_width_or_none(width: str) -> None:
    picture = f"<remoteContent contenttype='image/jpeg' href='a.jpg' width='{width}'/>"
    ((found,), _) = read(message(item(content=TEXT + picture)))
    assert found["media"] == [{"uri": "https://coast.example/a.jpg"}]


WITHDRAWN = {
    "by a code": "<pubStatus qcode='stat:canceled'/>",
    "in capitals": "<pubStatus qcode='stat:CANCELED'/>",
    "by a URI": "<pubStatus uri='http://cv.iptc.org/newscodes/pubstatusg2/canceled'/>",
    "by a URI with a stroke": "<pubStatus uri='http://cv.iptc.org/newscodes/pubstatusg2/withheld/'/>",
    "by a word": "<pubStatus>canceled</pubStatus>",
    "at the second attempt": "<pubStatus qcode='stat:usable'/><pubStatus qcode='stat:canceled'/>",
    "and embargoed": "<pubStatus qcode='stat:canceled'/><embargoed>2999-01-01</embargoed>",
}


@pytest.mark.parametrize("how", WITHDRAWN)
def test_an_item_is_withdrawn(how: str) -> None:
    assert read(message(item(WITHDRAWN[how]))) == ([{"id": URN, "op": "retract"}], [])
    assert (
        read(message(f"<newsItem guid='{URN}'><itemMeta>{WITHDRAWN[how]}</itemMeta></newsItem>"))[0][0]["op"]
        == "retract"
    )


LEFT = {
    "an item of nothing": (f"<newsItem guid='{URN}'/>", "it has neither a headline nor a text"),
    "empty elements": (
        item(about="<headline/>", content="<inlineXML/><inlineData/><remoteContent/>"),
        "it has neither",
    ),
    "joiners": (item(content="<inlineData> \u200b\u2060 </inlineData>"), "it has neither a headline nor a text"),
    "no guid": (item(given=""), "it has no guid"),
    "a guid of spaces": (item(given="guid='  '"), "it has no guid"),
    "a withdrawal of nothing": (item("<pubStatus qcode='stat:canceled'/>", given=""), "it has no guid"),
    "an embargo without an end": (item("<embargoed/>"), "it is embargoed without a time"),
    "an embargo that is nil": (item("<embargoed xsi:nil='true'/>"), "it is embargoed without a time"),
    "an embargo of words": (item("<embargoed>after the speech</embargoed>"), "it is embargoed without a time"),
    "an embargo that lasts": (item("<embargoed>2999-01-01T00:00:00Z</embargoed>"), "it is embargoed until 2999"),
    "a concept": ("<conceptItem guid='urn:x:1'/>", "it is a concept item, which is no news"),
    "a plan without a guid": ("<planningItem/>", "it is a planning item, which is no news"),
    "a package of references": (f"<packageItem guid='{URN}'><groupSet/></packageItem>", "it has no text of its own"),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_not_published_is_named_with_the_reason(name: str) -> None:
    document, reason = LEFT[name]
    found, left = read(message(document))
    assert found == []
    assert len(left) == 1
    assert left[0].startswith(reason)


BARE = "<newsItem guid='{}'><contentSet>{}</contentSet></newsItem>"
VERSIONS = "".join(item(given=f"guid='{URN}' version='{number}'") for number in ("x", "-1", "٣", "9" * 30, ""))
DOCTYPE = "<!DOCTYPE n [<!ENTITY t 'Text.'><!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
WHOLE = {
    "no namespace": BARE.format(URN, TEXT),
    "a prefix that nothing declares": (
        f"<nar:newsItem guid='{URN}'><nar:contentSet><nar:inlineData>Text.</nar:inlineData>"
        "</nar:contentSet></nar:newsItem>"
    ),
    "an envelope": f"<s:Envelope xmlns:s='u:s'><s:Body {NAR}>{BARE.format(URN, TEXT)}</s:Body></s:Envelope>",
    "an item that is not closed": f"<newsMessage {NAR}><newsItem guid='urn:x:1'><itemMeta>{item()}</newsMessage>",
    "entities": DOCTYPE + BARE.format(URN, "<inlineData>&t;</inlineData>"),
    "versions that are none": f"<newsMessage {NAR}>{VERSIONS}</newsMessage>",
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_strange_document_is_read_as_far_as_it_can_be(name: str) -> None:
    assert read(WHOLE[name].encode())[0] == [FIELDS]


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("label", ["utf-8", "iso-8859-1", "utf-16", "bogus"])
def test_the_bytes_decide_whatever_the_declaration_says(label: str, written: str) -> None:
    document = message(item(content="<inlineData>Jürgen Müller aß “Øl”</inlineData>")).decode()
    found, _ = read(f"<?xml version='1.0' encoding='{label}'?>{document}".encode(written))
    assert found[0]["body"] == "Jürgen Müller aß “Øl”"


@pytest.mark.parametrize("root", ["NewsML", "nitf", "newsItem", "sports-content", "rdf2"])
def test_another_vocabulary_is_refused_by_name(root: str) -> None:
    with pytest.raises(SourceError, match=f"its outermost element is <{root}>"):
        read(f"<{root}><NewsItem Duid='1'/></{root}>".encode())
