"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from collections.abc import Iterator
from html import escape
from typing import Any

from streams.sources.feeds import links
from streams.sources.feeds.entry import Channel, Entry, Medium
from streams.sources.feeds.xml_entries import language_of
from streams.sources.tokens import without_controls


def is_json_feed(loaded: Any) -> bool:
    """Returns whether decoded JSON is a JSON Feed."""
    if not isinstance(loaded, dict) or not isinstance(loaded.get("items"), list | None):
        return False
    version = loaded.get("version")
    if isinstance(version, str) and "jsonfeed.org" in version:
        return True
    return "items" in loaded and ("home_page_url" in loaded or "feed_url" in loaded)


def entries_of(feed: dict[str, Any], name: str, address: str = "") -> Iterator[tuple[Entry, Channel]]:
    """Yields the entries of a JSON Feed.

    Args:
        feed: The decoded feed.
        name: The address or file name that it was read from.
        address: The address that it was read from; empty for a file.
    """
    channel = Channel(
        title=_text(feed.get("title")),
        link=links.resolved(_address(feed.get("home_page_url")), address),
        id=links.resolved(_address(feed.get("feed_url")), address),
        language=language_of(_text(feed.get("language"))),
        author=_authors(feed),
        name=name,
    )
    for number, item in enumerate(feed.get("items") or (), start=1):
        yield _entry(item if isinstance(item, dict) else {}, channel, number, channel.link or address), channel


def _entry(item: dict[str, Any], channel: Channel, number: int, base: str) -> Entry:
    named = (_address(item.get("url")), _address(item.get("external_url")))
    link, other = (links.resolved(one, base) for one in named)
    public = links.without_user(base)
    url = next(filter(None, (links.absolute(one, public) for one in named)), "")
    texts = (_text(item.get("content_html")), _as_html(item.get("content_text")), _as_html(item.get("summary")))
    tags = item.get("tags")
    return Entry(
        number=number,
        guid=_text(item.get("id")),
        link=links.untracked(link or other),
        url=links.untracked(url),
        base=links.without_user(link or base),
        title=_as_html(item.get("title")),
        texts=tuple(text for text in texts if text.strip()),
        author=_authors(item) or channel.author,
        sections=tuple(_text(tag) for tag in tags if _text(tag)) if isinstance(tags, list) else (),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        language=language_of(_text(item.get("language"))),
        media=tuple(_media(item)),
    )


def _media(item: dict[str, Any]) -> Iterator[Medium]:
    for name in ("image", "banner_image"):
        if address := _address(item.get(name)):
            yield Medium(address, "image")
    attachments = item.get("attachments")
    for one in attachments if isinstance(attachments, list) else ():
        if isinstance(one, dict):
            yield Medium(_address(one.get("url")), _text(one.get("mime_type")), _text(one.get("title")))


def _authors(holder: dict[str, Any]) -> str:
    authors = holder.get("authors")
    several = authors if isinstance(authors, list) else [holder.get("author")]
    return ", ".join(name for one in several if isinstance(one, dict) and (name := _text(one.get("name"))))


def _text(value: Any) -> str:
    """Returns a text without control characters, or a number as text: ids are numbers in many feeds."""
    if isinstance(value, str):
        return without_controls(value).strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _address(value: Any) -> str:
    return _text(value) if isinstance(value, str) else ""


def _as_html(value: Any) -> str:
    """Returns plain text as HTML, in which nothing of it is taken for markup."""
    return escape(_text(value), quote=False)
