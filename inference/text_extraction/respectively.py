"""Pairs two lists in their order: "Ann and Bob were born in Rome and Oslo, respectively"."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from inference.text.types import TextMention
from inference.text_extraction.fields import SplitField

_RESPECTIVELY = re.compile(r"\b(?:respectively|in that order)\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"(?:\s*[,;]\s*(?:(?:and|or)\s+)?|\s+(?:and|or|&|plus|versus|vs\.?)\s+)"
    r"(?:(?!(?:is|are|was|were|be|been|has|have|had|will|would|who|which|that|said)\s)[a-z][\w-]*\s+){0,4}"
)
"""What stands between two items of a list: a comma or "and", and a few words that describe the next item."""

_BEFORE = re.compile(r"[\s,(–—-]*")  # noqa: RUF001
_AFTER = re.compile(r",?\s+(?:[a-z][\w-]*+,?\s+){0,5}")
_LONGEST_GAP = 60
_MOST_ITEMS = 12
"""Most items of a list: so many pairs are looked at as its square."""

_LISTS_BACK = 3
"""Lists before the second among which the first is."""

Scored = tuple[int, int, str, float, str]
"""A relation: subject and object, as places in the mentions, predicate, score, and modality."""


def paired(
    relations: Sequence[Scored], items: Sequence[int], mentions: Sequence[TextMention], field: SplitField
) -> list[Scored]:
    """Returns the relations of a field; between two lists that "respectively" pairs, only those of like places.

    What holds for one pair holds for all, as surely as for the surest of all their items.

    Args:
        relations: The field's relations.
        items: The places of the field's mentions, in reading order.
        mentions: All mentions of the article.
        field: The field.
    """
    if not relations or not _RESPECTIVELY.search(field.text):
        return [*relations]
    columns: dict[tuple[int, int], Sequence[int]] = {}  # a list by the number of its pair, and which of the two it is
    places: dict[int, dict[int, int]] = {}  # of each item: the side that it is on, by the number of the pair
    for number, lists in enumerate(_pairs(items, mentions, field)):
        for side, column in enumerate(lists):
            columns[number, side] = column
            for item in column:
                places.setdefault(item, {})[number] = side
    kept: list[Scored] = []
    likely: dict[tuple[int, int, str, str], float] = {}
    for relation in relations:
        subject, object_, predicate, score, modality = relation
        one, other = places.get(subject, {}), places.get(object_, {})
        pair = next((number for number, side in one.items() if other.get(number, side) != side), None)
        if pair is None:
            kept.append(relation)
        else:
            key = (pair, one[pair], predicate, modality)
            likely[key] = max(score, likely.get(key, 0.0))
    for (number, side, predicate, modality), score in likely.items():
        both = zip(columns[number, side], columns[number, 1 - side], strict=True)
        kept += [(subject, object_, predicate, score, modality) for subject, object_ in both]
    return kept


def _pairs(
    order: Sequence[int], mentions: Sequence[TextMention], field: SplitField
) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Yields the pairs of lists, of as many items each."""
    text, sentences = field.text, field.sentences
    # In "respectively heads of Acme and Beta" the title is no list of its own.
    order = [i for i in order if mentions[i].type != "office"]
    starts = [mentions[i].span.start for i in order]
    begins = [start for start, _ in sentences]
    seen = -1
    lists: list[list[int]] = []
    firsts: list[int] = []
    paired_off: set[int] = set()
    for match in _RESPECTIVELY.finditer(text):
        number = bisect_right(begins, match.start()) - 1
        if number < 0:
            continue
        if number != seen:
            seen = number
            start, end = sentences[number]
            lists = _lists(order[bisect_left(starts, start) : bisect_left(starts, end)], mentions, text)
            firsts = [mentions[items[0]].span.start for items in lists]
            paired_off = set()
        second = bisect_left(firsts, match.start()) - 1
        if second < 1 or not _BEFORE.fullmatch(text, mentions[lists[second][-1]].span.end, match.start()):
            second += 1  # "are respectively based in Rome and Oslo", "Ann and Bo, respectively heads of Acme and Beta"
            if second == len(lists) or not _AFTER.fullmatch(text, match.end(), firsts[second]):
                continue
        size = len(lists[second])
        for place in reversed(range(max(0, second - _LISTS_BACK), second)):
            if len(lists[place]) == size and 1 < size <= _MOST_ITEMS and place not in paired_off:
                paired_off.add(second)
                yield lists[place], lists[second]
                break


def _lists(items: Sequence[int], mentions: Sequence[TextMention], text: str) -> list[list[int]]:
    """Returns runs of names of one type with nothing but a comma, "and" or a few words between them."""
    lists: list[list[int]] = []
    for item in items:
        mention = mentions[item]
        last = mentions[lists[-1][-1]] if lists else None
        if (
            last is not None
            and last.type == mention.type
            and mention.span.start - last.span.end <= _LONGEST_GAP
            and _BETWEEN.fullmatch(text, last.span.end, mention.span.start)
        ):
            lists[-1].append(item)
        else:
            lists.append([item])
    return lists
