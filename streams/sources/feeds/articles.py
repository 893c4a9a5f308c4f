"""Makes an article of an entry, and says what of the entry is left out."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from streams.sources.feed_record import LeftOut
from streams.sources.feeds import links, media
from streams.sources.feeds.dates import believable, read_date
from streams.sources.feeds.entry import Channel, Entry, Medium
from streams.sources.markup import Fragment, read_fragment

LONGEST_HEADLINE = 10_000
_STORY = r"(?:article|post|story)"
_MORE = re.compile(
    rf"""\W{{0,3}}(?:
    read\ (?:more|on|it\ here|full\ {_STORY}.{{0,40}}|the\ (?:full|rest|whole|original|entire)\b.{{0,60}})
    |(?:continue|keep)\ reading\b.{{0,200}}|click\ here\b.{{0,60}}|(?:full|more)\ (?:details|{_STORY})\b.{{0,30}}|more
    |(?:view|see)\ (?:the\ )?(?:full|original)\ {_STORY}.{{0,60}}
    |the\ {_STORY}\ .{{0,300}}\ (?:appeared\ first|first\ appeared|was\ first\ published)\ (?:on|at|in)\ .{{0,100}}
    |this\ {_STORY}\ (?:first|originally)\ appeared\ (?:first\ )?(?:on|at|in)\ .{{0,100}}
    |weiterlesen|mehr\ (?:lesen|dazu)|(?:lire|voir)\ (?:la\ suite|plus)\b.{{0,60}}|leer\ más|seguir\ leyendo
    |leggi\ (?:tutto|di\ più|altro)|ler\ mais|leia\ mais|lees\ (?:meer|verder)
    |читать\ (?:далее|дальше|полностью).{{0,60}}|阅读全文|查看全文
    )\W{{0,6}}""",
    re.IGNORECASE | re.VERBOSE,
)
"""A last line that only leads to the publisher's page."""

_TAIL = re.compile(
    r"""\s*(?:\[(?:…|\.{3}|more|read\ more|link|comments)\]
    |\(?(?:read\ more|continue\ reading|weiterlesen)\)?\s*(?:…|\.{3}|[»→›]|>>?)*)\s*\Z""",  # noqa: RUF001
    re.IGNORECASE | re.VERBOSE,
)
_MOST_PHRASES = 8
_LAST = 600
"""Characters at the end of a text in which such a phrase is looked for."""


def article_of(entry: Entry, channel: Channel, id_: str, now: datetime) -> tuple[dict[str, Any], list[LeftOut]]:
    """Returns the fields of an entry's article and what was left out.

    Args:
        entry: The entry.
        channel: Its feed.
        id_: The article's id.
        now: The present time; a date well after it is a mistake.
    """
    where = f"{channel.name} entry {entry.number}"
    title = " ".join(read_fragment(entry.title).text.split())[:LONGEST_HEADLINE]
    texts = [read_fragment(text) for text in entry.texts]
    body = max((without_boilerplate(text.text) for text in texts), key=len, default="")
    chosen, dropped = media.chosen(chain(entry.media, _pictures(texts)), entry.base)
    left = [LeftOut(where, one.address, one.reason) for one in dropped]
    fields = {
        "id": id_,
        # In a feed of headlines only, the headline is the text.
        "headline": title if body else "",
        "body": body or title,
        "url": entry.url or None,
        "source": (entry.source or channel.title or links.site(channel.link) or channel.name).strip()[:512],
        "author": entry.author[:1024],
        "section": ", ".join(entry.sections)[:512],
        "published_at": published((entry.published, entry.updated), where, now, left),
        "language": (entry.language or channel.language)[:35] or None,
        "media": [{"uri": one.address, **({"caption": one.caption} if one.caption else {})} for one in chosen],
    }
    return fields, left


def without_boilerplate(text: str) -> str:
    """Returns a text without the last words that only lead to the publisher's page."""
    for _ in range(_MOST_PHRASES):
        begin = text.rfind("\n") + 1
        if begin and len(text) - begin <= _LAST and _MORE.fullmatch(text[begin:].strip()):
            text = text[:begin].rstrip()
            continue
        tail = _TAIL.search(text[-_LAST:])
        if not tail or len(text) <= len(tail.group()):
            return text
        text = text[: len(text) - len(tail.group())].rstrip()
    return text


def _pictures(texts: list[Fragment]) -> Iterator[Medium]:
    return (Medium(one.address, one.kind, one.caption) for text in texts for one in text.pictures)


def published(texts: Iterable[str], where: str, now: datetime, left: list[LeftOut]) -> str | None:
    """Returns the first believable time of those that are stated, in ISO 8601; None if there is none.

    Args:
        texts: The times as written, the best first.
        where: The place in the source.
        now: The present time; a date well after it is a mistake.
        left: Where to say which are left out and why.
    """
    for text in texts:
        when = read_date(text)
        if when and believable(when, now):
            return when.astimezone(UTC).isoformat()
        if text:
            reason = "it is in the future" if when else "it cannot be read, or in more than one way"
            left.append(LeftOut(where, f"date {text[:60]!r}", reason))
    return None
