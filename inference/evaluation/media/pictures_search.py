"""How much of the text in pictures the cheap search finds, and what pictures with and without text cost."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.evaluation.distance import edits
from inference.evaluation.progress import watched
from inference.evaluation.report import Cell, Table
from inference.object_detection.types import Box, TextBox

if TYPE_CHECKING:
    from inference.evaluation.media.drawn import Drawn
    from inference.media.text.recognition import TextReader
    from inference.object_detection.depth import Picture

COVERED = 0.9
"""Share of a line's box that must lie in the places that the search found."""

AIM_S = 0.5
"""Seconds of the processor that reading a picture without text may take."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A picture, read with the search and everywhere; seconds of the processor."""

    known: Sequence[TextBox]
    places: Sequence[Box]
    read: Sequence[TextBox]
    search_s: float
    read_s: float
    everywhere_s: float


def search(reader: "TextReader", photographs: "Sequence[Picture]", captioned: "Sequence[Drawn]") -> list[Table]:
    """Measures the search.

    Args:
        reader: What reads text.
        photographs: RGB.
        captioned: Pictures with known text.
    """
    kinds: dict[str, list[tuple[_Read, str | None]]] = {}
    for photograph in watched(photographs, "photographs, read twice"):
        read = _both(reader, photograph)
        kinds.setdefault(f"photographs with{'' if read.known else 'out'} text", []).append((read, None))
    for one in watched(captioned, "captioned photographs, read twice"):
        kinds.setdefault(one.kind, []).append((_both(reader, one.picture), one.text))
    return [_recall(kinds), _cost(kinds)]


def covered(box: Box, places: Sequence[Box]) -> float:
    """Returns the share of a box that lies in places that do not overlap, 0 to 1."""
    return sum(_common(box, place) for place in places) / box.area if box.area else 0.0


def _recall(kinds: dict[str, list[tuple[_Read, str | None]]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for kind in sorted(kinds):
        lines = [(line, read) for read, _ in kinds[kind] for line in read.known]
        if not lines:
            continue
        found = sum(covered(line.box, read.places) >= COVERED for line, read in lines)
        alike = sum(_alike(line, read.read) for line, read in lines)
        known = [(text, " ".join(line.text for line in read.read)) for read, text in kinds[kind] if text is not None]
        right = sum(text in told for text, told in known) / len(known) if known else None
        rows.append((kind, len(lines), found / len(lines), alike / len(lines), right))
    return Table(
        "What the search for text finds",
        ("pictures", "lines read at full size", "in its places", "read alike", "captions without error"),
        rows,
        f"A line is in the search's places if they hold {COVERED:.0%} of its box; read alike are lines of which one "
        "letter in five at most is read differently. Reading at full size is no truth: both make guesses at small and "
        "blurred letters.",
    )


def _cost(kinds: dict[str, list[tuple[_Read, str | None]]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for kind in sorted(kinds):
        reads = [read for read, _ in kinds[kind]]
        seconds = sorted(read.read_s for read in reads)
        rows.append(
            (
                kind,
                len(reads),
                _mean(reads, lambda read: read.search_s),
                _mean(reads, lambda read: read.read_s),
                seconds[len(seconds) // 2],
                seconds[-1],
                _mean(reads, lambda read: read.everywhere_s),
            )
        )
    return Table(
        "Seconds of the processor to read a picture's text",
        ("pictures", "number", "search alone", "mean", "median", "most", "everywhere at full size"),
        rows,
        f"Aim: {AIM_S:g} s for a picture without text, on average.",
    )


def _both(reader: "TextReader", picture: "Picture") -> _Read:
    begun = time.process_time()
    known = reader.read_everywhere(picture)
    everywhere = time.process_time()
    places = reader.search.places(picture)
    searched = time.process_time()
    read = reader.read(picture)
    done = time.process_time()
    return _Read(known, places, read, searched - everywhere, done - searched, everywhere - begun)


def _alike(line: TextBox, read: Sequence[TextBox]) -> bool:
    return any(edits(line.text, other.text) <= len(line.text) / 5 for other in read)


def _common(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, width) * max(0.0, height)


def _mean(reads: Sequence[_Read], seconds: Callable[[_Read], float]) -> float:
    return sum(map(seconds, reads)) / len(reads)
