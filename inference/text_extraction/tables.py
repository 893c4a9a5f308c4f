"""Tables in plain text: what stands in one row has nothing to do with what stands in another."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby

from inference.text.types import TextMention
from inference.text_extraction.respectively import Scored

_CELL_END = re.compile(r"[^\S\n\t]*(?:\t[^\S\n]*|[|][^\S\n]*|[^\S\n\t]{4,})")
_FEWEST_ROWS = 2


def within_rows(relations: Sequence[Scored], mentions: Sequence[TextMention], text: str) -> list[Scored]:
    """Returns the relations of a field without those between two rows of one of its tables.

    Args:
        relations: The field's relations.
        mentions: All mentions of the article, which the relations point at.
        text: The field.
    """
    if not relations or "\n" not in text or not (rows := _rows(text)):
        return [*relations]
    starts = [start for start, _ in rows]

    def row(mention: TextMention) -> int:
        found = bisect_right(starts, mention.span.start) - 1
        return found if found >= 0 and mention.span.start < rows[found][1] else -1

    kept = []
    for relation in relations:
        one, other = row(mentions[relation[0]]), row(mentions[relation[1]])
        if one == other or one < 0 or other < 0:
            kept.append(relation)
    return kept


def _rows(text: str) -> list[tuple[int, int]]:
    """Returns the rows of all tables as (start, end): lines one after another with as many cells each."""
    lines: list[tuple[int, int, int]] = []
    place = 0
    for line in text.split("\n"):
        cells = len(_CELL_END.findall(line.strip(" \t|")))
        lines.append((cells, place, place + len(line)))
        place += len(line) + 1
    found: list[tuple[int, int]] = []
    for cells, group in groupby(lines, key=lambda line: line[0]):
        rows = [(start, end) for _, start, end in group]
        if cells and len(rows) >= _FEWEST_ROWS:
            found += rows
    return found
