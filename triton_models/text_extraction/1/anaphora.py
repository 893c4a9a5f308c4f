"""Resolves anaphors such as "he" and "the company" where a window has only one possible antecedent.

An anaphor is one of the mentions that the pair head averages into an entity. It is never returned: a fact found through
it refers to its antecedent's mention.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple, TypedDict

import numpy as np

WITHIN = 2
"""Most other words within an anaphor of two words: "the Finnish telecoms group"."""

Word = tuple[int, ...]
"""The pieces of a word."""

Rest = tuple[Word, ...]
"""An anaphor's words after its first."""

Row = tuple[int, int, frozenset[int]]
"""Index in the table, index of the wanted type, and indices of its rivals."""

Anaphor = tuple[int, int, int]
"""(first word, end word, index of the antecedent) of an anaphor."""

_ORDER = itemgetter(0)


class Entry(TypedDict):
    """A row of the table in `labels.json`.

    Attributes:
        words: The pieces of each of the anaphor's words.
        wanted: The type of its antecedent.
        rivals: All types that an antecedent could have.
    """

    words: list[list[int]]
    wanted: str
    rivals: list[str]


class Name(NamedTuple):
    """A name of the window.

    Attributes:
        first: Its first word.
        end: One past its last word.
        kinds: Indices of the types that it may have.
        surface: Its pieces, int32 as bytes.
    """

    first: int
    end: int
    kinds: frozenset[int]
    surface: bytes


class Anaphora:
    """Finds anaphors by their word pieces, and resolves them."""

    def __init__(self, table: Iterable[Entry], types: Sequence[str]) -> None:
        """Takes the table of `labels.json` and the model's entity types."""
        self._by_first: dict[Word, dict[Rest, list[Row]]] = {}
        self._lengths: dict[Word, set[int]] = {}
        for order, entry in enumerate(table):
            first, *rest = map(tuple, entry["words"])
            rivals = frozenset(types.index(name) for name in entry["rivals"])
            row = order, types.index(entry["wanted"]), rivals
            self._by_first.setdefault(first, {}).setdefault(tuple(rest), []).append(row)
            self._lengths.setdefault(first, set()).add(len(rest))

    def resolve(self, words: Sequence[Word], names: Sequence[Name]) -> list[Anaphor]:
        """Returns the anaphors with exactly one possible antecedent before them, in reading order.

        A name that is part of another, such as "Hotard" and "Justin Hotard", counts as the same antecedent.

        Args:
            words: The window's words.
            names: The window's names.
        """
        found = []
        for at, word in enumerate(words):
            rests = self._by_first.get(word)
            if not rests:
                continue
            for _, end, wanted, rivals in sorted(_rows(words, at + 1, rests, self._lengths[word]), key=_ORDER):
                plain = not any(_taken(name, at, end, wanted) for name in names)
                named = _antecedent(at, wanted, rivals, names) if plain else None
                if named is not None:
                    found.append((at, end, named))
                    break
        return found


def _rows(
    words: Sequence[Word], at: int, rests: Mapping[Rest, list[Row]], lengths: Iterable[int]
) -> Iterator[tuple[int, int, int, frozenset[int]]]:
    """Yields (index in the table, end word, wanted, rivals) of each anaphor whose first word is the one before `at`."""
    seen: set[Rest] = set()
    for length in lengths:
        for start in range(at, at + WITHIN + 1) if length else (at,):
            rest = tuple(words[start : start + length])
            if rest in rests and rest not in seen:
                seen.add(rest)
                yield from ((order, start + length, wanted, rivals) for order, wanted, rivals in rests[rest])


def _taken(name: Name, at: int, end: int, wanted: int) -> bool:
    """Returns whether the words from `at` to `end` are a name or part of one: "the Wagner Group".

    With a name of another type before its noun it is still an anaphor: "the Finnish group".
    """
    return name.first < end and name.end > at and (name.end >= end or wanted in name.kinds)


def _antecedent(at: int, wanted: int, rivals: frozenset[int], names: Sequence[Name]) -> int | None:
    """Returns the index of the only possible antecedent before `at`; None if there are several, or none."""
    before = [index for index, name in enumerate(names) if name.first < at and name.kinds & rivals]
    if not before:
        return None
    whole = max(before, key=lambda index: (len(names[index].surface), -index))
    one = all(_within(names[index].surface, names[whole].surface) for index in before)
    return whole if one and wanted in names[whole].kinds else None


def _within(part: bytes, whole: bytes) -> bool:
    if part == whole:
        return True
    a, b = np.frombuffer(part, np.int32).tolist(), np.frombuffer(whole, np.int32).tolist()
    return any(b[start : start + len(a)] == a for start in range(len(b) - len(a) + 1))


def word_pieces(input_ids: Sequence[int], stops: Sequence[int]) -> list[Word]:
    """Returns the pieces of each word.

    Args:
        input_ids: Piece ids.
        stops: Where each word begins among them, and one past the last piece of the last.
    """
    return [tuple(input_ids[start:stop]) for start, stop in pairwise(stops)]
