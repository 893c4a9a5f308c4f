"""ninjs, the news agencies' JSON (https://www.iptc.org/std/ninjs/), versions 1, 2 and 3.

Its `uri` is unique by the standard and becomes the article's id as it stands; one that is no URI counts within the
site that it was read from only, or its source if that is a file.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Any

from streams.messages.base import is_blank
from streams.messages.events import stable_id
from streams.sources.feed_record import LeftOut
from streams.sources.feeds import links, media
from streams.sources.feeds.articles import LONGEST_HEADLINE, published
from streams.sources.feeds.dates import embargo
from streams.sources.feeds.entry import Medium
from streams.sources.feeds.xml_entries import language_of
from streams.sources.markup import fragment_text
from streams.sources.tokens import without_controls
from streams.sources.versions import NINJS, Version, number_of, time_of

LONGEST_ID = 512
_DATES = ("versioncreated", "contentcreated", "firstcreated")
_SIGNS = frozenset((
    "body_text", "body_xhtml", "body_html", "bodies", "headlines", "versioncreated", "pubstatus", "description_text",
    "descriptions", "associations", "renditions", "byline", "infosources", "contentcreated",
))  # fmt: skip
_TYPES = frozenset(("text", "picture", "video", "audio", "graphic", "composite", "event", "planning", "component"))
WITHDRAWN = frozenset(("canceled", "cancelled", "withheld", "killed", "recalled"))


def is_ninjs(loaded: Any) -> bool:
    """Returns whether decoded JSON is a ninjs item: none of our own articles has a `uri` and no `id`."""
    if (
        not isinstance(loaded, dict)
        or loaded.get("id") is not None
        or not isinstance(loaded.get("uri"), str)
        or not loaded["uri"].strip()
    ):
        return False
    return bool(_SIGNS & loaded.keys()) or loaded.get("type") in _TYPES


def superseded(items: list[Any], now: datetime) -> set[int]:
    """Returns the places of items of which the list has a later version to publish, wherever in it that stands.

    Args:
        items: The items, among which may be anything.
        now: The present time, for embargoes.
    """
    newest: dict[str, int] = {}
    older: set[int] = set()
    times = Counter(item["uri"].strip() for item in items if is_ninjs(item))
    for place, item in enumerate(items):
        # What is held back keeps no earlier version back, least of all a withdrawal.
        if not is_ninjs(item) or times[uri := item["uri"].strip()] == 1 or not _is_published(item, now):
            continue
        before = newest.get(uri)
        if before is not None and version_of(item).precedes(version_of(items[before])):
            older.add(place)
            continue
        if before is not None:
            older.add(before)
        newest[uri] = place
    return older


def _is_published(item: dict[str, Any], now: datetime) -> bool:
    fields, _ = article_of(item, "", now)
    return fields.get("op") == "retract" or not is_blank(fields.get("body", ""))


def version_of(item: dict[str, Any]) -> Version:
    """Returns which version of an item it is: the one created later, or else the one with the higher number."""
    number, created = number_of(str(item.get("version", ""))), time_of(_moment(item.get("versioncreated")))
    return Version(NINJS, number, created, withdrawn=_withdrawn(item))


def _withdrawn(item: dict[str, Any]) -> bool:
    return _text(item.get("pubstatus")).rpartition(":")[2].lower() in WITHDRAWN


def article_of(
    item: dict[str, Any], where: str, now: datetime, address: str = ""
) -> tuple[dict[str, Any], list[LeftOut]]:
    """Returns the fields of an item's article and what was left out; no fields if it must not be published.

    Args:
        item: The item.
        where: Its place in the source.
        now: The present time, for embargoes.
        address: The address that it was read from; empty for a file.
    """
    source = _text(item.get("infosource")) or _text(item.get("source")) or _roled(item.get("infosources"))
    uri = _text(item["uri"])
    id_ = _id(uri, links.site(address) or source)
    if _withdrawn(item):
        return {"id": id_, "op": "retract"}, []
    reason, passing = embargo(_moment(item["embargoed"]), now) if item.get("embargoed") else ("", False)
    if reason:
        return {}, [LeftOut(where, links.without_user(uri)[:200], reason, passing)]
    headline = _plain(_text(item.get("headline")) or _roled(item.get("headlines")) or _text(item.get("title")))
    body = max(_bodies(item), key=len, default="")
    chosen, dropped = media.chosen(_media(item), address)
    left = [LeftOut(where, one.address, one.reason) for one in dropped]
    link = links.absolute(_text(item.get("webcanonical")) or _text(item.get("url")), address)
    fields = {
        "id": id_,
        "headline": headline[:LONGEST_HEADLINE] if body else "",
        "body": body or headline,
        "url": links.untracked(link) or None,
        "source": (source or _text(item.get("copyrightholder")) or authority(uri))[:512],
        "author": _plain(_text(item.get("byline")) or _text(item.get("by")) or _people(item))[:1024],
        "section": ", ".join(_names(item.get("subject") or item.get("subjects")))[:512],
        "published_at": published(map(_moment, map(item.get, _DATES)), where, now, left),
        "language": language_of(_text(item.get("language"))) or None,
        "media": [{"uri": m.address, **({"caption": m.caption} if m.caption else {})} for m in chosen],
    }
    return fields, left


def _id(uri: str, publisher: str) -> str:
    if links.has_user(uri):
        return stable_id("guid", uri)  # as of NewsML-G2: the password of an address is in no id
    return uri if ":" in uri and len(uri) <= LONGEST_ID else stable_id("ninjs", publisher, uri)


def _bodies(item: dict[str, Any]) -> Iterator[str]:
    for name, value in item.items():
        if name.startswith("body_") and isinstance(value, str):
            yield fragment_text(escape(value, quote=False) if name == "body_text" else value)
    for body in _several(item.get("bodies")):
        text = _text(body.get("value"))
        html = "html" in _text(body.get("contenttype") or body.get("contentType"))
        yield fragment_text(text if html else escape(text, quote=False))
    if not any(name.startswith("body_") or name == "bodies" for name in item):
        yield _plain(_text(item.get("description_text")) or _roled(item.get("descriptions")))


def _media(item: dict[str, Any]) -> Iterator[Medium]:
    """Yields what an item is, and what is associated with it: the best rendition of each."""
    for one in (item, *_several(item.get("associations"))):
        if one is not item and _text(one.get("type")) in {"text", "composite"}:
            continue
        caption = _plain(
            _text(one.get("description_text")) or _text(one.get("caption")) or _roled(one.get("descriptions"))
        )
        if one is item:
            caption = caption if _text(item.get("type")) in {"picture", "video", "audio", "graphic"} else ""
        caption = caption or ("" if one is item else _plain(_text(one.get("headline"))))
        number = id(one)  # renditions of one item are a group
        for rendition in _several(one.get("renditions")):
            type_ = _text(rendition.get("mimetype") or rendition.get("contenttype"))
            width = rendition.get("width")
            thumbnail = "thumb" in (_text(rendition.get("name")) or _text(rendition.get("_name"))).lower()
            address = _text(rendition.get("href"))
            yield Medium(address, type_, caption, width if isinstance(width, int) else 0, thumbnail, number)


def _several(value: Any) -> list[dict[str, Any]]:
    """Returns the objects of a list (versions 2 and 3), or of an object by name (version 1)."""
    if isinstance(value, dict):
        return [{"_name": name, **one} for name, one in value.items() if isinstance(one, dict)]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _roled(value: Any) -> str:
    """Returns the value of the main one of several texts with roles, or else of the first."""
    several = _several(value)
    main = [one for one in several if _text(one.get("role")) in {"", "main", "headline", "caption"}]
    return next((_text(one.get("value") or one.get("name")) for one in (*main, *several)), "")


def _people(item: dict[str, Any]) -> str:
    people = _several(item.get("bylines")) or _several(item.get("authors"))
    return ", ".join(_text(one.get("value") or one.get("byline") or one.get("name")) for one in people)


def _names(value: Any) -> list[str]:
    return [name for one in _several(value) if (name := _text(one.get("name")))]


def authority(uri: str) -> str:
    """Returns who gave a URI: the provider in a `urn:newsml:`, or the site; empty if it does not say."""
    scheme, _, rest = uri.partition("urn:newsml:")
    return rest.partition(":")[0] if rest and not scheme else links.site(uri)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _text(value: Any) -> str:
    return without_controls(value).strip() if isinstance(value, str) else ""


def _moment(value: Any) -> str:
    """Returns a time as it is written; many state it as a number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)
