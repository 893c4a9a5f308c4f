"""Which pictures, videos and sounds an entry has: each once, in its best rendition, with its caption."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlsplit

from streams.sources.feeds import links
from streams.sources.feeds.entry import Medium

MOST = 32
"""Media of one entry; more is a gallery of advertisements, or an attack on the media worker."""

MOST_READ = 1000
"""Media of one entry that are looked at."""

_KINDS = {
    "image": "jpg jpeg jpe png gif webp avif bmp tif tiff heic jfif",
    "video": "mp4 m4v mov webm mkv avi mpg mpeg ogv 3gp m3u8",
    "audio": "mp3 m4a aac ogg oga opus wav flac wma",
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes.split()}
_SIZED = re.compile(r"[-_]\d{2,5}x\d{2,5}(?=\.\w{3,5}\Z)|[-_](?:scaled|thumb|small|medium|large)(?=\.\w{3,5}\Z)")
_SIZES = re.compile(
    r"(?:w|h|wid|hei|width|height|size|resize|fit|crop|quality|q|auto|dpr|s|sig|sz|strip|ssl|format|fm|zoom)=",
    re.IGNORECASE,
)
_COUNTERS = re.compile(
    r"(?:feeds\.feedburner\.com/~r|feedads\.|doubleclick\.net|pixel\.wp\.com|stats\.wordpress\.com|/pixel\.gif|"
    r"google-analytics\.com|gravatar\.com/avatar|s\.w\.org/images/core/emoji|/1x1\.|/spacer\.gif|feeds\.[\w.]+/~)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LeftMedium:
    """A medium that is not sent.

    Attributes:
        address: Its address as written.
        reason: Why, for a person.
    """

    address: str
    reason: str


def chosen(media: Iterable[Medium], base: str) -> tuple[list[Medium], list[LeftMedium]]:
    """Returns the media to send, with full addresses, and those left out.

    A thumbnail is sent only if there is nothing else to see; the same picture in another size is not mentioned.

    Args:
        media: What the entry names, the most reliable first.
        base: The address that relative ones are relative to.
    """
    kept: list[Medium] = []
    places: dict[str, int] = {}  # place in `kept` by group and by address
    left: list[LeftMedium] = []
    for one in islice(media, MOST_READ):
        address = links.absolute(one.address, base)
        kind = _kind(one, address)
        reason = "" if address else "its address is no http(s) address"
        if address and kind not in _KINDS:
            reason = f"{one.type or 'what it is'} is neither a picture nor a video nor a sound"
        elif address and _COUNTERS.search(address):
            reason = "it only counts readers or shows the author's portrait"
        if reason:
            if one.address.strip():
                left.append(LeftMedium(links.without_user(one.address.strip())[:300], reason))
            continue
        best = replace(one, address=address, type=kind)
        keys = [_key(address, kind), *([f"group {one.group}"] if one.group else [])]
        place = next((places[key] for key in keys if key in places), len(kept))
        if place == len(kept):
            kept.append(best)
        else:
            kept[place] = _better(kept[place], best)
        places.update(dict.fromkeys(keys, place))
    if any(not m.thumbnail and m.type in {"image", "video"} for m in kept):
        kept = [m for m in kept if not m.thumbnail]
    found = [replace(m, caption=m.caption.strip()) for m in kept]
    left += [LeftMedium(m.address, f"an article has at most {MOST} media here") for m in found[MOST:]]
    return found[:MOST], left


def _better(one: Medium, other: Medium) -> Medium:
    """Returns the larger of two renditions, the first of equals; with whichever caption there is."""
    first = (other.thumbnail, -other.width) >= (one.thumbnail, -one.width)
    best, rest = (one, other) if first else (other, one)
    return replace(best, caption=best.caption or rest.caption)


def _kind(one: Medium, address: str) -> str:
    stated = one.type.partition("/")[0].strip().lower()
    if stated in _KINDS:
        return stated
    try:
        suffix = urlsplit(address).path.rpartition(".")[2].lower()
    except ValueError:
        suffix = ""
    # Servers state `application/octet-stream` for all they do not know, so there the file's name decides.
    generic = not stated or one.type.strip().lower() in {"application/octet-stream", "binary/octet-stream", "unknown"}
    return (_BY_SUFFIX.get(suffix) or ("image" if one.thumbnail else "")) if generic else stated


def _key(address: str, kind: str) -> str:
    """Returns what the addresses of all renditions of one picture have in common."""
    parts = urlsplit(address)
    if kind != "image":
        return links.untracked(address).partition("#")[0]
    query = "&".join(sorted(pair for pair in parts.query.split("&") if pair and not _SIZES.match(pair)))
    return f"//{parts.netloc.lower()}{_SIZED.sub('', parts.path)}?{query}"
