"""A story as two small graphs: the current session's, and the historical one of the sessions that speak of the same.

Zhang and Xie (2026), section 3: nodes are unique items, an edge leads from an item to the one that came next in a
session. The model normalises the counts to the in- and the out-adjacency; here they are plain counts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

CURRENT = 8
"""Items of the current session that are read: the last ones."""
NODES = 16
"""Nodes in all: the items, and those that stood most often beside them earlier."""
RELATED = 32
"""Earlier sessions read of each item: the newest."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A question as graphs.

    Attributes:
        nodes: Items: those of the current session in the order of their first appearance, then neighbours.
        current: float32 [nodes, nodes]: how often the column's item came right after the row's in the current session.
        history: float32 [nodes, nodes]: the same over the related sessions.
        last: The node that was named last.
        links: Of each node, in how many related sessions it stands beside an item.
    """

    nodes: tuple[str, ...]
    current: npt.NDArray[np.float32]
    history: npt.NDArray[np.float32]
    last: int
    links: tuple[Mapping[str, int], ...]


def lay_out(
    current: Sequence[str], related: Sequence[Sequence[str]], *, most: int = NODES, read: int = CURRENT
) -> Layout:
    """Returns the graphs of a question.

    Args:
        current: The items of the session that goes on, in order, at least one.
        related: Earlier sessions that have one of them; what each says does not depend on their order.
        most: Nodes at most.
        read: Items of the current session read at most; not above `most`.

    Raises:
        ValueError: The session has no item yet.
    """
    if not current:
        raise ValueError("a session without items has no next one")
    session = current[-read:]
    items = tuple(dict.fromkeys(session))
    beside: Counter[str] = Counter()
    for earlier in related:
        present = set(earlier)
        common = sum(item in present for item in items)
        if common:
            beside.update(dict.fromkeys(present.difference(items), common))
    # Ties by name: the same sessions give the same graph in whatever order they are handed over.
    nearest = sorted(beside, key=lambda item: (-beside[item], item))[: most - len(items)]
    nodes = (*items, *nearest)
    place = {item: number for number, item in enumerate(nodes)}
    links: list[Counter[str]] = [Counter() for _ in nodes]
    for earlier in related:
        present = set(earlier)
        for item in present.intersection(place):
            links[place[item]].update(present - {item})
    return Layout(nodes, _transitions([session], place), _transitions(related, place), place[session[-1]], tuple(links))


def _transitions(sessions: Sequence[Sequence[str]], place: Mapping[str, int]) -> npt.NDArray[np.float32]:
    counts = np.zeros((len(place), len(place)), np.float32)
    for session in sessions:
        for before, after in pairwise(session):
            if before in place and after in place:
                counts[place[before], place[after]] += 1
    return counts
