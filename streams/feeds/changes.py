"""What of a feed is news: articles that are new, that say something else now, or that were withdrawn.

An article that is no longer in its feed is not withdrawn: a feed shows the newest ones only. Only its publisher's own
word withdraws it: `pubstatus: canceled`, or an Atom `deleted-entry`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

import orjson

from streams.feeds.state import MOST_ITEMS, FeedState
from streams.sources.feed_record import FeedRecord, Found, LeftOut

REVISIONS_AT_ONCE = 12
REVISED_EVERY = 3600.0
"""An article is revised so many times without delay, and then once in so many seconds. Most that change more often are
no news: counters, or two servers of a publisher that disagree."""

_QUERY = re.compile(r"[?#].*", re.DOTALL)


class Change(StrEnum):
    """What a record is, compared with what was published before."""

    new = "new"
    revised = "revised"
    withdrawn = "withdrawn"


@dataclass(frozen=True, slots=True)
class Changed:
    """A record to publish.

    Attributes:
        record: The record.
        change: What it is.
    """

    record: FeedRecord
    change: Change


class Comparison:
    """Compares a reading of a feed with what was published from it before.

    Args:
        state: What is remembered of the feed; not changed.
        elsewhere: Returns the content hashes with which other feeds have an id hash.
        left_out: Called with whatever is not published.
        now: Seconds since 1970.

    Attributes:
        seen: What the reading has, so far: content hashes by id hash, in the order of the feed.
        revised: The state's `revised`, with the revisions of this reading.
        later: Whether something of it is to be published later, although it will not have changed.
        beyond: How many articles are not published as the feed has too many.
    """

    def __init__(
        self,
        state: FeedState,
        elsewhere: Callable[[str], set[str]],
        left_out: Callable[[LeftOut], None],
        now: float,
    ) -> None:
        self._known, self._elsewhere, self._left_out, self._now = state.items, elsewhere, left_out, now
        self.seen: dict[str, str] = {}
        self.revised = {id_hash: until for id_hash, until in state.revised.items() if until > now}
        self.later = False
        self.beyond = 0

    def changes(self, found: Iterable[Found]) -> Iterator[Changed]:
        """Yields what has to be published."""
        for one in found:
            if isinstance(one, LeftOut):
                self.later |= one.passing
                self._left_out(one)
                continue
            id_hash, content = _hash(one.key.encode("utf-8", "replace")), _content(one)
            if id_hash not in self.seen and len(self.seen) >= MOST_ITEMS:
                self.beyond += 1
                reason = f"the feed has more than {MOST_ITEMS} articles; `triplewire publish` reads any number"
                self._left_out(LeftOut(one.where, one.key, reason))
                continue
            before = self.seen.get(id_hash) or self._known.get(id_hash)
            self.seen[id_hash] = content
            # What all feeds that have the article say alike was published with the first of them. Of one that changes,
            # only its own feed knows whether the change is newer than what another one says.
            if content == before or (before is None and self._elsewhere(id_hash) == {content}):
                continue
            change = _change(one, before)
            if before is not None and change is Change.revised and not self._may_revise(id_hash):
                self.seen[id_hash] = before
                self.later = True
                self._left_out(LeftOut(one.where, one.key, "it changes all the time; its next revision waits", True))
                continue
            yield Changed(one, change)

    def _may_revise(self, id_hash: str) -> bool:
        """Returns whether an article may be revised once more now, and counts it."""
        until = max(self._now, self.revised.get(id_hash, 0.0)) + REVISED_EVERY
        if until > self._now + REVISIONS_AT_ONCE * REVISED_EVERY:
            return False
        self.revised[id_hash] = until
        return True


def remembered(known: dict[str, str], seen: dict[str, str], most: int) -> dict[str, str]:
    """Returns what to remember: what is in the feed, and of the rest what was there last.

    Args:
        known: Content hashes by id hash, the longest unseen first.
        seen: The same of what was published or known, in the order of the feed, the newest first.
        most: How many, unless the feed has more.
    """
    before = [id_ for id_ in known if id_ not in seen]
    kept = before[max(0, len(before) + len(seen) - most) :]
    return {id_: known[id_] for id_ in kept} | dict(reversed(seen.items()))


def _change(record: FeedRecord, before: str | None) -> Change:
    if record.article is not None and record.article.op == "retract":
        return Change.withdrawn
    return Change.new if before is None else Change.revised


def _content(record: FeedRecord) -> str:
    """Returns a hash of what a record says.

    Queries of addresses do not count: they carry signatures and counters that are others at each poll.
    """
    if record.article is None:
        return _hash(record.value)
    fields = record.article.model_dump(mode="json", exclude_defaults=True)
    if fields.get("url"):
        fields["url"] = _QUERY.sub("", fields["url"])
    for medium in fields.get("media", ()):
        medium["uri"] = _QUERY.sub("", medium["uri"])
    return _hash(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS))


def _hash(value: bytes) -> str:
    return blake2b(value, digest_size=8).hexdigest()
