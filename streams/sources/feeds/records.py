"""Publishes the entries of a feed as articles: each article once, in its newest form."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from streams.messages.base import is_blank
from streams.sources.feed_record import FeedRecord, Found, LeftOut
from streams.sources.feeds import links
from streams.sources.feeds.articles import article_of
from streams.sources.feeds.entry import Channel, Entry
from streams.sources.feeds.identity import Identities, id_of, withdrawn
from streams.sources.feeds.tree import ENDS_EARLY

Entries = Callable[[], Iterable[tuple[Entry, Channel]]]
"""Opens the entries of a feed again from the first, each with the feed that it is in."""


def records_of(entries: Entries) -> Iterator[Found]:
    """Yields the record of each entry, and what is left out.

    The feed is read once for what its entries say about each other, and a second time for the articles, so that memory
    does not grow with their texts.
    """
    known = Identities(entries)
    now = datetime.now(UTC)
    for entry, channel in entries():
        where = f"{channel.name} entry {entry.number}"
        if entry.deleted:
            yield _withdrawal(entry, channel, known, where)
            continue
        candidate = known.choose(entry, channel)
        newest = known.newest(candidate, entry)
        if entry.cut:
            yield LeftOut(where, _what(entry), entry.cut, passing=entry.cut == ENDS_EARLY)
        elif newest != entry.number:
            yield LeftOut(where, _what(entry), f"entry {newest} is the same article, and at least as new")
        elif not entry.title.strip() and not any(text.strip() for text in entry.texts):
            yield LeftOut(where, _what(entry), "it has neither a headline nor a text")
        else:
            fields, left = article_of(entry, channel, id_of(candidate, entry, channel), now)
            record = FeedRecord.build(where, fields)
            if record.problem and is_blank(fields["body"]):
                yield LeftOut(where, _what(entry), "its headline and text contain no words")
                continue
            yield from left
            yield record


def _withdrawal(entry: Entry, channel: Channel, known: Identities, where: str) -> Found:
    candidate = withdrawn(entry, channel)
    if candidate is None:
        return LeftOut(where, _what(entry), "it withdraws an article without saying which")
    if (newest := known.newest(candidate, entry)) != entry.number:
        return LeftOut(where, _what(entry), f"it is withdrawn, but entry {newest} has it again")
    return FeedRecord.build(where, {"id": id_of(candidate, entry, channel), "op": "retract"})


def _what(entry: Entry) -> str:
    return links.without_user(entry.guid or entry.link or " ".join(entry.title.split()) or "entry")[:200]
