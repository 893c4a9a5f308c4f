"""Reads the channel and the entries of RSS 0.9 to 2.0, RDF and Atom, with their usual extensions."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from streams.sources.feeds import links
from streams.sources.feeds.entry import Channel, Entry, Medium
from streams.sources.feeds.tree import DELETED, Element
from streams.sources.markup import fragment_text

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}\Z")
_ADDRESS_AND_NAME = re.compile(r"\S+@\S+\s+\((?P<name>[^()]+)\)\Z|(?P<before>[^<>]+?)\s*<\S+@\S+>\Z")
_LONGEST_NAME = 500
_PUBLISHED = (("", "pubdate"), ("atom", "published"), ("atom", "issued"), ("dc", "issued"), ("dc", "date"))
_MORE_PUBLISHED = (("atom", "created"), ("dc", "created"), ("", "date"), ("", "published"), ("", "pubdatetime"))
_UPDATED = (("atom", "updated"), ("atom", "modified"), ("dc", "modified"), ("", "updated"), ("", "lastbuilddate"))
_TEXTS = (
    ("content", "encoded"), ("atom", "content"), ("xhtml", "body"), ("xhtml", "div"), ("", "description"),
    ("atom", "summary"), ("", "content"), ("", "body"), ("", "fulltext"), ("", "full-text"), ("", "summary"),
    ("dc", "description"), ("itunes", "summary"), ("dc", "abstract"), ("itunes", "subtitle"),
)  # fmt: skip
_LINKS = (("atom", "link"), ("", "link"))
_READABLE = ("text", "html", "xhtml", "xml")


def language_of(text: str) -> str:
    """Returns a language tag; empty if the text is none."""
    text = text.strip().replace("_", "-")
    return text if _LANGUAGE.match(text) else ""


def person(text: str) -> str:
    """Returns the name in `address (Name)` or `Name <address>`; any other text as it stands."""
    text = " ".join(fragment_text(text).split())
    found = _ADDRESS_AND_NAME.match(text) if len(text) <= _LONGEST_NAME else None
    return (found["name"] or found["before"]).strip(" \"'") if found else text


def channel_of(head: Element, name: str, address: str) -> Channel:
    """Returns the feed that a channel's fields describe.

    Args:
        head: The channel.
        name: The address or file name that it was read from.
        address: The address that it was read from; empty for a file.
    """
    base = base_of(head, address)
    alternate, own = _atom_links(head, "alternate"), _atom_links(head, "self")
    link = next((e.text() for e in head.children(("", "link")) if e.text()), "") or next(iter(alternate), "")
    id_ = next((e.text() for e in head.children(("atom", "id"))), "") or next(iter(own), "")
    title = next((fragment_text(_html(e)) for e in head.children(("", "title"), ("atom", "title"))), "")
    languages = (e.text() for e in head.children(("", "language"), ("dc", "language")))
    return Channel(
        title=" ".join(title.split()),
        link=links.resolved(link, base),
        id=links.resolved(id_, base) or id_,
        language=language_of(next(languages, "") or head.attributes.get("xml:lang", "")),
        author=_names(head, ("atom", "author")),
        name=name,
    )


def entry_of(item: Element, channel: Channel, number: int, base: str) -> Entry:
    """Returns the entry that an element describes.

    Args:
        item: The element.
        channel: Its feed.
        number: Its place in the feed.
        base: The address that the channel's addresses are relative to; empty if unknown.
    """
    if (item.space, item.name) == DELETED:
        return Entry(number, guid=" ".join(item.attributes.get("ref", "").split()), deleted=True)
    base = _join(_join(base, channel.link), item.attributes.get("xml:base", ""))
    guid = _first(item, ("", "guid"), ("atom", "id"), ("", "id")) or item.attributes.get("rdf:about", "").strip()
    guid = guid or _first(item, ("dc", "identifier"))
    source = next(item.children(("", "source"), ("atom", "source")), None)
    title = next((_html(e) for e in item.children(("", "title"), ("atom", "title")) if e.text()), "")
    title = title or next((_html(e) for e in item.children(("dc", "title"), ("media", "title")) if e.text()), "")
    return Entry(
        number=number,
        guid=" ".join(guid.split()),
        link=_link(item, guid, base, links.resolved),
        url=_link(item, guid, links.without_user(base), links.absolute),
        base=links.without_user(base),
        title=title,
        texts=tuple(dict.fromkeys(_texts(item))),
        author=_author(item, source) or channel.author,
        source=_source(source),
        sections=tuple(dict.fromkeys(_sections(item))),
        published=_first(item, *_PUBLISHED) or _first(item, *_MORE_PUBLISHED),
        updated=_first(item, *_UPDATED),
        language=language_of(_first(item, ("dc", "language"), ("", "language")) or item.attributes.get("xml:lang", "")),
        media=tuple(_media(item)),
        cut=item.cut,
    )


def base_of(head: Element, address: str) -> str:
    """Returns the address that a channel states for relative ones, or else that it was read from."""
    return _join(address, head.attributes.get("xml:base", ""))


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip()) if address.strip() else base
    except ValueError:
        return base


def _first(item: Element, *wanted: tuple[str, str]) -> str:
    """Returns the first text of these children, in the order of the names."""
    for name in wanted:
        for child in item.children(name):
            if text := child.text():
                return text
    return ""


def _html(element: Element) -> str:
    return element.html()


def _atom_links(item: Element, rel: str) -> Iterator[str]:
    for link in item.children(*_LINKS):
        if link.attributes.get("href") and link.attributes.get("rel", "alternate").lower() == rel:
            yield link.attributes["href"]


def _link(item: Element, guid: str, base: str, read: Callable[[str, str], str]) -> str:
    permalink = next((e.attributes.get("ispermalink", "true") for e in item.children(("", "guid"))), "true")
    html_first = sorted(
        (
            e
            for e in item.children(("atom", "link"), ("", "link"))
            if e.attributes.get("rel", "alternate") == "alternate"
        ),
        key=lambda e: e.attributes.get("type", "text/html") not in {"text/html", "application/xhtml+xml"},
    )
    possible = (
        *(e.text() for e in item.children(("feedburner", "origlink"))),
        *(e.text() for e in item.children(("", "link")) if not e.attributes.get("href")),
        *(e.attributes.get("href", "") for e in html_first),
        *(e.attributes.get("href", "") for e in item.children(("", "a"))),
        *(
            e.attributes.get("src", "")
            for e in item.children(("atom", "content"))
            if "html" in e.attributes.get("type", "")
        ),
        guid if permalink.lower() != "false" else "",
        item.attributes.get("rdf:about", ""),
        *(e.text() for e in item.children(("dc", "identifier")) if e.text().startswith("http")),
    )
    for one in possible:
        # A guid that is no address is not relative to anything.
        relative = "" if one is guid and "://" not in one else base
        if found := read(one, relative):
            return links.untracked(found)
    return ""


def _texts(item: Element) -> Iterator[str]:
    found = False
    for child in item.children(*_TEXTS):
        type_ = child.attributes.get("type", "text").lower()
        readable = child.space != "atom" or any(part in type_ for part in _READABLE)
        if readable and (html := child.html()).strip():
            found = True
            yield html
    if not found:  # otherwise it is the caption of a picture
        for holder in (item, *item.children(("media", "group"))):
            yield from (e.html() for e in holder.children(("media", "description")))


def _names(element: Element, *wanted: tuple[str, str]) -> str:
    found = []
    for author in element.children(*wanted):
        name = next((e.text() for e in author.children(("atom", "name"), ("", "name"))), "")
        if not name and not any(isinstance(part, Element) for part in author.content):
            name = author.text()
        if name:
            found.append(person(name))
    return ", ".join(dict.fromkeys(found))


def _author(item: Element, source: Element | None) -> str:
    for name in (("atom", "author"), ("dc", "creator"), ("", "author"), ("itunes", "author"), ("dc", "author")):
        if found := _names(item, name):
            return found
    return _names(source, ("atom", "author")) if source is not None and source.space == "atom" else ""


def _source(source: Element | None) -> str:
    if source is None:
        return ""
    if source.space == "atom":
        return next((fragment_text(_html(e)) for e in source.children(("atom", "title"))), "")
    return fragment_text(_html(source)) or links.site(source.attributes.get("url", ""))


def _sections(item: Element) -> Iterator[str]:
    for child in item.children(("", "category"), ("atom", "category"), ("dc", "subject"), ("itunes", "category")):
        given = child.attributes
        text = fragment_text(_html(child)) or given.get("term") or given.get("label") or given.get("text") or ""
        if text.strip():
            yield " ".join(text.split())


def _media(item: Element) -> Iterator[Medium]:
    """Yields what an entry names, captioned ones first so that their captions count."""
    for number, group in enumerate(item.children(("media", "group")), start=1):
        caption = _caption(group)
        yield from (_content(content, caption, number) for content in group.children(("media", "content")))
        yield from _thumbnails(group, caption)
    contents = list(item.children(("media", "content")))
    own = _caption(item) if contents else ""
    for content in contents:
        yield _content(content, own)
        yield from _thumbnails(content)
    for enclosure in item.children(("", "enclosure")):
        given = enclosure.attributes
        yield Medium(given.get("url") or given.get("href") or given.get("rdf:resource", ""), given.get("type", ""))
    for link in item.children(*_LINKS):
        given = link.attributes
        if given.get("rel", "").lower() == "enclosure":
            yield Medium(given.get("href", ""), given.get("type", ""), given.get("title", ""))
    for image in item.children(("", "image"), ("itunes", "image"), ("", "thumbnail")):
        address = image.attributes.get("href") or image.attributes.get("url") or _first(image, ("", "url"))
        lesser = image.space == "itunes" or image.name == "thumbnail"
        yield Medium(address or image.text(), "image", thumbnail=lesser)
    for content in item.children(("atom", "content")):
        if content.attributes.get("type", "").partition("/")[0].lower() in {"image", "audio", "video"}:
            yield Medium(content.attributes.get("src", ""), content.attributes["type"])
    yield from _thumbnails(item)


def _thumbnails(holder: Element, caption: str = "") -> Iterator[Medium]:
    for one in holder.children(("media", "thumbnail")):
        yield Medium(one.attributes.get("url", ""), "image", caption, _width(one), thumbnail=True)


def _content(content: Element, caption: str, group: int = 0) -> Medium:
    given = content.attributes
    type_ = given.get("type") or given.get("medium", "")
    return Medium(given.get("url", ""), type_, _caption(content) or caption, _width(content), group=group)


def _caption(element: Element) -> str:
    for name in ("description", "text", "title"):
        for child in element.children(("media", name)):
            if text := fragment_text(_html(child)):
                return " ".join(text.split())
    return ""


def _width(element: Element) -> int:
    text = element.attributes.get("width", "").removesuffix("px")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else 0
