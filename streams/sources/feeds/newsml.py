"""NewsML-G2, the news agencies' XML (https://iptc.org/standards/newsml-g2/): items, alone or several in a message.

An item gets the id that it has as ninjs, since an agency may send both: its guid, if that says who gave it. Any other
guid counts for its provider only. Decision 0076 has the reasons.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from streams.messages.base import is_blank, stable_id
from streams.sources.feed_record import FeedRecord, Found, LeftOut
from streams.sources.feeds import links
from streams.sources.feeds.dates import embargo
from streams.sources.feeds.identity import MOST_REMEMBERED, short_hash
from streams.sources.feeds.newsml_article import article_of, child, code, party_code
from streams.sources.feeds.ninjs import LONGEST_ID, WITHDRAWN
from streams.sources.feeds.tree import ENDS_EARLY, Element
from streams.sources.versions import NEWSML, Version, number_of, time_of

Items = Callable[[], Iterable[Element]]
"""Opens the items of a document again from the first."""

PACKAGE = "packageitem"
_NEWS = frozenset(("newsitem", PACKAGE))
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:.", re.IGNORECASE)


def records_of(items: Items, name: str, address: str, inbox: str = "") -> Iterator[Found]:
    """Yields the record of each item in its newest version, and what is left out.

    The document is read twice, so that memory does not grow with its texts.

    Args:
        items: Opens the items.
        name: The address or file name that they were read from.
        address: The address that they were read from; empty for a file.
        inbox: The inbox that the file lies in; empty for any other.
    """
    now = datetime.now(UTC)
    newest: dict[int, tuple[Version, int]] = {}  # with its place
    for place, item in enumerate(items(), start=1):
        id_, version = _id(item, address, inbox), _version(item)
        key = short_hash(id_)
        known = newest.get(key)
        if (known and version.precedes(known[0])) or (not known and len(newest) >= MOST_REMEMBERED):
            continue
        # What is held back keeps no earlier version back, least of all a withdrawal.
        if _is_published(_found(item, id_, "", now, address)):
            newest[key] = version, place
    for place, item in enumerate(items(), start=1):
        where, id_ = f"{name} item {place}", _id(item, address, inbox)
        found = list(_found(item, id_, where, now, address))
        _, latest = newest.get(short_hash(id_), (None, place))
        if latest != place and _is_published(found):
            yield LeftOut(where, _what(item), f"item {latest} is the same in a version that is at least as new")
        else:
            yield from found


def _is_published(found: Iterable[Found]) -> bool:
    return any(isinstance(one, FeedRecord) and one.article for one in found)


def _found(item: Element, id_: str, where: str, now: datetime, address: str) -> Iterator[Found]:
    """Yields what an item comes to, whatever other versions of it there are."""
    what = _what(item)
    if item.name not in _NEWS:
        yield LeftOut(where, what, f"it is a {item.name.removesuffix('item')} item, which is no news")
    elif not _guid(item):
        yield LeftOut(where, what, "it has no guid, by which it could be corrected or withdrawn")
    elif _withdrawn(item) and item.cut != ENDS_EARLY:  # however large it is
        yield FeedRecord.build(where, {"id": id_, "op": "retract"}, _version(item))
    elif item.cut:
        yield LeftOut(where, what, item.cut, passing=item.cut == ENDS_EARLY)
    else:
        yield from _article(item, id_, where, now, address)


def _article(item: Element, id_: str, where: str, now: datetime, address: str) -> Iterator[Found]:
    management, what = child(item, "itemmeta"), _what(item)
    for stated in management.children(("nar", "embargoed"), ("", "embargoed")):
        reason, passing = embargo(stated.text(), now)
        if reason:
            yield LeftOut(where, what, reason, passing)
            return
    fields, left = article_of(item, _guid(item), where, now, address)
    if not is_blank(fields["body"]):
        yield from left
        yield FeedRecord.build(where, {"id": id_, **fields}, _version(item))
    elif item.name == PACKAGE:
        yield LeftOut(where, what, "it has no text of its own; what it refers to are items themselves")
    else:
        yield from left
        yield LeftOut(where, what, "it has neither a headline nor a text")


def _guid(item: Element) -> str:
    return " ".join(item.attributes.get("guid", "").split())


def _what(item: Element) -> str:
    """Returns what names an item in messages."""
    return links.without_user(_guid(item) or item.name)[:200]


def _withdrawn(item: Element) -> bool:
    statuses = child(item, "itemmeta").children(("nar", "pubstatus"), ("", "pubstatus"))
    return any((code(one) or one.text()).lower() in WITHDRAWN for one in statuses)


def _id(item: Element, address: str, inbox: str) -> str:
    guid = _guid(item)
    if links.site(guid) and links.has_user(guid):
        return stable_id("guid", guid)  # the password of an address is in no id
    if len(guid) <= LONGEST_ID and (_URN.match(guid) or links.site(guid)):
        return guid
    return stable_id("newsml", links.site(address) or party_code(child(item, "itemmeta"), "provider") or inbox, guid)


def _version(item: Element) -> Version:
    created = child(child(item, "itemmeta"), "versioncreated").text()
    number = number_of(item.attributes.get("version", ""))
    return Version(NEWSML, number, time_of(created), withdrawn=_withdrawn(item))
