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
from streams.sources.feeds.identity import MOST_REMEMBERED
from streams.sources.feeds.newsml_article import article_of, child, code, party
from streams.sources.feeds.ninjs import LONGEST_ID, WITHDRAWN
from streams.sources.feeds.tree import ENDS_EARLY, Element
from streams.sources.versions import Version, number_of, time_of

Items = Callable[[], Iterable[Element]]
"""Opens the items of a document again from the first."""

PACKAGE = "packageitem"
_NEWS = frozenset(("newsitem", PACKAGE))
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:.", re.IGNORECASE)


def records_of(items: Items, name: str, address: str) -> Iterator[Found]:
    """Yields the record of each item in its newest version, and what is left out.

    The document is read twice, so that memory does not grow with its texts.

    Args:
        items: Opens the items.
        name: The address or file name that they were read from.
        address: The address that they were read from; empty for a file.
    """
    newest: dict[str, tuple[Version, int]] = {}  # with its place
    for place, item in enumerate(items(), start=1):
        id_, version = _id(item, address), _version(item)
        known = newest.get(id_)
        if (known and not version.precedes(known[0])) or (not known and len(newest) < MOST_REMEMBERED):
            newest[id_] = version, place
    now = datetime.now(UTC)
    for place, item in enumerate(items(), start=1):
        where, guid, id_ = f"{name} item {place}", _guid(item), _id(item, address)
        what = (guid or item.name)[:200]
        latest = newest[id_][1] if id_ in newest else place
        if item.name not in _NEWS:
            yield LeftOut(where, what, f"it is a {item.name.removesuffix('item')} item, which is no news")
        elif not guid:
            yield LeftOut(where, what, "it has no guid, by which it could be corrected or withdrawn")
        elif item.cut:
            yield LeftOut(where, what, item.cut, passing=item.cut == ENDS_EARLY)
        elif latest != place:
            yield LeftOut(where, what, f"item {latest} is the same in a version that is at least as new")
        else:
            yield from _record(item, id_, where, now, address)


def _record(item: Element, id_: str, where: str, now: datetime, address: str) -> Iterator[Found]:
    management, what = child(item, "itemmeta"), _guid(item)[:200]
    version = _version(item)
    statuses = management.children(("nar", "pubstatus"), ("", "pubstatus"))
    if any((code(one) or one.text()).lower() in WITHDRAWN for one in statuses):
        yield FeedRecord.build(where, {"id": id_, "op": "retract"}, version)
        return
    for stated in management.children(("nar", "embargoed"), ("", "embargoed")):
        reason, passing = embargo(stated.text(), now)
        if reason:
            yield LeftOut(where, what, reason, passing)
            return
    fields, left = article_of(item, _guid(item), where, now, address)
    if not is_blank(fields["body"]):
        yield from left
        yield FeedRecord.build(where, {"id": id_, **fields}, version)
    elif item.name == PACKAGE:
        yield LeftOut(where, what, "it has no text of its own; what it refers to are items themselves")
    else:
        yield from left
        yield LeftOut(where, what, "it has neither a headline nor a text")


def _guid(item: Element) -> str:
    return " ".join(item.attributes.get("guid", "").split())


def _id(item: Element, address: str) -> str:
    guid = _guid(item)
    if len(guid) <= LONGEST_ID and (_URN.match(guid) or links.site(guid)):
        return guid
    return stable_id("newsml", links.site(address) or party(child(item, "itemmeta"), "provider"), guid)


def _version(item: Element) -> Version:
    created = child(child(item, "itemmeta"), "versioncreated").text()
    return Version("NewsML-G2", (number_of(item.attributes.get("version", "")), time_of(created)))
