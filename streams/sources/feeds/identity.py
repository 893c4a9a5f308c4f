"""Which article an entry is: ids that last as long as the article, and never mix two publishers' articles up.

An article is identified by the first of these that says which one it is: its guid, its link, its headline with the time
of publication, its text. A guid or a link that stands for different stories within the feed says nothing, and neither
does a placeholder (`N/A`), or a link to the home page.

An http(s) or `tag:` address on the publisher's own site is unique in the world. Everything else is unique only for its
publisher: `1001`, and another site's address, since whoever repeats other people's articles must not replace them.
docs/feeds.md describes this, and decision 0043 has the reasons.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from streams.messages.base import is_blank
from streams.messages.events import stable_id
from streams.sources.feeds import links
from streams.sources.feeds.dates import read_date
from streams.sources.feeds.entry import Channel, Entry
from streams.sources.markup import fragment_text

MOST_REMEMBERED = 1_000_000
"""Entries of a feed that are compared with each other (about 250 MB); later ones are taken at their word."""

_PLACEHOLDER = re.compile(
    r"(?:n/?a|none|null|nil|undefined|nan|false|true|unknown|tbd|todo|guid|id|0|-+|\.+|_+|no[ _-]?guid|"
    r"\[object object\]|(?:urn:uuid:)?0{8}-0{4}-0{4}-0{4}-0{12})?",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")


def publisher(channel: Channel, entry: Entry) -> str:
    """Returns what identifies the publisher of a feed: the first of its home page, its own address, and its name."""
    for address in (channel.link, channel.id, channel.name):
        if found := links.home(address):
            return found
    if channel.id.startswith("urn:"):
        return channel.id
    return links.site(entry.link) or _plain(channel.title) or channel.name


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to say which article an entry is.

    Attributes:
        kind: `guid`, `link`, `title` or `text`.
        value: The guid, link, and so on.
        story: What tells two articles apart if both claim this value.
    """

    kind: str
    value: str
    story: str

    @property
    def key(self) -> int:
        """What stands for it in memory."""
        return short_hash(self.kind, self.value)


def short_hash(*parts: str) -> int:
    """Returns a number of eight bytes that stands for a text, so that many fit into memory."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode(), digest_size=8).digest())


def candidates(entry: Entry, channel: Channel) -> Iterator[Candidate]:
    """Yields the ways to say which article this is, the best one first. There is always one."""
    title = _plain(entry.title)
    link = "" if entry.link and _is_home(entry.link, channel) else entry.link
    text = max(entry.texts, key=len, default="")
    if not _PLACEHOLDER.fullmatch(entry.guid) and not _is_home(entry.guid, channel):
        yield Candidate("guid", entry.guid, link or title or str(short_hash(text)))
    if link:
        yield Candidate("link", link, title)
    if title:
        yield Candidate("title", f"{title}\x1e{_moment(entry)}", str(short_hash(text)))
    yield Candidate("text", f"{title}\x1e{_moment(entry)}\x1e{text}", "")


def id_of(candidate: Candidate, entry: Entry, channel: Channel) -> str:
    """Returns an article's id."""
    value = candidate.value
    if candidate.kind in {"guid", "link"}:
        named = links.site(value)
        own = links.site(channel.link) or links.site(channel.id) or links.site(channel.name) or links.site(entry.link)
        if named and (links.same_site(named, own) or not own):
            return stable_id("feed", _clean(value))
    return stable_id("feed", _clean(publisher(channel, entry)), _clean(value))


@dataclass(frozen=True, slots=True)
class Choice:
    """What is known of the entries that claim one value.

    Attributes:
        story: Hash of the first one's story.
        updated: Seconds since 1970 at which the newest was changed.
        number: Its number.
    """

    story: int
    updated: float
    number: int


class Identities:
    """What a feed's entries say about each other. Read the feed once with this, and a second time with its answers.

    Args:
        entries: Opens the entries, with their channel.
    """

    def __init__(self, entries: Callable[[], Iterable[tuple[Entry, Channel]]]) -> None:
        self._ambiguous: set[int] = set()
        self._newest: dict[int, Choice] = {}
        self.count = 0
        # Each round moves ambiguous entries on to their next candidate, so that there are at most four.
        while self._round(entries()):
            pass

    def _round(self, entries: Iterable[tuple[Entry, Channel]]) -> bool:
        found: dict[int, Choice] = {}
        ambiguous = 0
        self.count = 0
        for entry, channel in entries:
            self.count += 1
            if entry.deleted or entry.cut or not _says_something(entry):
                continue  # what is left out keeps neither another entry nor a withdrawal back
            candidate = self.choose(entry, channel)
            key, story, when = candidate.key, short_hash(candidate.story), _seconds(entry)
            before = found.get(key)
            if before is None:
                if len(found) < MOST_REMEMBERED:
                    found[key] = Choice(story, when, entry.number)
            elif candidate.story and story != before.story:
                ambiguous += key not in self._ambiguous
                self._ambiguous.add(key)
            elif when > before.updated:
                found[key] = Choice(story, when, entry.number)
        self._newest = found
        return ambiguous > 0

    def choose(self, entry: Entry, channel: Channel) -> Candidate:
        """Returns the first candidate of an entry that stands for one article alone."""
        possible = list(candidates(entry, channel))
        return next((one for one in possible if one.key not in self._ambiguous), possible[-1])

    def newest(self, candidate: Candidate, entry: Entry) -> int:
        """Returns the number of the newest entry of the same article, which may be this one."""
        choice = self._newest.get(candidate.key)
        return choice.number if choice else entry.number


def withdrawn(entry: Entry, channel: Channel) -> Candidate | None:
    """Returns what says which article a deleted entry was; None if nothing does."""
    said = not _PLACEHOLDER.fullmatch(entry.guid) and not _is_home(entry.guid, channel)
    return Candidate("guid", entry.guid, "") if said else None


def _says_something(entry: Entry) -> bool:
    """Returns whether an entry has a word to read."""
    marked = ((text, "<" in text or "&" in text) for text in (entry.title, *entry.texts))
    return any(not is_blank(fragment_text(text) if markup else text) for text, markup in marked)


def _seconds(entry: Entry) -> float:
    when = read_date(entry.updated) or read_date(entry.published)
    return when.timestamp() if when else float("-inf")


def _moment(entry: Entry) -> str:
    when = read_date(entry.published) or read_date(entry.updated)
    return when.isoformat() if when else ""


def _is_home(address: str, channel: Channel) -> bool:
    """Returns whether an address is the publisher's home page, which every entry may name."""
    found = "" if "#" in address or address.startswith("tag:") else links.home(address)
    return bool(found) and (found == links.home(channel.link) or found == links.site(address))


def _plain(title: str) -> str:
    return _SPACE.sub(" ", title).strip().casefold()


def _clean(value: str) -> str:
    return value.replace("\x1f", " ")
