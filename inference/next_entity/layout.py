"""Lays out a story as two small graphs: of the current session, and of the earlier sessions that share its items.

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
"""Most items of the current session that are read: the last ones."""
NODES = 16
"""Most nodes: the items, and those that most often shared earlier sessions with them."""
RELATED = 32
"""Most earlier sessions that are read for each item: the newest."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A question, as graphs.

    Attributes:
        nodes: Items: those of the current session in the order of their first appearance, then neighbours.
        current: float32 [nodes, nodes]: how often the column's item came right after the row's in the current session.
        history: float32 [nodes, nodes]: the same over the related sessions.
        last: Index of the node that was named last.
        links: For each node, in how many related sessions it occurs together with an item, by item.
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
        current: The items of the current session, in order, at least one.
        related: Earlier sessions that have one of them, in any order.
        most: Most nodes.
        read: Most items of the current session that are read; not above `most`.

    Raises:
        ValueError: The session has no item.
    """
    if not current:
        raise ValueError("a session without items has no next item")
    session = current[-read:]
    items = tuple(dict.fromkeys(session))
    neighbours: Counter[str] = Counter()
    for earlier in related:
        present = set(earlier)
        common = sum(item in present for item in items)
        if common:
            neighbours.update(dict.fromkeys(present.difference(items), common))
    # Ties are ordered by name, so that the order of the sessions does not change the graph.
    nearest = sorted(neighbours, key=lambda item: (-neighbours[item], item))[: most - len(items)]
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
