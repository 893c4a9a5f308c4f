"""What the pair head relates: the names of entities within a window."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Node:
    """Mentions of one surface form of one entity within a window.

    Attributes:
        mentions: (first word, end word) within the window.
        types: float32 [types] uniform over the types that it may have.
        entity: Index of its entity in the passage.
        anaphors: Further words that stand for it: "he", "the company".
    """

    mentions: tuple[tuple[int, int], ...]
    types: npt.NDArray[np.float32]
    entity: int
    anaphors: tuple[tuple[int, int], ...] = ()

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Mentions and anaphors: what the pair head averages."""
        return self.mentions + self.anaphors


def distance(a: Node, b: Node) -> int:
    """Returns the words between the nearest places of two nodes."""
    return min(max(y[0] - x[1], x[0] - y[1]) for x in a.places for y in b.places)


def spans(nodes: Sequence[Node], pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Returns int64 [K, 4]: first and last word of subject and object of each pair, where they are nearest."""
    found = np.zeros((len(pairs), 4), np.int64)
    for row, (subject, obj) in enumerate(pairs):
        x, y = min(
            ((x, y) for x in nodes[subject].places for y in nodes[obj].places),
            key=lambda both: (max(both[1][0] - both[0][1], both[0][0] - both[1][1]), *both),
        )
        found[row] = x[0], x[1] - 1, y[0], y[1] - 1
    return found


def covers(nodes: Sequence[Node], words: int) -> npt.NDArray[np.int64]:
    """Returns int64 [n]: 0 for a word outside all mentions, else 1 + the likeliest type of its mention."""
    found = np.zeros(words, np.int64)
    for node in nodes:
        for first, end in node.mentions:
            found[first:end] = 1 + int(np.argmax(node.types))
    return found


def pooling(nodes: Sequence[Node]) -> tuple[list[tuple[int, int]], npt.NDArray[np.float32]]:
    """Returns the nodes' places end to end, and float32 [nodes, places]: what averages each node's own."""
    mentions = [m for node in nodes for m in node.places]
    pool = np.zeros((len(nodes), len(mentions)), np.float32)
    at = 0
    for row, node in enumerate(nodes):
        pool[row, at : at + len(node.places)] = 1 / len(node.places)
        at += len(node.places)
    return mentions, pool
