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
    """

    mentions: tuple[tuple[int, int], ...]
    types: npt.NDArray[np.float32]
    entity: int


def distance(a: Node, b: Node) -> int:
    """Returns the words between the nearest mentions of two nodes."""
    return min(max(y[0] - x[1], x[0] - y[1]) for x in a.mentions for y in b.mentions)


def pooling(nodes: Sequence[Node]) -> tuple[list[tuple[int, int]], npt.NDArray[np.float32]]:
    """Returns the nodes' mentions end to end, and float32 [nodes, mentions]: what averages each node's own."""
    mentions = [m for node in nodes for m in node.mentions]
    pool = np.zeros((len(nodes), len(mentions)), np.float32)
    at = 0
    for row, node in enumerate(nodes):
        pool[row, at : at + len(node.mentions)] = 1 / len(node.mentions)
        at += len(node.mentions)
    return mentions, pool
