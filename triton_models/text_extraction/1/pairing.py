"""Builds the pair head's input from a window's mentions, and knows which relations each pair may have."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from anaphora import Anaphor

Mention = tuple[int, int, int]
"""(first word, end word exclusive, entity type index), counted within the window."""


class PairInput(NamedTuple):
    """One window's entities and candidate pairs; the arrays are the inputs of `pairs.onnx`."""

    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    pool: npt.NDArray[np.float32]
    kinds: npt.NDArray[np.float32]
    pairs: npt.NDArray[np.int64]
    steps: npt.NDArray[np.int64]
    spans: npt.NDArray[np.int64]
    covers: npt.NDArray[np.int64]
    nearest: list[tuple[int, int]]


class PairRules:
    """Which types of entities may have which relation, and how distances are counted.

    Attributes:
        allowed: bool [subject types, object types, relations].
    """

    def __init__(
        self,
        types: list[str],
        relations: list[str],
        domains: dict[str, list[str]],
        ranges: dict[str, list[str]],
        buckets: list[int],
    ) -> None:
        self.allowed = np.zeros((len(types), len(types), len(relations)), np.bool_)
        for column, relation in enumerate(relations):
            for subject in domains[relation]:
                for obj in ranges[relation]:
                    self.allowed[types.index(subject), types.index(obj), column] = True
        self._any = self.allowed.any(axis=2).tolist()
        self._bucket = [sum(d >= bound for bound in buckets) - 1 for d in range(buckets[-1] + 1)]
        self._buckets = len(buckets)
        self._identity = np.eye(len(types), dtype=np.float32)

    def gather(
        self, mentions: list[Mention], surfaces: list[bytes], words: int, anaphors: Iterable[Anaphor] = ()
    ) -> PairInput | None:
        """Returns the candidate pairs; None if no two entities may have a relation.

        Args:
            mentions: The window's mentions in reading order.
            surfaces: The pieces of each: mentions of one type with the same pieces are one entity.
            words: Words of the window.
            anaphors: Anaphors, each with the index of its antecedent.
        """
        entities: dict[tuple[bytes, int], list[int]] = {}
        for index, (mention, surface) in enumerate(zip(mentions, surfaces, strict=True)):
            entities.setdefault((surface, mention[2]), []).append(index)
        groups = list(entities.values())
        kinds = [mentions[group[0]][2] for group in groups]
        places = [[mentions[index] for index in group] for group in groups]
        stood_for = set()
        for first, end, index in anaphors:
            row = next(row for row, group in enumerate(groups) if index in group)
            places[row].append((first, end, kinds[row]))
            stood_for.add(row)
        pairs: list[tuple[int, int]] = []
        steps: list[int] = []
        spans: list[tuple[int, int, int, int]] = []
        nearest: list[tuple[int, int]] = []
        farthest = len(self._bucket) - 1
        for s, subject in enumerate(groups):
            objects = self._any[kinds[s]]
            for o, obj in enumerate(groups):
                if s != o and objects[kinds[o]]:
                    a, b = subject[0], obj[0]
                    # Groups are in the order of their first mentions, and mentions do not overlap.
                    after = s > o
                    apart = mentions[a][0] - mentions[b][1] if after else mentions[b][0] - mentions[a][1]
                    if len(subject) > 1 or len(obj) > 1:
                        apart, a, b = min((_apart(mentions[a], mentions[b]), a, b) for a in subject for b in obj)
                    x, y = mentions[a], mentions[b]
                    if s in stood_for or o in stood_for:
                        apart, x, y = min((_apart(x, y), x, y) for x in places[s] for y in places[o])
                    spans.append((x[0], x[1] - 1, y[0], y[1] - 1))
                    pairs.append((s, o))
                    nearest.append((a, b))
                    steps.append(self._bucket[min(apart, farthest)] + self._buckets * after)
        if not pairs:
            return None
        order = [place for held in places for place in held]
        pool = np.zeros((len(groups), len(order)), np.float32)
        at = 0
        for row, held in enumerate(places):
            pool[row, at : at + len(held)] = 1 / len(held)
            at += len(held)
        return PairInput(
            np.array([first for first, _, _ in order], np.int64),
            np.array([end - 1 for _, end, _ in order], np.int64),
            pool,
            self._identity[kinds],
            np.array(pairs, np.int64),
            np.array(steps, np.int64),
            np.array(spans, np.int64),
            _covers(mentions, words),
            nearest,
        )

    def possible(self, kinds: npt.NDArray[np.float32], pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Returns bool [K, R]: the relations that each pair's types allow; arguments as in `PairInput`."""
        of_entity = kinds.argmax(axis=1)
        return self.allowed[of_entity[pairs[:, 0]], of_entity[pairs[:, 1]]]


def _covers(mentions: list[Mention], words: int) -> npt.NDArray[np.int64]:
    """Returns int64 [words]: 0 for a word outside all mentions, else 1 + the type of the mention that it is part of."""
    found = np.zeros(words, np.int64)
    for first, end, kind in mentions:
        found[first:end] = 1 + kind
    return found


def _apart(a: Mention, b: Mention) -> int:
    """Returns how many words lie between two mentions."""
    return max(b[0] - a[1], a[0] - b[1], 0)
