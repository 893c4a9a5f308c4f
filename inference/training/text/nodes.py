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


def pooling(nodes: Sequence[Node]) -> tuple[list[tuple[int, int]], npt.NDArray[np.float32]]:
    """Returns the nodes' places end to end, and float32 [nodes, places]: what averages each node's own."""
    mentions = [m for node in nodes for m in node.places]
    pool = np.zeros((len(nodes), len(mentions)), np.float32)
    at = 0
    for row, node in enumerate(nodes):
        pool[row, at : at + len(node.places)] = 1 / len(node.places)
        at += len(node.places)
    return mentions, pool
