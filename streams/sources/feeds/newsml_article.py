"""The article of a NewsML-G2 item: what its metadata say, and the text that it has in XHTML, NITF or as data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import count, islice
from typing import Any

from streams.sources.feed_record import LeftOut
from streams.sources.feeds import links, media
from streams.sources.feeds.articles import LONGEST_HEADLINE, published
from streams.sources.feeds.entry import Medium
from streams.sources.feeds.ninjs import authority
from streams.sources.feeds.tree import Element
from streams.sources.feeds.xml_entries import language_of
from streams.sources.markup import fragment_text, read_fragment

_NONE = Element("", "")
_PAGES = frozenset(("alternate", "webcanonical", "canonical", "permalink"))
_SHOWN = frozenset(("picture", "video", "audio", "graphic"))
_MAIN = frozenset(("", "main", "headline", "caption", "summary"))
_NAMED_ELSEWHERE = frozenset(("person", "organisation", "organization", "place", "geoarea", "poi", "event", "object"))
"""Kinds of subjects that are no section but what the text is about."""

_INLINE = ("inlinexml", "inlinedata")
_MOST_DIGITS = 6
_RENDITIONS = 1
"""The number of the group of what an item shows."""


@dataclass(frozen=True, slots=True)
class _Text:
    body: str = ""
    headline: str = ""
    byline: str = ""
    language: str = ""
    media: tuple[Medium, ...] = ()


def article_of(
    item: Element, guid: str, where: str, now: datetime, address: str
) -> tuple[dict[str, Any], list[LeftOut]]:
    """Returns the fields of an item's article, without its id, and what was left out.

    Args:
        item: The item.
        guid: Its guid.
        where: Its place in the source.
        now: The present time; a date well after it is a mistake.
        address: The address that it was read from; empty for a file.
    """
    management, about, content = (child(item, name) for name in ("itemmeta", "contentmeta", "contentset"))
    left: list[LeftOut] = []
    texts = list(_texts(content, where, left))
    text = max(texts, key=lambda one: len(one.body), default=_Text())
    summary = _main(about, "description")
    headline = _main(about, "headline") or text.headline
    body = text.body or summary
    if item.name == "newsitem":  # a package with a headline alone says nothing that its items do not say
        headline = headline or _line(child(management, "title"))
        body = body or headline
    shown = code(child(management, "itemclass")).lower() in _SHOWN or not text.body
    renditions = _renditions(content, summary, shown=shown)
    named = (*renditions, *_references(item), *(one for text in texts for one in text.media))
    chosen, dropped = media.chosen(named, address)
    tags = (text.language, child(about, "language").attributes.get("tag", ""), item.attributes.get("xml:lang", ""))
    created = (child(management, "versioncreated"), child(about, "contentcreated"), child(management, "firstcreated"))
    fields = {
        "headline": headline[:LONGEST_HEADLINE] if body != headline else "",
        "body": body,
        "url": _page(management, content, address) or None,
        "source": (party(about, "infosource") or party(management, "provider") or authority(guid))[:512],
        "author": (_main(about, "by") or text.byline or party(about, "creator"))[:1024],
        "section": ", ".join(dict.fromkeys(_sections(about)))[:512],
        "published_at": published((one.text() for one in created), where, now, left),
        "language": next(filter(None, map(language_of, tags)), None),
        "media": [{"uri": m.address, **({"caption": m.caption} if m.caption else {})} for m in chosen],
    }
    return fields, [*left, *(LeftOut(where, one.address, one.reason) for one in dropped)]


def child(element: Element, name: str) -> Element:
    """Returns the first child of this name; an empty element if there is none."""
    return next(_several(element, name), _NONE)


def code(element: Element, attribute: str = "qcode") -> str:
    """Returns a code without the scheme that it is from, whether it is written as a QCode or as a URI."""
    given = element.attributes.get(attribute) or element.attributes.get(attribute.replace("qcode", "uri"), "")
    return given.rstrip("/").rpartition("/")[2].rpartition(":")[2].strip()


def party(holder: Element, name: str) -> str:
    """Returns the names of those who are given as a property, or else their codes."""
    found = (
        _line(child(one, "name")) or one.attributes.get("literal", "") or code(one) for one in _several(holder, name)
    )
    return ", ".join(dict.fromkeys(filter(None, found)))


def party_code(holder: Element, name: str) -> str:
    """Returns the code of the first of those who are given as a property, or else a name.

    A name may be left out of a later version, or be written in another way; a code stays.
    """
    given = (code(one) or one.attributes.get("literal", "").strip() for one in _several(holder, name))
    return next(filter(None, given), "") or party(holder, name)


def _several(element: Element, name: str) -> Iterator[Element]:
    return element.children(("nar", name), ("", name))


def _line(element: Element) -> str:
    return " ".join(fragment_text(element.html()).split())


def _main(holder: Element, name: str) -> str:
    """Returns the main one of several texts with roles, or else the first."""
    found = [(code(one, "role"), line) for one in _several(holder, name) if (line := _line(one))]
    return next((line for role, line in found if role in _MAIN), next((line for _, line in found), ""))


def _texts(content: Element, where: str, left: list[LeftOut]) -> Iterator[_Text]:
    groups = count(_RENDITIONS + 1)  # of the whole item, as each text and each block in it may have media
    for one in content.children(*(("nar", n) for n in _INLINE), *(("", n) for n in _INLINE)):
        type_ = one.attributes.get("contenttype", "").lower()
        language = one.attributes.get("xml:lang", "")
        marked = any(mark in type_ for mark in ("html", "nitf"))
        inner = {part.name: part for part in reversed(list(one.within()))}  # the first of each name
        body = inner.get("body.content") or inner.get("body")
        if {"encoding", "encodinguri"} & one.attributes.keys():
            left.append(LeftOut(where, type_ or "data", "it is data in an encoding, and no text"))
        elif not (marked or body or not type_ or type_.startswith("text/")):
            left.append(LeftOut(where, type_, "it cannot be read as a text"))
        elif one.name == "inlinedata" and not marked:
            yield _Text(fragment_text(escape(one.text(), quote=False)), language=language)
        else:
            taken = _taken_out(body) if body and body.name == "body.content" else []
            found = tuple(islice(_nitf_media(taken, groups), media.MOST_READ))
            fragment = read_fragment((body or one).html())
            pictures = (Medium(picture.address, picture.kind, picture.caption) for picture in fragment.pictures)
            headline, byline = (_line(inner.get(name, _NONE)) for name in ("hl1", "byline"))
            yield _Text(fragment.text, headline, byline, language, (*found, *pictures))


def _taken_out(text: Element) -> list[Element]:
    """Takes the media out of a text in NITF, so that no caption is in it, and each out of the one around it."""
    taken: list[Element] = []
    waiting = [text]
    while waiting:
        holder = waiting.pop()
        inner = [part for part in holder.content if isinstance(part, Element)]
        taken += (part for part in inner if part.name == "media")
        holder.content = [part for part in holder.content if isinstance(part, str) or part.name != "media"]
        waiting += reversed(inner)
    return taken


def _nitf_media(taken: list[Element], groups: Iterator[int]) -> Iterator[Medium]:
    """Yields what media elements refer to; each has renditions of one thing."""
    for part, group in zip(taken, groups, strict=False):
        inner = list(part.within())
        caption = next((_line(one) for one in inner if one.name == "media-caption"), "")
        for one in inner:
            if one.name == "media-reference":
                type_ = one.attributes.get("mime-type") or part.attributes.get("media-type", "")
                yield Medium(one.attributes.get("source", ""), type_, caption, _width(one), group=group)


def _renditions(content: Element, caption: str, *, shown: bool) -> Iterator[Medium]:
    """Yields what an item is: renditions of one thing if that is what it shows, otherwise what belongs to its text."""
    for one in _several(content, "remotecontent"):
        type_ = one.attributes.get("contenttype", "")
        if "html" not in type_:
            thumbnail = "thumb" in code(one, "rendition").lower()
            address = one.attributes.get("href", "")
            yield Medium(address, type_, caption if shown else "", _width(one), thumbnail, _RENDITIONS if shown else 0)


def _references(item: Element) -> Iterator[Medium]:
    """Yields the pictures, videos and sounds that an item refers to and gives the address of."""
    for holder in (child(item, "groupset"), child(item, "itemmeta")):
        for one in holder.within():
            type_ = one.attributes.get("contenttype", "")
            if one.name in {"itemref", "link"} and type_.partition("/")[0].lower() in {"image", "video", "audio"}:
                caption = _line(child(one, "description")) or _line(child(one, "title"))
                yield Medium(one.attributes.get("href", ""), type_, caption)


def _page(management: Element, content: Element, address: str) -> str:
    """Returns the address of the item as a web page; empty if it names none."""
    linked = [one for one in _several(management, "link") if code(one, "rel").lower() in _PAGES]
    for one in (*linked, *_several(content, "remotecontent")):
        type_ = one.attributes.get("contenttype", "")
        if "html" in type_ or (not type_ and one.name == "link"):
            found = links.untracked(links.absolute(one.attributes.get("href", ""), address))
            if found:
                return found
    return ""


def _sections(about: Element) -> Iterator[str]:
    for one in _several(about, "subject"):
        if code(one, "type").lower() not in _NAMED_ELSEWHERE and (name := _line(child(one, "name"))):
            yield name
    yield from filter(None, map(_line, _several(about, "keyword")))


def _width(element: Element) -> int:
    text = element.attributes.get("width", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0
