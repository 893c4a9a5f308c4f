"""Turns the speech and the visible text of a media item into articles, which are processed like any other article.

An item has at most one article for its speech and one for the text that it shows. Their ids depend on the item alone,
their revisions on the text and its places: if the item is read again with another result, a newer revision supersedes
the older one and its evidence. The item's document lists its articles; an article that it no longer lists is withdrawn.
"""

from collections.abc import Iterable, Iterator, Sequence

from inference.media.perception import Seen
from inference.media.text.scene_text import SceneText, once
from inference.media.tracks import scaled
from inference.media.types import Frame
from inference.speech.types import Segment
from streams.messages.carried_ids import KINDS, SPEECH, TEXT, derived_id
from streams.messages.events import Article, MediaItem, Passage, Spot

LEAST_WORDS = 2
"""A text with fewer words makes no article: it cannot state a fact."""

_PAUSE = 1.0
"""Seconds of silence that end a sentence: the recogniser writes no full stops."""

_CLOSE, _SIZE = 0.9, 1.6
"""Lines belong to one text if the gap between them is less than this share of their height, and if their heights differ
by less than this factor."""


def transcript(item: MediaItem, segments: Sequence[Segment]) -> Article | None:
    """Returns an article of what is said in an item, with the time of each passage; None if nothing is said."""
    parts: list[tuple[str, str, Spot]] = []
    before: Segment | None = None
    for segment in segments:
        text = _plain(segment.text)
        if text:
            together = before is not None and segment.start_s - before.end_s < _PAUSE
            begin, end = round(segment.start_s, 2), round(max(segment.start_s, segment.end_s), 2)
            parts.append((" " if together else "\n\n", text, Spot(media=item.id, begin=begin, end=end)))
            before = segment
    return _article(item, SPEECH, parts)


def shown_text(item: MediaItem, frames: Sequence[Frame], seen: Sequence[Seen]) -> Article | None:
    """Returns an article of the text that an item shows, each once and with its boxes; None if it shows none."""
    scale = frames[0].scale if frames else 1.0
    read = [(frame.scene, frame.time or 0.0, found.texts) for frame, found in zip(frames, seen, strict=True)]
    still = any(frame.time is None for frame in frames)
    parts: list[tuple[str, str, Spot]] = []
    for block in _blocks(once(read)):
        for n, line in enumerate(block):
            times = {} if still else {"begin": line.start_s, "end": line.end_s, "frame": line.time_s}
            spot = Spot(media=item.id, box=scaled(line.line.box, scale), **times)
            parts.append((" " if n else "\n\n", _plain(line.line.text), spot))
    return _article(item, TEXT, [part for part in parts if part[1]])


def retractions(item: MediaItem) -> list[Article]:
    """Returns a retraction of each article that may have been derived from an item."""
    return [
        Article(id=derived_id(item.id, kind), op="retract", erase=item.erase, derived_from=item.id) for kind in KINDS
    ]


def _article(item: MediaItem, kind: str, parts: Iterable[tuple[str, str, Spot]]) -> Article | None:
    """Builds an article from parts: the separator before each, its text and its place in the item."""
    body = ""
    passages = []
    for before, text, spot in parts:
        body += (before if body else "") + text
        passages.append(Passage(start=len(body) - len(text), end=len(body), spot=spot))
    if len(body.split()) < LEAST_WORDS and not any(ord(c) > _SPACELESS for c in body):
        return None
    return Article(
        id=derived_id(item.id, kind),
        body=body,
        url=item.url,
        source=item.source,
        section=kind,
        published_at=item.published_at,
        derived_from=item.id,
        passages=tuple(passages),
    )


_SPACELESS = 0x2E80
"""First code point of the scripts that write without spaces: there a text without spaces may be a whole sentence."""


def _blocks(lines: Sequence[SceneText]) -> Iterator[list[SceneText]]:
    """Yields the lines that stand one below the other in one frame: two lines of a caption are one sentence."""
    block: list[SceneText] = []
    for line in sorted(lines, key=lambda t: (t.start_s, t.line.box.top, t.line.box.left, t.line.text)):
        if block and not _continues(block[-1], line):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _continues(upper: SceneText, lower: SceneText) -> bool:
    one, other = upper.line.box, lower.line.box
    heights = sorted((one.bottom - one.top, other.bottom - other.top))
    gap = other.top - one.bottom
    shared_width = min(one.right, other.right) - max(one.left, other.left)
    return (
        upper.time_s == lower.time_s
        and heights[1] < _SIZE * max(1.0, heights[0])
        and -heights[0] / 2 < gap < _CLOSE * heights[0]
        and shared_width > 0
    )


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
